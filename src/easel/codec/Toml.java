package easel.codec;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** TOML text as the same tree a request is, with the line of every key kept for complaints. */
public final class Toml {
  private static final Pattern QUOTED = Pattern.compile("(?s)'.{3,}'");

  private final JsonObject tree;
  private final TreeMap<String, Integer> lines = new TreeMap<>();
  private final List<String> errors;

  private Toml(String text) {
    var parsed = org.tomlj.Toml.parse(text);
    errors = parsed.errors().stream().map(e -> "line " + e.position().line() + ": " + words(e.getMessage())).toList();
    tree = table(parsed, "");
  }

  /** The parser repeats what it stumbled over, and in a file that holds keys that may be one. */
  private static String words(String message) {
    return QUOTED.matcher(message).replaceAll("'...'");
  }

  public static Toml parse(String text) {
    return new Toml(text);
  }

  public JsonObject tree() {
    return tree;
  }

  /** Syntax errors, each starting with its line; empty for a good file. */
  public List<String> errors() {
    return errors;
  }

  /**
   * The line of a field by its path, or of the nearest table or list around it; empty for what the file does not hold.
   */
  public Optional<Integer> line(String path) {
    for (var p = path; !p.isEmpty(); p = around(p)) if (lines.containsKey(p)) return Optional.of(lines.get(p));
    return Optional.empty();
  }

  private static String around(String path) {
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
  }

  private JsonObject table(TomlTable table, String path) {
    var object = new JsonObject();
    for (var key : table.keySet()) {
      var at = Fields.join(path, key);
      note(at, table.inputPositionOf(List.of(key)));
      object.add(key, value(table.get(List.of(key)), at));
    }
    return object;
  }

  private void note(String path, TomlPosition position) {
    if (position != null) lines.put(path, position.line());
  }

  private JsonArray array(TomlArray array, String path) {
    var list = new JsonArray();
    for (int i = 0; i < array.size(); i++) {
      var at = path + "[" + i + "]";
      note(at, array.inputPositionOf(i));
      list.add(value(array.get(i), at));
    }
    return list;
  }

  private JsonValue value(Object value, String path) {
    return switch (value) {
      case TomlTable t -> table(t, path);
      case TomlArray a -> array(a, path);
      case Boolean b -> Json.value(b);
      case Long l -> Json.value(l);
      case Double d when Double.isFinite(d) -> Json.value(d);
      default -> Json.value(String.valueOf(value));
    };
  }
}
