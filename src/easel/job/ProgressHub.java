package easel.job;

import easel.core.Event;
import easel.core.EventListener;
import easel.core.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Carries every job's events to whoever watches it. A slow watcher misses progress, never the end. */
final class ProgressHub {
  private static final int BACKLOG = 64;

  private final Map<String, List<Queue>> watchers = new HashMap<>();
  /** Previews cost money: who begins to watch late gets them too. */
  private final Map<String, List<Event>> previews = new HashMap<>();
  /**
   * Not the locks inside a concurrent map: a queue's own lock is taken under this one, and JDK 21 would pin the
   * carrier.
   */
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Feed> feeds = new CopyOnWriteArrayList<>();
  private final EventListener listener;

  ProgressHub(EventListener listener) {
    this.listener = listener;
  }

  /** Starts to listen; close it. */
  Queue watch(String jobId) {
    var queue = new Queue(jobId);
    locked(() -> {
      previews.getOrDefault(jobId, List.of()).forEach(queue::offer);
      watchers.computeIfAbsent(jobId, id -> new ArrayList<>()).add(queue);
    });
    return queue;
  }

  /** Starts to listen to all jobs; close it. */
  Feed feed() {
    var feed = new Feed(feeds::remove);
    feeds.add(feed);
    return feed;
  }

  /** A job that is new: those who listen to all jobs have not heard of it yet. */
  void begun(Job job) {
    feeds.forEach(f -> f.offer(new Event.Changed(job)));
  }

  /** A preview is kept and shown in one step, so that nobody gets it twice or never. */
  void publish(Event event) {
    var id = event.job().id();
    locked(() -> {
      if (event instanceof Event.Partial) previews.computeIfAbsent(id, i -> new ArrayList<>()).add(event);
      watchers.getOrDefault(id, List.of()).forEach(w -> w.offer(event));
      feeds.forEach(f -> f.offer(event));
    });
    listener.heard(event);
  }

  /** Whether a job has shown previews. */
  boolean previewed(String jobId) {
    lock.lock();
    try {
      return previews.containsKey(jobId);
    } finally {
      lock.unlock();
    }
  }

  /** Lets a job's previews go. */
  void forget(String jobId) {
    locked(() -> previews.remove(jobId));
  }

  private void leave(String jobId, Queue queue) {
    locked(() -> {
      var list = watchers.get(jobId);
      if (list != null && list.remove(queue) && list.isEmpty()) watchers.remove(jobId);
    });
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  final class Queue implements Watch {
    private final String jobId;
    private final LinkedBlockingDeque<Event> events = new LinkedBlockingDeque<>();

    private Queue(String jobId) {
      this.jobId = jobId;
    }

    void offer(Event event) {
      if (events.size() < BACKLOG || event.last()) events.add(event);
    }

    @Override
    public Optional<Event> next(Duration patience) throws InterruptedException {
      return Optional.ofNullable(events.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public void close() {
      leave(jobId, this);
    }
  }
}
