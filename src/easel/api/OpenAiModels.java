package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.codec.Near;
import easel.core.Capability;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.MediaType;
import easel.core.Model;
import easel.job.Catalogue;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The Models API of the OpenAI API reference; what a model can do stands in fields of our own. */
final class OpenAiModels {
  private OpenAiModels() {}

  static JsonObject list(Catalogue catalogue) {
    var data = new JsonArray();
    for (var name : catalogue.names()) catalogue.model(name).ifPresent(m -> data.add(json(name, m)));
    return new JsonObject().add("object", "list").add("data", data.add(auto()));
  }

  /** Those names of models that are not their own, as an older gateway lists them. */
  static JsonObject aliases(Catalogue catalogue) {
    var data = new JsonArray();
    for (var name : catalogue.names()) {
      catalogue.model(name).filter(m -> !m.name().equals(name))
          .ifPresent(m -> data.add(json(name, m).add("is_alias", true)));
    }
    return new JsonObject().add("object", "list").add("data", data);
  }

  static JsonObject one(Catalogue catalogue, String name) {
    if (name.equals(Catalogue.AUTO)) return auto();
    return catalogue.model(name).map(m -> json(name, m)).orElseThrow(() -> unknown(catalogue, name));
  }

  private static GatewayException unknown(Catalogue catalogue, String name) {
    var near = Near.most(name, catalogue.names(), 3);
    var hint = near.isEmpty() ? "" : " Did you mean " + String.join(", ", near) + "?";
    var words = "The model '" + name + "' does not exist." + hint;
    return new GatewayException(new Failure.Missing("model_not_found", words));
  }

  private static JsonObject auto() {
    return head(Catalogue.AUTO, Instant.EPOCH, "easel");
  }

  private static JsonObject head(String id, Instant created, String owner) {
    return new JsonObject().add("id", id).add("object", "model").add("created", created.getEpochSecond())
        .add("owned_by", owner);
  }

  private static JsonObject json(String name, Model model) {
    var json = head(name, model.created(), model.provider());
    boolean alias = !name.equals(model.name()) && !name.equals(model.address());
    if (alias) json.add("alias_of", model.name());
    return json.add("address", model.address()).add("capabilities", capabilities(model.capability()));
  }

  private static JsonObject capabilities(Capability c) {
    var json = new JsonObject().add("kind", JobJson.word(c.kind())).add("inputs_max", c.inputs().max())
        .add("mask", c.inputs().mask()).add("n_max", c.countMax()).add("prompt_max", c.promptMax())
        .add("partial_images_max", c.partialsMax())
        .add("output_formats", JsonText.strings(c.formats().stream().map(MediaType::format).toList()));
    if (!c.qualities().isEmpty()) json.add("qualities", JsonText.strings(sorted(c.qualities())));
    if (!c.seconds().isEmpty()) json.add("seconds", seconds(c.seconds()));
    return json;
  }

  private static List<String> sorted(Set<String> words) {
    return words.stream().sorted().toList();
  }

  private static JsonArray seconds(Set<Integer> values) {
    var list = new JsonArray();
    values.stream().sorted().forEach(list::add);
    return list;
  }
}
