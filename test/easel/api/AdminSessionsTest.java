package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.http.Request;
import fake.FakeTime;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AdminSessionsTest {
  private static final int TRIES = 40;

  private final FakeTime time = new FakeTime();

  /** A password is compared slowly: whoever asks for many at once must not have them all compared before one counts. */
  @Test
  @Timeout(30)
  void wrongPasswordsAtTheSameMomentAreThrottledToo() throws Exception {
    var compared = new AtomicInteger();
    var refused = new CountDownLatch(TRIES - 4);
    var sessions = new AdminSessions((name, password) -> {
      compared.incrementAndGet();
      refused.countDown();
      await(refused);
      return false;
    }, time);
    var outcomes = new ArrayList<Future<Boolean>>();
    try (var threads = Executors.newCachedThreadPool()) {
      Callable<Boolean> guess = () -> limited(sessions, refused);
      for (int i = 0; i < TRIES; i++) outcomes.add(threads.submit(guess));
      int limited = 0;
      for (var outcome : outcomes) if (outcome.get()) limited++;
      assertEquals(TRIES - 4, limited);
    }
    assertEquals(4, compared.get());
  }

  private static boolean limited(AdminSessions sessions, CountDownLatch refused) {
    try {
      sessions.login(Request.of("POST", "/api/admin/login"), "boss", "wrong");
    } catch (GatewayException e) {
      if (!(e.failure() instanceof Failure.Limited)) return false;
      refused.countDown();
      return true;
    }
    throw new AssertionError("let in");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theRightPasswordIsForgottenAsATry() {
    var sessions = new AdminSessions((name, password) -> password.equals("right"), time);
    var request = Request.of("POST", "/api/admin/login");
    for (int i = 0; i < 20; i++) {
      var cookie = sessions.login(request, "boss", "right");
      sessions.confirm(request.header("cookie", AdminSessions.COOKIE + "=" + cookie), "right");
    }
  }
}
