package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a Flow2API has in its database besides accounts. There the database wins over the setting file from the second
 * start on, so what its page was used for stands nowhere else: without these lines it would be lost without a word.
 */
public final class FlowSettings {
  /**
   * A line for setting.toml.
   *
   * @param value without passwords in it; empty where it is nothing but a secret
   * @param words what to know of it; may be empty
   */
  public record Line(String section, String key, Optional<JsonValue> value, String words) {
    JsonObject json() {
      var json = new JsonObject().add("section", section).add("key", key);
      value.ifPresent(v -> json.add("value", v));
      return words.isEmpty() ? json : json.add("note", words);
    }
  }

  private static final String BY_HAND = "a secret, so not shown: set it by hand";

  private final List<Line> lines = new ArrayList<>();

  private FlowSettings() {}

  /**
   * Those that are not as Flow2API's own sample file has them; {@code tables} as {@code store.FlowDatabase} reads them.
   */
  public static List<Line> lines(JsonObject tables) {
    var settings = new FlowSettings();
    // Whatever is odd about somebody else's settings is no reason to stop.
    var f = Fields.gathering(tables, e -> { });
    settings.access(f.object("admin_config"));
    settings.proxies(f.object("proxy_config"));
    settings.times(f.object("generation_config"), f.object("cache_config"));
    settings.rest(f);
    return List.copyOf(settings.lines);
  }

  public static JsonArray json(List<Line> lines) {
    var list = new JsonArray();
    lines.forEach(l -> list.add(l.json()));
    return list;
  }

  private void access(Fields f) {
    text(f, "username", "admin", "global", "admin_username");
    secret(f, "password", "admin", "global", "admin_password");
    secret(f, "api_key", "han1234", "global", "api_key");
    number(f, "error_ban_threshold", 3, "admin", "error_ban_threshold");
  }

  private void proxies(Fields f) {
    flag(f, "enabled", "proxy", "proxy_enabled");
    proxy(f, "proxy_url");
    flag(f, "media_proxy_enabled", "proxy", "media_proxy_enabled");
    proxy(f, "media_proxy_url");
  }

  private void times(Fields generation, Fields cache) {
    number(generation, "image_timeout", 300, "generation", "image_timeout");
    number(generation, "video_timeout", 1500, "generation", "video_timeout");
    number(cache, "cache_timeout", 7200, "cache", "timeout");
    text(cache, "cache_base_url", "", "cache", "base_url");
  }

  private void rest(Fields f) {
    text(f.object("call_logic_config"), "call_mode", "default", "call_logic", "call_mode");
    flag(f.object("debug_config"), "enabled", "debug", "enabled");
    secret(f.object("plugin_config"), "connection_token", "", "plugin", "connection_token");
    var update = f.object("plugin_config").text("auto_enable_on_update", "1");
    if (update.equals("0")) lines.add(new Line("plugin", "auto_enable_on_update", Optional.of(Json.value(false)), ""));
  }

  private void text(Fields f, String column, String usual, String section, String key) {
    var text = f.text(column, usual).strip();
    if (!text.equals(usual)) lines.add(new Line(section, key, Optional.of(Json.value(text)), ""));
  }

  private void secret(Fields f, String column, String usual, String section, String key) {
    var text = f.text(column, usual);
    if (!text.equals(usual) && !text.isEmpty()) lines.add(new Line(section, key, Optional.empty(), BY_HAND));
  }

  private void number(Fields f, String column, int usual, String section, String key) {
    var text = f.text(column, "");
    boolean other = text.matches("[0-9]{1,9}") && Integer.parseInt(text) != usual;
    if (other) lines.add(new Line(section, key, Optional.of(Json.value(Integer.parseInt(text))), ""));
  }

  private void flag(Fields f, String column, String section, String key) {
    var text = f.text(column, "0");
    if (text.equals("1") || text.equals("true")) lines.add(new Line(section, key, Optional.of(Json.value(true)), ""));
  }

  /**
   * Spelled in many ways, and the password may stand at either end: {@code user:password@host:port}, or after the port.
   */
  private void proxy(Fields f, String column) {
    var text = f.text(column, "").strip();
    if (text.isEmpty()) return;
    var bare = text.replaceFirst("^[A-Za-z0-9]+(://| )", "");
    boolean open = bare.matches("[A-Za-z0-9.-]+(:[0-9]{1,5})?/?") || bare.matches("\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?/?");
    if (open) lines.add(new Line("proxy", column, Optional.of(Json.value(text)), ""));
    else lines.add(new Line("proxy", column, Optional.empty(), "it holds a password, so it is not shown: set it by hand"));
  }
}
