package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.codec.JsonText;
import easel.core.Kind;
import easel.http.Request;
import easel.job.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The model resources of the Gemini API. */
final class GeminiModels {
  private static final int PAGE_MAX = 1000;
  private static final List<String> METHODS = List.of("generateContent", "streamGenerateContent");

  private GeminiModels() {}

  /**
   * A page that begins with the name in {@code pageToken}. Where Google gives the first fifty unasked this gives all,
   * as older gateways do: not every client asks for more.
   */
  static JsonObject list(Catalogue catalogue, Request request) {
    var names = new ArrayList<>(catalogue.names());
    names.add(Catalogue.AUTO);
    int from = first(names, query(request, "pageToken", "page_token"));
    int to = Math.min(names.size(), from + pageSize(query(request, "pageSize", "page_size")));
    var models = new JsonArray();
    for (var name : names.subList(from, to)) models.add(one(catalogue, name));
    var page = new JsonObject().add("models", models);
    return to < names.size() ? page.add("nextPageToken", names.get(to)) : page;
  }

  private static Optional<String> query(Request request, String camel, String snake) {
    return request.query(camel).or(() -> request.query(snake)).filter(v -> !v.isEmpty());
  }

  private static int first(List<String> names, Optional<String> token) {
    int from = token.map(names::indexOf).orElse(0);
    if (from < 0) throw new FieldException("pageToken", Complaint.VALUE, "must be one that the page before gave");
    return from;
  }

  private static int pageSize(Optional<String> text) {
    if (text.isEmpty()) return PAGE_MAX;
    if (!text.get().matches("[0-9]{1,6}")) {
      throw new FieldException("pageSize", Complaint.TYPE, "must be a whole number");
    }
    int size = Integer.parseInt(text.get());
    return size == 0 ? PAGE_MAX : Math.min(size, PAGE_MAX);
  }

  /** Token limits are left out, as prompts are measured in characters here. */
  static JsonObject one(Catalogue catalogue, String name) {
    return name.equals(Catalogue.AUTO) ? json(name, "easel", "Chooses a model by what is asked for.")
        : json(catalogue.named(name));
  }

  private static JsonObject json(Catalogue.Named named) {
    var makes = named.model().capability().kind() == Kind.VIDEO ? "Makes videos" : "Makes pictures";
    return json(named.name(), named.model().upstreamName(), makes + ": " + String.join(", ", named.candidates()) + ".");
  }

  private static JsonObject json(String name, String version, String description) {
    return new JsonObject().add("name", "models/" + name).add("version", version).add("displayName", name)
        .add("description", description).add("supportedGenerationMethods", JsonText.strings(METHODS));
  }
}
