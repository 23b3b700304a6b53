package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.core.Attempt;
import easel.core.Job;
import java.time.Duration;
import java.time.Instant;

/**
 * Where a job's time went, in milliseconds, as far as its row tells. All attempts together; what lies between them is
 * time in the queue. Where a provider answers with the result at once, all of that is submit.
 */
final class JobTiming {
  private final Job job;
  private final Instant end;

  /** @param now where a job that has not ended is measured to */
  JobTiming(Job job, Instant now) {
    this.job = job;
    this.end = job.outcome().ended().orElse(now);
  }

  Duration total() {
    return between(job.origin().created(), end);
  }

  /** Parts of a set go side by side: each tells its own. */
  JsonObject json() {
    var json = new JsonObject();
    if (!job.isSet()) stages(json);
    return json.add("total_ms", total().toMillis());
  }

  private void stages(JsonObject json) {
    long asked = sum(this::whole);
    json.add("queued_ms", Math.max(0, total().toMillis() - asked));
    if (!told()) return;
    json.add("submit_ms", sum(a -> between(a.started(), a.milestones().accepted().orElse(end(a)))));
    json.add("upstream_ms", sum(a -> a.milestones().accepted()
        .map(t -> between(t, a.milestones().fetching().orElse(end(a)))).orElse(Duration.ZERO)));
    json.add("fetch_ms", sum(a -> a.milestones().fetching().map(t -> between(t, end(a))).orElse(Duration.ZERO)));
  }

  /** Rows of an older Easel do not say when a provider took the work. */
  private boolean told() {
    return !job.attempts().isEmpty()
        && (job.hold().handle().isEmpty() || job.attempts().getLast().milestones().accepted().isPresent());
  }

  private Duration whole(Attempt attempt) {
    return between(attempt.started(), end(attempt));
  }

  private Instant end(Attempt attempt) {
    return attempt.ended().orElse(end);
  }

  private interface Measure {
    Duration of(Attempt attempt);
  }

  private long sum(Measure measure) {
    return job.attempts().stream().mapToLong(a -> measure.of(a).toMillis()).sum();
  }

  /** The clock may have been set back meanwhile. */
  private static Duration between(Instant from, Instant to) {
    return to.isAfter(from) ? Duration.between(from, to) : Duration.ZERO;
  }
}
