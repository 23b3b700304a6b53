package easel.api;

import easel.api.CredentialBook.Entry;
import easel.api.CredentialBook.State;
import easel.core.Account;
import easel.core.JobState;
import easel.core.Metrics.Family;
import easel.core.Metrics.Sample;
import easel.core.Metrics.Type;
import easel.pool.Breaker;
import easel.pool.Health;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is read off at the moment of asking, as metrics. Credentials go by their numbers; nothing else of them is told.
 */
final class Gauges {
  private static final String PREFIX = "easel_";

  private Gauges() {}

  private interface Reading<T> {
    Optional<Double> of(T thing);
  }

  private static Family one(String name, String help, double value) {
    return new Family(PREFIX + name, Type.GAUGE, help, List.of(new Sample(Map.of(), value)));
  }

  static List<Family> process(String version, Instant started, boolean ready) {
    var build = new Sample(Map.of("version", version), 1);
    return List.of(one("up", "1 while the process answers.", 1),
        one("ready", "1 while new work is taken.", ready ? 1 : 0),
        new Family(PREFIX + "build_info", Type.GAUGE, "The version that runs.", List.of(build)),
        one("process_start_time_seconds", "When the process began, in seconds since 1970.", seconds(started)));
  }

  private static Optional<Double> number(double value) {
    return Optional.of(value);
  }

  private static double seconds(Instant moment) {
    return moment.toEpochMilli() / 1000.0;
  }

  // ---- jobs and providers -----------------------------------------------------------------------------------------

  static Family jobs(Map<JobState, Long> counts) {
    var samples = Arrays.stream(JobState.values())
        .map(s -> new Sample(Map.of("state", JobJson.word(s)), counts.getOrDefault(s, 0L))).toList();
    return new Family(PREFIX + "jobs", Type.GAUGE, "Jobs in the database, by state.", samples);
  }

  static List<Family> providers(List<Health> all, int waiting) {
    var families = new ArrayList<Family>();
    families.add(one("queue_waiting", "Jobs that wait for a credential.", waiting));
    families.add(provider(all, "waiting", "Jobs that would take a credential of this provider.",
        h -> number(h.waiting())));
    families.add(provider(all, "in_flight", "Credentials of this provider that are lent.",
        h -> number(h.inFlight())));
    families.add(provider(all, "resting_until_timestamp_seconds",
        "When it lends again, where only time can bring that about.", h -> h.restingUntil().map(Gauges::seconds)));
    families.add(breakers(all));
    return families;
  }

  private static Family provider(List<Health> all, String name, String help, Reading<Health> reading) {
    var samples = new ArrayList<Sample>();
    for (var h : all) reading.of(h).ifPresent(v -> samples.add(new Sample(Map.of("provider", h.provider()), v)));
    return new Family(PREFIX + "provider_" + name, Type.GAUGE, help, samples);
  }

  private static Family breakers(List<Health> all) {
    var samples = new ArrayList<Sample>();
    for (var h : all) {
      for (var state : Breaker.State.values()) {
        var labels = labels("provider", h.provider(), "state", JobJson.word(state));
        samples.add(new Sample(labels, h.breaker() == state ? 1 : 0));
      }
    }
    return new Family(PREFIX + "provider_breaker", Type.GAUGE, "1 for the state its circuit breaker is in.", samples);
  }

  static List<Family> ways(List<MetricsApi.Way> all, long direct) {
    var without = new Sample(Map.of(), direct);
    return List.of(way(all, Type.GAUGE, "up", "1 while calls go by this proxy first.", w -> flag(!w.resting())),
        way(all, Type.GAUGE, "failures", "How often in a row it has failed.", w -> number(w.failures())),
        way(all, Type.COUNTER, "calls_total", "Calls that went through it.", w -> number(w.calls())),
        new Family(PREFIX + "direct_calls_total", Type.COUNTER, "Calls that went without, as no proxy let them through.",
            List.of(without)));
  }

  static List<Family> database(long commits, long writes) {
    return List.of(new Family(PREFIX + "database_commits_total", Type.COUNTER, "Transactions of the database, each of which waited for the disk.",
            List.of(new Sample(Map.of(), commits))),
        new Family(PREFIX + "database_writes_total", Type.COUNTER, "Changes in those: many share one.",
            List.of(new Sample(Map.of(), writes))));
  }

  private static Family way(List<MetricsApi.Way> all, Type type, String name, String help,
      Reading<MetricsApi.Way> reading) {
    var samples = new ArrayList<Sample>();
    for (var w : all) {
      var labels = labels("proxy", String.valueOf(w.number()), "use", w.use());
      reading.of(w).ifPresent(v -> samples.add(new Sample(labels, v)));
    }
    return new Family(PREFIX + "proxy_" + name, type, help, samples);
  }

  private static Map<String, String> labels(String... pairs) {
    var labels = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) labels.put(pairs[i], pairs[i + 1]);
    return labels;
  }

  // ---- credentials ------------------------------------------------------------------------------------------------

  static List<Family> credentials(Fleet fleet) {
    var numbered = fleet.entries().stream().filter(e -> e.number() > 0).toList();
    var families = new ArrayList<>(whole(fleet));
    families.addAll(conditions(numbered));
    families.add(inFlight(numbered));
    families.addAll(counts(numbered));
    return families;
  }

  private static List<Family> whole(Fleet fleet) {
    var states = new ArrayList<Sample>();
    for (var state : State.values()) {
      if (state == State.RETIRED) continue;
      long count = fleet.entries().stream().filter(e -> e.condition().state() == state).count();
      states.add(new Sample(Map.of("state", JobJson.word(state)), count));
    }
    var sessions = List.of(new Sample(Map.of("state", "missing"), fleet.missing()),
        new Sample(Map.of("state", "expired"), fleet.expired()),
        new Sample(Map.of("state", "expiring_1h"), fleet.expiring()));
    return List.of(new Family(PREFIX + "credentials", Type.GAUGE, "Credentials, by state.", states),
        new Family(PREFIX + "sessions", Type.GAUGE, "Credentials whose session is missing, over, or will be within an hour.",
            sessions),
        one("credentials_limited", "Credentials that rest because they were used too much.", fleet.limited()),
        balances(fleet));
  }

  private static Family balances(Fleet fleet) {
    var sums = new LinkedHashMap<List<String>, Double>();
    for (var e : fleet.entries()) {
      var active = String.valueOf(e.condition().state() == State.ACTIVE);
      var funds = e.account().funds();
      funds.ifPresent(f -> sums.merge(List.of(e.provider(), f.unit(), active), f.amount().doubleValue(), Double::sum));
    }
    var samples = new ArrayList<Sample>();
    sums.forEach((key, sum) -> samples.add(
        new Sample(labels("provider", key.get(0), "unit", key.get(1), "active", key.get(2)), sum)));
    return new Family(PREFIX + "balance", Type.GAUGE, "What credentials have left together, as last heard.", samples);
  }

  private static List<Family> conditions(List<Entry> all) {
    var disabled = new ArrayList<Sample>();
    for (var e : all) {
      if (out(e.condition().state())) disabled.add(new Sample(with(e, "reason", reason(e)), 1));
    }
    return List.of(
        credential(all, Type.GAUGE, "active", "1 while it can be lent.", e -> flag(e.condition().state() == State.ACTIVE)),
        credential(all, Type.GAUGE, "resting", "1 while it rests.", e -> flag(e.condition().state() == State.RESTING)),
        credential(all, Type.GAUGE, "resting_until_timestamp_seconds", "When it is lent again.",
            e -> e.condition().restingUntil().map(Gauges::seconds)),
        new Family(PREFIX + "credential_disabled", Type.GAUGE, "1 while it is not lent until somebody does something.",
            disabled),
        credential(all, Type.GAUGE, "refusals", "How often in a row its provider has refused it.",
            e -> number(e.condition().refusals())),
        credential(all, Type.GAUGE, "balance", "What it has left, as last heard.",
            e -> e.account().funds().map(f -> f.amount().doubleValue())),
        credential(all, Type.GAUGE, "session_expires_timestamp_seconds", "When its session ends.",
            e -> e.account().session().map(Account.Session::expires).map(Gauges::seconds)),
        credential(all, Type.GAUGE, "last_used_timestamp_seconds", "When it was used last.",
            e -> e.use().last().map(Gauges::seconds)));
  }

  private static boolean out(State state) {
    return switch (state) {
      case ACTIVE, RESTING -> false;
      case DISABLED, OFF, LOCKED, RETIRED, NONE -> true;
    };
  }

  private static String reason(Entry e) {
    return e.condition().code().isEmpty() ? JobJson.word(e.condition().state()) : e.condition().code();
  }

  private static Optional<Double> flag(boolean is) {
    return Optional.of(is ? 1.0 : 0.0);
  }

  private static Family inFlight(List<Entry> all) {
    var samples = new ArrayList<Sample>();
    for (var e : all) {
      samples.add(new Sample(with(e, "kind", "image"), e.use().images()));
      samples.add(new Sample(with(e, "kind", "video"), e.use().videos()));
    }
    return new Family(PREFIX + "credential_in_flight", Type.GAUGE, "Jobs it carries now, by kind.", samples);
  }

  /** Totals are those of the database, so that a restart does not begin them anew. */
  private static List<Family> counts(List<Entry> all) {
    var families = new ArrayList<Family>();
    for (var what : Counted.values()) {
      var word = what.name().toLowerCase(Locale.ROOT);
      families.add(credential(all, Type.COUNTER, word + "_total", what.help + ", in all.",
          e -> number(what.of(e.use().total()))));
      families.add(credential(all, Type.GAUGE, word + "_today", what.help + ", today.",
          e -> number(what.of(e.use().today()))));
    }
    return families;
  }

  private enum Counted {
    IMAGES("Pictures made"), VIDEOS("Videos made"), ERRORS("Faults of its own");

    final String help;

    Counted(String help) {
      this.help = help;
    }

    long of(CredentialBook.Count count) {
      return switch (this) {
        case IMAGES -> count.images();
        case VIDEOS -> count.videos();
        case ERRORS -> count.errors();
      };
    }
  }

  private static Family credential(List<Entry> all, Type type, String name, String help, Reading<Entry> reading) {
    var samples = new ArrayList<Sample>();
    for (var e : all) reading.of(e).ifPresent(v -> samples.add(new Sample(with(e), v)));
    return new Family(PREFIX + "credential_" + name, type, help, samples);
  }

  private static Map<String, String> with(Entry e, String... more) {
    var labels = labels("credential", String.valueOf(e.number()), "provider", e.provider());
    labels.putAll(labels(more));
    return labels;
  }
}
