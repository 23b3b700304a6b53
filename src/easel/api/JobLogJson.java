package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.core.Failure;
import easel.core.Input;
import easel.core.Job;
import easel.core.JobState;
import easel.job.JobEngine;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Jobs as administrators see them: whose they are and who made them, and neither secrets nor what was handed in. */
final class JobLogJson {
  private static final int LINE = 200;
  private static final int PROMPT_MAX = 2000;
  private static final List<String> TOLD_ELSEWHERE = List.of("kind", "model", "prompt", "inputs");

  private final JobEngine engine;
  private final Persons persons;
  private final Instant now;

  /** Who has made a job, and by whose means. */
  interface Persons {
    /** The name of an API key, or its id where it has none any more. */
    String key(String owner);

    Optional<CredentialBook.Entry> credential(String provider, String name);
  }

  JobLogJson(JobEngine engine, Persons persons, Instant now) {
    this.engine = engine;
    this.persons = persons;
    this.now = now;
  }

  static String path(String id) {
    return "/api/admin/jobs/" + id;
  }

  // ---- a row ------------------------------------------------------------------------------------------------------

  JsonObject row(Job job) {
    return row(job, LINE);
  }

  private JsonObject row(Job job, int promptMax) {
    var json = new JsonObject().add("id", job.id()).add("object", "job").add("state", JobJson.word(job.state()));
    progress(json, job);
    asked(json, job, promptMax);
    maker(json, job);
    times(json, job);
    end(json, job);
    json.add("result_count", job.outcome().results().size());
    return json.add("links", links(job));
  }

  private void progress(JsonObject json, Job job) {
    json.add("progress", job.standing().percent());
    if (!job.standing().words().isEmpty()) json.add("message", Shown.text(job.standing().words()));
    if (!job.state().ended()) engine.place(job).ifPresent(p -> JobJson.queue(json, p));
  }

  private void asked(JsonObject json, Job job, int promptMax) {
    var task = job.task();
    json.add("kind", JobJson.word(job.kind())).add("model", task.model()).add("key", persons.key(job.origin().owner()))
        .add("face", job.origin().face());
    if (!job.origin().project().isEmpty()) json.add("project", job.origin().project());
    json.add("prompt", Shown.text(task.prompt(), promptMax))
        .add("prompt_length", task.prompt().codePointCount(0, task.prompt().length()));
    if (job.isSet()) json.add("part_count", job.origin().kin().parts());
    if (job.isPart()) json.add("set", job.origin().kin().set()).add("part", job.origin().kin().index());
  }

  /** The model is that of the last attempt: before, nobody has chosen one. */
  private void maker(JsonObject json, Job job) {
    var hold = job.hold();
    if (!hold.provider().isEmpty()) {
      json.add("provider", hold.provider());
      if (!job.attempts().isEmpty()) json.add("upstream_model", job.attempts().getLast().model());
    }
    if (!hold.credential().isEmpty()) json.add("credential", credential(hold));
    json.add("attempt_count", job.attempts().size());
  }

  private JsonObject credential(Job.Hold hold) {
    var json = new JsonObject().add("name", hold.credential());
    persons.credential(hold.provider(), hold.credential()).ifPresent(e -> {
      json.add("id", e.id()).add("number", e.number());
      if (!e.given().remark().isEmpty()) json.add("remark", e.given().remark());
    });
    return json;
  }

  private void times(JsonObject json, Job job) {
    json.add("created_at", job.origin().created().getEpochSecond());
    job.attempts().stream().findFirst().ifPresent(a -> json.add("started_at", a.started().getEpochSecond()));
    json.add("updated_at", job.updated().getEpochSecond());
    job.outcome().ended().ifPresent(e -> json.add("ended_at", e.getEpochSecond()));
    json.add("seconds", new JobTiming(job, now).total().toMillis() / 1000.0);
  }

  private static void end(JsonObject json, Job job) {
    json.add("cost", job.outcome().usage().cost().map(c -> Json.value(c.doubleValue())).orElse(Json.NULL));
    if (job.outcome().usage().listed()) json.add("cost_source", "list");
    if (job.state() == JobState.SUCCEEDED) json.add("status_code", 200);
    job.failure().ifPresent(f -> json.add("status_code", OpenAiErrors.status(job, f)).add("error", error(f)));
    JobJson.shortfall(json, job);
  }

  private static JsonObject error(Failure failure) {
    return new JsonObject().add("code", failure.code()).add("message", Shown.text(failure.message()));
  }

  private static JsonObject links(Job job) {
    var links = new JsonObject().add("self", path(job.id())).add("events", path(job.id()) + "/events");
    if (job.isPart()) links.add("set", path(job.origin().kin().set()));
    return links;
  }

  // ---- all of it --------------------------------------------------------------------------------------------------

  JsonObject whole(Job job, MediaLinks.Base base) {
    var json = row(job, PROMPT_MAX).add("attempts", JobJson.attempts(job));
    json.add("timing", new JobTiming(job, now).json());
    if (job.outcome().usage().counted()) json.add("usage", JobJson.usage(job.outcome().usage()));
    json.add("parameters", parameters(job)).add("inputs", inputs(job)).add("results", results(job, base));
    if (job.isSet()) json.add("parts", rows(engine.parts(job)));
    return json;
  }

  JsonArray rows(List<Job> jobs) {
    var list = new JsonArray();
    for (var job : jobs) list.add(row(job));
    return list;
  }

  private static JsonValue parameters(Job job) {
    var json = job.task().toJson();
    TOLD_ELSEWHERE.forEach(json::remove);
    return Shown.parameters(json);
  }

  private static JsonArray inputs(Job job) {
    var list = new JsonArray();
    for (var input : job.task().inputs()) list.add(input(input));
    return list;
  }

  /** What was removed since has lost its type and its size. */
  private static JsonObject input(Input input) {
    var media = input.media();
    var json = new JsonObject().add("id", media.id()).add("role", JobJson.word(input.role()));
    if (media.bytes() > 0) json.add("type", media.type().mime()).add("bytes", media.bytes());
    media.size().ifPresent(s -> json.add("size", s.toString()));
    return json;
  }

  private static JsonArray results(Job job, MediaLinks.Base base) {
    var list = new JsonArray();
    for (var media : job.outcome().results()) list.add(JobJson.item(media, base).add("id", media.id()));
    return list;
  }
}
