package easel.provider;

import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.Secret;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What OpenAI and its imitators answer instead of pictures, as a {@link Failure}. The body is heard before the status:
 * OpenAI says with 429 both "slow down" and "no money left".
 */
final class OpenAiFailures {
  /** Bytes of an error's body that are read. */
  static final int BODY_MAX = 64 * 1024;

  private static final Set<String> POLICY = Set.of("moderation_blocked", "content_policy_violation", "content_filter",
      "contentFilter");
  private static final Set<String> MONEY = Set.of("insufficient_quota", "billing_hard_limit_reached",
      "billing_limit_user_error");

  /**
   * Of the caller's mistakes these statuses are in OpenAI's reference, or answered by its imitators' form readers.
   * Others (418, 423, 460, 499) come from whoever stands between, who may have passed the request on before.
   */
  private static final Set<Integer> MISTAKES = Set.of(400, 413, 415, 422);

  private final String provider;
  private final Words words;

  OpenAiFailures(String provider, Secret secret) {
    this.provider = provider;
    this.words = new Words(secret);
  }

  /** An error body's four facts; empty where it does not tell. */
  private record Complaint(String type, String code, String param, String message) {}

  /** A status other than success, with what came along. */
  Failure of(int status, Function<String, Optional<String>> header, byte[] body, Instant now) {
    var said = read(body);
    var words = said.message.isEmpty() ? provider + " answered " + status + " without a reason" : said.message;
    if (said.code.equals("upstream_outcome_unknown")) return new Failure.OutcomeUnknown(provider + ": " + words);
    var easels = anEasels(said, header, words, now);
    if (easels.isPresent()) return easels.get();
    if (status >= 500 || status < 400) return broken(status, words(said));
    if (refused(said)) return new Failure.Refused(words);
    if (status == 402 || MONEY.contains(said.code) || MONEY.contains(said.type)) {
      return new Failure.OutOfCredit(provider + " wants money: " + words);
    }
    if (said.code.equals("model_not_found")) return new Failure.Missing("model_not_found", words);
    if (said.code.equals("invalid_api_key")) return badCredential(words);
    return switch (status) {
      case 401, 403 -> badCredential(words);
      case 429 -> new Failure.Limited(RetryAfter.of(header, now), provider + " takes no more requests now: " + words);
      case 404, 405 -> said.param.isEmpty() ? missing(words) : new Failure.Invalid(said.param, words);
      default -> MISTAKES.contains(status) ? new Failure.Invalid(said.param, words) : broken(status, words(said));
    };
  }

  /**
   * The same in answer to a question about work that was taken: how it ended stands in the video object, so a complaint
   * about the question ends nothing. A word on the content itself is one on the work.
   */
  Failure polled(Exchange.Answer answer, Instant now) {
    var failure = of(answer.status(), answer.header(), answer.body(), now);
    boolean question = failure instanceof Failure.Invalid || failure instanceof Failure.Missing;
    return question ? broken(answer.status(), failure.message()) : failure;
  }

  /** What another Easel says with a 5xx is more exact than its status; without a job of its own it accepted nothing. */
  private Optional<Failure> anEasels(Complaint said, Function<String, Optional<String>> header, String words, Instant now) {
    return switch (said.code) {
      case "generation_failed" -> Optional.of(new Failure.WorkFailed(provider + ": " + words));
      case "bad_media" -> Optional.of(new Failure.BadMedia(provider + ": " + words));
      case "no_capacity" -> header.apply("x-easel-job").isPresent() ? Optional.empty()
          : Optional.of(new Failure.NoCapacity(RetryAfter.of(header, now), provider + ": " + words));
      default -> Optional.empty();
    };
  }

  private Failure badCredential(String words) {
    return new Failure.BadCredential(provider + " does not accept the credential: " + words);
  }

  private static boolean refused(Complaint said) {
    return POLICY.contains(said.code) || said.type.equals("image_generation_user_error");
  }

  /** Not about a model: the address itself is wrong, which nobody but the operator can mend. */
  private Failure missing(String words) {
    return new Failure.Missing("not_found", provider + " has no such address, is its base_url right? " + words);
  }

  /** Not proof that nothing was bought, whatever the words say. */
  Failure broken(int status, String words) {
    return new Failure.UpstreamBroken(status, provider + " answered " + status + ": " + words);
  }

  /** What an error says, in words for the caller. */
  String words(Fields body) {
    return words(complaint(body));
  }

  private static String words(Complaint said) {
    return said.message.isEmpty() ? "no reason given" : said.message;
  }

  /** An error in the middle of a stream: the work was taken, and it is over. */
  Failure midway(Fields event) {
    var said = complaint(event);
    var words = words(said);
    return refused(said) ? new Failure.Refused(words) : new Failure.WorkFailed(provider + " gave up: " + words);
  }

  private Complaint read(byte[] body) {
    try {
      return complaint(Fields.gathering(JsonText.object(body), e -> { }));
    } catch (FieldException notJson) {
      // a proxy's page, say: nothing in it is for the caller
      return new Complaint("", "", "", "");
    }
  }

  /** OpenAI's {@code error} object, a bare {@code error} text, vLLM's flat form, or FastAPI's {@code detail}. */
  private Complaint complaint(Fields body) {
    if (body.isText("error")) return new Complaint("", "", "", words.clean(body.text("error")));
    var error = body.optObject("error").orElse(body);
    var details = body.list("detail", d -> d.text("msg", ""));
    var message = error.optText("message").or(() -> body.optText("detail")).or(() -> details.stream().findFirst());
    return new Complaint(error.text("type", ""), error.optScalar("code").orElse(""), words.clean(error.text("param", "")),
        words.clean(message.orElse("")));
  }
}
