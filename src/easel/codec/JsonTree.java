package easel.codec;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.util.Optional;

/** A tree of settings, reached by dotted paths. */
public final class JsonTree {
  private JsonTree() {}

  public static Optional<JsonValue> find(JsonObject tree, String path) {
    JsonValue at = tree;
    for (var name : path.split("\\.")) {
      if (at == null || !at.isObject()) return Optional.empty();
      at = at.asObject().get(name);
    }
    return Optional.ofNullable(at);
  }

  /** The tree at a path; an empty one where there is none. */
  public static JsonObject object(JsonObject tree, String path) {
    return find(tree, path).filter(JsonValue::isObject).map(JsonValue::asObject).orElseGet(JsonObject::new);
  }

  /** Sets a value, making the tables on the way. */
  public static void put(JsonObject tree, String path, JsonValue value) {
    var at = tree;
    var names = path.split("\\.");
    for (int i = 0; i < names.length - 1; i++) {
      if (at.get(names[i]) == null || !at.get(names[i]).isObject()) at.set(names[i], new JsonObject());
      at = at.get(names[i]).asObject();
    }
    at.set(names[names.length - 1], value);
  }

  /**
   * Text as a value of the same type as {@code like}: a comma-separated list, {@code true false 1 0}, a whole number.
   * What does not fit stays text, for its reader to complain about.
   */
  public static JsonValue typed(String text, JsonValue like) {
    if (like.isArray()) return list(text);
    if (like.isBoolean() && (text.equals("true") || text.equals("1"))) return Json.value(true);
    if (like.isBoolean() && (text.equals("false") || text.equals("0"))) return Json.value(false);
    return like.isNumber() && whole(text) ? Json.value(Long.parseLong(text)) : Json.value(text);
  }

  private static JsonArray list(String text) {
    var list = new JsonArray();
    for (var item : text.split(",")) if (!item.isBlank()) list.add(item.strip());
    return list;
  }

  private static boolean whole(String text) {
    var digits = text.startsWith("-") ? text.substring(1) : text;
    return !digits.isEmpty() && digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
