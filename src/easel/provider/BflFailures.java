package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What BFL's errors mean. They are FastAPI's: {@code detail} is a text, or a list of what is wrong with which
 * parameter; BFL's own clients have also seen {@code message} and {@code error}.
 */
final class BflFailures {
  /** Where in a request something is, and no parameter of it: the part of HTTP, and the modes of FLUX 3 we order. */
  private static final Set<String> NO_PARAMETER = Set.of("body", "query", "t2v", "i2v", "v2v");
  /** Documented rejections that may be about money; of any other status nobody knows what came before it. */
  private static final Set<Integer> REJECTIONS = Set.of(400, 402, 403, 422, 429);
  private static final Set<String> SIZES = Set.of("width", "height", "aspect_ratio", "resolution", "top", "bottom",
      "left", "right");
  private static final Set<String> PICTURES = Set.of("images", "image_prompt", "person", "garment", "keyframes",
      "start_video", "video", "input_video");

  private final String provider;
  private final Words words;

  /** {@code secret}: what must not be repeated, should BFL do so. */
  BflFailures(String provider, Secret secret) {
    this.provider = provider;
    this.words = new Words(secret);
  }

  /** What a submit came to, any status but success. Only a documented rejection proves that nothing was bought. */
  Failure submit(Exchange.Answer answer, Instant now) {
    int status = answer.status();
    var body = answer.object();
    var moderated = body.flatMap(b -> moderated(b, b.text("status", "")));
    if (moderated.isPresent()) return moderated.get();
    var said = body.map(this::said).filter(w -> !w.isEmpty()).orElse("no reason given");
    boolean broke = said.toLowerCase(Locale.ROOT).contains("insufficient credit");
    if (broke && REJECTIONS.contains(status)) return outOfCredit(said);
    return switch (status) {
      case 400, 422 -> invalid(body, said);
      case 401, 403 -> new Failure.BadCredential(provider + " does not accept the credential: " + said);
      case 402 -> outOfCredit(said);
      case 404, 405 -> new Failure.Missing("model_not_found", provider + " has no such model or address: " + said);
      // BFL does not document 405 and 413, HTTP itself does: it was not worked on
      case 413 -> new Failure.Invalid("image", provider + " finds the request too large: " + said);
      case 429 -> new Failure.Limited(delay(answer, body, now), provider + " takes no more tasks now: " + said);
      default -> broken(status, said);
    };
  }

  /** The same for a question about work that was taken: a complaint about the question is none about the work. */
  Failure poll(Exchange.Answer answer, Instant now) {
    var failure = submit(answer, now);
    return switch (failure) {
      case Failure.Missing m -> broken(answer.status(), m.message());
      case Failure.Invalid i -> broken(answer.status(), i.message());
      default -> failure;
    };
  }

  /**
   * Whether a question was answered, in a documented way, that there is no such task. A bare 404 may come from whoever
   * stands before BFL, and says nothing of the work.
   */
  static boolean noSuchTask(Exchange.Answer answer) {
    boolean missing = answer.status() == 404;
    var body = answer.object().filter(b -> answer.good() || missing || b.has("id"));
    return body.filter(b -> b.text("status", "").equalsIgnoreCase("Task not found")
        || missing && b.text("detail", "").equalsIgnoreCase("Not Found")).isPresent();
  }

  /** Right after a submit that may be too early an answer, and later a task that is gone. */
  Failure notFound() {
    return new Failure.Missing("not_found", provider + " does not find the task");
  }

  /** Not proof that nothing was bought, whatever the words say. */
  Failure broken(int status, String said) {
    return new Failure.UpstreamBroken(status, provider + " answered " + status + ": " + said);
  }

  /** BFL's words, for people. */
  String clean(String text) {
    return words.clean(text);
  }

  private Failure outOfCredit(String said) {
    return new Failure.OutOfCredit(provider + " wants money: " + said);
  }

  /** A policy's verdict, where the status is one. */
  Optional<Failure> moderated(Fields body, String status) {
    return switch (status.toLowerCase(Locale.ROOT)) {
      case "request moderated" -> Optional.of(refused("refused the request", body));
      case "content moderated" -> Optional.of(refused("withholds the result", body));
      default -> Optional.empty();
    };
  }

  private Failure refused(String what, Fields body) {
    var why = reasons(body);
    return new Failure.Refused(provider + " " + what + (why.isEmpty() ? " for its content." : ": " + why));
  }

  /** That the work failed. BFL does not say whether it is charged for then. */
  Failure failed(Fields body) {
    var why = reasons(body);
    return new Failure.WorkFailed(provider + " could not do the work" + (why.isEmpty() ? "." : ": " + why));
  }

  /** {@code details}, else {@code result}: a text, or names with a text or a list of texts. */
  private String reasons(Fields body) {
    var found = reasons(body, "details");
    return found.isEmpty() ? reasons(body, "result") : found;
  }

  private String reasons(Fields body, String name) {
    if (body.isText(name)) return words.clean(body.text(name));
    var all = new ArrayList<String>();
    body.optObject(name).ifPresent(details -> {
      for (var key : details.names().stream().sorted().toList()) {
        var values = details.isList(key) ? details.texts(key) : details.optScalar(key).stream().toList();
        if (!values.isEmpty()) all.add(key + ": " + String.join(", ", values));
      }
    });
    return words.clean(String.join("; ", all));
  }

  // ---- complaints -------------------------------------------------------------------------------------------------

  private Failure invalid(Optional<Fields> body, String said) {
    var fields = body.map(b -> b.list("detail", BflFailures::parameter)).orElse(List.of());
    var field = fields.isEmpty() ? "" : fields.getFirst();
    return new Failure.Invalid(words.clean(ours(field)), provider + ": " + said);
  }

  /** {@code ["body", "t2v", "images", 0]} is about {@code images}. */
  private static String parameter(Fields detail) {
    return detail.texts("loc").stream().filter(l -> !NO_PARAMETER.contains(l)).findFirst().orElse("");
  }

  /** The parameter as our callers know it. */
  private static String ours(String name) {
    if (SIZES.contains(name)) return "size";
    if (name.equals("duration")) return "seconds";
    return name.startsWith("input_image") || PICTURES.contains(name) ? "image" : name;
  }

  private String said(Fields body) {
    var list = body.list("detail", d -> parameter(d) + " " + d.text("msg", "is wrong"));
    if (!list.isEmpty()) return words.clean(String.join("; ", list).strip());
    var nested = body.optObject("detail").or(() -> body.optObject("error")).flatMap(d -> d.optText("message"));
    return words.clean(body.optText("detail").or(() -> nested).or(() -> body.optText("message"))
        .or(() -> body.optText("error")).orElse(""));
  }

  private static Duration delay(Exchange.Answer answer, Optional<Fields> body, Instant now) {
    var inBody = body.flatMap(b -> b.optNumber("retry_after")).filter(s -> s >= 0 && s < 86_400);
    return RetryAfter.stated(answer.header(), now)
        .or(() -> inBody.map(s -> RetryAfter.bounded(Duration.ofMillis((long) (s * 1000)))))
        .orElseGet(() -> RetryAfter.of(answer.header(), now));
  }
}
