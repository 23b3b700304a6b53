package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import fake.Await;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ClaimsTest {
  private final Claims claims = new Claims();
  private final LinkedBlockingQueue<String> turns = new LinkedBlockingQueue<>();

  /** Answers when it waits. */
  private Thread waiting(String word, CountDownLatch go) {
    var thread = Thread.ofPlatform().daemon().start(() -> {
      try {
        var claim = claims.take("a", true);
        turns.add(word);
        go.await();
        claim.close();
      } catch (InterruptedException e) {
        turns.add(word + " gave up");
      }
    });
    Await.until("its wait", () -> thread.getState() == Thread.State.WAITING);
    return thread;
  }

  @Test
  void firstRequestsWithTheSameWordsDoNotWaitForEachOther() throws InterruptedException {
    var one = claims.take("a", false);
    claims.take("a", false).close();
    claims.take("b", true).close();
    one.close();
  }

  @Test
  void aRepeatWaitsForAllWhoCameBeforeAndForNobodyWhoCameAfter() throws InterruptedException {
    var go = new CountDownLatch(1);
    var first = claims.take("a", false);
    var second = claims.take("a", false);
    waiting("repeat", go);
    var late = claims.take("a", false);
    second.close();
    second.close();
    assertEquals(List.of(), List.copyOf(turns));
    first.close();
    assertEquals("repeat", turns.take());
    go.countDown();
    late.close();
  }

  @Test
  void repeatsTakeTurnsInOrder() throws InterruptedException {
    var one = new CountDownLatch(1);
    var first = claims.take("a", false);
    waiting("one", one);
    waiting("two", new CountDownLatch(0));
    first.close();
    assertEquals("one", turns.take());
    assertEquals(List.of(), List.copyOf(turns));
    one.countDown();
    assertEquals("two", turns.take());
  }

  @Test
  void whoIsStoppedWhileItWaitsHoldsNobodyUp() throws InterruptedException {
    var first = claims.take("a", false);
    var stopped = waiting("stopped", new CountDownLatch(0));
    waiting("next", new CountDownLatch(0));
    stopped.interrupt();
    assertEquals("stopped gave up", turns.take());
    first.close();
    assertEquals("next", turns.take());
  }

  @Test
  void whoIsStoppedAlreadyTakesNothing() throws InterruptedException {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> claims.take("a", true));
    claims.take("a", true).close();
  }
}
