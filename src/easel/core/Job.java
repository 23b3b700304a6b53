package easel.core;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A task that was accepted, as it lies in the database. An immutable snapshot: the engine makes a new one for each
 * change and stores it before it acts on it.
 *
 * @param id {@code job_} and 32 hex digits: when it came, and 80 random bits
 * @param attempts every try at a provider, in order; the last may still be under way
 */
public record Job(String id, Origin origin, Task task, JobState state, Hold hold, Standing standing,
    List<Attempt> attempts, Outcome outcome, Instant updated) {

  /**
   * Where it came from; never changes.
   *
   * @param owner {@link Caller#id()} of the key that made it
   * @param project groups results and keeps them from expiring; empty for none
   * @param face the route it came in by: {@code images/generations}, {@code chat/completions}, ...
   * @param idempotencyKey as the caller sent it; unique for owner and face
   * @param bodyHash SHA-256 of the canonical request, to tell a repeat from another request
   */
  public record Origin(String owner, String project, String face, Optional<String> idempotencyKey, String bodyHash,
      Instant created, Kin kin) {
    public Origin(String owner, String project, String face, Optional<String> idempotencyKey, String bodyHash, Instant created) {
      this(owner, project, face, idempotencyKey, bodyHash, created, Kin.NONE);
    }

    private Origin with(Kin other) {
      return new Origin(owner, project, face, idempotencyKey, bodyHash, created, other);
    }
  }

  /**
   * A job for more results than its provider makes at once is a set: it buys nothing itself, and its parts, each a job
   * of its own, make its results.
   *
   * @param set the set this is a part of; empty for none
   * @param index which part, from 0
   * @param parts how many parts a set has; 0 for a job that is none
   */
  public record Kin(String set, int index, int parts) {
    public static final Kin NONE = new Kin("", 0, 0);
    /** Results one part may have, and parts one set may have: a result's position is two hex digits. */
    public static final int MAX = 16;
  }

  /**
   * Who has the work. Polls and downloads need the same credential as the submit.
   *
   * @param credential {@link Credential#name()}
   * @param handle what {@link Provider#resume} goes on with; empty until the provider answered
   */
  public record Hold(String provider, String credential, String handle) {
    public static final Hold NOBODY = new Hold("", "", "");
  }

  /** How far it is: 0-100, and what the provider last said. */
  public record Standing(int percent, String words) {
    public static final Standing START = new Standing(0, "");
    /** Of work that is upstream, while nobody here may ask for it. */
    public static final String STRANDED = "waits for its credential, which is not here any more";
  }

  /**
   * What came of it; all empty until it ends.
   *
   * @param failure why it did not succeed; of a job that did: why there are fewer results than were asked for, or
   *     lesser ones
   */
  public record Outcome(List<Media> results, Usage usage, Optional<Failure> failure, Optional<Instant> ended) {
    public static final Outcome OPEN = new Outcome(List.of(), Usage.NONE, Optional.empty(), Optional.empty());

    public Outcome {
      results = List.copyOf(results);
    }
  }

  public Job {
    attempts = List.copyOf(attempts);
  }

  public static Job queued(String id, Origin origin, Task task) {
    return new Job(id, origin, task, JobState.QUEUED, Hold.NOBODY, Standing.START, List.of(), Outcome.OPEN, origin.created());
  }

  /** Why a job that succeeded has fewer results than it was to have, or lesser ones. */
  public Optional<Failure> shortfall() {
    return state == JobState.SUCCEEDED ? outcome.failure() : Optional.empty();
  }

  /** Why it did not succeed. */
  public Optional<Failure> failure() {
    return state == JobState.SUCCEEDED ? Optional.empty() : outcome.failure();
  }

  /** This job as a set of so many parts: it is under way, though nobody has it. */
  public Job set(int parts) {
    return new Job(id, origin.with(new Kin("", 0, parts)), task, JobState.RUNNING, hold, standing, attempts, outcome, updated);
  }

  /** One part of this set. Only the set answers to the caller's idempotency key. */
  public Job part(int index, Task task) {
    var own = new Origin(origin.owner, origin.project, origin.face, Optional.empty(), "", origin.created, new Kin(id, index, 0));
    return queued(id + "-part" + index, own, task);
  }

  /** It goes on as soon as its credential is back, and until then nobody works on it. */
  public boolean stranded() {
    return !state.ended() && standing.words().equals(Standing.STRANDED);
  }

  public boolean isSet() {
    return origin.kin().parts() > 0;
  }

  public boolean isPart() {
    return !origin.kin().set().isEmpty();
  }

  /** The job that results belong to. */
  public String resultsOf() {
    return isPart() ? origin.kin().set() : id;
  }

  /** The position of its first result there. */
  public int firstPosition() {
    return origin.kin().index() * Kin.MAX;
  }

  /** Longest list of results that has a place. */
  public int positionsMax() {
    return isPart() ? Kin.MAX : Kin.MAX * Kin.MAX;
  }

  /** A set as its parts stand: who has them, their attempts, and how far they are. */
  public Job gathered(Hold who, List<Attempt> all, int percent, String words) {
    return new Job(id, origin, task, state, who, new Standing(percent, words), all, outcome, updated);
  }

  /** It ended, and it is proven of every attempt that nothing was bought: the same request may be made again. */
  public boolean neverBought() {
    boolean free = attempts.stream().allMatch(a -> a.ended().isEmpty() || a.costs(BigDecimal.ZERO));
    return free && hold.handle().isEmpty() && failure().map(Failure::notAccepted).orElse(false);
  }

  public Kind kind() {
    return task instanceof Task.Image ? Kind.IMAGE : Kind.VIDEO;
  }

  /**
   * Our id for the purchase under way, the same before and after a restart, another one for another attempt. It says
   * of itself that it is random (version 4), as some providers take no other.
   */
  public String tag() {
    var made = UUID.nameUUIDFromBytes((id + "/" + attempts.size()).getBytes(StandardCharsets.UTF_8));
    return new UUID(made.getMostSignificantBits() & ~0xf000L | 0x4000L, made.getLeastSignificantBits()).toString();
  }

  /** About to be sent. */
  public Job submitting(Attempt attempt) {
    var all = new ArrayList<>(attempts);
    all.add(attempt);
    var next = new Hold(attempt.provider(), attempt.credential(), "");
    return new Job(id, origin, task, JobState.SUBMITTING, next, standing, all, Outcome.OPEN, attempt.started());
  }

  /** The provider has it; {@code handle} finds it again. */
  public Job holding(String handle, boolean fetching, Instant now) {
    var next = new Hold(hold.provider(), hold.credential(), handle);
    var nextState = fetching ? JobState.FETCHING : JobState.RUNNING;
    return new Job(id, origin, task, nextState, next, standing, lastAttempt(a -> a.accepted(fetching, now)), outcome, now);
  }

  public Job progressed(int percent, String words) {
    return new Job(id, origin, task, state, hold, new Standing(percent, words), attempts, outcome, updated);
  }

  public Job succeeded(List<Media> results, Usage usage, Instant now) {
    return succeeded(results, usage, Optional.empty(), now);
  }

  /** {@code shortfall}: why there are fewer results than were asked for, or lesser ones. */
  public Job succeeded(List<Media> results, Usage usage, Optional<Failure> shortfall, Instant now) {
    var end = new Outcome(results, usage, shortfall, Optional.of(now));
    var done = new Standing(100, standing.words());
    var all = lastAttempt(a -> a.succeeded(now, usage.cost()));
    return new Job(id, origin, task, JobState.SUCCEEDED, hold, done, all, end, now);
  }

  /** Ends in {@code state} (failed, cancelled or unknown) for this reason. */
  public Job ended(JobState state, Failure failure, Instant now) {
    return ended(state, failure, Usage.NONE, now);
  }

  /** The same where it is known what it used up in vain. */
  public Job ended(JobState state, Failure failure, Usage usage, Instant now) {
    var end = new Outcome(List.of(), usage, Optional.of(failure), Optional.of(now));
    return new Job(id, origin, task, state, hold, standing, lastAttempt(a -> a.failed(now, failure, usage)), end, now);
  }

  /** The attempt under way never reached its provider, which may be asked again. */
  public Job notReceived(Instant now) {
    var all = lastAttempt(a -> a.notReceived(now));
    return new Job(id, origin, task, JobState.QUEUED, Hold.NOBODY, Standing.START, all, Outcome.OPEN, now);
  }

  /** The attempt under way is over and bought nothing; the job waits for another provider or credential. */
  public Job back(Failure failure, Instant now) {
    return new Job(id, origin, task, JobState.QUEUED, Hold.NOBODY, Standing.START, lastAttempt(a -> a.failed(now, failure)),
        Outcome.OPEN, now);
  }

  /** The attempt under way, changed; one that has ended stays as it ended. */
  private List<Attempt> lastAttempt(UnaryOperator<Attempt> change) {
    if (attempts.isEmpty() || attempts.getLast().ended().isPresent()) return attempts;
    var all = new ArrayList<>(attempts);
    all.set(all.size() - 1, change.apply(all.getLast()));
    return all;
  }
}
