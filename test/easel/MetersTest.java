package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Attempt;
import easel.core.Event;
import easel.core.Failure;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Metrics.Family;
import easel.core.Metrics.Sample;
import easel.core.Notice;
import easel.core.Task;
import easel.core.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetersTest {
  private static final Instant BEGIN = Instant.ofEpochSecond(1_000);

  private final Meters meters = new Meters();

  private static Job queued() {
    var task = new Task.Image("m", "p", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    return Job.queued("job_1", new Job.Origin("key", "", "images/generations", Optional.empty(), "hash", BEGIN), task);
  }

  private Family family(String name) {
    return meters.metrics().families().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  private double value(String name, Map<String, String> labels) {
    return family(name).samples().stream().filter(s -> s.labels().equals(labels)).mapToDouble(Sample::value).sum();
  }

  @Test
  void aJobIsCountedWhenItEndsByKindResultAndReason() {
    var sent = queued().submitting(Attempt.begun("flow", "GEM_PIX_2", "flow#1", BEGIN.plusSeconds(2)));
    meters.heard(new Event.Changed(sent));
    meters.heard(new Event.Ended(sent.back(new Failure.Unreachable("no"), BEGIN.plusSeconds(3))
        .submitting(Attempt.begun("gemini", "g", "gemini#1", BEGIN.plusSeconds(3))).succeeded(List.of(), Usage.NONE, BEGIN.plusSeconds(9))));
    meters.heard(new Event.Ended(sent.ended(JobState.FAILED, new Failure.Refused("no"), BEGIN.plusSeconds(4))));

    assertEquals(1, value("easel_jobs_ended_total", Map.of("kind", "image", "result", "succeeded", "code", "")));
    assertEquals(1, value("easel_jobs_ended_total", Map.of("kind", "image", "result", "failed", "code", "moderation_blocked")));
    assertEquals(2, family("easel_jobs_ended_total").samples().size());
    assertEquals(1, value("easel_attempts_total", Map.of("provider", "flow", "outcome", "upstream_unreachable")));
    assertEquals(1, value("easel_attempts_total", Map.of("provider", "gemini", "outcome", "succeeded")));
    assertTrue(family("easel_generation_duration_seconds").samples()
        .contains(new Sample("_sum", Map.of("kind", "image", "result", "succeeded"), 9)));
    assertTrue(family("easel_queue_duration_seconds").samples().contains(new Sample("_sum", Map.of("kind", "image"), 4)));
    assertTrue(family("easel_attempt_duration_seconds").samples().contains(new Sample("_sum", Map.of("provider", "gemini"), 6)));
  }

  @Test
  void noticesAreCountedByTheirKind() {
    meters.heard(new Notice(BEGIN, Notice.Kind.DISABLED, "flow", "flow#1", "refused"));
    meters.heard(new Notice(BEGIN, Notice.Kind.PROXY_DOWN, "", "", "proxy"));

    assertEquals(1, value("easel_credential_notices_total", Map.of("kind", "disabled", "provider", "flow")));
    assertEquals(1, value("easel_credential_notices_total", Map.of("kind", "proxy_down", "provider", "")));
  }
}
