package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Media;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.core.Usage;
import easel.upstream.Call;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Videos from servers that speak OpenAI's Videos API (its API reference; OpenAI itself has ended it). A form is sent,
 * as the official clients do. The spellings are those seen in the wild: a state may be {@code processing} or {@code
 * succeeded}, and the file may be a link in the video object instead of {@code /content}.
 */
final class OpenAiVideos {
  private static final Set<String> DONE = Set.of("completed", "succeeded", "success");
  private static final Set<String> FAILED = Set.of("failed", "error", "cancelled", "canceled", "expired");
  private static final Set<String> OURS = Set.of("model", "prompt", "seconds", "size", "input_reference", "n");
  private static final Duration FIRST_POLL = Duration.ofSeconds(3);
  private static final int SECONDS_MAX = 60;
  private static final String START = "{\"video\":";

  private final OpenAiOptions options;
  private final Exchange exchange;
  private final Time time;

  OpenAiVideos(OpenAiOptions options, Exchange exchange, Time time) {
    this.options = options;
    this.exchange = exchange;
    this.time = time;
  }

  /** Whether a handle is a video's. */
  static boolean is(String handle) {
    return handle.startsWith(START);
  }

  Step start(Task.Video task, Credential credential, Progress progress) throws InterruptedException {
    progress.report(0, "sent to " + options.id());
    var call = exchange.submit(options.at("/videos"), new Call.Form(parts(task))).with("Idempotency-Key", progress.tag());
    return read(exchange.send(Exchange.bearer(call, credential)), credential, progress, Optional.empty());
  }

  Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    var id = Fields.of(JsonText.object(handle)).text("video");
    var answer = exchange.send(Exchange.bearer(exchange.get(at(id, "")), credential));
    return read(answer, credential, progress, Optional.of(id));
  }

  private URI at(String id, String more) {
    return options.at("/videos/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20") + more);
  }

  // ---- the task in its words --------------------------------------------------------------------------------------

  static List<Call.Part> parts(Task.Video task) {
    var parts = new ArrayList<Call.Part>(List.of(text("model", task.model()), text("prompt", task.prompt())));
    task.seconds().ifPresent(s -> parts.add(text("seconds", String.valueOf(s))));
    task.size().ifPresent(s -> parts.add(text("size", s.toString())));
    var extras = Fields.gathering(task.extras(), e -> { });
    for (var name : task.extras().names()) {
      if (!OURS.contains(name)) plain(name, task, extras).ifPresent(v -> parts.add(text(name, v)));
    }
    for (var input : task.inputs()) parts.add(file(input));
    return parts;
  }

  /**
   * How these servers take an object or a list in a form is not documented, and what was left out would be paid for.
   */
  private static Optional<String> plain(String name, Task.Video task, Fields extras) {
    var value = task.extras().get(name);
    if (!value.isObject() && !value.isArray()) return extras.optScalar(name);
    var field = "provider_params." + name;
    throw new GatewayException(new Failure.Invalid(field, field + " must be a text, a number or a boolean for this model"));
  }

  private static Call.Part text(String name, String value) {
    return new Call.TextPart(name, value);
  }

  private static Call.Part file(Input input) {
    Media media = input.media();
    return new Call.FilePart("input_reference", "reference." + media.type().extension(), media.type().mime(), media.file());
  }

  // ---- what came back ---------------------------------------------------------------------------------------------

  /**
   * {@code known}: which video was asked for. What a poll says of its id is not heard: without the right one it is
   * lost.
   */
  private Step read(Exchange.Answer answer, Credential credential, Progress progress, Optional<String> known) {
    var failures = new OpenAiFailures(options.id(), credential.secret());
    if (!answer.good()) throw new GatewayException(known.isPresent() ? failures.polled(answer, time.instant())
        : failures.of(answer.status(), answer.header(), answer.body(), time.instant()));
    var video = answer.object().orElseThrow(() -> broken(failures, answer));
    var id = known.orElseGet(() -> video.text("id", ""));
    var status = new Words(credential.secret()).clean(video.text("status", "")).toLowerCase(Locale.ROOT);
    if (id.isEmpty()) throw broken(failures, answer);
    if (FAILED.contains(status)) throw new GatewayException(failed(video, failures));
    if (DONE.contains(status)) return Finished.links(List.of(link(id, video)), "mp4", cost(video)).waiting();
    progress.report(video.integer("progress", 0, 0, 100), status.isEmpty() ? "at " + options.id() : status.replace('_', ' '));
    var handle = new JsonObject().add("video", id).toString();
    return new Step.Waiting(handle, pace(answer), false);
  }

  private static GatewayException broken(OpenAiFailures failures, Exchange.Answer answer) {
    return new GatewayException(failures.broken(answer.status(), "there is no video in its answer"));
  }

  private static Failure failed(Fields video, OpenAiFailures failures) {
    return failures.midway(video);
  }

  /** Some servers give a link of their own, others the content route. */
  private String link(String id, Fields video) {
    var told = video.optText("video_url").or(() -> video.optText("url")).or(() -> video.object("metadata").optText("url"));
    return told.filter(u -> !u.isBlank()).orElseGet(() -> at(id, "/content").toString());
  }

  private static Usage cost(Fields video) {
    return video.optDecimal("cost").map(Usage::charged).orElse(Usage.NONE);
  }

  private static Duration pace(Exchange.Answer answer) {
    var stated = Optional.ofNullable(answer.header()).flatMap(h -> h.apply("openai-poll-after-ms"));
    var millis = stated.filter(v -> v.matches("[0-9]{1,6}")).map(Long::parseLong);
    return millis.map(m -> Duration.ofMillis(Math.clamp(m, 500, SECONDS_MAX * 1000L))).orElse(FIRST_POLL);
  }
}
