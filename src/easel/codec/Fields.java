package easel.codec;

import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.FieldException.Complaint;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One JSON object read field by field, with the path to it. Each method names what it expects and complains with the
 * path of the field. JSON {@code null} counts as absent. The first complaint is thrown, unless {@link #gathering} was
 * asked for.
 */
public final class Fields {
  private final JsonObject object;
  private final String path;
  private final Consumer<FieldException> complaints;
  private final Set<String> known = new HashSet<>();

  private Fields(JsonObject object, String path, Consumer<FieldException> complaints) {
    this.object = object;
    this.path = path;
    this.complaints = complaints;
  }

  /** Reads a request body: the first complaint is thrown. */
  public static Fields of(JsonObject object) {
    return of(object, "");
  }

  public static Fields of(JsonObject object, String path) {
    return new Fields(object, path, e -> {
      throw e;
    });
  }

  /**
   * Reads a configuration: every complaint goes to {@code sink}, and the fallback value is used in place of the bad
   * one.
   */
  public static Fields gathering(JsonObject object, Consumer<FieldException> sink) {
    return new Fields(object, "", sink);
  }

  public static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  public String path(String name) {
    return join(path, name);
  }

  public boolean has(String name) {
    return find(name).isPresent();
  }

  public Set<String> names() {
    return Set.copyOf(object.names());
  }

  public String text(String name) {
    return find(name).isEmpty() ? missing(name, "") : optText(name).orElse("");
  }

  public String text(String name, String fallback) {
    return optText(name).orElse(fallback);
  }

  public Optional<String> optText(String name) {
    var value = find(name);
    if (value.isPresent() && !value.get().isString()) return complain(name, "must be text", Optional.empty());
    return value.map(JsonValue::asString);
  }

  /** Text of a non-string scalar too: some clients send numbers where the API says string. */
  public Optional<String> optScalar(String name) {
    var value = find(name);
    if (value.isEmpty() || value.get().isString()) return optText(name);
    if (value.get().isNumber() || value.get().isBoolean()) return value.map(JsonValue::toString);
    return complain(name, "must be text", Optional.empty());
  }

  public int integer(String name, int fallback, int min, int max) {
    return optInteger(name, min, max).orElse(fallback);
  }

  public OptionalInt optInteger(String name, int min, int max) {
    var value = optWhole(name, min, max);
    return value.isPresent() ? OptionalInt.of((int) (long) value.get()) : OptionalInt.empty();
  }

  /** A whole number; {@code 1.0} and {@code 1e2} are whole, as JSON does not tell integers from floats. */
  public Optional<Long> optWhole(String name, long min, long max) {
    var value = find(name);
    if (value.isEmpty()) return Optional.empty();
    if (!value.get().isNumber()) return complain(name, "must be a whole number", Optional.empty());
    double number = value.get().asDouble();
    if (number != Math.rint(number) || Double.isInfinite(number)) {
      return complain(name, "must be a whole number", Optional.empty());
    }
    if (number < min || number > max) return outOfRange(name, number, min, max);
    return Optional.of(exact(value.get(), number));
  }

  private static long exact(JsonValue value, double number) {
    try {
      return value.asLong();
    } catch (NumberFormatException e) {
      return (long) number;
    }
  }

  private <T> Optional<T> outOfRange(String name, double number, long min, long max) {
    return number < min && (max == Integer.MAX_VALUE || max == Long.MAX_VALUE)
        ? valueComplaint(name, "must be at least " + min, Optional.empty())
        : valueComplaint(name, "must be between " + min + " and " + max, Optional.empty());
  }

  public Optional<Double> optNumber(String name) {
    var value = find(name);
    if (value.isPresent() && !value.get().isNumber()) return complain(name, "must be a number", Optional.empty());
    return value.map(JsonValue::asDouble);
  }

  /** A number as it is written, or a text that is one: money is not to be rounded. */
  public Optional<BigDecimal> optDecimal(String name) {
    var text = optScalar(name);
    try {
      return text.map(BigDecimal::new);
    } catch (NumberFormatException e) {
      return complain(name, "must be a number", Optional.empty());
    }
  }

  public boolean flag(String name, boolean fallback) {
    var value = find(name);
    if (value.isPresent() && !value.get().isBoolean()) return complain(name, "must be true or false", fallback);
    return value.map(JsonValue::asBoolean).orElse(fallback);
  }

  /** An enum constant by its lower-case name. */
  public <E extends Enum<E>> E choice(String name, Class<E> type, E fallback) {
    var text = optText(name);
    if (text.isEmpty()) return fallback;
    for (var constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text.get())) return constant;
    }
    return valueComplaint(name, "must be one of " + words(type), fallback);
  }

  public Optional<String> optChoice(String name, List<String> choices) {
    var text = optText(name);
    if (text.isPresent() && !choices.contains(text.get())) {
      return valueComplaint(name, "must be one of " + String.join(", ", choices), Optional.empty());
    }
    return text;
  }

  private static <E extends Enum<E>> String words(Class<E> type) {
    var words = new ArrayList<String>();
    for (var constant : type.getEnumConstants()) words.add(constant.name().toLowerCase(Locale.ROOT));
    return String.join(", ", words);
  }

  /** Seconds as a number, or text with a unit: {@code 500ms 30s 5m 2h 7d}. */
  public Duration duration(String name, Duration fallback) {
    var value = find(name);
    if (value.isEmpty()) return fallback;
    var parsed = value.get().isNumber() ? Quantity.seconds(value.get().asDouble())
        : value.get().isString() ? Quantity.duration(value.get().asString()) : Optional.<Duration>empty();
    return parsed.orElseGet(() -> valueComplaint(name, "must be seconds, or like 500ms, 30s, 5m, 2h, 7d", fallback));
  }

  /** Bytes as a number, or text with a unit: {@code 64KB 20MB 2GB} (powers of 1024). */
  public long bytes(String name, long fallback) {
    var value = find(name);
    if (value.isEmpty()) return fallback;
    var parsed = Quantity.bytes(value.get().isString() ? value.get().asString() : value.get().toString());
    return parsed.orElseGet(() -> valueComplaint(name, "must be bytes, or like 64KB, 20MB, 2GB", fallback));
  }

  public Optional<Fields> optObject(String name) {
    var value = find(name);
    if (value.isPresent() && !value.get().isObject()) return complain(name, "must be an object", Optional.empty());
    return value.map(v -> new Fields(v.asObject(), path(name), complaints));
  }

  /** The named object, or an empty one: for sections of a configuration. */
  public Fields object(String name) {
    return optObject(name).orElseGet(() -> new Fields(new JsonObject(), path(name), complaints));
  }

  /** The raw object, to be passed on unread (for example {@code provider_params}). */
  public JsonObject rawObject(String name) {
    return optObject(name).map(f -> f.object).orElseGet(JsonObject::new);
  }

  public JsonObject raw() {
    return object;
  }

  public <T> List<T> list(String name, Function<Fields, T> read) {
    var items = new ArrayList<T>();
    int i = 0;
    for (var item : array(name)) {
      var at = name + "[" + i++ + "]";
      if (item.isObject()) items.add(read.apply(new Fields(item.asObject(), path(at), complaints)));
      else complain(at, "must be an object", null);
    }
    return items;
  }

  public List<String> texts(String name) {
    var items = new ArrayList<String>();
    int i = 0;
    for (var item : array(name)) {
      var at = name + "[" + i++ + "]";
      if (item.isString()) items.add(item.asString());
      else complain(at, "must be text", null);
    }
    return items;
  }

  public List<Long> wholes(String name) {
    var items = new ArrayList<Long>();
    for (var item : array(name)) items.add(Math.round(item.isNumber() ? item.asDouble() : complain(name, "must hold numbers", 0.0)));
    return items;
  }

  /** A list of lists, each as fields named {@code 0}, {@code 1} and so on. */
  public List<Fields> rows(String name) {
    var items = new ArrayList<Fields>();
    for (var item : array(name)) {
      var at = name + "[" + items.size() + "]";
      var row = new JsonObject();
      if (item.isArray()) for (var cell : item.asArray()) row.add(String.valueOf(row.size()), cell);
      else complain(at, "must be a list", null);
      items.add(new Fields(row, path(at), complaints));
    }
    return items;
  }

  /** A list that may hold texts and objects side by side. */
  public <T> List<T> mixed(String name, Function<String, T> text, Function<Fields, T> read) {
    var items = new ArrayList<T>();
    int i = 0;
    for (var item : array(name)) {
      var at = name + "[" + i++ + "]";
      if (item.isString()) items.add(text.apply(item.asString()));
      else if (item.isObject()) items.add(read.apply(new Fields(item.asObject(), path(at), complaints)));
      else complain(at, "must be text or a table", null);
    }
    return items;
  }

  /** A list of text or one text on its own. */
  public List<String> oneOrMoreTexts(String name) {
    return isText(name) ? List.of(text(name)) : texts(name);
  }

  public boolean isText(String name) {
    return find(name).map(JsonValue::isString).orElse(false);
  }

  public boolean isList(String name) {
    return find(name).map(JsonValue::isArray).orElse(false);
  }

  private Iterable<JsonValue> array(String name) {
    var value = find(name);
    if (value.isEmpty()) return List.of();
    return value.get().isArray() ? value.get().asArray() : complain(name, "must be a list", List.<JsonValue>of());
  }

  /** Complains about every field that was not asked for; call it after all reads. */
  public void strict() {
    for (var name : object.names()) {
      if (known.contains(name)) continue;
      var near = Near.to(name, known).map(n -> ", did you mean " + n + "?").orElse("");
      complaints.accept(new FieldException(path(name), Complaint.UNKNOWN, "is not a known field" + near));
    }
  }

  /** Raises a complaint of the caller's own about a field it has read. */
  public FieldException wrong(String name, String words) {
    return new FieldException(path(name), Complaint.VALUE, words);
  }

  /** Reports a complaint of the caller's own to wherever this object's complaints go. */
  public void complain(String name, String words) {
    complaints.accept(wrong(name, words));
  }

  private Optional<JsonValue> find(String name) {
    known.add(name);
    return Optional.ofNullable(object.get(name)).filter(v -> !v.isNull());
  }

  private String missing(String name, String fallback) {
    complaints.accept(new FieldException(path(name), Complaint.MISSING, "is required"));
    return fallback;
  }

  private <T> T complain(String name, String words, T fallback) {
    complaints.accept(new FieldException(path(name), Complaint.TYPE, words));
    return fallback;
  }

  private <T> T valueComplaint(String name, String words, T fallback) {
    complaints.accept(new FieldException(path(name), Complaint.VALUE, words));
    return fallback;
  }
}
