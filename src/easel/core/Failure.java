package easel.core;

import java.time.Duration;

/**
 * Everything that can go wrong, each case with what its handler needs. Messages are written for the caller and never
 * hold a secret; the cause goes to the log.
 *
 * <p>{@link #notAccepted()} is about money: it is true only where it is proven that no provider took the work, so that
 * trying again cannot pay twice.
 */
public sealed interface Failure {
  String message();

  /** The caller's mistake; {@code field} names the parameter, empty for the whole request. */
  record Invalid(String field, String message) implements Failure {}

  /** No API key, or not one of ours. */
  record Unauthorized(String message) implements Failure {}

  record Forbidden(String message) implements Failure {}

  /** What was asked for is not here; {@code code} tells models from jobs. */
  record Missing(String code, String message) implements Failure {}

  /** A request of more bytes than we take. */
  record TooLarge(String message) implements Failure {}

  /** A media type or encoding we do not read. */
  record Unsupported(String message) implements Failure {}

  /** An idempotency key that belongs to another request. */
  record KeyReused(String message) implements Failure {}

  /** The provider's policy forbids the content. */
  record Refused(String message) implements Failure {}

  /** Too many requests; a repeat is welcome after the delay. */
  record Limited(Duration retryAfter, String message) implements Failure {}

  /** The credential's account has no money left. */
  record OutOfCredit(String message) implements Failure {}

  /** The provider does not accept the credential. */
  record BadCredential(String message) implements Failure {}

  /** The credential is in order, and its class of account may not do this; another may. */
  record Unfit(String message) implements Failure {}

  /** The provider does this for nobody who asks as we do: it wants a captcha solved, or does not serve this country. */
  record Withheld(String message) implements Failure {}

  /** Nobody is free to do the work. */
  record NoCapacity(Duration retryAfter, String message) implements Failure {}

  /** The disk is full; in the middle of a call that means the answer may have been lost. */
  record NoSpace(String message) implements Failure {}

  /** The request never reached the provider: no connection, no name, no TLS. */
  record Unreachable(String message) implements Failure {}

  /** The provider answered nonsense or an error of its own; {@code status} is 0 where there was none. */
  record UpstreamBroken(int status, String message) implements Failure {}

  /**
   * The provider took the work and reported that it failed.
   *
   * @param free the provider documents that it charges nothing for such a failure: then others may be asked
   */
  record WorkFailed(String message, boolean free) implements Failure {
    public WorkFailed(String message) {
      this(message, false);
    }
  }

  /** A file came that is not what it should be. */
  record BadMedia(String message) implements Failure {}

  /** It was sent, and nobody can tell whether it was accepted. */
  record OutcomeUnknown(String message) implements Failure {}

  record TimedOut(String message) implements Failure {}

  record Cancelled(String message) implements Failure {}

  record Internal(String message) implements Failure {}

  /** What the engine does next when {@link Provider#start} fails so. */
  enum Next { STOP, OTHER_CREDENTIAL, OTHER_PROVIDER, UNKNOWN }

  default Next next() {
    return switch (this) {
      case Limited l -> Next.OTHER_CREDENTIAL;
      case OutOfCredit o -> Next.OTHER_CREDENTIAL;
      case BadCredential b -> Next.OTHER_CREDENTIAL;
      case Unfit u -> Next.OTHER_CREDENTIAL;
      case Withheld w -> Next.OTHER_PROVIDER;
      case Unreachable u -> Next.OTHER_PROVIDER;
      case NoCapacity n -> Next.OTHER_PROVIDER;
      case Missing m -> Next.OTHER_PROVIDER;
      case Invalid i -> Next.STOP;
      case Unauthorized u -> Next.STOP;
      case Forbidden f -> Next.STOP;
      case TooLarge t -> Next.STOP;
      case Unsupported u -> Next.STOP;
      case KeyReused k -> Next.STOP;
      case Refused r -> Next.STOP;
      case WorkFailed w -> w.free() ? Next.OTHER_PROVIDER : Next.STOP;
      case BadMedia b -> Next.STOP;
      case Cancelled c -> Next.STOP;
      case NoSpace n -> Next.UNKNOWN;
      case UpstreamBroken b -> Next.UNKNOWN;
      case TimedOut t -> Next.UNKNOWN;
      case OutcomeUnknown o -> Next.UNKNOWN;
      case Internal i -> Next.UNKNOWN;
    };
  }

  /** True where it is proven that nothing was bought. */
  default boolean notAccepted() {
    if (this instanceof WorkFailed failed) return failed.free();
    return next() != Next.UNKNOWN && !(this instanceof BadMedia);
  }

  /** Stable, for machines: the same in every face, in the log and in the documents. */
  default String code() {
    return switch (this) {
      case Invalid i -> "invalid_value";
      case Unauthorized u -> "invalid_api_key";
      case Forbidden f -> "forbidden";
      case Missing m -> m.code();
      case TooLarge t -> "request_too_large";
      case Unsupported u -> "unsupported_media_type";
      case KeyReused k -> "idempotency_key_reused";
      case Refused r -> "moderation_blocked";
      case Limited l -> "rate_limit_exceeded";
      case OutOfCredit o -> "insufficient_quota";
      case BadCredential b -> "upstream_unauthorized";
      case Unfit u -> "upstream_unfit";
      case Withheld w -> "upstream_withheld";
      case NoCapacity n -> "no_capacity";
      case NoSpace n -> "insufficient_storage";
      case Unreachable u -> "upstream_unreachable";
      case UpstreamBroken b -> "upstream_broken";
      case WorkFailed w -> "generation_failed";
      case BadMedia b -> "bad_media";
      case OutcomeUnknown o -> "upstream_outcome_unknown";
      case TimedOut t -> "timed_out";
      case Cancelled c -> "cancelled";
      case Internal i -> "internal_error";
    };
  }
}
