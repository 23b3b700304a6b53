package easel.pool;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Lets a provider in trouble rest. It hears how each new piece of work was taken, not how it went on from there.
 *
 * <pre>
 *   closed --trouble, for the n-th time without a success between--> open
 *   open --rest over--> half-open          open --success of work sent before--> closed
 *   half-open --lends one lease, the probe--> half-open, lending nothing more
 *   half-open --probe: success, or any answer that shows the provider at work--> closed
 *   half-open --probe: trouble--> open, for twice as long
 *   half-open --probe: given back without a word--> half-open, lending the next probe
 * </pre>
 *
 * Trouble of work that was sent before the breaker opened is old news, and changes nothing. Guarded by the pool's lock.
 */
public final class Breaker {
  /** A rest is shortened by up to a fifth, so that what broke together does not come back together. */
  private static final double JITTER = 0.2;
  private static final int DOUBLINGS_MAX = 30;

  public enum State { CLOSED, OPEN, HALF_OPEN }

  /**
   * When a provider rests.
   *
   * @param failures how many in a row open the breaker; 0: it never opens
   * @param restMin the first rest; each one after that is twice as long
   * @param restMax the longest
   */
  public record Options(int failures, Duration restMin, Duration restMax) {
    public static Options defaults() {
      return new Options(5, Duration.ofSeconds(10), Duration.ofMinutes(5));
    }
  }

  /** Goes with a lease, to tell the probe and the work of old from the rest. */
  record Pass(long era, boolean probe) {}

  /** Where it says what it does; not to the log itself, as it stands under the lock. */
  interface Log {
    void said(Level level, String words, Object... values);
  }

  private final String provider;
  private final Log log;
  private Options options;
  private boolean open;
  private boolean probing;
  private int failures;
  private int rests;
  private long restingUntil;
  private long era;
  private String words = "";

  Breaker(String provider, Options options, Log log) {
    this.provider = provider;
    this.options = options;
    this.log = log;
  }

  void use(Options options) {
    this.options = options;
    if (options.failures() == 0) close();
  }

  State state(long now) {
    if (!open) return State.CLOSED;
    return restingUntil > now ? State.OPEN : State.HALF_OPEN;
  }

  /** When it lends again, if it does not lend now. */
  long lendsAt() {
    return open ? restingUntil : 0;
  }

  /** The probe is out: nothing but its outcome can change anything. */
  boolean probing() {
    return probing;
  }

  /** What the last trouble was. */
  String words() {
    return words;
  }

  Pass lend() {
    probing = open;
    return new Pass(era, open);
  }

  void succeeded() {
    close();
  }

  /** The provider said no, and so it works. Only a probe is asked for that. */
  void answered(Pass pass) {
    if (open && current(pass)) close();
  }

  /** {@code words}: what the trouble was, for those who are told that the provider rests. */
  void trouble(Pass pass, String words, long now) {
    if (pass.era() != era || options.failures() == 0) return;
    this.words = words;
    failures++;
    if (open || failures >= options.failures()) trip(now);
  }

  /** The lease went back without an outcome. */
  void returned(Pass pass) {
    if (current(pass)) probing = false;
  }

  private boolean current(Pass pass) {
    return pass.probe() && pass.era() == era;
  }

  private void trip(long now) {
    var rest = options.restMin().multipliedBy(1L << Math.min(rests, DOUBLINGS_MAX));
    long longest = Math.min(rest.toNanos(), options.restMax().toNanos());
    long nanos = (long) (longest * (1 - JITTER * ThreadLocalRandom.current().nextDouble()));
    log.said(Level.WARNING, "provider rests provider={0} failures={1} seconds={2}", provider, failures,
        nanos / 1_000_000_000);
    open = true;
    probing = false;
    restingUntil = now + nanos;
    rests++;
    era++;
  }

  private void close() {
    if (open) log.said(Level.INFO, "provider works again provider={0}", provider);
    open = false;
    probing = false;
    failures = 0;
    rests = 0;
  }
}
