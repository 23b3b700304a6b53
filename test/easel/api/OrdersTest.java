package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.JobState;
import easel.http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Repeats, and waiting or not waiting. */
class OrdersTest {
  private static final String BODY = "{\"prompt\":\"p\",\"model\":\"fake-image\"}";

  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  private static Request keyed(String key, String body) {
    return Faces.generation(body).header("Idempotency-Key", key);
  }

  @Test
  void theSameKeyAndBodyIsTheSameJob() throws Exception {
    var first = faces.call(keyed("k1", BODY));
    var second = faces.call(keyed("k1", BODY));

    assertEquals(first.body(), second.body());
    assertEquals("", first.header("idempotent-replayed"));
    assertEquals("true", second.header("idempotent-replayed"));
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void theLayoutOfTheBodyDoesNotMatter() throws Exception {
    faces.call(keyed("k1", BODY));
    var second = faces.call(keyed("k1", "{ \"model\" : \"fake-image\",\n \"prompt\":\"p\" }"));

    assertEquals("true", second.header("idempotent-replayed"));
  }

  @Test
  void theSameKeyWithAnotherBodyIsRefused() throws Exception {
    faces.call(keyed("k1", BODY));
    var second = faces.call(keyed("k1", BODY.replace("\"p\"", "\"q\"")));

    assertEquals("422 invalid_request_error idempotency_key_reused null", second.trouble());
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void anotherPictureIsAnotherBody() throws Exception {
    var one = "{\"prompt\":\"p\",\"image\":\"" + Faces.dataUrl(Pixels.png(8, 8, 1)) + "\"}";
    var other = "{\"prompt\":\"p\",\"image\":\"" + Faces.dataUrl(Pixels.png(8, 8, 2)) + "\"}";

    assertEquals(200, faces.call(keyed("k1", one)).status());
    assertEquals("true", faces.call(keyed("k1", one)).header("idempotent-replayed"));
    assertEquals(422, faces.call(keyed("k1", other)).status());
    assertEquals(1, faces.inputFiles().size(), "the pictures of repeats are gone");
  }

  @Test
  void aRepeatNeedsItsLinksNoMore() throws Exception {
    faces.web.pages.put("https://a.example/a.png", Pixels.png());
    var body = "{\"prompt\":\"p\",\"image\":\"https://a.example/a.png\"}";
    var first = faces.call(keyed("k1", body));
    faces.web.pages.clear();

    var second = faces.call(keyed("k1", body));

    assertEquals(200, second.status(), second.body());
    assertEquals(first.body(), second.body());
    assertEquals(1, faces.web.fetched.size());
  }

  @Test
  void keysOfDifferentCallersAndRoutesAreDifferentKeys() throws Exception {
    faces.call(keyed("k1", BODY));
    var other = Request.of("POST", "/v1/images/generations").header("authorization", "Bearer " + Faces.OTHER_KEY)
        .header("idempotency-key", "k1").body(BODY);
    assertEquals("", faces.call(other).header("idempotent-replayed"));

    var chat = Faces.post("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"p\"}]}").header("idempotency-key", "k1");
    assertEquals("", faces.call(chat).header("idempotent-replayed"));
    assertEquals(3, faces.provider.ledger.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "\t"})
  void aKeyIsVisibleAscii(String key) throws Exception {
    assertEquals(400, faces.call(keyed(key, BODY)).status());
    assertEquals(List.of(), faces.jobs());
  }

  @Test
  void aKeyHas255CharactersAtMost() throws Exception {
    assertEquals(200, faces.call(keyed("k".repeat(255), BODY)).status());
    assertEquals(400, faces.call(keyed("k".repeat(256), BODY)).status());
    assertEquals(400, faces.call(Faces.generation(BODY).header("idempotency-key", "caf\u00e9")).status());
  }

  @Test
  void fiftyAtOnceAreOneJob() throws Exception {
    var latch = new CountDownLatch(1);
    faces.provider.waitsFor(latch);
    var replies = new ArrayList<Faces.Reply>();
    try (var threads = Executors.newFixedThreadPool(50)) {
      var running = new ArrayList<Future<Faces.Reply>>();
      Callable<Faces.Reply> call = () -> faces.call(keyed("k1", BODY));
      for (int i = 0; i < 50; i++) running.add(threads.submit(call));
      latch.countDown();
      for (var reply : running) replies.add(reply.get());
    }

    assertEquals(1, replies.stream().map(r -> r.status() + r.body()).distinct().count());
    assertEquals(49, replies.stream().filter(r -> r.header("idempotent-replayed").equals("true")).count());
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void aKeyIsRememberedByTheNextProcess() throws Exception {
    var first = faces.call(keyed("k1", BODY));
    faces.restart();
    var second = faces.call(keyed("k1", BODY));

    assertEquals(first.body(), second.body());
    assertEquals("true", second.header("idempotent-replayed"));
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void aFailureIsReplayedLikeASuccess() throws Exception {
    faces.provider.failsLater(new Failure.WorkFailed("The model gave up."));
    var first = faces.call(keyed("k1", BODY));
    faces.restart();
    var second = faces.call(keyed("k1", BODY));

    assertEquals(first.body(), second.body());
    assertEquals("502 server_error generation_failed null", second.trouble());
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void aKeyIsFreeAgainWhenNothingWasBought() throws Exception {
    faces.provider.fails(new Failure.Refused("no"));
    assertEquals(400, faces.call(keyed("k1", BODY)).status());

    faces.provider.act = (task, handle, progress) -> Scripted.draw(task, progress);
    assertEquals(200, faces.call(keyed("k1", BODY)).status());
    assertEquals(2, faces.provider.ledger.size());
  }

  @Test
  void whatAnSdkSendsAgainJoins() throws Exception {
    var first = faces.call(Faces.generation(BODY).header("x-stainless-retry-count", "0"));
    var again = faces.call(Faces.generation(BODY).header("x-stainless-retry-count", "1"));
    var fresh = faces.call(Faces.generation(BODY).header("x-stainless-retry-count", "0"));

    assertEquals(first.body(), again.body());
    assertEquals("true", again.header("idempotent-replayed"));
    assertNotEquals(first.header("x-easel-job"), fresh.header("x-easel-job"));
    assertEquals(2, faces.provider.ledger.size());
  }

  @Test
  void anSdkThatWasLeftByAStoppingProcessJoinsInTheNext() throws Exception {
    var stopper = faces.stopsInTheMiddle();
    var left = faces.call(Faces.generation(BODY));
    stopper.join();
    assertEquals(503, left.status());

    faces.restart();
    faces.provider.act = (task, handle, progress) -> Scripted.draw(task, progress);
    faces.engine.resume();
    var again = faces.call(Faces.generation(BODY).header("x-stainless-retry-count", "1"));

    assertEquals(200, again.status(), again.body());
    assertEquals(left.header("x-easel-job"), again.header("x-easel-job"));
    assertEquals(1, faces.provider.ledger.size());
  }

  @ParameterizedTest
  @CsvSource({"'', 0", "nonsense, 0", "-1, 0", "99999, 1", "000, 0", "1, 1", "2, 1"})
  void onlyACountAboveZeroIsARepeat(String count, int joined) throws Exception {
    faces.call(Faces.generation(BODY));
    faces.call(Faces.generation(BODY).header("X-Stainless-Retry-Count", count));

    assertEquals(2 - joined, faces.provider.ledger.size());
  }

  @ParameterizedTest
  @CsvSource({"prefer, caf\u00e9", "idempotency-key, caf\u00e9", "x-stainless-retry-count, \u0661"})
  void aHeaderThatCannotBeReadIsRefusedBeforeThereIsAJob(String header, String value) throws Exception {
    assertEquals(400, faces.call(Faces.generation(BODY).header(header, value)).status());
    assertEquals(List.of(), faces.jobs());
  }

  @Test
  void noFieldIsComplainedOfOnceThereIsAJob() throws Exception {
    assertEquals(400, faces.chat("{'messages':[{'role':'user','content':'p'}],'stream_options':7}").status());
    assertEquals(400, faces.chat("{'messages':[{'role':'user','content':'p'}],'stream_options':{'include_usage':7}}").status());
    assertEquals(List.of(), faces.jobs());
  }

  // ---- not waiting ------------------------------------------------------------------------------------------------

  @Test
  void whoPrefersNotToWaitGetsTheJob() throws Exception {
    var latch = new CountDownLatch(1);
    faces.provider.waitsFor(latch);

    var reply = faces.call(Faces.generation(BODY).header("Prefer", "wait=10, respond-async"));

    assertEquals(202, reply.status());
    var id = reply.json().get("id").asString();
    assertEquals("/v1/jobs/" + id, reply.header("location"));
    assertEquals("respond-async", reply.header("preference-applied"));
    assertEquals("2", reply.header("retry-after"));
    assertTrue(List.of("queued", "submitting").contains(reply.json().get("status").asString()), reply.body());
    latch.countDown();
    assertEquals(JobState.SUCCEEDED, faces.engine.await(faces.onlyJob(), Duration.ofSeconds(30)).state());
  }

  @Test
  void theBodyCanAskNotToWaitToo() throws Exception {
    var reply = faces.generate("{'prompt':'p','async':true}");

    assertEquals(202, reply.status());
    assertEquals("", reply.header("preference-applied"));
    assertEquals("job", reply.json().get("object").asString());
  }

  @Test
  void whoWaitsIsToldTheSameWhetherTheJobIsNewOrOld() throws Exception {
    var later = faces.call(keyed("k", BODY).header("prefer", "respond-async"));
    var now = faces.call(keyed("k", BODY));

    assertEquals(later.header("x-easel-job"), now.header("x-easel-job"));
    assertEquals(200, now.status());
  }
}
