package easel.store;

import com.eclipsesource.json.JsonObject;
import easel.core.Input;
import easel.core.Job;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Task;
import fake.TempStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Jobs and media for the tests of this package. */
final class Jobs {
  static final String BODY = "b".repeat(64);
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private Jobs() {}

  static String id() {
    return "job_" + UUID.randomUUID().toString().replace("-", "");
  }

  static Job queued(String idempotencyKey) {
    return of(id(), "key-a", "images/generations", Optional.of(idempotencyKey), NOW);
  }

  static Job of(String id, String owner, String face, Optional<String> key, Instant created) {
    return Job.queued(id, new Job.Origin(owner, "", face, key, BODY, created), task(List.of()));
  }

  static Job inProject(String project) {
    return Job.queued(id(), new Job.Origin("key-a", project, "videos", Optional.empty(), BODY, NOW), task(List.of()));
  }

  static Job withInput(Media input) {
    var origin = new Job.Origin("key-a", "", "images/edits", Optional.empty(), BODY, NOW);
    return Job.queued(id(), origin, task(List.of(new Input(input, Input.Role.REFERENCE))));
  }

  /** Takes away what only the log of jobs needs, as if an older Easel had made the database. */
  static void withoutLog(Session session) throws SQLException {
    for (var index : List.of("state", "owner", "kind", "model", "provider", "credential", "project")) {
      session.update("DROP INDEX job_" + index);
    }
    session.update("ALTER TABLE job DROP COLUMN model");
    session.update("ALTER TABLE job DROP COLUMN kind");
    session.update("CREATE INDEX job_state ON job (state)");
    session.update("CREATE INDEX job_owner ON job (owner)");
    for (var column : List.of("session_since", "renewal", "renewed", "descent", "descended")) session.update("ALTER TABLE account DROP COLUMN " + column);
    session.update("PRAGMA user_version = 4");
  }

  private static Task task(List<Input> inputs) {
    var prompt = "a lighthouse, \"oil\" \u2028 on canvas";
    return new Task.Image("gpt-image", prompt, 2, Optional.of(new Size(1024, 768)), Look.ANY, 0, inputs,
        new JsonObject().add("style", "raw"));
  }

  static Media result(TempStore store, Job job, int position) {
    var file = store.options().storage().resolve("images/default/openai/" + job.id() + "-" + position + ".png");
    var id = Places.resultId(job.id(), position);
    return new Media(id, job.id(), Media.Role.RESULT, position, MediaType.PNG, 10, 4, 3, "c".repeat(64), file,
        Optional.of("a better prompt"), NOW, Optional.of(NOW.plusSeconds(60)));
  }

  static Media input(TempStore store) {
    var id = UUID.randomUUID().toString().replace("-", "");
    return new Media(id, "", Media.Role.INPUT, 0, MediaType.PNG, 10, 4, 3, "d".repeat(64),
        store.options().storage().resolve("inputs/" + id + ".png"), Optional.empty(), NOW, Optional.empty());
  }
}
