package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.Secret;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What Google's Gemini API, Vertex and relays of them answer instead of pictures and videos, as a {@link Failure}.
 * Google's errors are {@code google.rpc.Status} as JSON; a code may be a number or a word, and some errors come as a
 * list of one.
 */
final class GeminiFailures {
  /** Bytes of an error's body that are read. */
  static final int BODY_MAX = 64 * 1024;
  /** A limit for a day, or of nothing at all: the most that anybody waits. */
  private static final Duration LONG = Duration.ofHours(1);
  private static final int INVALID_ARGUMENT = 3;

  private static final Pattern SETTING = Pattern.compile("(?i)safety_?settings?(?=\\W|$)");
  private static final Pattern POLICY = Pattern.compile("(?i)\\bsafety|\\bunsafe|prohibited|sensitive words"
      + "|responsible ai|usage guidelines|(content|usage|use)[ _]polic"
      + "|violat\\w+ .{0,40}(polic|guideline|terms|practice)");
  private static final Pattern BAD_KEY =
      Pattern.compile("(?i)api.?key.{0,20}(not valid|invalid|expired|not found|leaked|missing)|invalid.api.?key");
  private static final Pattern MONEY = Pattern.compile("(?i)prepa(y|id)|insufficient.{0,20}(quota|balance|credit|fund)"
      + "|credits? .{0,20}(deplet|exhaust)ed|spend(ing)? (cap|limit)");
  /** Of money too, but not with 429: every limit speaks of billing. */
  private static final Pattern BILLING = Pattern.compile("(?i)billing|free tier is not available");
  private static final Pattern REGION =
      Pattern.compile("(?i)location is not supported|not available in your (country|region)");
  private static final Pattern NOTHING_LEFT = Pattern.compile("limit: 0\\b");
  private static final Pattern RETRY_IN = Pattern.compile("(?i)retry in ([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s)");
  private static final Pattern SECONDS = Pattern.compile("(?i)duration_?seconds?|\\bduration\\b");
  private static final Pattern SIZE = Pattern.compile("(?i)aspect_?ratio|image_?size|resolution");

  private final String provider;
  private final Words words;

  GeminiFailures(String provider, Secret secret) {
    this.provider = provider;
    this.words = new Words(secret);
  }

  /**
   * What an error says.
   *
   * @param code number or word
   * @param status its canonical word, {@code RESOURCE_EXHAUSTED}
   * @param reasons of {@code ErrorInfo}
   * @param quotas ids and values of the limits that were met
   */
  private record Complaint(String code, String status, String message, List<String> reasons, List<String> quotas,
      Optional<Duration> retry) {
    boolean says(Pattern pattern) {
      return pattern.matcher(message).find() || pattern.matcher(code).find()
          || reasons.stream().anyMatch(r -> pattern.matcher(r).find());
    }

    boolean refuses() {
      return POLICY.matcher(SETTING.matcher(code + " " + message).replaceAll("")).find();
    }
  }

  /** A status other than success in answer to a submit. */
  Failure of(Exchange.Answer answer, Instant now) {
    int status = answer.status();
    var said = complaint(body(answer));
    var told = told(status, said);
    if (status == 401 || status == 403 || status == 402 || status == 400) return rejected(status, said, told);
    return switch (status) {
      case 404, 405 -> new Failure.Missing(said.message.isEmpty() ? "not_found" : "model_not_found",
          said.message.isEmpty() ? provider + " has no such address, is its base_url right?" : told);
      case 429 -> limited(said, answer.header(), now, told);
      case 408, 409, 425, 499 -> broken(status, why(said));
      default -> status >= 500 || status < 400 ? broken(status, why(said)) : new Failure.Invalid(field(said), told);
    };
  }

  /**
   * The same in answer to a question: the work is bought, and only the key or the question can be at fault. It is
   * missing where Google itself says so (for Interactions with 400); a page of whoever stands before it says nothing.
   */
  Failure ofPoll(Exchange.Answer answer, Instant now) {
    var failure = of(answer, now);
    var said = complaint(body(answer));
    boolean unknown = said.message.contains("Invalid interaction name") || said.status.equals("NOT_FOUND");
    if (unknown) return new Failure.Missing("not_found", provider + " does not know this work: " + failure.message());
    boolean nobodys = failure instanceof Failure.Invalid || failure instanceof Failure.Missing;
    return nobodys ? broken(answer.status(), why(said)) : failure;
  }

  private Failure rejected(int status, Complaint said, String told) {
    if (said.says(BAD_KEY) || said.reasons.stream().anyMatch(r -> r.startsWith("API_KEY_"))) return badCredential(told);
    boolean precondition = said.status.equals("FAILED_PRECONDITION") || status != 400;
    if (status == 402 || precondition && (said.says(MONEY) || said.says(BILLING))) return outOfCredit(told);
    if (status != 400 || precondition && said.says(REGION)) return badCredential(told);
    return said.refuses() ? new Failure.Refused(told) : new Failure.Invalid(field(said), told);
  }

  private Failure badCredential(String told) {
    return new Failure.BadCredential(provider + " does not accept the credential: " + told);
  }

  private Failure outOfCredit(String told) {
    return new Failure.OutOfCredit(provider + " wants money: " + told);
  }

  private Failure limited(Complaint said, Function<String, Optional<String>> header, Instant now, String told) {
    if (said.says(MONEY)) return outOfCredit(told);
    boolean day = said.quotas.stream().anyMatch(q -> q.contains("PerDay") || q.equals("0")) || said.says(NOTHING_LEFT);
    var delay = day ? LONG : said.retry.map(RetryAfter::bounded).orElseGet(() -> RetryAfter.of(header, now));
    return new Failure.Limited(delay, provider + " takes no more requests now: " + told);
  }

  /** The parameter as our callers know it. */
  private static String field(Complaint said) {
    if (said.says(SECONDS)) return "seconds";
    return said.says(SIZE) ? "size" : "";
  }

  private String told(int status, Complaint said) {
    return said.message.isEmpty() ? provider + " answered " + status + " without a reason" : said.message;
  }

  /** Not proof that nothing was bought, whatever the words say. */
  Failure broken(int status, String said) {
    return new Failure.UpstreamBroken(status, provider + " answered " + status + ": " + said);
  }

  /** The content is not to be shown; {@code reason} is Google's word for why, where it says nothing more. */
  Failure refused(String said, String reason) {
    var why = said.isBlank() ? provider + " refused the request: " + reason : said;
    return new Failure.Refused(words.clean(why));
  }

  /** The work was done, and came to nothing. */
  Failure failed(String said, String reason) {
    var why = reason.isEmpty() ? "no reason given" : reason;
    return new Failure.WorkFailed(words.clean(provider + " made no picture (" + why + ") " + said));
  }

  /** The error in which accepted work ended; of {@code google.rpc} codes 3 is the caller's, the others Google's. */
  Failure ended(Fields error) {
    var said = complaint(error);
    var told = said.message.isEmpty() ? "it ended as " + words.clean(said.code) : said.message;
    if (said.refuses()) return new Failure.Refused(told);
    boolean callers = said.code.equals(String.valueOf(INVALID_ARGUMENT));
    return callers ? new Failure.Invalid(field(said), told) : new Failure.WorkFailed(provider + " gave up: " + told);
  }

  /** Finished and paid for, but there is no result; without a name nobody can ask for it again. */
  Failure nothing(GeminiOrder order) {
    return order.id().isEmpty() ? broken(200, "it is done, but the result is not there")
        : new Failure.WorkFailed(provider + " says that it is done, and gives no result");
  }

  /** What an answer says of its error. */
  String words(Fields body) {
    return why(complaint(body));
  }

  private static String why(Complaint said) {
    return said.message.isEmpty() ? "no reason given" : said.message;
  }

  String clean(String said) {
    return words.clean(said);
  }

  private static Fields body(Exchange.Answer answer) {
    return answer.object().or(() -> answer.items().stream().findFirst())
        .orElseGet(() -> Fields.of(new JsonObject()));
  }

  private Complaint complaint(Fields body) {
    var error = body.optObject("error").orElse(body);
    var message = body.isText("error") ? body.text("error") : error.text("message", "");
    var details = error.list("details", d -> d);
    var reasons = details.stream().flatMap(d -> d.optText("reason").stream()).toList();
    var quotas = details.stream().flatMap(d -> d.list("violations", v -> v).stream())
        .flatMap(v -> List.of(v.text("quotaId", ""), v.optScalar("quotaValue").orElse("")).stream()).toList();
    var delays = details.stream().flatMap(d -> d.optText("retryDelay").stream()).findFirst();
    var retry = delays.flatMap(GeminiFailures::seconds).or(() -> retryIn(message));
    return new Complaint(error.optScalar("code").orElse(""), error.text("status", "").toUpperCase(Locale.ROOT),
        words.clean(message), reasons, quotas, retry);
  }

  /** Protobuf's spelling of a duration: {@code 29.72s}. */
  private static Optional<Duration> seconds(String text) {
    return text.endsWith("s") ? retryIn("retry in " + text) : Optional.empty();
  }

  private static Optional<Duration> retryIn(String message) {
    var found = RETRY_IN.matcher(message);
    if (!found.find()) return Optional.empty();
    int places = found.group(2).equalsIgnoreCase("ms") ? 0 : 3;
    return Optional.of(Duration.ofMillis(new BigDecimal(found.group(1)).movePointRight(places).longValue()));
  }
}
