package easel;

import com.eclipsesource.json.JsonObject;
import easel.api.PluginApi;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.core.Secret;
import easel.job.Strategy;
import easel.pool.PoolOptions;
import easel.provider.ProviderSettings;
import easel.provider.Providers;
import easel.store.Vault;
import easel.store.VaultKey;
import easel.upstream.AddressGuard;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Turns the tree of settings into a {@link Config}, gathering every complaint on the way. */
final class ConfigReader {
  /** Has no address of its own: its section counts once it is given one. */
  private static final String COMFYUI = "comfyui";
  /** What only a Flow2API file has: its sections, and its keys in sections of ours. */
  private static final List<String> OF_FLOW2API =
      List.of("flow", "captcha", "token_refresh", "upsample_timeout");

  private final Settings settings;
  private final Path data;
  private final Map<String, String> environment;
  private final Set<String> fromEnvironment = new HashSet<>();
  private final List<String> complaints;

  private ConfigReader(Settings settings, Path data, Map<String, String> environment) {
    this.settings = settings;
    this.data = data;
    this.environment = environment;
    this.complaints = new ArrayList<>(settings.complaints());
  }

  static Config read(Flags flags, Map<String, String> environment) throws ConfigException {
    return new ConfigReader(Settings.read(flags, environment), flags.data(), environment).config();
  }

  private Config config() throws ConfigException {
    var root = Fields.gathering(settings.tree(), this::complain);
    var access = access(root.object("global"));
    var server = server(root.object("server"));
    var generation = generation(root.object("generation"));
    var storage = storage(root.object("storage"), root.object("cache"));
    var bounds = root.object("limits");
    var pool = pool(root.object("admin"), bounds, root.object("call_logic"));
    var limits = limits(bounds);
    var proxies = ConfigProxy.read(root.object("proxy"));
    var dispatch = dispatch(root.object("dispatch"));
    var models = new ConfigModels(providers(root.object("providers"), root.object("flow")), root);
    boolean debug = debug(root.object("debug"));
    var plugin = plugin(root.object("plugin"));
    compatible(root);
    root.strict();
    var vaultKey = vaultKey();
    Exposure.check(server.host(), access).ifPresent(complaints::add);
    if (!complaints.isEmpty()) throw new ConfigException(complaints.stream().distinct().toList());
    return new Config(access, server, storage, generation, limits, proxies, pool, dispatch, debug, models.providers(), models.names(),
        new Config.Secrets(vaultKey, fromEnvironment), plugin, settings::where);
  }

  private void complain(FieldException complaint) {
    complaints.add(settings.where(complaint.path()) + complaint.getMessage());
  }

  private static Config.Access access(Fields f) {
    var keys = keys(f);
    var access = new Config.Access(keys, f.text("admin_username", "admin"),
        f.optText("admin_password").filter(p -> !p.isEmpty()).map(Secret::new));
    f.strict();
    return access;
  }

  /** Only ever in the environment: in the file it would lie beside what it seals. */
  private Optional<VaultKey> vaultKey() {
    var text = environment.getOrDefault(Vault.VARIABLE, "");
    if (text.isEmpty()) return Optional.empty();
    var key = VaultKey.parse(text);
    if (key.isEmpty()) complaints.add(Vault.VARIABLE + ": must be 32 bytes, as base64 (openssl rand -base64 32) or as 64 hex digits");
    return key;
  }

  private static Config.Server server(Fields f) {
    var server = new Config.Server(f.text("host", "127.0.0.1"), f.integer("port", 8000, 0, 65_535),
        Set.copyOf(f.texts("hosts")), f.flag("trust_forwarded", false), f.duration("drain_timeout", Duration.ofSeconds(300)));
    f.strict();
    return server;
  }

  private static Config.Generation generation(Fields f) {
    var generation = new Config.Generation(positive(f, "image_timeout", 300), positive(f, "video_timeout", 1500),
        positive(f, "no_progress_timeout", 600), f.duration("fetch_grace", Duration.ofSeconds(600)),
        f.duration("wait_timeout", Duration.ofSeconds(60)), f.duration("video_wait_timeout", Duration.ofSeconds(900)));
    OF_FLOW2API.forEach(f::has);
    f.strict();
    return generation;
  }

  private static Duration positive(Fields f, String name, int seconds) {
    var duration = f.duration(name, Duration.ofSeconds(seconds));
    if (!duration.isPositive()) f.complain(name, "must be more than 0");
    return duration;
  }

  private Config.Storage storage(Fields f, Fields cache) {
    var path = f.text("path", "");
    long sizeMax = f.bytes("size_max", 0);
    long reserve = f.bytes("reserve", 16L << 20);
    cache.flag("enabled", true);
    var life = cache.duration("timeout", Duration.ofSeconds(7200));
    var baseUrl = cache.optText("base_url").filter(u -> !u.isEmpty()).flatMap(u -> link(cache, "base_url", u));
    f.strict();
    cache.strict();
    var results = path.isEmpty() ? data.resolve("storage") : Path.of(path);
    return new Config.Storage(data.toAbsolutePath(), results.toAbsolutePath(), sizeMax, reserve, life, baseUrl);
  }

  private static Config.Limits limits(Fields f) {
    var allowed = f.texts("allow_private");
    for (var entry : allowed) checkAllowed(f, entry);
    var limits = new Config.Limits(f.integer("jobs_open_max", 10_000, 1, 1_000_000), f.bytes("body_max", 64L << 20),
        f.bytes("input_max", 50L << 20), f.optWhole("pixels_max", 1, Integer.MAX_VALUE).orElse(50_000_000L),
        f.bytes("answer_max", 256L << 20), allowed);
    f.strict();
    return limits;
  }

  private static void checkAllowed(Fields f, String entry) {
    try {
      new AddressGuard(List.of(entry));
    } catch (IllegalArgumentException e) {
      f.complain("allow_private", "must hold ranges, addresses and host names: " + entry + " is none");
    }
  }

  private static PoolOptions pool(Fields f, Fields limits, Fields logic) {
    var d = PoolOptions.defaults();
    var options = new PoolOptions(f.integer("error_ban_threshold", d.banThreshold(), 0, 1000), d.badRest(), d.brokeRest(),
        limits.integer("queue_max", d.queueMax(), 0, 1_000_000), d.breaker());
    f.strict();
    return options.with(choice(logic));
  }

  /** In the words of Flow2API; what else stands in that section never meant anything. */
  private static PoolOptions.Choice choice(Fields logic) {
    var mode = logic.text("call_mode", "default");
    if (!List.of("default", "polling").contains(mode)) logic.complain("call_mode", "must be default or polling");
    logic.raw().names().forEach(logic::has);
    return mode.equals("polling") ? PoolOptions.Choice.ROUND_ROBIN : PoolOptions.Choice.LEAST_BUSY;
  }

  private static Config.Dispatch dispatch(Fields f) {
    var dispatch = new Config.Dispatch(f.choice("strategy", Strategy.class, Strategy.ORDER), f.flag("fallback_on_refusal", false));
    f.strict();
    return dispatch;
  }

  private static PluginApi.Options plugin(Fields f) {
    var token = f.optText("connection_token").map(String::strip).filter(t -> !t.isEmpty());
    if (token.map(t -> t.length() < Exposure.LENGTH_MIN).orElse(false)) {
      f.complain("connection_token", "must have at least " + Exposure.LENGTH_MIN + " characters");
    }
    return new PluginApi.Options(token.map(Secret::new), f.flag("auto_enable_on_update", true));
  }

  private static boolean debug(Fields f) {
    boolean enabled = f.flag("enabled", false);
    for (var key : List.of("log_requests", "log_responses", "mask_token")) f.flag(key, true);
    f.strict();
    return enabled;
  }

  /**
   * First those of the file, then services that need nothing but a key. The sample comes last, whatever else there is:
   * "auto" means it only where nobody else can do the work.
   */
  private List<ProviderSettings> providers(Fields f, Fields flow) {
    var names = new ArrayList<>(settings.providers());
    for (var type : Providers.types()) if (Providers.home(type).isPresent() || f.has(type)) addNew(names, type);
    for (var name : f.raw().names()) addNew(names, name);
    names.remove("sample");
    names.add("sample");
    var all = new ArrayList<ProviderSettings>();
    for (var name : names) all.add(provider(name, f.object(name), flow));
    all.removeIf(p -> p.id().equals(COMFYUI) && p.baseUrls().isEmpty());
    return all;
  }

  private static void addNew(List<String> names, String name) {
    if (!names.contains(name)) names.add(name);
  }

  private ProviderSettings provider(String name, Fields f, Fields flow) {
    var type = f.text("type", name);
    boolean enabled = f.flag("enabled", true);
    // several in one variable of the environment: COMFYUI_URL=http://a:8188,http://b:8188
    var bases = f.oneOrMoreTexts("base_url").stream().flatMap(u -> Stream.of(u.split(","))).map(String::strip)
        .filter(u -> !u.isEmpty()).flatMap(u -> link(f, "base_url", u).stream()).toList();
    var keys = keys(f);
    var models = f.texts("models");
    var timeout = f.has("timeout") ? Optional.of(positive(f, "timeout", 300)) : Optional.<Duration>empty();
    var limits = new ProviderSettings.Limits(limit(f, "concurrency"), limit(f, "requests_per_minute"),
        limit(f, "total_concurrency"), limit(f, "total_requests_per_minute"));
    var folder = f.optText("folder").filter(p -> !p.isEmpty()).map(Path::of);
    if (!Providers.types().contains(type)) f.complain("type", "must be one of " + String.join(", ", Providers.types()));
    if (!name.matches("[A-Za-z0-9._-]{1,40}")) f.complain("type", "is in a section whose name may only have letters, digits, dots and dashes");
    var videos = f.texts("video_models");
    var options = type.equals(ConfigFlow.TYPE) ? ConfigFlow.options(flow, f) : new JsonObject();
    f.strict();
    var section = new ProviderSettings(name, type, bases, keys, models, videos, List.of(), folder,
        enabled && Providers.types().contains(type), timeout, limits, options);
    noteSources(section, f);
    return section;
  }

  private void noteSources(ProviderSettings section, Fields f) {
    for (var name : List.of("api_key", "api_keys")) {
      if (!settings.byVariable(f.path(name))) continue;
      for (var key : f.oneOrMoreTexts(name)) fromEnvironment.add(section.credential(new Secret(key.strip())).name());
    }
  }

  private static int limit(Fields f, String name) {
    return f.integer(name, -1, -1, 100_000);
  }

  private static List<Secret> keys(Fields f) {
    var keys = new LinkedHashSet<String>();
    f.optText("api_key").map(String::strip).filter(k -> !k.isEmpty()).ifPresent(keys::add);
    f.texts("api_keys").stream().map(String::strip).filter(k -> !k.isEmpty()).forEach(keys::add);
    if (!keys.stream().allMatch(k -> k.chars().allMatch(c -> c > ' ' && c < 127))) {
      f.complain("api_key", "must be visible ASCII without blanks");
    }
    return keys.stream().map(Secret::new).toList();
  }

  static Optional<URI> link(Fields f, String name, String text) {
    try {
      var uri = new URI(text);
      boolean web = List.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null;
      if (web && uri.getUserInfo() == null) return Optional.of(uri);
    } catch (URISyntaxException e) {
      f.complain(name, "must be an http or https address");
      return Optional.empty();
    }
    f.complain(name, "must be an http or https address");
    return Optional.empty();
  }

  /** Sections of a Flow2API file: accepted whole, whatever they hold. */
  private static void compatible(Fields root) {
    OF_FLOW2API.forEach(root::has);
  }
}
