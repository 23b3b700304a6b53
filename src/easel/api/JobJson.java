package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.JsonText;
import easel.core.Attempt;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Kind;
import easel.core.Media;
import easel.core.Usage;
import easel.pool.Place;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A job as callers see it. What does not exist yet is left out; times are whole seconds. */
final class JobJson {
  private JobJson() {}

  static JsonObject of(Job job, MediaLinks.Base links) {
    var json = new JsonObject().add("id", job.id()).add("object", "job").add("status", word(job.state()))
        .add("progress", job.standing().percent());
    if (!job.standing().words().isEmpty()) json.add("message", job.standing().words());
    json.add("model", job.task().model()).add("kind", job.kind() == Kind.IMAGE ? "image" : "video");
    if (!job.hold().provider().isEmpty()) json.add("provider", job.hold().provider());
    if (!job.origin().project().isEmpty()) json.add("project", job.origin().project());
    json.add("created_at", job.origin().created().getEpochSecond()).add("updated_at", job.updated().getEpochSecond());
    job.outcome().ended().ifPresent(e -> json.add("ended_at", e.getEpochSecond()));
    json.add("attempts", attempts(job));
    json.add("cost", cost(job.outcome().usage()));
    // A price list is not a bill.
    if (job.outcome().usage().listed()) json.add("cost_source", "list");
    if (job.outcome().usage().counted()) json.add("usage", usage(job.outcome().usage()));
    // Only where there is one: event stream clients take any key of this name for a failure of the stream.
    job.failure().ifPresent(f -> json.add("error", OpenAiErrors.summary(job, f)));
    shortfall(json, job);
    json.add("data", data(job, links));
    var self = path(job);
    return json.add("links", new JsonObject().add("self", self).add("events", self + "/events"));
  }

  /** Fewer or lesser results came than were asked for: said where a person or a program can see it. */
  static void shortfall(JsonObject json, Job job) {
    if (job.state() != JobState.SUCCEEDED) return;
    if (job.outcome().results().size() < job.task().count()) json.add("ordered", job.task().count());
    job.shortfall().ifPresent(f -> json.add("shortfall", new JsonObject().add("code", f.code()).add("message", f.message())));
  }

  /** What of the request came to nothing, though it was no mistake. */
  static void warnings(JsonObject json, List<String> warnings) {
    if (!warnings.isEmpty()) json.add("warnings", JsonText.strings(warnings));
  }

  /** Where a waiting job stands; {@code eta_seconds} where it can be told. */
  static void queue(JsonObject json, Place place) {
    var queue = new JsonObject().add("position", place.position());
    place.eta().ifPresent(e -> queue.add("eta_seconds", e.toSeconds()));
    json.add("queue", queue);
  }

  static String path(Job job) {
    return "/v1/jobs/" + job.id();
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static JsonArray attempts(Job job) {
    var list = new JsonArray();
    for (var attempt : job.attempts()) list.add(attempt(attempt));
    return list;
  }

  /** The credential's name is made to be shown: it tells which one it was, and nothing of what it is. */
  private static JsonObject attempt(Attempt attempt) {
    var json = new JsonObject().add("provider", attempt.provider()).add("model", attempt.model())
        .add("credential", attempt.credential()).add("started_at", attempt.started().getEpochSecond());
    attempt.ended().ifPresent(e -> json.add("ended_at", e.getEpochSecond())
        .add("milliseconds", Duration.between(attempt.started(), e).toMillis()));
    json.add("outcome", attempt.outcome());
    if (!attempt.words().isEmpty()) json.add("message", attempt.words());
    attempt.cost().ifPresent(c -> json.add("cost", c.doubleValue()));
    return json;
  }

  private static JsonValue cost(Usage usage) {
    return usage.cost().map(c -> Json.value(c.doubleValue())).orElse(Json.NULL);
  }

  /** In the words of the Images API. */
  static JsonObject usage(Usage usage) {
    return new JsonObject().add("input_tokens", usage.textIn() + usage.imageIn())
        .add("output_tokens", usage.imageOut() + usage.textOut())
        .add("total_tokens", usage.textIn() + usage.imageIn() + usage.imageOut() + usage.textOut())
        .add("input_tokens_details", tokens(usage.textIn(), usage.imageIn()))
        .add("output_tokens_details", tokens(usage.textOut(), usage.imageOut()));
  }

  private static JsonObject tokens(long text, long image) {
    return new JsonObject().add("text_tokens", text).add("image_tokens", image);
  }

  private static JsonArray data(Job job, MediaLinks.Base links) {
    var list = new JsonArray();
    for (var media : job.outcome().results()) list.add(item(media, links));
    return list;
  }

  static JsonObject item(Media media, MediaLinks.Base links) {
    var json = new JsonObject().add("url", links.link(media)).add("type", media.type().mime())
        .add("bytes", media.bytes());
    media.size().ifPresent(s -> json.add("size", s.toString()));
    media.revisedPrompt().ifPresent(p -> json.add("revised_prompt", p));
    media.expires().ifPresent(e -> json.add("expires_at", e.getEpochSecond()));
    return json;
  }
}
