package easel.pool;

import easel.core.Credential;
import easel.core.Failure;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * One credential and how it fares. Guarded by the pool's lock.
 *
 * <pre>
 *   active --lease--> busy --back--> active
 *   active --Limited, OutOfCredit, BadCredential--> resting --time--> active
 *   resting --BadCredential, for the n-th time in a row--> disabled (until the configuration is read again)
 * </pre>
 */
final class Slot {
  private static final System.Logger LOG = System.getLogger("easel.pool");

  private final Credential credential;
  private final Throttle throttle = new Throttle();
  private int concurrency;
  private int inFlight;
  private int refusals;
  private long restingUntil;
  private boolean disabled;
  private Failure lastFailure;

  Slot(Credential credential) {
    this.credential = credential;
    this.lastFailure = new Failure.NoCapacity(Duration.ofSeconds(10), "Every credential is busy.");
  }

  /** Whoever reads the configuration again gives a disabled credential another chance. */
  void use(int concurrency, int perMinute) {
    this.concurrency = concurrency;
    throttle.use(perMinute);
    disabled = false;
    refusals = 0;
  }

  Credential credential() {
    return credential;
  }

  int concurrency() {
    return concurrency;
  }

  int inFlight() {
    return inFlight;
  }

  boolean disabled() {
    return disabled;
  }

  Failure lastFailure() {
    return lastFailure;
  }

  Throttle throttle() {
    return throttle;
  }

  /** Neither disabled nor told to do nothing. */
  boolean willing() {
    return !disabled && concurrency != 0 && throttle.perMinute() != 0;
  }

  boolean rests(long now) {
    return restingUntil > now;
  }

  boolean hasRoom() {
    return concurrency < 0 || inFlight < concurrency;
  }

  /** When it can begin something new, if it has room then. */
  long readyAt(long now) {
    return Math.max(restingUntil, throttle.freeAt(now));
  }

  void lent() {
    inFlight++;
  }

  void back() {
    inFlight--;
  }

  void succeeded() {
    refusals = 0;
  }

  /** A shorter rest does not end a longer one. */
  void rest(Duration duration, Failure why, Moments moments) {
    LOG.log(Level.WARNING, "credential rests credential={0} code={1} seconds={2}", credential.name(), why.code(),
        duration.toSeconds());
    long until = moments.in(duration);
    if (until < restingUntil) return;
    restingUntil = until;
    lastFailure = why;
  }

  void refused(Failure why, PoolOptions options, Moments moments) {
    refusals++;
    rest(options.badRest(), why, moments);
    if (options.banThreshold() == 0 || refusals < options.banThreshold()) return;
    disabled = true;
    lastFailure = why;
    LOG.log(Level.ERROR, "credential disabled credential={0} refusals={1}", credential.name(), refusals);
  }
}
