package easel;

import easel.core.Attempt;
import easel.core.Event;
import easel.core.EventListener;
import easel.core.Job;
import easel.core.Metrics;
import easel.core.Metrics.Counter;
import easel.core.Metrics.Histogram;
import easel.core.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Counts what ends, and what operators are told, since the process began. */
final class Meters implements EventListener, Notice.Listener {
  private static final double[] LONG = {0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800};
  private static final double[] SHORT = {0.005, 0.05, 0.5, 1, 5, 15, 60, 300, 900, 1800};

  private final Metrics metrics = new Metrics();
  private final Counter ended = metrics.counter("easel_jobs_ended_total",
      "Jobs that ended since the process began, by kind, result and what they failed for.", "kind", "result", "code");
  private final Counter results = metrics.counter("easel_results_total",
      "Pictures and videos made since the process began.", "kind");
  private final Histogram durations = metrics.histogram("easel_generation_duration_seconds",
      "From the moment a job was taken to its end.", LONG, "kind", "result");
  private final Histogram queued = metrics.histogram("easel_queue_duration_seconds",
      "From the moment a job was taken until it was first sent.", SHORT, "kind");
  private final Counter attempts = metrics.counter("easel_attempts_total",
      "Tries at a provider, by what became of them.", "provider", "outcome");
  private final Histogram upstream = metrics.histogram("easel_attempt_duration_seconds",
      "From the moment a provider was asked to its result.", LONG, "provider");
  private final Counter notices = metrics.counter("easel_credential_notices_total",
      "What operators were told of credentials and of ways out, by kind.", "kind", "provider");

  Metrics metrics() {
    return metrics;
  }

  @Override
  public void heard(Event event) {
    if (event instanceof Event.Ended e) ended(e.job());
  }

  private void ended(Job job) {
    var kind = word(job.kind());
    var result = word(job.state());
    var end = job.outcome().ended().orElse(job.updated());
    ended.count(kind, result, job.failure().map(f -> f.code()).orElse(""));
    for (int i = 0; i < job.outcome().results().size(); i++) results.count(kind);
    durations.observe(seconds(job.origin().created(), end), kind, result);
    var first = job.attempts().stream().findFirst();
    first.ifPresent(a -> queued.observe(seconds(job.origin().created(), a.started()), kind));
    job.attempts().forEach(this::tried);
  }

  /** One that succeeded tells how long its provider takes; of others there are many reasons why they end. */
  private void tried(Attempt attempt) {
    attempts.count(attempt.provider(), attempt.outcome());
    if (!attempt.outcome().equals("succeeded")) return;
    attempt.ended().ifPresent(e -> upstream.observe(seconds(attempt.started(), e), attempt.provider()));
  }

  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis()) / 1000.0;
  }

  @Override
  public void heard(Notice notice) {
    notices.count(word(notice.kind()), notice.provider());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
