package easel.http;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives each request a thread, up to a limit, and bounds the time its head may take.
 *
 * <pre>
 *   execute ──> served            while fewer than `requests` run and fewer than `heads` of them are still being read
 *      │  └───> waiting ──> served     when one of those is done
 *      │            └─────> told 503   after `queue`, or when the server stops, by one of a few threads kept for that
 *      └──────> refused           when `waiting` is full: the JDK's server closes the connection
 * </pre>
 *
 * <p>Before JDK 24 the JDK's server reads and writes inside {@code synchronized}, so that as many slow clients as there
 * are cores stop every virtual thread. There, platform threads with small stacks serve.
 */
final class Workers implements Executor, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.http");
  private static final long STACK = 256 * 1024;
  private static final int TELLERS = 8;
  /** What a head may take once others wait for a thread. */
  private static final Duration HURRIED_HEAD = Duration.ofSeconds(1);

  private record Waiting(Runnable task, long since) {}

  private record Head(Watch.Call call, long since, boolean served) {}

  private final Watch watch;
  private final HttpOptions.Limits limits;
  private final HttpOptions.Pace pace;
  private final ExecutorService threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int running;
  private int reading;
  private int telling;
  private boolean draining;
  /**
   * Who is still reading a head: the JDK offers no other way from its task to our handler than the thread both run on.
   */
  private final ConcurrentHashMap<Thread, Head> heads = new ConcurrentHashMap<>();

  Workers(HttpOptions options, Watch watch) {
    this.watch = watch;
    this.limits = options.limits();
    this.pace = options.pace();
    this.threads = threads(options.virtualThreads(), "http-");
  }

  /** Unbounded in itself; whoever uses it counts. */
  static ExecutorService threads(boolean virtual, String name) {
    if (virtual) {
      return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name, 1).factory());
    }
    var factory = Thread.ofPlatform().daemon().stackSize(STACK).name(name, 1).factory();
    return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
  }

  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      if (!waiting.isEmpty() || !room()) {
        queue(task);
        return;
      }
      take();
    } finally {
      lock.unlock();
    }
    start(task);
  }

  /** Heads have their own limit, because half-sent ones cost a stranger nothing and us 30 KB each. */
  private boolean room() {
    return running < limits.requests() && reading < limits.heads();
  }

  private void take() {
    running++;
    reading++;
  }

  private void queue(Runnable task) {
    if (waiting.size() >= limits.waiting()) {
      throw new RejectedExecutionException("too many requests wait");
    }
    waiting.add(new Waiting(task, System.nanoTime()));
  }

  private void start(Runnable task) {
    boolean started = false;
    try {
      threads.execute(() -> serve(task));
      started = true;
    } finally {
      if (!started) {
        free(1, 1);
      }
    }
  }

  private void serve(Runnable task) {
    try {
      run(task, pace.head(), true);
    } catch (Throwable e) {
      // The JDK lets errors through; the place of this request still goes to whoever waits.
      LOG.log(Level.ERROR, "request died", e);
    } finally {
      free(1, 0);
      startWaiting();
    }
  }

  private void free(int requests, int heads) {
    lock.lock();
    running -= requests;
    reading -= heads;
    lock.unlock();
  }

  private void startWaiting() {
    for (var next = next(); next != null; next = next()) {
      try {
        start(next);
      } catch (RejectedExecutionException closed) {
        LOG.log(Level.DEBUG, "a request waited while the server was closed");
      }
    }
  }

  private Runnable next() {
    lock.lock();
    try {
      if (waiting.isEmpty() || !room()) {
        return null;
      }
      take();
      return waiting.poll().task();
    } finally {
      lock.unlock();
    }
  }

  private void run(Runnable task, Duration headTime, boolean served) {
    try (var call = watch.limit(headTime)) {
      heads.put(Thread.currentThread(), new Head(call, System.nanoTime(), served));
      task.run();
    } finally {
      endHead();
      Thread.interrupted();
    }
  }

  /** Called where a handler starts: the head has arrived. False if this request waited too long and only gets a 503. */
  boolean headArrived() {
    return endHead();
  }

  private boolean endHead() {
    var head = heads.remove(Thread.currentThread());
    if (head == null) {
      return false;
    }
    head.call().close();
    if (head.served()) {
      free(0, 1);
      startWaiting();
    }
    return head.served();
  }

  /** Sends those who waited too long to be told so, and hurries slow heads while anyone waits. */
  void tick() {
    tellOverdue();
    if (crowded()) {
      heads.values().forEach(head -> head.call().hurry(head.since() + HURRIED_HEAD.toNanos()));
    }
  }

  private void tellOverdue() {
    long now = System.nanoTime();
    for (var task = overdue(now); task != null; task = overdue(now)) {
      var late = task;
      try {
        threads.execute(() -> tell(late));
      } catch (RejectedExecutionException closed) {
        LOG.log(Level.DEBUG, "a request waited too long while the server was closed");
      }
    }
  }

  /** Nobody is to wait any more: all who do are told. */
  void drain() {
    lock.lock();
    draining = true;
    lock.unlock();
    tellOverdue();
  }

  private Runnable overdue(long now) {
    lock.lock();
    try {
      var oldest = waiting.peek();
      boolean late = oldest != null && (draining || now - oldest.since() >= pace.queue().toNanos());
      if (!late || telling >= TELLERS) {
        return null;
      }
      telling++;
      return waiting.poll().task();
    } finally {
      lock.unlock();
    }
  }

  private void tell(Runnable task) {
    try {
      run(task, HURRIED_HEAD, false);
    } finally {
      lock.lock();
      telling--;
      lock.unlock();
    }
    tellOverdue();
  }

  private boolean crowded() {
    return waiting() > 0;
  }

  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    int left = waiting.size();
    waiting.clear();
    lock.unlock();
    if (left > 0) {
      LOG.log(Level.INFO, "requests that waited for a thread were cut off count=" + left);
    }
    threads.shutdownNow();
  }
}
