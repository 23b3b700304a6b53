package easel.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.JobState;
import easel.core.MediaType;
import easel.http.HttpOptions;
import easel.http.HttpServer;
import fake.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole ways: a client's socket, the faces, the engine, the built-in provider, the store, and back. */
@Timeout(60)
class FacesOnSocketTest {
  private final Faces faces = new Faces(true);
  private HttpServer server;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    var options = HttpOptions.defaults().withPort(0).withLastResort(OpenAiErrors::lastResort);
    server = HttpServer.start(options.withPace(options.pace().withHeartbeat(Duration.ofMillis(40))), faces.router);
    client = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    faces.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).header("Authorization", "Bearer " + Faces.KEY);
  }

  private HttpResponse<String> post(String path, String json, String... headers) throws Exception {
    var request = to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(Faces.quoted(json)));
    if (headers.length > 0) request.headers(headers);
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject json(HttpResponse<String> response) {
    return Json.parse(response.body()).asObject();
  }

  private static String url(HttpResponse<String> response) {
    return json(response).get("data").asArray().get(0).asObject().get("url").asString();
  }

  @Test
  void aPictureIsDrawnLinkedAndServed() throws Exception {
    var reply = post("/v1/images/generations", "{'model':'sample-image','prompt':'a red cat','size':'320x200'}");

    assertEquals(200, reply.statusCode(), reply.body());
    assertEquals("320x200", json(reply).get("size").asString());
    assertTrue(url(reply).startsWith("http://127.0.0.1:" + server.port() + "/media/"));
    assertTrue(reply.headers().firstValue("x-request-id").isPresent());
    var picture = client.send(HttpRequest.newBuilder(URI.create(url(reply))).build(), BodyHandlers.ofByteArray());
    assertEquals(MediaType.PNG, MediaType.sniff(picture.body()).orElseThrow());
    assertEquals("image/png", picture.headers().firstValue("content-type").orElseThrow());
  }

  @Test
  void aPictureInTheAnswerIsTheOneInTheStore() throws Exception {
    var reply = post("/v1/images/generations", "{'model':'sample-image','prompt':'two cats','n':2,'size':'64x64','response_format':'b64_json'}");

    assertEquals(reply.body().length(), reply.headers().firstValueAsLong("content-length").orElseThrow());
    var results = faces.onlyJob().outcome().results();
    for (int i = 0; i < 2; i++) {
      var base64 = json(reply).get("data").asArray().get(i).asObject().get("b64_json").asString();
      assertArrayEquals(Files.readAllBytes(results.get(i).file()), Base64.getDecoder().decode(base64));
    }
  }

  @Test
  void aChunkedFormIsAnEdit() throws Exception {
    var body = new ByteArrayOutputStream();
    body.write("--B\r\nContent-Disposition: form-data; name=\"image\"\r\nContent-Type: application/octet-stream\r\n\r\n".getBytes());
    body.write(Pixels.png(8, 8, 100_000));
    body.write("\r\n--B\r\nContent-Disposition: form-data; name=\"prompt\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\np\r\n--B--\r\n".getBytes());

    var reply = client.send(to("/v1/images/edits").header("Content-Type", "multipart/form-data; boundary=B")
        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.toByteArray()))).build(), BodyHandlers.ofString());

    assertEquals(200, reply.statusCode(), reply.body());
    var input = faces.provider.ledger.getFirst().inputs().getFirst().media();
    assertArrayEquals(Pixels.png(8, 8, 100_000), Files.readAllBytes(input.file()));
  }

  @Test
  void aStreamBeatsWhileItWaits() throws Exception {
    var go = new CountDownLatch(1);
    faces.provider.waitsFor(go);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      var json = "{\"prompt\":\"p\",\"stream\":true}";
      socket.getOutputStream().write(("POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Faces.KEY
          + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json).getBytes());
      var in = socket.getInputStream();
      var text = new StringBuilder();
      while (text.indexOf("\n: ping\n\n") < 0) {
        int b = in.read();
        assertTrue(b >= 0, text::toString);
        text.append((char) b);
      }
      go.countDown();
      text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));

      var head = text.substring(0, text.indexOf("\r\n\r\n")).toLowerCase();
      assertTrue(head.startsWith("http/1.1 200 ok"), head);
      assertTrue(head.contains("content-type: text/event-stream"), head);
      assertFalse(text.toString().contains("\uFEFF"), "no byte order mark");
      assertTrue(text.toString().contains("event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\""), text.toString());
      assertTrue(text.toString().endsWith("}\n\n\r\n0\r\n\r\n"), text.substring(text.length() - 40));
    }
  }

  @Test
  void aVideoComesThroughTheChat() throws Exception {
    var reply = post("/v1/chat/completions",
        "{'model':'sample-video','stream':true,'aspect_ratio':'1:1','seconds':1,'messages':[{'role':'user','content':'waves'}]}");

    var events = Events.of(reply.body());
    assertEquals("[DONE]", events.texts().getLast());
    var content = events.data().stream().map(d -> d.get("choices").asArray().get(0).asObject().get("delta").asObject().getString("content", ""))
        .reduce("", String::concat);
    assertTrue(content.matches("```html\n<video src='http://127.0.0.1:[0-9]+/media/[0-9a-f]+\\.mp4' data-media-id='[0-9a-f]+' controls></video>\n```"), content);
    var link = content.substring(content.indexOf("http:"), content.indexOf("' data-media-id"));
    var part = client.send(HttpRequest.newBuilder(URI.create(link)).header("Range", "bytes=4-7").build(), BodyHandlers.ofString());
    assertEquals(206, part.statusCode());
    assertEquals("ftyp", part.body());
  }

  @Test
  void theSamplesTroubleHasItsStatus() throws Exception {
    assertEquals(400, post("/v1/images/generations", "{'model':'sample-image','prompt':'[[refuse]] x'}").statusCode());
    var dropped = post("/v1/images/generations", "{'model':'sample-image','prompt':'[[drop]] x'}");
    assertEquals(502, dropped.statusCode());
    assertEquals("false", dropped.headers().firstValue("x-should-retry").orElseThrow());
    assertEquals(502, post("/v1/images/generations", "{'model':'sample-image','prompt':'[[fail]] x'}").statusCode());
    assertEquals(502, post("/v1/images/generations", "{'model':'sample-image','prompt':'[[junk]] x'}").statusCode());
  }

  @Test
  void fiftyAtOnceOverSocketsAreOneJob() throws Exception {
    var go = new CountDownLatch(1);
    faces.provider.waitsFor(go);
    var bodies = new ArrayList<String>();
    try (var threads = Executors.newFixedThreadPool(50)) {
      var running = new ArrayList<Future<HttpResponse<String>>>();
      Callable<HttpResponse<String>> call = () -> post("/v1/images/generations", "{'prompt':'p'}", "Idempotency-Key", "k1");
      for (int i = 0; i < 50; i++) running.add(threads.submit(call));
      go.countDown();
      for (var reply : running) bodies.add(reply.get().statusCode() + reply.get().body());
    }

    assertEquals(1, bodies.stream().distinct().count());
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void aClientThatLeavesDoesNotLoseItsPicture() throws Exception {
    var taken = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    faces.provider.act = (task, handle, progress) -> {
      taken.countDown();
      go.await();
      return Scripted.draw(task, progress);
    };
    var json = "{\"prompt\":\"p\"}";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(("POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Faces.KEY
          + "\r\nIdempotency-Key: k1\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json).getBytes());
      taken.await();
    }
    go.countDown();

    var reply = post("/v1/images/generations", json, "Idempotency-Key", "k1");

    assertEquals(200, reply.statusCode(), reply.body());
    assertEquals(1, faces.provider.ledger.size());
    assertEquals(JobState.SUCCEEDED, faces.onlyJob().state());
  }

  @Test
  void anUploadThatBreaksOffLeavesNothing() throws Exception {
    var json = "{\"prompt\":\"p\",\"image\":\"" + Faces.dataUrl(Pixels.png(8, 8, 200_000)) + "\"}";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(("POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Faces.KEY
          + "\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n").getBytes());
      socket.getOutputStream().write(json.substring(0, 150_000).getBytes());
      socket.getOutputStream().flush();
      Await.until("the file of the input", () -> !faces.inputFiles().isEmpty());
    }
    Await.until("the file of the input to go", () -> faces.inputFiles().isEmpty());

    assertEquals(List.of(), faces.jobs());
  }

  @Test
  void aBodyOverTheLimitIsRefusedByItsLength() throws Exception {
    var zeros = new byte[64 * 1024];
    Arrays.fill(zeros, (byte) 'A');
    BodyPublisher body = BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(() -> java.util.stream.Stream.generate(() -> zeros).limit(1100).iterator()),
        1100L * zeros.length);

    int status;
    try {
      var reply = client.send(to("/v1/images/edits").header("Content-Type", "application/json").POST(body).build(), BodyHandlers.ofString());
      status = reply.statusCode();
      assertEquals("request_too_large", json(reply).get("error").asObject().get("code").asString());
    } catch (IOException e) {
      // The server may close before the client has sent it all; then the client may not see the answer.
      status = 413;
    }
    assertEquals(413, status);
    assertEquals(List.of(), faces.jobs());
  }

  @Test
  void aHeadOfAPictureTellsItsLength() throws Exception {
    var url = url(post("/v1/images/generations", "{'prompt':'p'}"));

    var head = client.send(HttpRequest.newBuilder(URI.create(url)).HEAD().build(), BodyHandlers.discarding());

    assertEquals(200, head.statusCode());
    assertEquals(Pixels.png(64, 48, 40).length, head.headers().firstValueAsLong("content-length").orElseThrow());
  }
}
