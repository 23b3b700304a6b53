package easel.job;

import easel.core.Event;
import easel.core.EventListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** Carries every job's events to whoever watches it. A slow watcher misses progress, never the end. */
final class ProgressHub {
  private static final int BACKLOG = 64;

  private final Map<String, List<Queue>> watchers = new ConcurrentHashMap<>();
  /** Previews cost money: who begins to watch late gets them too. */
  private final Map<String, List<Event>> previews = new ConcurrentHashMap<>();
  private final EventListener listener;

  ProgressHub(EventListener listener) {
    this.listener = listener;
  }

  /** Starts to listen; close it. */
  Queue watch(String jobId) {
    var queue = new Queue(jobId);
    watchers.compute(jobId, (id, list) -> {
      previews.getOrDefault(jobId, List.of()).forEach(queue::offer);
      var all = list == null ? new CopyOnWriteArrayList<Queue>() : list;
      all.add(queue);
      return all;
    });
    return queue;
  }

  void publish(Event event) {
    if (event instanceof Event.Partial) publishPreview(event);
    else watchers.getOrDefault(event.job().id(), List.of()).forEach(w -> w.offer(event));
    listener.heard(event);
  }

  /** In one step with {@link #watch}, so that nobody gets a preview twice or never. */
  private void publishPreview(Event event) {
    watchers.compute(event.job().id(), (id, list) -> {
      previews.computeIfAbsent(id, i -> new CopyOnWriteArrayList<>()).add(event);
      if (list != null) list.forEach(w -> w.offer(event));
      return list;
    });
  }

  /** Whether a job has shown previews. */
  boolean previewed(String jobId) {
    return previews.containsKey(jobId);
  }

  /** Lets a job's previews go. */
  void forget(String jobId) {
    previews.remove(jobId);
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
      watchers.computeIfPresent(jobId, (id, list) -> {
        list.remove(this);
        return list.isEmpty() ? null : list;
      });
    }
  }
}
