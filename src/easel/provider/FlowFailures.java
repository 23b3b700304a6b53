package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.Secret;
import easel.provider.Exchange.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Flow's errors mean. The API's are {@code google.rpc.Status} as JSON, whose {@code details} give a reason of
 * Flow's own ({@code PUBLIC_ERROR_...}); those of labs are tRPC's. A reason is heard before the status: Flow answers
 * content it refuses with 400 and a captcha it wants with 403.
 */
final class FlowFailures {
  private static final Duration USUAL = Duration.ofSeconds(60);
  /** Statuses that tell of a mistake in the request, besides 400; of others nobody knows what came before them. */
  private static final Set<Integer> MISTAKES = Set.of(400, 411, 413, 414, 415, 422, 431);

  private static final Pattern CAPTCHA = Pattern.compile("(?i)captcha");
  private static final Pattern SUSPECT = Pattern.compile("(?i)unusual[_ ]activity|too much traffic|automated queries");
  private static final Pattern CONTENT = Pattern.compile("PUBLIC_ERROR_\\w*(UNSAFE|SAFETY|MINOR|CHILD|PROMINENT|CELEBRIT|SEXUAL"
      + "|VIOLEN|HATE|HARM|DANGEROUS|POLICY|FILTER)");
  private static final Pattern POLICY = Pattern.compile("(?i)\\bunsafe|\\bsafety|(content|usage|use)[ _]polic|violat\\w+ .{0,40}polic");
  /** Not the plain word "quota": Google's usual 429 says "Resource has been exhausted (e.g. check quota)". */
  private static final Pattern MONEY = Pattern.compile("(?i)PUBLIC_ERROR_\\w*(QUOTA|CREDIT)"
      + "|(insufficient|not enough|out of|no|run out of|used up|exhausted).{0,20}\\bcredits?\\b"
      + "|\\bcredits?\\b.{0,20}(exhausted|depleted|insufficient|used up)|quota (is |was |has been )?(used up|reached)"
      + "|(daily|monthly).{0,20}quota");
  private static final Pattern LOCKED = Pattern.compile("(?i)(account|user|consumer).{0,20}(suspended|disabled|blocked|deactivated)");
  private static final Pattern REGION =
      Pattern.compile("(?i)not (available|supported) in your (country|region|location)|location is not supported");
  private static final Pattern PROJECT = Pattern.compile("(?i)project|requested entity was not found");
  private static final Pattern SIZE = Pattern.compile("(?i)aspect_?ratio|resolution");
  private static final Pattern PICTURE = Pattern.compile("(?i)image(_?bytes|_?input|_?data)|media_?id|mime_?type");
  private static final Pattern ACCESS_TOKEN = Pattern.compile("\\bya29\\.[\\w.-]+");
  private static final Pattern SECONDS = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)s");

  private final String provider;
  private final Words words;

  /** {@code secrets}: session tokens, which are not to be repeated; access tokens are known by their look. */
  FlowFailures(String provider, Secret... secrets) {
    this.provider = provider;
    this.words = new Words(secrets);
  }

  /**
   * What an error says.
   *
   * @param status its canonical word, {@code RESOURCE_EXHAUSTED}
   * @param json whether it is one of Google's, and not a page of whoever stands between
   */
  private record Complaint(boolean json, String status, String message, List<String> reasons, Optional<Duration> retry) {
    boolean says(Pattern pattern) {
      return pattern.matcher(message).find() || reasons.stream().anyMatch(r -> pattern.matcher(r).find());
    }

    /** In Flow's own word, whatever else it says. */
    boolean unsafe() {
      return reasons.stream().anyMatch(r -> CONTENT.matcher(r).find());
    }

    boolean refuses() {
      return says(CONTENT) || says(POLICY);
    }

    String text(int status) {
      var why = reasons.isEmpty() ? "" : " (" + reasons.getFirst() + ")";
      return (message.isEmpty() ? "no reason given, " + status : message) + why;
    }
  }

  /** Another status than success, in answer to a call that makes something or prepares it. */
  Failure of(Answer answer, Instant now) {
    int status = answer.status();
    var said = complaint(answer);
    var text = said.text(status);
    if (status >= 500 || status < 400) return broken(status, text);
    if (said.unsafe() && (status == 400 || status == 403)) return refused(text);
    if (said.says(CAPTCHA) || status != 429 && said.says(SUSPECT)) return captcha(text);
    if (said.says(LOCKED)) return badCredential(text);
    if (status == 402 || said.says(MONEY)) return new Failure.OutOfCredit(provider + " has no credits left for this: " + text);
    boolean limited = status == 429 || said.status.equals("RESOURCE_EXHAUSTED");
    return limited ? limited(answer, said, text, now) : rejected(status, said, text);
  }

  /** The same in answer to a question about work that was taken: no verdict on the work, whatever it says. */
  Failure polled(Answer answer, Instant now) {
    var failure = of(answer, now);
    return switch (failure) {
      case Failure.BadCredential b -> b;
      case Failure.Limited l -> l;
      default -> broken(answer.status(), failure.message());
    };
  }

  /** The {@code error} in which accepted work ended: {@code code} is google.rpc's. */
  Failure ended(Fields error) {
    var said = complaint(error, true);
    var text = said.message.isEmpty() ? "no reason given, " + error.optScalar("code").orElse("no code") : said.text(0);
    return said.refuses() ? refused(text) : new Failure.WorkFailed(provider + " gave up: " + text);
  }

  /** True where the project may be at fault, and not the task: another one is worth a try. */
  boolean projectGone(Answer answer) {
    boolean lookedFor = answer.status() == 404 || answer.status() == 400 || answer.status() == 403;
    var said = complaint(answer);
    return lookedFor && said.json && said.says(PROJECT);
  }

  /** Not proof that nothing was bought, whatever the words say. */
  Failure broken(int status, String text) {
    return new Failure.UpstreamBroken(status, provider + " answered " + status + ": " + text);
  }

  /** Flow's words, for people. */
  String clean(String text) {
    return ACCESS_TOKEN.matcher(words.clean(text)).replaceAll("***");
  }

  private Failure rejected(int status, Complaint said, String text) {
    if (said.refuses() && (status == 400 || status == 403)) return refused(text);
    return switch (status) {
      case 401 -> badCredential(text);
      case 403 -> forbidden(said, text);
      case 404, 405 -> new Failure.Missing("not_found", provider + " does not know what was asked for: " + text);
      default -> MISTAKES.contains(status) ? new Failure.Invalid(field(said), text) : broken(status, text);
    };
  }

  /** A page comes from Google's front door, which knows no account; the API's own 403 is about this one. */
  private Failure forbidden(Complaint said, String text) {
    if (said.says(REGION)) return new Failure.Withheld(provider + " does not serve this country: " + text);
    if (!said.json) return new Failure.Withheld(provider + " does not let us in: " + text);
    return new Failure.Unfit(provider + " does not do this for this account: " + text);
  }

  private Failure captcha(String text) {
    return new Failure.Withheld(provider + " asked for the answer to a reCAPTCHA, and Easel solves none (" + text + "). An"
        + " operator can set recaptcha_token in [flow], or a key for the Gemini API, which then does such work instead");
  }

  private Failure refused(String text) {
    return new Failure.Refused(provider + " refused the content: " + text);
  }

  private Failure badCredential(String text) {
    return new Failure.BadCredential(provider + " does not accept the credential: " + text);
  }

  private Failure limited(Answer answer, Complaint said, String text, Instant now) {
    var delay = RetryAfter.stated(answer.header(), now).or(() -> said.retry.map(RetryAfter::bounded)).orElse(USUAL);
    return new Failure.Limited(delay, provider + " takes no more requests now: " + text);
  }

  /** The parameter as our callers know it. */
  private static String field(Complaint said) {
    if (said.says(SIZE)) return "size";
    return said.says(PICTURE) ? "image" : "";
  }

  private Complaint complaint(Answer answer) {
    var body = answer.object().or(() -> answer.items().stream().findFirst());
    return body.map(b -> complaint(b.optObject("error").orElse(b), b.has("error")))
        .orElse(new Complaint(false, "", "", List.of(), Optional.empty()));
  }

  private Complaint complaint(Fields error, boolean json) {
    // tRPC's own, behind its transformer
    var said = error.optObject("json").orElse(error);
    var details = said.list("details", d -> d);
    var reasons = details.stream().flatMap(d -> d.optText("reason").stream()).map(this::clean).toList();
    var retry = details.stream().flatMap(d -> d.optText("retryDelay").stream()).findFirst().flatMap(FlowFailures::seconds);
    var status = said.text("status", "").toUpperCase(Locale.ROOT);
    return new Complaint(json, status, clean(said.text("message", "")), reasons, retry);
  }

  /** Protobuf's spelling of a duration: {@code 29.72s}. */
  private static Optional<Duration> seconds(String text) {
    var found = SECONDS.matcher(text);
    if (!found.matches()) return Optional.empty();
    return Optional.of(Duration.ofMillis(new BigDecimal(found.group(1)).movePointRight(3).longValue()));
  }
}
