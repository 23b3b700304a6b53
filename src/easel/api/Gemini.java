package easel.api;

import easel.codec.Fields;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * How clients of the Gemini API write JSON: in camel case or with underscores, often both in one request, and with a
 * single thing in place of a list of one.
 */
final class Gemini {
  private Gemini() {}

  /** The field's name as this object has it. */
  static String spelt(Fields f, String camel) {
    var snake = camel.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return !f.has(camel) && f.has(snake) ? snake : camel;
  }

  static boolean has(Fields f, String camel) {
    return f.has(spelt(f, camel));
  }

  /** The named object, or an empty one. */
  static Fields part(Fields f, String camel) {
    return f.object(spelt(f, camel));
  }

  static <T> List<T> each(Fields f, String camel, Function<Fields, T> read) {
    var name = spelt(f, camel);
    return f.isList(name) ? f.list(name, read) : f.optObject(name).map(read).stream().toList();
  }
}
