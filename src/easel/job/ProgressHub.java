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
  private final EventListener listener;

  ProgressHub(EventListener listener) {
    this.listener = listener;
  }

  /** Starts to listen; close it. */
  Queue watch(String jobId) {
    var queue = new Queue(jobId);
    watchers.computeIfAbsent(jobId, id -> new CopyOnWriteArrayList<>()).add(queue);
    return queue;
  }

  void publish(Event event) {
    for (var watcher : watchers.getOrDefault(event.job().id(), List.of())) watcher.offer(event);
    listener.heard(event);
  }

  final class Queue implements Watch {
    private final String jobId;
    private final LinkedBlockingDeque<Event> events = new LinkedBlockingDeque<>();

    private Queue(String jobId) {
      this.jobId = jobId;
    }

    void offer(Event event) {
      if (events.size() < BACKLOG || event instanceof Event.Ended) events.add(event);
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
