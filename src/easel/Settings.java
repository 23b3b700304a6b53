package easel;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.JsonTree;
import easel.codec.Toml;
import easel.provider.Providers;
import easel.store.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tree of settings before it is checked: the file, overlaid by the environment, overlaid by the command line. The
 * sample file in the jar tells which keys exist and of what type they are, so that a variable's text becomes the right
 * kind of value.
 */
final class Settings {
  /** Names from before Easel, and what they set. */
  private static final Map<String, String> OLD_NAMES = Map.ofEntries(
      Map.entry("EASEL_API_KEY", "global.api_key"), Map.entry("EASEL_ADMIN_PASSWORD", "global.admin_password"),
      Map.entry("FLOW2API_API_KEY", "global.api_key"), Map.entry("FLOW2API_ADMIN_PASSWORD", "global.admin_password"),
      Map.entry("FLOW2API_HOST", "server.host"), Map.entry("FLOW2API_PORT", "server.port"),
      Map.entry("FLOW2API_DEBUG", "debug.enabled"), Map.entry("GATEWAY_API_KEYS", "global.api_keys"),
      Map.entry("COMFYUI_URL", "providers.comfyui.base_url"));
  /** Read elsewhere, not settings of a section. */
  private static final List<String> NOT_OURS = List.of("EASEL_CONFIG", "EASEL_DATA", Vault.VARIABLE);

  private final JsonObject tree;
  private final Optional<Toml> file;
  private final String source;
  private final Map<String, String> variables = new TreeMap<>();
  private final List<String> complaints = new ArrayList<>();
  private final List<String> providers;

  private Settings(Optional<Toml> file, String source) {
    this.file = file;
    this.source = source;
    this.tree = file.map(Toml::tree).orElseGet(JsonObject::new);
    this.providers = List.copyOf(JsonTree.object(tree, "providers").names());
  }

  static Settings read(Flags flags, Map<String, String> environment) throws ConfigException {
    var settings = new Settings(load(flags), flags.config().map(Path::toString).orElse(""));
    settings.overlay(environment);
    flags.host().ifPresent(h -> JsonTree.put(settings.tree, "server.host", Json.value(h)));
    flags.port().ifPresent(p -> JsonTree.put(settings.tree, "server.port", Json.value(p)));
    return settings;
  }

  JsonObject tree() {
    return tree;
  }

  /** Names of the providers that have a section in the file, in its order. */
  List<String> providers() {
    return providers;
  }

  List<String> complaints() {
    return complaints;
  }

  /** Where a field was set, to begin a complaint with: file and line, or the variable's name. */
  String where(String path) {
    if (variables.containsKey(path)) return variables.get(path) + ": ";
    var line = file.flatMap(f -> f.line(path));
    return line.map(l -> source + ":" + l + ": ").orElse(source.isEmpty() ? "" : source + ": ");
  }

  /** Whether the environment has the last word on this field. */
  boolean byVariable(String path) {
    return variables.containsKey(path);
  }

  private static Optional<Toml> load(Flags flags) throws ConfigException {
    if (flags.config().isEmpty()) return Optional.empty();
    var path = flags.config().get();
    try {
      var toml = Toml.parse(Files.readString(path));
      if (!toml.errors().isEmpty()) throw new ConfigException(toml.errors().stream().map(e -> path + ": " + e).toList());
      return Optional.of(toml);
    } catch (NoSuchFileException e) {
      throw new ConfigException(List.of("The configuration file " + path + " does not exist."));
    } catch (IOException e) {
      throw new ConfigException(List.of("The configuration file " + path + " cannot be read: " + e.getMessage()));
    }
  }

  private void overlay(Map<String, String> environment) {
    for (var variable : new TreeMap<>(environment).entrySet()) {
      var name = variable.getKey();
      if (variable.getValue().isEmpty() || NOT_OURS.contains(name)) continue;
      if (OLD_NAMES.containsKey(name)) set(name, OLD_NAMES.get(name), variable.getValue());
      else if (name.startsWith("EASEL_")) setOurs(name, variable.getValue());
      else keyOf(name).ifPresent(type -> set(name, "providers." + type + ".api_key", variable.getValue()));
    }
  }

  /** Every service's own clients call its key {@code OPENAI_API_KEY}, {@code BFL_API_KEY} and so on. */
  private static Optional<String> keyOf(String variable) {
    if (!variable.endsWith("_API_KEY")) return Optional.empty();
    var type = variable.substring(0, variable.length() - "_API_KEY".length()).toLowerCase(Locale.ROOT);
    return Providers.home(type).map(home -> type);
  }

  private void setOurs(String name, String text) {
    var words = name.substring("EASEL_".length()).toLowerCase(Locale.ROOT);
    var path = known(words);
    if (path.isEmpty()) complaints.add(name + ": is not the name of a setting (EASEL_<SECTION>_<KEY>)");
    else set(name, path.get(), text);
  }

  /**
   * {@code server_port} to {@code server.port}, {@code providers_my_box_api_key} to {@code providers.my_box.api_key}.
   */
  private static Optional<String> known(String words) {
    for (var section : sample().names()) {
      var prefix = section + "_";
      if (!words.startsWith(prefix)) continue;
      var rest = words.substring(prefix.length());
      if (section.equals("providers")) return providerKey(rest);
      if (JsonTree.object(sample(), section).names().contains(rest)) return Optional.of(section + "." + rest);
    }
    return Optional.empty();
  }

  private static Optional<String> providerKey(String rest) {
    return JsonTree.object(sample(), "providers.openai").names().stream()
        .filter(k -> rest.endsWith("_" + k) && rest.length() > k.length() + 1)
        .max(Comparator.comparingInt(String::length))
        .map(k -> "providers." + rest.substring(0, rest.length() - k.length() - 1) + "." + k);
  }

  private void set(String variable, String path, String text) {
    variables.put(path, variable);
    var like = path.startsWith("providers.") ? "providers.openai" + path.substring(path.lastIndexOf('.')) : path;
    JsonTree.put(tree, path, JsonTree.typed(text, JsonTree.find(sample(), like).orElse(Json.value(""))));
  }

  private static JsonObject sample() {
    return Sample.TREE;
  }

  /** Read only when a variable needs it: parsing costs start-up time. */
  private static final class Sample {
    static final JsonObject TREE = read();

    private static JsonObject read() {
      try (var in = Settings.class.getResourceAsStream("/config/setting.toml")) {
        return Toml.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)).tree();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
