package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The caller's own parameters. Google reads {@code candidateCount} and {@code candidate_count} alike, so each is put
 * into one spelling before it is decided whether it may pass.
 */
final class GeminiExtras {
  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z0-9])");
  private static final Pattern CAPITAL = Pattern.compile("([A-Z])");

  private GeminiExtras() {}

  /** All but {@code ours}, in the spelling of generateContent. */
  static JsonObject camel(JsonObject extras, Set<String> ours) {
    var passed = new JsonObject();
    for (var name : extras.names()) {
      var camel = UNDERSCORE.matcher(name).replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
      if (!ours.contains(camel)) passed.set(camel, extras.get(name));
    }
    return passed;
  }

  /** All but {@code ours}, in the spelling of Interactions. */
  static JsonObject snake(JsonObject extras, Set<String> ours) {
    var passed = new JsonObject();
    for (var name : extras.names()) {
      var snake = CAPITAL.matcher(name).replaceAll(m -> "_" + m.group(1).toLowerCase(Locale.ROOT));
      if (!ours.contains(snake)) passed.set(snake, extras.get(name));
    }
    return passed;
  }

  /** A part of the parameters. @throws easel.codec.FieldException if it is no object */
  static JsonObject part(JsonObject json, String name) {
    return Fields.of(json, "provider_params").rawObject(name);
  }
}
