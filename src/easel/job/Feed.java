package easel.job;

import easel.core.Event;
import easel.core.Job;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Listens to all jobs at once, but for parts of sets, whose sets tell of them. Of each job it keeps what was heard
 * last: who is slow misses what lies between, never how a job stands.
 */
public final class Feed implements AutoCloseable {
  /** Of more jobs than this nobody reads the news one by one. */
  static final int MAX = 10_000;

  /**
   * What was heard since the last time.
   *
   * @param jobs each once, those that were heard of first first
   * @param missed more was heard than can be kept: what is known of the jobs is to be read anew
   */
  public record News(List<Job> jobs, boolean missed) {}

  private final Consumer<Feed> leave;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition heard = lock.newCondition();
  private final Map<String, Job> latest = new LinkedHashMap<>();
  private boolean missed;

  /** @param leave called when it is closed */
  Feed(Consumer<Feed> leave) {
    this.leave = leave;
  }

  void offer(Event event) {
    if (event instanceof Event.Partial || event.job().isPart()) return;
    lock.lock();
    try {
      if (latest.size() >= MAX && !latest.containsKey(event.job().id())) {
        latest.clear();
        missed = true;
      }
      latest.put(event.job().id(), event.job());
      heard.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for news; they are empty when none came in time. */
  public News next(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (latest.isEmpty() && left > 0) left = heard.awaitNanos(left);
      var news = new News(List.copyOf(latest.values()), missed);
      latest.clear();
      missed = false;
      return news;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    leave.accept(this);
  }
}
