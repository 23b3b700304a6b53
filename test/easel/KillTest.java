package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import fake.Await;
import fake.FakeOpenAi;
import fake.RealEasel;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real process, ended by SIGKILL in every phase of a job, against a provider that keeps its books. */
@Timeout(120)
class KillTest {
  @TempDir
  private Path data;

  /**
   * Sends a request, kills Easel once {@code ready} says so, starts it again, and repeats the request with the same
   * key.
   */
  private JsonObject afterTheKill(FakeOpenAi fake, String prompt, Ready ready) throws Exception {
    try (var easel = RealEasel.start(data, RealEasel.upstream(fake))) {
      easel.sendAndForget(easel.image("kill", "gpt-image-2", prompt));
      ready.await();
      easel.kill();
    }
    fake.release();
    try (var easel = RealEasel.start(data, RealEasel.upstream(fake))) {
      return RealEasel.json(easel.send(easel.image("kill", "gpt-image-2", prompt)));
    }
  }

  private interface Ready {
    void await() throws Exception;
  }

  private static void accepted(FakeOpenAi fake) throws Exception {
    Await.until("the submit", () -> !fake.ledger().isEmpty());
  }

  @Test
  void killedWhileTheProviderWorks_theOutcomeIsUnknownAndNothingIsBoughtAgain() throws Exception {
    try (var fake = new FakeOpenAi()) {
      var answer = afterTheKill(fake, "a boat [[hang]]", () -> accepted(fake));
      assertEquals("upstream_outcome_unknown", answer.get("error").asObject().getString("code", ""));
      assertEquals(1, fake.ledger().size());
    }
  }

  @Test
  void killedWhileTheAnswerComes_theOutcomeIsUnknownAndNothingIsBoughtAgain() throws Exception {
    try (var fake = new FakeOpenAi()) {
      var answer = afterTheKill(fake, "a boat [[drip=50]]", () -> accepted(fake));
      assertEquals("upstream_outcome_unknown", answer.get("error").asObject().getString("code", ""));
      assertEquals(1, fake.ledger().size());
    }
  }

  @Test
  void killedWhileTheResultIsFetched_theSameJobFetchesItAgain() throws Exception {
    try (var fake = new FakeOpenAi()) {
      var link = fake.base().resolve("/files/1.png?hold").toString();
      var answer = afterTheKill(fake, "a boat [[url=" + link + "]]", () ->
          Await.until("the download", () -> fake.seen().stream().anyMatch(r -> r.path().startsWith("/files/"))));
      assertTrue(answer.get("data").asArray().get(0).asObject().getString("url", "").contains("/media/"), answer.toString());
      assertEquals(1, fake.ledger().size());
    }
  }

  @Test
  void killedAfterTheEnd_theSameResultIsToldAgain() throws Exception {
    try (var fake = new FakeOpenAi()) {
      String first;
      byte[] picture;
      try (var easel = RealEasel.start(data, RealEasel.upstream(fake))) {
        var response = easel.send(easel.image("kill", "gpt-image-2", "a boat"));
        first = path(RealEasel.json(response));
        picture = easel.bytes(easel.base().resolve(first));
        easel.kill();
      }
      try (var easel = RealEasel.start(data, RealEasel.upstream(fake))) {
        var response = easel.send(easel.image("kill", "gpt-image-2", "a boat"));
        assertEquals(first, path(RealEasel.json(response)));
        assertEquals("true", response.headers().firstValue("Idempotent-Replayed").orElse(""));
        org.junit.jupiter.api.Assertions.assertArrayEquals(picture, easel.bytes(easel.base().resolve(first)));
      }
      assertEquals(1, fake.ledger().size());
    }
  }

  private static String path(JsonObject answer) {
    return java.net.URI.create(answer.get("data").asArray().get(0).asObject().getString("url", "")).getPath();
  }

  @Test
  void killedAtRandomUnderLoad_everyRequestIsBoughtAtMostOnceAndNothingAcceptedIsLost() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    try (var fake = new FakeOpenAi()) {
      var keys = new ArrayList<String>();
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 12; i++) keys.add("round-" + round + "-" + i);
        killUnderLoad(fake, keys.subList(keys.size() - 12, keys.size()), random.nextInt(40), "seed " + seed);
      }
      try (var easel = RealEasel.start(data, RealEasel.upstream(fake))) {
        for (var key : keys) {
          var response = easel.send(easel.image(key, "gpt-image-2", "boat " + key));
          boolean told = response.statusCode() == 200 || response.body().contains("upstream_outcome_unknown");
          assertTrue(told, "seed " + seed + " " + key + ": " + response.body());
        }
      }
      for (var key : keys) {
        long bought = fake.ledger().stream().filter(a -> a.prompt().equals("boat " + key)).count();
        assertTrue(bought <= 1, "seed " + seed + " " + key + " was bought " + bought + " times");
      }
    }
  }

  /** Kills after so many answers came back. */
  private void killUnderLoad(FakeOpenAi fake, java.util.List<String> keys, int spins, String words) throws Exception {
    try (var easel = RealEasel.start(data, RealEasel.upstream(fake)); var callers = Executors.newCachedThreadPool()) {
      var some = new CountDownLatch(3);
      for (var key : keys) {
        HttpRequest request = easel.image(key, "gpt-image-2", "boat " + key);
        callers.execute(() -> {
          try {
            easel.send(request);
          } catch (java.io.IOException killed) {
            assertTrue(killed.getMessage() != null || words != null);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            some.countDown();
          }
        });
      }
      if (spins % 4 != 0) some.await();
      LockSupport.parkNanos(spins * 40_000L);
      easel.kill();
    }
  }
}
