package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Capability;
import easel.core.Input;
import easel.core.Life;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Price;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import easel.job.Catalogue;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** The Models API of the OpenAI API reference; what a model can do, costs and means stands in fields of our own. */
final class OpenAiModels {
  /** What the Images API lets one ask for; more than one request makes is made by several. */
  private static final int N_MAX = 10;

  private OpenAiModels() {}

  static JsonObject list(Catalogue catalogue) {
    var data = new JsonArray();
    for (var name : catalogue.names()) data.add(json(catalogue.named(name)));
    return new JsonObject().add("object", "list").add("data", data.add(auto()));
  }

  /**
   * Names of models that are not their own: those of an older gateway that leave the shape open, then all others,
   * retired ones included.
   */
  static JsonObject aliases(Catalogue catalogue) {
    var data = new JsonArray();
    for (var alias : Aliases.all()) {
      boolean meant = catalogue.inherited(alias.name()) && catalogue.model(alias.name()).isPresent();
      if (meant) data.add(json(catalogue.named(alias.name())).set("description", description(alias)).add("is_alias", true));
    }
    for (var name : catalogue.names()) {
      var named = catalogue.named(name);
      if (alias(named)) data.add(json(named).add("is_alias", true));
    }
    for (var name : catalogue.retiredNames()) data.add(json(catalogue.named(name)).add("is_alias", true));
    return new JsonObject().add("object", "list").add("data", data);
  }

  private static String description(Aliases.Alias alias) {
    return "By the shape asked for: " + String.join(", ", alias.shapes().values());
  }

  static JsonObject one(Catalogue catalogue, String name) {
    return name.equals(Catalogue.AUTO) ? auto() : json(catalogue.named(name));
  }

  private static JsonObject auto() {
    return head(Catalogue.AUTO, Instant.EPOCH, "easel");
  }

  private static JsonObject head(String id, Instant created, String owner) {
    return new JsonObject().add("id", id).add("object", "model").add("created", created.getEpochSecond())
        .add("owned_by", owner);
  }

  private static boolean alias(Catalogue.Named named) {
    return !named.name().equals(named.model().name()) && !named.name().equals(named.model().address());
  }

  private static JsonObject json(Catalogue.Named named) {
    var model = named.model();
    var json = head(named.name(), model.created(), model.provider());
    if (alias(named)) json.add("alias_of", model.name());
    json.add("description", (model.capability().kind() == Kind.IMAGE ? "Pictures by " : "Videos by ") + model.address());
    json.add("address", model.address()).add("candidates", JsonText.strings(named.candidates()));
    life(json, named);
    json.add("capabilities", capabilities(model.capability()));
    model.price().ifPresent(p -> json.add("price", price(p)));
    return json;
  }

  private static void life(JsonObject json, Catalogue.Named named) {
    json.add("state", word(named.state()));
    if (named.state() == Life.State.LIVE) return;
    named.life().ends().ifPresent(d -> json.add("retires_on", d.toString()));
    named.life().successor().ifPresent(s -> json.add("successor", s));
  }

  private static JsonObject capabilities(Capability c) {
    var json = new JsonObject().add("kind", JobJson.word(c.kind())).add("inputs", inputs(c.inputs())).add("n_max", c.kind() == Kind.IMAGE ? Math.max(N_MAX, c.countMax()) : 1).add("n_per_request", c.countMax())
        .add("prompt_max", c.promptMax()).add("partial_images_max", c.partialsMax())
        .add("output_formats", JsonText.strings(c.formats().stream().map(MediaType::format).toList()));
    if (!c.qualities().isEmpty()) json.add("qualities", words(c.qualities()));
    sizes(json, c.sizes());
    if (!c.seconds().isEmpty()) json.add("seconds", seconds(c.seconds()));
    return json;
  }

  /** Numbers do not count masks. */
  private static JsonObject inputs(Capability.Inputs inputs) {
    return new JsonObject().add("min", inputs.min()).add("max", inputs.max())
        .add("roles", words(inputs.roles().stream().map(OpenAiModels::word).toList()));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static JsonArray words(Collection<String> words) {
    return JsonText.strings(words.stream().sorted().toList());
  }

  /** Where any size goes there is nothing to say. */
  private static void sizes(JsonObject json, SizeRule rule) {
    switch (rule) {
      case SizeRule.Any any -> { }
      case SizeRule.OneOf one -> json.add("sizes", JsonText.strings(one.sizes().stream().map(Size::toString).toList()));
      case SizeRule.Ratios shapes -> {
        json.add("shapes", JsonText.strings(shapes.ratios().stream().map(Ratio::toString).toList()));
        if (shapes.pixelsMax() < Long.MAX_VALUE) json.add("pixels_max", shapes.pixelsMax());
      }
      case SizeRule.Free free -> json.add("size_limits", new JsonObject().add("step", free.step())
          .add("side_min", free.sideMin()).add("side_max", free.sideMax()).add("ratio_max", free.ratioMax())
          .add("pixels_min", free.pixelsMin()).add("pixels_max", free.pixelsMax()));
    }
  }

  private static JsonArray seconds(Set<Integer> values) {
    var list = new JsonArray();
    values.stream().sorted().forEach(list::add);
    return list;
  }

  private static JsonObject price(Price price) {
    var rows = new JsonArray();
    for (var row : price.rows()) {
      var json = new JsonObject().add("usd", row.usd().doubleValue());
      row.quality().ifPresent(q -> json.add("quality", q));
      if (row.pixelsMax() < Long.MAX_VALUE) json.add("pixels_max", row.pixelsMax());
      rows.add(json);
    }
    return new JsonObject().add("per", word(price.per())).add("rows", rows).add("source", price.source())
        .add("as_of", price.asOf().toString());
  }
}
