package easel.job;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Task;
import easel.pool.Wish;
import easel.prompt.PromptCheck;
import easel.store.StoreException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Makes jobs of submissions: each is stored before anything else happens, and then begins. */
final class Intake {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Parts parts;
  private final Runs runs;

  Intake(Parts parts, Runs runs) {
    this.parts = parts;
    this.runs = runs;
  }

  /**
   * Time first, so that the database finds new rows beside each other; then 80 random bits, so that nobody guesses one.
   */
  private String newId() {
    var random = new byte[10];
    RANDOM.nextBytes(random);
    return "job_" + HexFormat.of().toHexDigits(parts.time().instant().toEpochMilli(), 12) + HexFormat.of().formatHex(random);
  }

  /**
   * The job this submission is now, or the one that has its idempotency key.
   *
   * @throws GatewayException as {@link JobEngine#submit}
   */
  Accepted take(Submission s) {
    PromptCheck.check(s.task().prompt());
    var named = parts.catalogue().candidates(s.task(), s.provider());
    keepable(s.task());
    admit();
    var first = named.getFirst();
    var task = s.provider().isEmpty() ? s.task() : first.prepare(s.task()).withModel(first.model().address());
    var wishes = new Wishes(parts, task);
    var able = wishes.able(named.stream().filter(c -> c.complaint(task).isEmpty()).toList());
    var ordered = parts.dispatcher().order(able, parts.catalogue().strategy(s.task().model()), s.task());
    var split = Split.of(task, ordered);
    var entries = new ArrayList<Entry>();
    try {
      for (int i = 0; i < split.parts().size(); i++) entries.add(enter(wishes.wish(split.candidates(), s.caller().id())));
      return insert(s, wishes, split, entries);
    } catch (RuntimeException e) {
      entries.forEach(Entry::close);
      throw e;
    }
  }

  /** What would not be kept must not be bought: not every model's limits are known. */
  private void keepable(Task task) {
    var size = task.size();
    long max = parts.media().pixelsMax();
    if (size.isEmpty() || size.get().pixels() <= max) return;
    var words = "size must have at most " + max + " pixels: larger ones are not kept here";
    throw new GatewayException(new Failure.Invalid("size", words));
  }

  private void admit() {
    if (runs.size() >= parts.options().openMax()) {
      throw new GatewayException(new Failure.NoCapacity(Duration.ofSeconds(10), "Too many jobs are under way."));
    }
    if (!parts.media().hasRoom()) throw new GatewayException(new Failure.NoSpace("The disk is nearly full; no new jobs are taken."));
  }

  /** A credential that is free, or a place in the queue; neither means that no job is made. */
  private Entry enter(Wish wish) {
    var lease = parts.pool().tryLease(wish);
    return new Entry(lease, lease.isPresent() ? Optional.empty() : Optional.of(parts.pool().queue(wish)));
  }

  private Accepted insert(Submission s, Wishes wishes, Split split, List<Entry> entries) {
    var now = parts.time().instant();
    var origin = new Job.Origin(s.caller().id(), s.project(), s.face(), s.idempotencyKey(), s.bodyHash(), now);
    var queued = Job.queued(newId(), origin, wishes.task());
    var bought = new ArrayList<JobRun>();
    for (int i = 0; i < entries.size(); i++) {
      var job = split.alone() ? queued : queued.part(i, split.parts().get(i));
      bought.add(new JobRun(parts, begun(job, wishes, split.candidates(), entries.get(i), now), Optional.of(wishes)));
    }
    var whole = split.alone() ? bought.getFirst() : new SetRun(parts, queued.set(bought.size()), bought);
    var holder = stored(whole, bought);
    if (holder.isPresent()) {
      entries.forEach(Entry::close);
      return new Accepted(holder.get(), true);
    }
    var job = whole.job();
    parts.hub().begun(job);
    for (int i = 0; i < entries.size(); i++) go(bought.get(i), split.candidates(), entries.get(i));
    if (whole instanceof SetRun set) runs.go(set, set::run);
    return new Accepted(job, false);
  }

  private void go(JobRun run, List<Candidate> candidates, Entry entry) {
    parts.dispatcher().budget().job();
    runs.go(run, () -> run.buy(candidates, Optional.of(entry)));
  }

  /** Stored with a credential it is about to be sent; with a place in the queue it waits. */
  private static Job begun(Job queued, Wishes wishes, List<Candidate> candidates, Entry entry, Instant now) {
    return entry.lease().map(l -> Purchase.submitting(queued, wishes.lent(candidates, l), l, now)).orElse(queued);
  }

  /** Known here before it is stored, so that nobody finds a row without its run. Answers the holder of its key. */
  private Optional<Job> stored(Run whole, List<JobRun> bought) {
    var all = new ArrayList<Run>(bought);
    if (!all.contains(whole)) all.add(whole);
    all.forEach(runs::add);
    try {
      var rows = whole instanceof SetRun ? bought.stream().map(JobRun::job).toList() : List.<Job>of();
      var holder = parts.table().insert(whole.job(), rows);
      if (holder.isPresent()) all.forEach(runs::remove);
      return holder;
    } catch (StoreException e) {
      all.forEach(runs::remove);
      throw e.certain() ? e : new GatewayException(new Failure.OutcomeUnknown("It is not certain that the job was stored."), e);
    } catch (RuntimeException e) {
      all.forEach(runs::remove);
      throw e;
    }
  }
}
