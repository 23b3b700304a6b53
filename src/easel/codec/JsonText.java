package easel.codec;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * JSON text to checked values and back. Nesting is limited to {@value #DEPTH_MAX}, a name may appear once per object.
 */
public final class JsonText {
  /** Deeper documents are refused: nobody's request needs them, and every reader here recurses. */
  public static final int DEPTH_MAX = 64;

  private JsonText() {}

  /** Reads one JSON object; anything else, bad UTF-8 included, is a {@link FieldException} naming line and column. */
  public static JsonObject object(byte[] utf8) {
    return object(decode(utf8));
  }

  public static JsonObject object(String text) {
    var value = checked(text);
    if (!value.isObject()) throw FieldException.body("body must be a JSON object");
    return value.asObject();
  }

  /** Reads any JSON value, for stored columns that are lists. */
  public static JsonArray array(String text) {
    var value = checked(text);
    if (!value.isArray()) throw FieldException.body("body must be a JSON list");
    return value.asArray();
  }

  /** Reads any JSON value as its text comes, so that a long one is never in memory beside it. */
  public static JsonValue read(Reader text) throws IOException {
    try {
      return checked(Json.parse(text));
    } catch (ParseException e) {
      throw wrong(e);
    }
  }

  private static JsonValue checked(String text) {
    return checked(value(text));
  }

  private static JsonValue checked(JsonValue value) {
    check(value, "", 0);
    return value;
  }

  static FieldException tooDeep() {
    return FieldException.body("body is nested deeper than " + DEPTH_MAX + " levels");
  }

  private static JsonValue value(String text) {
    try {
      return Json.parse(text);
    } catch (ParseException e) {
      throw wrong(e);
    }
  }

  private static FieldException wrong(ParseException e) {
    if (e.getMessage().startsWith("Nesting too deep")) return tooDeep();
    var at = e.getLocation();
    return FieldException.body("body is not JSON, line " + at.line + " column " + at.column);
  }

  private static String decode(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw FieldException.body("body is not UTF-8");
    }
  }

  private static void check(JsonValue value, String path, int depth) {
    if (depth > DEPTH_MAX) throw tooDeep();
    if (value.isArray()) {
      int i = 0;
      for (var item : value.asArray()) check(item, path + "[" + i++ + "]", depth + 1);
    } else if (value.isObject()) {
      var seen = new HashSet<String>();
      for (var member : value.asObject()) {
        var at = Fields.join(path, member.getName());
        if (!seen.add(member.getName())) {
          throw new FieldException(at, FieldException.Complaint.VALUE, "appears twice");
        }
        check(member.getValue(), at, depth + 1);
      }
    }
  }

  public static byte[] bytes(JsonValue value) {
    return value.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The same without ever having all of it beside the value. */
  public static void write(JsonValue value, OutputStream out) throws IOException {
    var writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    value.writeTo(writer);
    writer.flush();
  }

  /** The same value with all names sorted: equal for two spellings of one document, so fit to be hashed. */
  public static String canonical(JsonValue value) {
    return sorted(value).toString();
  }

  private static JsonValue sorted(JsonValue value) {
    if (value.isArray()) {
      var list = new JsonArray();
      for (var item : value.asArray()) list.add(sorted(item));
      return list;
    }
    if (!value.isObject()) return value;
    var names = new ArrayList<>(value.asObject().names());
    Collections.sort(names);
    var object = new JsonObject();
    for (var name : names) object.add(name, sorted(value.asObject().get(name)));
    return object;
  }

  /** The same value with other texts: {@code change} is given the name each stands under, and what it says. */
  public static JsonValue withTexts(JsonValue value, String name, BinaryOperator<String> change) {
    if (value.isString()) return Json.value(change.apply(name, value.asString()));
    if (value.isArray()) {
      var list = new JsonArray();
      for (var item : value.asArray()) list.add(withTexts(item, name, change));
      return list;
    }
    if (!value.isObject()) return value;
    var object = new JsonObject();
    for (var member : value.asObject()) {
      object.add(member.getName(), withTexts(member.getValue(), member.getName(), change));
    }
    return object;
  }

  public static JsonArray strings(List<String> values) {
    var list = new JsonArray();
    values.forEach(list::add);
    return list;
  }
}
