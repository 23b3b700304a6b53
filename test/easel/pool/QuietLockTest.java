package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Kind;
import easel.core.Secret;
import fake.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log may lie on a slow disk: whoever writes a line there keeps nobody else from lending. */
class QuietLockTest {
  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);
  private final Logger logger = Logger.getLogger("easel.pool");
  private final List<String> lines = new ArrayList<>();
  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getMessage().split(" [a-z]+=")[0] + (free() ? "" : " UNDER THE LOCK"));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setLevel(Level.FINE);
    pool.use(List.of(new TokenPool.Share(new Credential("p", "a", new Secret("s")), -1, -1)));
  }

  @AfterEach
  void leave() {
    logger.removeHandler(handler);
    logger.setLevel(null);
  }

  private boolean free() {
    var other = new CompletableFuture<Integer>();
    Thread.ofPlatform().daemon().start(() -> other.complete(pool.waiting()));
    try {
      return other.get(300, TimeUnit.MILLISECONDS) == 0;
    } catch (TimeoutException e) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void fails(Failure why) {
    try (var lease = pool.again("p", "a", Kind.IMAGE).orElseThrow()) {
      lease.failed(why);
    }
  }

  private void fresh(Failure why) {
    try (var lease = pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "key")).orElseThrow()) {
      lease.failed(why);
    }
  }

  @Test
  void everyLineIsWrittenWhenTheLockIsFreeAgainAndInOrder() {
    for (int i = 0; i < 5; i++) fresh(new Failure.TimedOut("slow"));
    time.advance(Duration.ofHours(1));
    fresh(new Failure.Refused("policy"));
    fails(new Failure.Limited(Duration.ofSeconds(9), "slow down"));
    for (int i = 0; i < 3; i++) {
      time.advance(Duration.ofHours(1));
      fails(new Failure.BadCredential("no"));
    }
    var kept = pool.again("p", "a", Kind.IMAGE).orElseThrow();
    time.advance(Duration.ofHours(2));
    pool.leaks();
    kept.close();
    assertEquals(List.of("provider rests", "provider works again", "credential rests", "credential rests", "credential rests",
        "credential disabled", "lease is out for long"), lines);
  }
}
