package easel.provider;

import easel.core.Failure;
import easel.core.GatewayException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work that many may want at the same time and that is to be done once for all of them. It runs on a thread of its own,
 * so that nobody who stops waiting takes the answer from the others.
 */
final class SingleFlight<K, T> {
  private static final Duration SOON = Duration.ofSeconds(5);

  /** What is done; whoever comes after it has ended starts it again, so it looks first whether there is still need. */
  interface Work<T> {
    T done() throws InterruptedException;
  }

  private final Map<K, CompletableFuture<T>> flying = new ConcurrentHashMap<>();
  private final String name;

  /** {@code name}: of the threads. */
  SingleFlight(String name) {
    this.name = name;
  }

  /**
   * The answer of the work that is under way for this key, or of this one.
   *
   * @param patience longer than the work can take: to be sure
   * @throws GatewayException what the work threw; {@code NoCapacity} where it is not done in time
   */
  T join(K key, Duration patience, Work<T> work) throws InterruptedException {
    var mine = new CompletableFuture<T>();
    var there = flying.putIfAbsent(key, mine);
    if (there == null) Thread.ofVirtual().name(name).start(() -> fly(key, mine, work));
    return await(there == null ? mine : there, patience);
  }

  private void fly(K key, CompletableFuture<T> answer, Work<T> work) {
    try {
      var done = work.done();
      flying.remove(key, answer);
      answer.complete(done);
    } catch (InterruptedException | RuntimeException | Error e) {
      flying.remove(key, answer);
      answer.completeExceptionally(e);
      if (e instanceof InterruptedException) Thread.currentThread().interrupt();
    }
  }

  private static <T> T await(CompletableFuture<T> answer, Duration patience) throws InterruptedException {
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new GatewayException(new Failure.NoCapacity(SOON, "what the work needs first takes too long"), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GatewayException told) throw new GatewayException(told.failure(), told);
      throw new IllegalStateException(e.getCause());
    }
  }
}
