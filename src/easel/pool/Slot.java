package easel.pool;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One credential and how it fares: the states are those of {@link TokenPool}. What it is told here changes nothing but
 * itself; {@link Lane#changed} lets the others know. Guarded by the pool's lock.
 */
final class Slot {
  private static final Duration DOUBT = Duration.ofHours(1);

  private final Moments moments;
  private final Throttle throttle = new Throttle();
  private Credential credential;
  private int order;
  private TokenPool.Limits limits = new TokenPool.Limits(-1, -1, -1, -1);
  private int toldTier = -1;
  private int tier = -1;
  private int images;
  private int videos;
  private int refusals;
  private int stumbles;
  private int misfits;
  private long restingUntil;
  /** Until when its class, told once more, does not undo what was learned meanwhile. */
  private long doubtedUntil;
  private Optional<Instant> disabled = Optional.empty();
  private Optional<Failure> why = Optional.empty();
  private Optional<Failure.Unfit> lesson = Optional.empty();

  /** New here: what was held against it before goes on. */
  Slot(TokenPool.Share share, Moments moments) {
    this.moments = moments;
    this.credential = share.credential();
    anew(share.standing());
  }

  /** New here but for what it carries. */
  void anew(Standing standing) {
    toldTier = -1;
    tier = -1;
    lesson = Optional.empty();
    doubtedUntil = 0;
    stumbles = 0;
    misfits = 0;
    refusals = standing.refusals();
    restingUntil = standing.restingUntil().map(moments::of).orElse(0L);
    disabled = standing.disabled();
    why = standing.why();
  }

  /** What is held against it stays, and so does its class of account where nothing else is said of it than before. */
  void use(TokenPool.Share share, int order) {
    this.credential = share.credential();
    this.order = order;
    this.limits = share.limits();
    throttle.use(limits.perMinute());
    if (share.tier() != toldTier && share.tier() >= 0) tier(share.tier());
  }

  Credential credential() {
    return credential;
  }

  /** Its place in the configuration. */
  int order() {
    return order;
  }

  // ---- what it may do ---------------------------------------------------------------------------------------------

  int tier() {
    return tier;
  }

  void tier(int told) {
    toldTier = told;
    tier = told;
    lesson = Optional.empty();
  }

  /** The provider says which class it has. The same again undoes what was learned, but not again and again. */
  void told(int told) {
    if (told == toldTier && lesson.isPresent()) {
      if (doubtedUntil > moments.now()) return;
      doubtedUntil = moments.in(DOUBT);
    }
    tier(told);
  }

  /** Its class is lower than what it was tried with. */
  void unfit(int asked, Failure.Unfit words) {
    tier = tier < 0 ? asked - 1 : Math.min(tier, asked - 1);
    lesson = Optional.of(words);
  }

  /** What its provider said when it was of too low a class. */
  Optional<Failure.Unfit> lesson() {
    return lesson;
  }

  boolean suits(int asked) {
    return suits(tier, asked);
  }

  static boolean suits(int tier, int asked) {
    return tier < 0 || tier >= asked;
  }

  Throttle throttle() {
    return throttle;
  }

  /** It is not told to do nothing of this kind. */
  boolean may(Kind kind) {
    return limits.concurrency() != 0 && limits.perMinute() != 0 && limit(kind) != 0;
  }

  /** It may, and is not disabled. */
  boolean willing(Kind kind) {
    return disabled.isEmpty() && may(kind);
  }

  boolean willing() {
    return willing(Kind.IMAGE) || willing(Kind.VIDEO);
  }

  private int limit(Kind kind) {
    return switch (kind) {
      case IMAGE -> limits.images();
      case VIDEO -> limits.videos();
    };
  }

  boolean hasRoom(Kind kind) {
    return room(kind) > 0;
  }

  /** How many more of this kind it can carry. */
  long room(Kind kind) {
    long both = Throttle.count(limits.concurrency()) - inFlight();
    return Math.max(0, Math.min(both, Throttle.count(limit(kind)) - inFlight(kind)));
  }

  /** How many of this kind it can carry at most. */
  long carries(Kind kind) {
    return Math.min(Throttle.count(limits.concurrency()), Throttle.count(limit(kind)));
  }

  /** One kind has to wait for the other. */
  boolean shared() {
    return limits.concurrency() >= 0 || limits.perMinute() >= 0;
  }

  // ---- what it does -----------------------------------------------------------------------------------------------

  int inFlight() {
    return images + videos;
  }

  int inFlight(Kind kind) {
    return switch (kind) {
      case IMAGE -> images;
      case VIDEO -> videos;
    };
  }

  void lent(Kind kind) {
    add(kind, 1);
  }

  void back(Kind kind) {
    add(kind, -1);
  }

  private void add(Kind kind, int number) {
    switch (kind) {
      case IMAGE -> images += number;
      case VIDEO -> videos += number;
    }
  }

  // ---- how it fares -----------------------------------------------------------------------------------------------

  boolean disabled() {
    return disabled.isPresent();
  }

  boolean rests(long now) {
    return restingUntil > now;
  }

  /** Its provider has refused it more than once, and will most likely do so again: a single time may be a mistake. */
  boolean restsRefused(long now) {
    return rests(now) && refusals > 1 && why.filter(Failure.BadCredential.class::isInstance).isPresent();
  }

  /** When it can begin something new, if it has room then. */
  long readyAt(long now) {
    return Math.max(restingUntil, throttle.freeAt(now));
  }

  int refusals() {
    return refusals;
  }

  /** It works: true where its provider had refused it before. */
  boolean succeeded() {
    boolean recovered = refusals > 0;
    refusals = 0;
    stumbles = 0;
    misfits = 0;
    return recovered;
  }

  /** True where it rests for longer now: a shorter rest does not end a longer one. */
  boolean rest(Duration duration, Failure because) {
    long until = moments.in(duration);
    if (until < restingUntil || until <= moments.now()) return false;
    restingUntil = until;
    why = Optional.of(because);
    return true;
  }

  /** One refusal more; true where that was one too many. */
  boolean refused(Failure because, int banThreshold) {
    refusals++;
    if (disabled() || banThreshold == 0 || refusals < banThreshold) return false;
    disabled = Optional.of(moments.instant());
    why = Optional.of(because);
    return true;
  }

  /** How often in a row it could not go its own way. */
  int stumbled() {
    return stumbles++;
  }

  /** How often since its last success it could not do what anybody may. */
  int misfit() {
    return misfits++;
  }

  /** True where there was something to forgive. */
  boolean forgive() {
    boolean held = !standing().equals(Standing.CLEAN);
    if (lesson.isPresent()) tier(toldTier);
    refusals = 0;
    stumbles = 0;
    misfits = 0;
    restingUntil = 0;
    disabled = Optional.empty();
    why = Optional.empty();
    return held;
  }

  /** What it rests or is disabled for, with the time that is left. */
  Failure excuse() {
    var because = why.orElseGet(() -> new Failure.NoCapacity(left(), credential.name() + " rests."));
    return because instanceof Failure.Limited l ? new Failure.Limited(left(), l.message()) : because;
  }

  private Duration left() {
    return moments.until(restingUntil);
  }

  Standing standing() {
    boolean rests = rests(moments.now());
    var until = rests ? Optional.of(moments.date(restingUntil)) : Optional.<Instant>empty();
    return new Standing(refusals, until, disabled, rests || disabled() || refusals > 0 ? why : Optional.empty());
  }

  Status status() {
    boolean able = willing() && !rests(moments.now());
    return new Status(credential.provider(), credential.name(), images, videos, standing(), able);
  }
}
