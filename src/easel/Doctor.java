package easel;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.GatewayException;
import easel.core.Time;
import easel.http.HttpOptions;
import easel.http.HttpServer;
import easel.http.Response;
import easel.provider.ProviderSettings;
import easel.provider.Providers;
import easel.store.Database;
import easel.store.JobTable;
import easel.store.StoreException;
import easel.store.StoreOptions;
import easel.upstream.Call;
import easel.upstream.Upstream;
import easel.upstream.UpstreamOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Looks at everything Easel needs, and says of each whether it is well, and if not, what to do. */
final class Doctor {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long ROOM = 256L << 20;
  private static final long SKEW_MAX = 60;

  /** How a thing is: {@code WARN} works but not for long or not for everything. */
  private enum Health { OK, WARN, BAD }

  private record Finding(String subject, Health health, String words) {}

  private final List<Finding> findings = new ArrayList<>();
  private final Time time = Time.system();

  private Doctor() {}

  /** Answers 0, or 1 if anything is bad. */
  static int run(Flags flags, Map<String, String> environment, PrintStream out) throws InterruptedException {
    var doctor = new Doctor();
    doctor.java();
    try {
      var config = ConfigReader.read(flags, environment);
      doctor.say("configuration", Health.OK, flags.config().map(Path::toString).orElse("no file, defaults"));
      doctor.examine(config);
    } catch (ConfigException e) {
      e.complaints().forEach(c -> doctor.say("configuration", Health.BAD, c));
    }
    out.println(flags.json() ? doctor.json() : doctor.text());
    return doctor.findings.stream().anyMatch(f -> f.health() == Health.BAD) ? 1 : 0;
  }

  private void examine(Config config) throws InterruptedException {
    boolean running = port(config.server());
    folder("data folder", config.storage().data());
    folder("results", config.storage().results());
    database(config, running);
    try (var upstream = new Upstream(UpstreamOptions.defaults())) {
      models(config, upstream);
      for (var provider : config.providers()) if (provider.enabled()) provider(upstream, provider);
    }
  }

  private void models(Config config, Upstream upstream) {
    try {
      say("models", Health.OK, Gateway.catalogue(config, upstream, time).names().size() + " names can be asked for");
    } catch (ConfigException e) {
      e.complaints().forEach(c -> say("models", Health.BAD, c));
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

  private void database(Config config, boolean running) {
    var options = StoreOptions.at(config.storage().data(), config.storage().results()).withReserve(0);
    try (var database = Database.open(options, time)) {
      long began = time.nanos();
      database.write(session -> session);
      long micros = (time.nanos() - began) / 1000;
      var counts = new JobTable(database).counts();
      say("database", Health.OK, "a commit takes " + micros + " us; jobs " + counts);
    } catch (StoreException e) {
      boolean inUse = e.trouble() == StoreException.Trouble.LOCKED;
      say("database", inUse && running ? Health.OK : inUse ? Health.WARN : Health.BAD, e.getMessage());
    }
  }

  private void provider(Upstream upstream, ProviderSettings provider) throws InterruptedException {
    var subject = "provider " + provider.id();
    if (provider.type().equals("sample")) {
      say(subject, Health.OK, "built in");
    } else if (provider.credentials().isEmpty()) {
      say(subject, Health.WARN, "has no key, so its models cannot be used");
    } else {
      for (var credential : provider.credentials()) ask(upstream, provider, subject + " " + credential.name(), credential.secret().reveal());
    }
  }

  private void ask(Upstream upstream, ProviderSettings provider, String subject, String key) throws InterruptedException {
    // a key goes to its own provider and to nobody else
    var home = Providers.home(provider.type()).stream().toList();
    var bases = provider.baseUrls().isEmpty() ? home : provider.baseUrls();
    if (bases.isEmpty()) say(subject, Health.WARN, "has no base_url");
    for (var base : bases) ask(upstream, base.toString(), subject, key);
  }

  private void ask(Upstream upstream, String base, String subject, String key) throws InterruptedException {
    var link = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/models");
    var call = Call.get(link, PATIENCE, 1 << 20);
    try (var reply = upstream.send(key.isEmpty() ? call : call.with("Authorization", "Bearer " + key))) {
      int status = reply.status();
      boolean refused = status == 401 || status == 403;
      say(subject, refused ? Health.BAD : status < 400 ? Health.OK : Health.WARN,
          refused ? "refuses the key (" + status + ")" : "answers " + status);
      reply.header("date").ifPresent(this::clock);
    } catch (GatewayException e) {
      say(subject, Health.BAD, e.getMessage());
    }
  }

  private void clock(String date) {
    try {
      var theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      long skew = Duration.between(theirs, time.instant()).toSeconds();
      say("clock", Math.abs(skew) > SKEW_MAX ? Health.WARN : Health.OK, "differs from the provider's by " + skew + " s");
    } catch (DateTimeParseException e) {
      say("clock", Health.WARN, "the provider's date cannot be read: " + date);
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
