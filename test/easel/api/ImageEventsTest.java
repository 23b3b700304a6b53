package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import easel.core.Failure;
import easel.core.Step;
import easel.core.Usage;
import fake.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageEventsTest {
  private static final String PARTIAL = "image_generation.partial_image";

  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  /** Previews only when somebody listens: the first event is the job as it stands. */
  private void drawsWithPreviews(int previews) {
    faces.provider.act = (task, handle, progress) -> {
      if (handle.isEmpty()) return new Step.Waiting("h1", Duration.ofMillis(1), false);
      for (int i = 0; i < previews; i++) progress.partial(i, Scripted.write(progress.draft("png"), Pixels.png(8, 8, i)));
      return Scripted.draw(task, progress, new Usage(8, 0, 1967, 0, Optional.empty()));
    };
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void aStreamIsPreviewsAndThenThePicture() throws Exception {
    var when = faces.time.instant().getEpochSecond();
    var listening = new CountDownLatch(1);
    faces.provider.act = (task, handle, progress) -> {
      listening.await();
      for (int i = 0; i < 2; i++) progress.partial(i, Scripted.write(progress.draft("png"), Pixels.png(8, 8, i)));
      return Scripted.draw(task, progress, new Usage(8, 0, 1967, 0, Optional.empty()));
    };

    var response = faces.router.handle(Faces.generation(
        "{\"prompt\":\"lake\",\"stream\":true,\"partial_images\":2,\"size\":\"1024x1024\",\"quality\":\"low\"}"));
    var text = new Listener(response, listening).text();

    var media = faces.onlyJob().outcome().results().getFirst();
    var part = "\"created_at\":" + when + ",\"size\":\"1024x1024\",\"quality\":\"low\",\"background\":\"auto\",\"output_format\":\"png\",";
    assertEquals("event: " + PARTIAL + "\ndata: {\"type\":\"" + PARTIAL + "\",\"b64_json\":\"" + base64(Pixels.png(8, 8, 0)) + "\","
        + part + "\"partial_image_index\":0}\n\n"
        + "event: " + PARTIAL + "\ndata: {\"type\":\"" + PARTIAL + "\",\"b64_json\":\"" + base64(Pixels.png(8, 8, 1)) + "\","
        + part + "\"partial_image_index\":1}\n\n"
        + "event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\",\"b64_json\":\""
        + base64(Pixels.png(64, 48, 40)) + "\",\"created_at\":" + when + ",\"size\":\"64x48\",\"quality\":\"low\",\"background\":\"auto\","
        + "\"output_format\":\"png\",\"usage\":{\"input_tokens\":8,\"output_tokens\":1967,\"total_tokens\":1975,"
        + "\"input_tokens_details\":{\"text_tokens\":8,\"image_tokens\":0},\"output_tokens_details\":{\"text_tokens\":0,\"image_tokens\":1967}},"
        + "\"url\":\"http://localhost/media/" + media.id() + ".png\"}\n\n", text);
    assertEquals("text/event-stream", response.header("content-type").orElseThrow());
    assertEquals(faces.onlyJob().id(), response.header("x-easel-job").orElseThrow());
  }

  /** Reads a stream of events in the test's own thread, and opens the latch when the source has begun to listen. */
  private record Listener(easel.http.Response response, CountDownLatch latch) {
    String text() throws Exception {
      var out = new java.io.ByteArrayOutputStream();
      var body = (easel.http.Response.Body.Events) response.body();
      var reader = Thread.ofPlatform().start(() -> {
        try {
          body.source().run(easel.http.EventStream.to(out));
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
      Await.until("the reader to wait",
          () -> reader.getState() != Thread.State.RUNNABLE && reader.getState() != Thread.State.NEW);
      latch.countDown();
      reader.join();
      return out.toString();
    }
  }

  @Test
  void eachPictureHasItsOwnEndAndUsageIsCountedOnce() throws Exception {
    drawsWithPreviews(0);

    var events = Events.of(faces.generate("{'prompt':'p','stream':true,'n':3}"));

    assertEquals(List.of("image_generation.completed", "image_generation.completed", "image_generation.completed"), events.names());
    assertEquals(List.of(0, 0, 1975), events.data().stream()
        .map(d -> d.get("usage").asObject().get("total_tokens").asInt()).toList());
  }

  @Test
  void aModelWithoutPreviewsSendsThePictureAlone() throws Exception {
    var events = Events.of(faces.generate("{'prompt':'p','stream':true,'partial_images':3}"));

    assertEquals(List.of("image_generation.completed"), events.names());
  }

  @Test
  void previewsNobodyAskedForStayHere() throws Exception {
    drawsWithPreviews(3);

    var events = Events.of(faces.generate("{'prompt':'p','stream':true}"));

    assertEquals(List.of("image_generation.completed"), events.names());
  }

  @Test
  void editsHaveTheirOwnNames() throws Exception {
    var reply = faces.edit("{'prompt':'p','stream':true,'image':'" + Faces.dataUrl(Pixels.png()) + "'}");

    assertEquals(List.of("image_edit.completed"), Events.of(reply).names());
    assertEquals("image_edit.completed", Events.of(reply).data().getFirst().get("type").asString());
  }

  @Test
  void theLastPictureSaysThatThereAreFewerThanWereAskedFor() throws Exception {
    faces.provider.act = (task, handle, progress) -> new Step.Done(
        List.of(new Step.Output(Scripted.write(progress.draft("png"), Pixels.png()), Optional.empty())), Usage.NONE,
        Optional.of(new Failure.Refused("the other was not proper")));

    var last = Events.of(faces.generate("{'prompt':'p','stream':true,'n':2,'model':'fake-image'}")).data().getLast();

    assertEquals(2, last.get("ordered").asInt());
    assertEquals("the other was not proper", last.get("shortfall").asObject().get("message").asString());
  }

  @Test
  void aBadRequestHasItsStatusEvenForAStream() throws Exception {
    assertEquals("400 invalid_request_error invalid_value n", faces.generate("{'prompt':'p','stream':true,'n':11}").trouble());
    assertEquals("404 invalid_request_error model_not_found model", faces.generate("{'prompt':'p','stream':true,'model':'x'}").trouble());
  }

  @Test
  void aFailureOnTheWayIsAnErrorEvent() throws Exception {
    faces.provider.failsLater(new Failure.WorkFailed("The model gave up."));

    var reply = faces.generate("{'prompt':'p','stream':true}");

    assertEquals(200, reply.status());
    assertEquals("event: error\ndata: {\"error\":{\"message\":\"The model gave up.\",\"type\":\"server_error\",\"param\":null,"
        + "\"code\":\"generation_failed\"}}\n\n", reply.body());
  }

  @Test
  void aReplayedFailureHasItsStatusAgain() throws Exception {
    faces.provider.failsLater(new Failure.WorkFailed("The model gave up."));
    var request = "{\"prompt\":\"p\",\"stream\":true}";
    faces.call(Faces.generation(request).header("idempotency-key", "k"));

    var again = faces.call(Faces.generation(request).header("idempotency-key", "k"));

    assertEquals("502 server_error generation_failed null", again.trouble());
  }

  @Test
  void aReplayedSuccessStreamsThePictureAgain() throws Exception {
    var request = "{\"prompt\":\"p\",\"stream\":true}";
    var first = faces.call(Faces.generation(request).header("idempotency-key", "k"));
    var again = faces.call(Faces.generation(request).header("idempotency-key", "k"));

    assertEquals(first.body(), again.body());
    assertEquals("true", again.header("idempotent-replayed"));
  }

  @Test
  void aResultThatIsGoneIsAnErrorEventAndNotHalfAnEvent() throws Exception {
    var request = "{\"prompt\":\"p\",\"stream\":true}";
    faces.call(Faces.generation(request).header("idempotency-key", "k"));
    Files.delete(faces.onlyJob().outcome().results().getFirst().file());

    var again = Events.of(faces.call(Faces.generation(request).header("idempotency-key", "k")));

    assertEquals(List.of("error"), again.names());
    assertEquals("result_expired", again.data().getFirst().get("error").asObject().get("code").asString());
  }

  @Test
  void aPreviewThatIsGoneIsPassedOver() throws Exception {
    var listening = new CountDownLatch(1);
    faces.provider.act = (task, handle, progress) -> {
      listening.await();
      var lost = Scripted.write(progress.draft("png"), Pixels.png());
      try {
        Files.delete(lost);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      progress.partial(0, lost);
      return Scripted.draw(task, progress);
    };

    var response = faces.router.handle(Faces.generation("{\"prompt\":\"p\",\"stream\":true,\"partial_images\":1}"));
    var text = new Listener(response, listening).text();

    assertTrue(text.startsWith("event: image_generation.completed\n"), text);
  }

  @Test
  void aStoppingProcessEndsTheStreamWithAnError() throws Exception {
    var stopper = faces.stopsInTheMiddle();
    var response = faces.router.handle(Faces.generation("{\"prompt\":\"p\",\"stream\":true}"));

    var out = new java.io.ByteArrayOutputStream();
    response.writeBody(out);
    stopper.join();

    var data = Json.parse(out.toString().lines().filter(l -> l.startsWith("data: ")).findFirst().orElseThrow().substring(6)).asObject();
    assertEquals("no_capacity", data.get("error").asObject().get("code").asString());
    assertTrue(data.get("error").asObject().get("message").asString().contains("/v1/jobs/" + faces.onlyJob().id()));
    assertFalse(faces.onlyJob().state().ended());
  }
}
