package easel.job;

import easel.core.Attempt;
import easel.core.Event;
import easel.core.Failure;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Media;
import easel.core.Usage;
import easel.pool.Place;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A job whose results are made by its parts. It buys nothing: it hears of its parts, and ends when the last of them has
 * ended. With at least one result it has succeeded, and says what became of the others.
 */
final class SetRun implements Run {
  private static final System.Logger LOG = System.getLogger("easel.job");

  private final Parts parts;
  private final Pause pause;
  private final List<? extends Run> runs;
  private final BlockingQueue<Event> news = new LinkedBlockingQueue<>();
  /** How each part stands, by index. */
  private final Map<Integer, Job> known = new TreeMap<>();
  private final Lasting lasting;
  private int previews;
  private final Set<Integer> left = new HashSet<>();
  /** Who is gone and has work of it, as far as that was told. */
  private final Set<Job.Hold> missed = new HashSet<>();
  private volatile Job job;

  /** {@code runs}: the parts that are under way here. */
  SetRun(Parts parts, Job job, List<? extends Run> runs) {
    this.parts = parts;
    this.pause = new Pause(parts.time());
    this.lasting = new Lasting(pause);
    this.job = job;
    this.runs = List.copyOf(runs);
    for (var run : runs) if (run.job().stranded()) missed.add(whose(run.job().hold()));
  }

  private static Job.Hold whose(Job.Hold hold) {
    return new Job.Hold(hold.provider(), hold.credential(), "");
  }

  @Override
  public Job job() {
    return job;
  }

  /** The last part to come to its turn counts. */
  @Override
  public Optional<Place> place() {
    return runs.stream().flatMap(r -> r.place().stream()).max(Comparator.comparingInt(Place::position));
  }

  @Override
  public void cancel() {
    runs.forEach(Run::cancel);
  }

  @Override
  public void stop() {
    pause.stop();
  }

  /** Something happened to a part. */
  void heard(Event event) {
    news.add(event);
  }

  /** Waits for the end of all parts. */
  void run() throws InterruptedException {
    for (var part : lasting.get(() -> parts.table().parts(job.id()))) known.put(part.origin().kin().index(), part);
    while (!known.values().stream().allMatch(p -> p.state().ended())) {
      var event = pause.during(news::take);
      if (event.isEmpty()) continue;
      if (event.get() instanceof Event.Left) left.add(index(event.get()));
      else take(event.get());
      // One that broke off is taken up again by and by, and the set waits; when all have, it is left to be taken up
      // too.
      if (!left.isEmpty() && left.containsAll(open())) return;
    }
    finish();
  }

  private static int index(Event event) {
    return event.job().origin().kin().index();
  }

  private List<Integer> open() {
    return known.entrySet().stream().filter(k -> !k.getValue().state().ended()).map(Map.Entry::getKey).toList();
  }

  private void take(Event event) {
    var part = event.job();
    left.remove(index(event));
    // An event may come late, after the table was read; an end is never undone.
    if (!known.get(part.origin().kin().index()).state().ended()) known.put(part.origin().kin().index(), part);
    gather(part.standing().words());
    if (event instanceof Event.Stranded s) stranded(s.hold());
    // Previews of several parts share their numbers, so the set's are counted as they come.
    else if (event instanceof Event.Partial p) parts.hub().publish(new Event.Partial(job, previews++, p.picture()));
    else parts.hub().publish(new Event.Changed(job));
  }

  /** One credential may have many parts of it. */
  private void stranded(Job.Hold hold) {
    if (missed.add(whose(hold))) parts.hub().publish(new Event.Stranded(job, hold));
  }

  private void gather(String words) {
    int percent = (int) known.values().stream().mapToInt(p -> p.state().ended() ? 100 : p.standing().percent()).average().orElse(0);
    job = job.gathered(holder(), attempts(), Math.min(99, Math.max(percent, job.standing().percent())), words);
  }

  /** The first provider with a part; a handle says that something may have been bought. */
  private Job.Hold holder() {
    var provider = known.values().stream().map(p -> p.hold().provider()).filter(p -> !p.isEmpty()).findFirst().orElse("");
    boolean bought = !known.values().stream().allMatch(Job::neverBought);
    return new Job.Hold(provider, "", bought ? "set" : "");
  }

  private List<Attempt> attempts() {
    var all = new ArrayList<Attempt>();
    known.values().forEach(p -> all.addAll(p.attempts()));
    all.sort(Comparator.comparing(Attempt::started));
    return all;
  }

  private void finish() throws InterruptedException {
    gather(job.standing().words());
    var ended = outcome(results());
    if (!lasting.get(() -> parts.table().finish(ended))) LOG.log(Level.ERROR, "set had ended before job={0}", ended.id());
    if (ended.neverBought()) lasting.get(() -> parts.table().releaseKey(ended.id()));
    job = ended;
    LOG.log(ended.state() == JobState.SUCCEEDED && ended.shortfall().isEmpty() ? Level.INFO : Level.WARNING,
        "set ended job={0} state={1} results={2} ordered={3}", ended.id(), ended.state(), ended.outcome().results().size(),
        ended.task().count());
    parts.hub().publish(new Event.Ended(ended));
  }

  /** Written by the parts, in order. */
  private List<Media> results() throws InterruptedException {
    return lasting.get(() -> parts.table().find(job.id())).map(j -> j.outcome().results()).orElse(List.of());
  }

  private Job outcome(List<Media> results) {
    var now = parts.time().instant();
    var worst = worst();
    if (!results.isEmpty()) return job.succeeded(results, usage(), shortfall(results, worst), now);
    var why = worst.flatMap(Job::failure).orElseGet(() -> new Failure.Internal("The job's parts ended without a result."));
    return job.ended(worst.map(Job::state).orElse(JobState.FAILED), why, now);
  }

  private Optional<Failure> shortfall(List<Media> results, Optional<Job> worst) {
    var told = worst.flatMap(p -> p.failure().or(p::shortfall));
    if (results.size() >= job.task().count()) return told;
    return told.or(() -> Optional.of(new Failure.WorkFailed("Some of the results are no longer there.")));
  }

  /** The part that says most about what went wrong: one that may have been paid for in vain before one that was not. */
  private Optional<Job> worst() {
    return known.values().stream().filter(p -> p.failure().or(p::shortfall).isPresent()).min(Comparator
        .comparing((Job p) -> p.state() != JobState.UNKNOWN).thenComparing(Job::neverBought)
        .thenComparing(p -> p.state() == JobState.CANCELLED).thenComparing(p -> p.state() == JobState.SUCCEEDED));
  }

  /** Of all attempts, those in vain too: where nobody knows what one of them cost, nobody knows the whole. */
  private Usage usage() {
    var all = sum();
    return attempts().stream().allMatch(a -> a.cost().isPresent()) ? all : all.unpriced();
  }

  private Usage sum() {
    return known.values().stream().filter(p -> p.state() == JobState.SUCCEEDED).map(p -> p.outcome().usage())
        .reduce(Usage::plus).orElse(Usage.NONE);
  }
}
