package easel.job;

import easel.core.Event;
import easel.core.EventListener;
import easel.core.Failure;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Time;
import easel.store.MediaStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs on their way in this process, each on a virtual thread of its own. */
final class Runs {
  private static final System.Logger LOG = System.getLogger("easel.job");
  private static final Duration PREVIEWS_KEPT = Duration.ofSeconds(60);

  /** What a run does on its thread. */
  interface Work {
    void run() throws InterruptedException;
  }

  private final Map<String, Run> runs = new ConcurrentHashMap<>();
  private final ProgressHub hub;
  private final MediaStore media;
  private final Time time;
  private volatile boolean stopped;

  Runs(MediaStore media, EventListener listener, Time time) {
    this.media = media;
    this.time = time;
    this.hub = new ProgressHub(event -> heard(event, listener));
  }

  ProgressHub hub() {
    return hub;
  }

  /** What happens to a part is news for its set, and for nobody else. */
  private void heard(Event event, EventListener listener) {
    if (!event.job().isPart()) listener.heard(event);
    else if (runs.get(event.job().origin().kin().set()) instanceof SetRun set) set.heard(event);
  }

  int size() {
    return runs.size();
  }

  Optional<Run> find(String id) {
    return Optional.ofNullable(runs.get(id));
  }

  /** False if the job is on its way already. */
  boolean add(Run run) {
    if (runs.putIfAbsent(run.job().id(), run) != null) return false;
    if (stopped) run.stop();
    return true;
  }

  void remove(Run run) {
    runs.remove(run.job().id());
  }

  void stop() {
    stopped = true;
    runs.values().forEach(Run::stop);
  }

  void go(Run run, Work work) {
    Thread.ofVirtual().name(run.job().id()).start(() -> {
      try {
        work.run();
      } catch (InterruptedException e) {
        LOG.log(Level.INFO, "job left for the next start job={0} state={1}", run.job().id(), run.job().state());
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "job broke off job=" + run.job().id() + " state=" + run.job().state(), e);
      } finally {
        leave(run.job());
      }
    });
  }

  /** Drafts of a job that has not ended may be all there is of a paid result: they stay. */
  private void leave(Job job) {
    runs.remove(job.id());
    boolean bad = job.failure().map(f -> f instanceof Failure.BadMedia).orElse(false);
    if (!job.state().ended()) left(job);
    else if (job.state() == JobState.UNKNOWN) kept(job);
    else if (bad) LOG.log(Level.WARNING, "drafts of a bad result kept for an hour job={0}", job.id());
    else if (hub.previewed(job.id())) Thread.ofVirtual().start(() -> dropLater(job));
    else media.dropDrafts(job.id());
  }

  private void kept(Job job) {
    if (media.hasDrafts(job.id())) LOG.log(Level.WARNING, "drafts of an unknown job kept for a person job={0}", job.id());
  }

  private void left(Job job) {
    hub.publish(new Event.Left(job));
    hub.forget(job.id());
  }

  /** Watchers may still be sending previews that lie among the drafts. */
  private void dropLater(Job job) {
    try {
      time.sleep(PREVIEWS_KEPT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    hub.forget(job.id());
    media.dropDrafts(job.id());
  }

  /** Waits until all have left, and tells of those that did not within this time. */
  void drain(Duration grace) throws InterruptedException {
    long deadline = time.deadline(grace);
    while (!runs.isEmpty() && time.left(deadline).isPositive()) time.sleep(Duration.ofMillis(10));
    runs.values().forEach(r -> LOG.log(Level.WARNING, "job cut off job={0} state={1}", r.job().id(), r.job().state()));
  }
}
