package easel;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.api.ProxyApi;
import easel.core.Time;
import easel.http.HttpOptions;
import easel.http.HttpServer;
import easel.http.Response;
import easel.provider.ProviderSettings;
import easel.provider.Providers;
import easel.store.AccountTable;
import easel.store.CredentialTable;
import easel.store.Database;
import easel.store.JobTable;
import easel.store.StoreException;
import easel.store.StoreOptions;
import easel.store.Vault;
import easel.upstream.ProxyOptions;
import easel.upstream.Upstream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Looks at everything Easel needs, and says of each whether it is well, and if not, what to do. */
final class Doctor {
  private static final long ROOM = 256L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** How a thing is: {@code WARN} works but not for long or not for everything. */
  enum Health { OK, WARN, BAD }

  /** Takes down what was found. */
  interface Sink {
    void say(String subject, Health health, String words);
  }

  private record Finding(String subject, Health health, String words) {}

  private final List<Finding> findings = new ArrayList<>();
  private final Time time = Time.system();

  private Doctor() {}

  /** Answers 0, or 1 if anything is bad. */
  static int run(Flags flags, Map<String, String> environment, PrintStream out) throws InterruptedException {
    LogFormat.installQuiet();
    var doctor = new Doctor();
    doctor.java();
    try {
      var config = ConfigReader.read(flags, environment);
      doctor.say("configuration", Health.OK, flags.config().map(Path::toString).orElse("no file, defaults"));
      flags.config().ifPresent(file -> doctor.file(file, config));
      doctor.examine(config, flags.checkKeys());
    } catch (ConfigException e) {
      e.complaints().forEach(c -> doctor.say("configuration", Health.BAD, c));
    }
    out.println(flags.json() ? doctor.json() : doctor.text());
    return doctor.findings.stream().anyMatch(f -> f.health() == Health.BAD) ? 1 : 0;
  }

  private void examine(Config config, boolean checkKeys) throws InterruptedException {
    boolean running = port(config.server());
    folder("data folder", config.storage().data());
    folder("results", config.storage().results());
    var vault = vault(config);
    var database = database(config, running);
    try (var upstream = new Upstream(new Blueprint(config).wayOut())) {
      proxies(config.proxies(), upstream, checkKeys);
      var kept = database.flatMap(d -> vault.flatMap(v -> kept(d, v)));
      var stored = kept.map(Kept::rows);
      var sections = Lending.with(config.providers(), stored.orElse(List.of()));
      var models = models(config, sections, upstream, kept.map(Kept::accounts).orElseGet(AccountBook::new));
      var check = new KeyCheck(this::say, upstream, models, checkKeys, time);
      for (var section : config.providers()) if (section.enabled()) check.look(section, stored);
    } finally {
      database.ifPresent(Database::close);
    }
  }

  private void proxies(ProxyOptions proxies, Upstream upstream, boolean tries) throws InterruptedException {
    var all = new LinkedHashSet<>(proxies.usual());
    all.addAll(proxies.media());
    for (var proxy : all) {
      if (!tries) {
        say("proxy", Health.OK, proxy.words() + " (--check-keys tries it)");
        continue;
      }
      var probe = upstream.probe(proxy, ProxyApi.USUAL, PATIENCE, false);
      say("proxy", probe.ok() ? Health.OK : proxies.directFallback() ? Health.WARN : Health.BAD, probe.ok()
          ? proxy.words() + " works, " + ProxyApi.USUAL.getHost() + " answered " + probe.status() + " in " + probe.elapsed().toMillis() + " ms"
          : probe.error() + (proxies.directFallback() ? "; calls go directly where none works (direct_fallback)" : ""));
    }
  }

  /** Answers the providers; none if the configuration makes none. */
  private Optional<Providers> models(Config config, List<ProviderSettings> sections, Upstream upstream, AccountBook accounts) {
    try {
      var plan = new Blueprint(config);
      var providers = plan.providers(upstream, accounts, time);
      say("models", Health.OK, plan.checkedCatalogue(providers, sections, time).names().size() + " names can be asked for");
      return Optional.of(providers);
    } catch (ConfigException e) {
      e.complaints().forEach(c -> say("models", Health.BAD, c));
      return Optional.empty();
    }
  }

  /** A file that holds providers' keys is nobody else's to read. */
  private void file(Path file, Config config) {
    boolean keys = config.providers().stream().flatMap(p -> p.keys().stream().map(p::credential))
        .anyMatch(c -> !config.secrets().fromEnvironment().contains(c.name()));
    if (!keys) return;
    Vault.openToOthers(file).ifPresent(mode -> say("configuration", Health.WARN,
        "others can read the keys in " + file + " (" + mode + "): run chmod 600 " + file));
  }

  private Optional<Vault> vault(Config config) {
    try {
      var vault = Vault.open(config.storage().data(), config.secrets().vaultKey());
      say("secret key", Health.OK, vault.hasKey() ? vault.place() : "none yet, it is made with the first secret in the database");
      return Optional.of(vault);
    } catch (StoreException e) {
      say("secret key", Health.BAD, e.getMessage());
      return Optional.empty();
    }
  }

  private void say(String subject, Health health, String words) {
    findings.add(new Finding(subject, health, words));
  }

  private void java() {
    int version = Runtime.version().feature();
    say("java", version >= 24 ? Health.OK : Health.WARN, version >= 24 ? "Java " + version
        : "Java " + version + " works; 24 or newer serves many slow clients with less memory");
  }

  /** True if somebody listens there already. */
  private boolean port(Config.Server server) {
    var options = HttpOptions.defaults().withHost(server.host()).withPort(server.port());
    try (var probe = HttpServer.start(options, request -> Response.empty(204))) {
      say("port", Health.OK, server.host() + ":" + probe.port() + " is free");
      return false;
    } catch (IOException e) {
      say("port", Health.WARN, server.host() + ":" + server.port() + " is in use, perhaps by a running Easel (" + e.getMessage() + ")");
      return true;
    }
  }

  private void folder(String subject, Path folder) {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "doctor", ".tmp"));
      long free = folder.toFile().getUsableSpace();
      say(subject, free < ROOM ? Health.WARN : Health.OK, folder + ", " + (free >> 20) + " MB free");
    } catch (IOException e) {
      say(subject, Health.BAD, folder + " cannot be written: " + e);
    }
  }

  /** Open, for whoever closes it; empty if it cannot be looked at. */
  private Optional<Database> database(Config config, boolean running) {
    var options = StoreOptions.at(config.storage().data(), config.storage().results()).withReserve(0);
    try {
      var database = Database.open(options, time);
      tried(database);
      return Optional.of(database);
    } catch (StoreException e) {
      boolean inUse = e.trouble() == StoreException.Trouble.LOCKED;
      say("database", inUse && running ? Health.OK : inUse ? Health.WARN : Health.BAD, e.getMessage()
          + (inUse ? "; the credentials in it were not looked at (easel token test tries them)" : ""));
      return Optional.empty();
    }
  }

  /** {@code accounts}: what providers give in place of a key that is tried is not to be lost. */
  private record Kept(List<CredentialTable.Row> rows, AccountBook accounts) {}

  /** The credentials it holds; empty if they cannot be looked at. */
  private Optional<Kept> kept(Database database, Vault vault) {
    try {
      var accounts = new AccountBook(new AccountTable(database, vault), notice -> { }, time);
      return Optional.of(new Kept(new CredentialTable(database, vault).list(), accounts));
    } catch (StoreException e) {
      say("credentials", Health.BAD, e.getMessage());
      return Optional.empty();
    }
  }

  private void tried(Database database) {
    try {
      long began = time.nanos();
      database.write(session -> session);
      long micros = (time.nanos() - began) / 1000;
      say("database", Health.OK, "a commit takes " + micros + " us; jobs " + new JobTable(database).counts());
    } catch (StoreException e) {
      database.close();
      throw e;
    }
  }

  private String text() {
    var text = new StringBuilder();
    for (var f : findings) text.append(String.format(Locale.ROOT, "%-5s %-22s %s%n", word(f), f.subject(), f.words()));
    return text.toString().stripTrailing();
  }

  private static String word(Finding finding) {
    return finding.health().name().toLowerCase(Locale.ROOT);
  }

  private String json() {
    var list = new JsonArray();
    for (var f : findings) {
      list.add(new JsonObject().add("subject", f.subject()).add("health", word(f)).add("words", f.words()));
    }
    return new JsonObject().add("findings", list).toString();
  }
}
