package easel.provider;

import easel.core.Failure;
import easel.core.Secret;
import easel.provider.RunwareAnswer.Complaint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Runware's error codes as {@link Failure}s. There are hundreds of codes and they are still being made uniform, so they
 * are told apart by the patterns Runware's own SDK goes by.
 */
final class RunwareFailures {
  /** What a code is about. */
  private enum About { MONEY, RATE, CONTENT, KEY, TIME, ABSENT, SERVER, PROVIDER, REQUEST, UNKNOWN }

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Set<String> MONEY = Set.of("paymentRequired", "quotaExceeded");
  // invalidProviderContent looks like a complaint about the request; it is what refusals of Google and ByteDance come
  // as
  private static final Set<String> CONTENT = Set.of("contentPolicyViolation", "providerContentPolicyViolation",
      "sensitiveContentDetected", "unsafeContentDetected", "nsfwContentDetected", "promptBlocked", "imageBlocked",
      "moderationFailed", "invalidProviderContent");
  private static final Set<String> KEY = Set.of("unauthorized", "forbidden", "permissionDenied",
      "insufficientPermissions", "authenticationFailed", "authFailed", "invalidAuthentication", "invalidCredentials",
      "missingAuthentication", "accountSuspended", "accountDisabled");
  private static final Set<String> SERVER = Set.of("internalServerError", "serviceUnavailable", "serverUnavailable",
      "standardError", "unknownError", "undefinedError", "defaultError", "unrecognizedResponse");
  private static final Set<String> PROVIDER = Set.of("inferenceError", "processingFailed", "taskFailed",
      "taskCancelled", "downloadFailed", "uploadFailed", "noAvailableServer", "modelUnavailable", "modelDisabled",
      "modelNotReady");
  private static final Set<String> NOBODY = Set.of("noAvailableServer", "modelUnavailable", "modelDisabled",
      "modelNotReady");
  private static final List<String> REQUEST = List.of("invalid", "missing", "conflict", "duplicate", "unsupported",
      "value", "array", "max", "unknownParameter", "incompatibleParameters", "mismatchProviderSettings",
      "unknownProviderSettings", "transparentModelMismatch", "validationFailed");

  /** Runware's names of parameters, and what our callers call them. */
  private static final Map<String, String> NAMES = Map.ofEntries(Map.entry("positivePrompt", "prompt"),
      Map.entry("width", "size"), Map.entry("height", "size"), Map.entry("resolution", "size"),
      Map.entry("numberResults", "n"), Map.entry("duration", "seconds"), Map.entry("outputFormat", "output_format"),
      Map.entry("outputQuality", "output_compression"), Map.entry("maskImage", "mask"), Map.entry("model", "model"),
      Map.entry("seedImage", "image"), Map.entry("inputImage", "image"), Map.entry("image", "image"),
      Map.entry("inputs", "image"), Map.entry("referenceImages", "image"), Map.entry("frameImages", "image"),
      Map.entry("quality", "quality"), Map.entry("background", "background"));

  private final String provider;
  private final Words words;

  RunwareFailures(String provider, Secret secret) {
    this.provider = provider;
    this.words = new Words(secret);
  }

  /** Says that there is no such task, or none any more. */
  static boolean absent(String code) {
    return about(code) == About.ABSENT;
  }

  /** Says that there never was such a task; what has expired or failed had been taken. */
  static boolean neverTaken(String code) {
    return code.endsWith("NotFound") && !code.equals("taskFailedOrNotFound");
  }

  /** Such a code can only be about the work, never about a question. */
  static boolean ofTheTask(String code) {
    return switch (about(code)) {
      case CONTENT, PROVIDER -> true;
      case TIME -> code.toLowerCase(Locale.ROOT).contains("provider");
      default -> false;
    };
  }

  /** Such a code may be about the work as well as about a question. */
  static boolean perhapsOfTheTask(String code) {
    if (code.contains("TaskUUID") || code.contains("TaskType")) return false;
    return switch (about(code)) {
      case REQUEST, UNKNOWN -> true;
      default -> code.startsWith("provider");
    };
  }

  private static About about(String code) {
    var lower = code.toLowerCase(Locale.ROOT);
    if (code.contains("Credits") || code.contains("Quota") || code.contains("Balance") || MONEY.contains(code)) return About.MONEY;
    if (lower.contains("ratelimit")) return About.RATE;
    if (CONTENT.contains(code)) return About.CONTENT;
    if (key(code)) return About.KEY;
    if (lower.contains("timeout")) return About.TIME;
    if (PROVIDER.contains(code)) return About.PROVIDER;
    if (code.endsWith("NotFound") || code.endsWith("Expired") || code.equals("unknownModel")) return About.ABSENT;
    if (SERVER.contains(code)) return About.SERVER;
    if (code.startsWith("provider")) return About.PROVIDER;
    return REQUEST.stream().anyMatch(code::startsWith) ? About.REQUEST : About.UNKNOWN;
  }

  /** What is wrong between Runware and its own provider is not our key's fault. */
  private static boolean key(String code) {
    if (code.startsWith("provider")) return false;
    boolean owner = List.of("token", "organization", "workspace").stream().anyMatch(code::startsWith);
    return code.contains("ApiKey") || owner || KEY.contains(code);
  }

  /**
   * Instead of an acceptance. Complaints about the request, the key, money, content and pace are documented rejections.
   *
   * <p>Those about Runware's own provider are a verdict on the task: it was taken, and nothing came of it. They tell no
   * cost, but nothing says that there never is one, so they do not count as free, and nobody else is asked; only where
   * there was no server for it can nothing have been done. Timeouts and trouble of Runware's own prove nothing at all;
   * the id is ours, so Runware can be asked what became of the task.
   */
  Failure rejected(RunwareAnswer answer, Function<String, Optional<String>> header, Instant now) {
    var complaint = answer.complaints().stream().findFirst();
    if (complaint.isEmpty()) return byStatus(answer.status(), new Complaint("", "", "", RunwareAnswer.Weight.TROUBLE), header, now);
    var c = complaint.get();
    return switch (about(c.code())) {
      case MONEY -> new Failure.OutOfCredit(provider + " wants money: " + said(c));
      case RATE -> new Failure.Limited(RetryAfter.of(header, now), provider + " takes no more requests now: " + said(c));
      case CONTENT -> new Failure.Refused(said(c));
      case KEY -> badCredential(c);
      case TIME -> new Failure.TimedOut(provider + " ran out of time: " + said(c));
      case ABSENT -> missing(c);
      case SERVER -> broken(answer.status(), said(c));
      case PROVIDER -> NOBODY.contains(c.code()) ? new Failure.NoCapacity(SOON, provider + " has nobody to do it: " + said(c))
          : new Failure.WorkFailed(provider + " gave up: " + said(c));
      case REQUEST -> invalid(c);
      case UNKNOWN -> byStatus(answer.status(), c, header, now);
    };
  }

  /** The categories that Runware documents for its statuses; they count only where no code says more. */
  private Failure byStatus(int status, Complaint c, Function<String, Optional<String>> header, Instant now) {
    return switch (status) {
      case 401, 403 -> badCredential(c);
      case 402 -> new Failure.OutOfCredit(provider + " wants money: " + said(c));
      case 404 -> missing(c);
      case 429 -> new Failure.Limited(RetryAfter.of(header, now), provider + " takes no more requests now: " + said(c));
      case 400, 413, 415, 422 -> invalid(c);
      default -> broken(status, said(c));
    };
  }

  /** The question about a task went wrong; the task goes on. */
  Failure trouble(RunwareAnswer answer, Function<String, Optional<String>> header, Instant now) {
    var failure = rejected(answer, header, now);
    return switch (failure) {
      case Failure.BadCredential b -> b;
      case Failure.Limited l -> l;
      case Failure.OutOfCredit o -> o;
      case Failure.TimedOut t -> t;
      default -> broken(answer.status(), failure.message());
    };
  }

  /** The task was accepted and failed. Nothing says that it cost nothing, so nobody else is asked to do it. */
  Failure verdict(Complaint c) {
    return switch (about(c.code())) {
      case CONTENT -> new Failure.Refused(said(c));
      case REQUEST -> invalid(c);
      case MONEY -> new Failure.WorkFailed(provider + " wants money: " + said(c));
      default -> new Failure.WorkFailed(provider + " gave up: " + said(c));
    };
  }

  Failure flagged() {
    return new Failure.Refused(provider + " found the result's content unsafe.");
  }

  Failure fewer(int came, int ordered) {
    return new Failure.WorkFailed(provider + " made " + came + " of " + ordered + " results and gave no reason");
  }

  /** No proof that nothing was bought, whatever it says. */
  Failure broken(int status, String why) {
    return new Failure.UpstreamBroken(status, provider + " answered " + status + ": " + why);
  }

  private Failure badCredential(Complaint c) {
    return new Failure.BadCredential(provider + " does not accept the credential: " + said(c));
  }

  private Failure missing(Complaint c) {
    boolean model = c.parameter().equals("model") || c.code().toLowerCase(Locale.ROOT).contains("model");
    if (model) return new Failure.Missing("model_not_found", said(c));
    return c.parameter().isEmpty() ? new Failure.Missing("not_found", said(c)) : invalid(c);
  }

  private Failure invalid(Complaint c) {
    return new Failure.Invalid(name(words.clean(c.parameter())), said(c));
  }

  /** {@code inputs.frameImages[0].image} is an image; what has no name of ours was the caller's own parameter. */
  private static String name(String parameter) {
    var last = parameter.substring(parameter.lastIndexOf('.') + 1).replaceAll("\\[.*", "");
    var first = parameter.split("[.\\[]", 2)[0];
    return NAMES.getOrDefault(last, NAMES.getOrDefault(first, parameter));
  }

  private String said(Complaint c) {
    var message = words.clean(c.message());
    return message.isEmpty() ? c.code().isEmpty() ? "no reason given" : words.clean(c.code()) : message;
  }
}
