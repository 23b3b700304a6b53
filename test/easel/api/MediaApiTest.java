package easel.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Media;
import easel.http.Request;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaApiTest {
  private final Faces faces = new Faces();
  private Media media;

  @BeforeEach
  void draw() throws Exception {
    faces.generate("{'prompt':'p','image':'" + Faces.dataUrl(Pixels.png()) + "'}");
    media = faces.onlyJob().outcome().results().getFirst();
  }

  @AfterEach
  void close() {
    faces.close();
  }

  private Faces.Reply get(String path) throws Exception {
    return faces.call(Request.of("GET", path));
  }

  @Test
  void aResultIsServedWithoutAKeyAndCannotDoHarm() throws Exception {
    var response = faces.router.handle(Request.of("GET", "/media/" + media.id() + ".png"));
    var body = new ByteArrayOutputStream();
    response.writeBody(body);

    assertEquals(200, response.status());
    assertArrayEquals(Pixels.png(64, 48, 40), body.toByteArray());
    assertEquals("image/png", response.header("content-type").orElseThrow());
    assertEquals("nosniff", response.header("x-content-type-options").orElseThrow());
    assertTrue(response.header("content-security-policy").orElseThrow().startsWith("sandbox;"));
    assertEquals("public, max-age=86400, immutable", response.header("cache-control").orElseThrow());
    assertTrue(response.header("etag").isPresent());
  }

  @Test
  void aPartOfItCanBeHad() throws Exception {
    var reply = faces.call(Request.of("GET", "/media/" + media.id() + ".png").header("range", "bytes=1-3"));

    assertEquals(206, reply.status());
    assertEquals("PNG", reply.body());
  }

  @Test
  void aCacheThatHasItIsToldSo() throws Exception {
    var tag = get("/media/" + media.id() + ".png").header("etag");

    assertEquals(304, faces.call(Request.of("GET", "/media/" + media.id() + ".png").header("if-none-match", tag)).status());
  }

  @Test
  void noCacheKeepsItLongerThanWeDo() throws Exception {
    faces.time.advance(Duration.ofHours(23));
    assertEquals("public, max-age=3600, immutable", get("/media/" + media.id() + ".png").header("cache-control"));

    faces.time.advance(Duration.ofHours(2));
    var gone = get("/media/" + media.id() + ".png");
    assertEquals(404, gone.status());
    assertEquals("no-store", gone.header("cache-control"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ID", "ID.jpg", "ID.PNG", "ID.png.png", "ID.", "0123456789abcdef.png", ".png", "x", "%20.png",
      "ID%00.png", "..%2fID.png", "ID.png%2f..", "%2e%2e.png"})
  void everythingElseIsNotThere(String file) throws Exception {
    int status;
    try {
      status = get("/media/" + file.replace("ID", media.id())).status();
    } catch (easel.http.HttpException e) {
      status = e.status();
    }
    assertTrue(status == 404 || status == 400, file + " " + status);
  }

  @Test
  void whatCallersHandedInIsNotServed() throws Exception {
    var input = faces.onlyJob().task().inputs().getFirst().media();

    assertEquals(404, get("/media/" + input.id() + ".png").status());
  }

  @Test
  void aFileThatWasRemovedIsNotThere() throws Exception {
    java.nio.file.Files.delete(media.file());

    assertEquals(404, get("/media/" + media.id() + ".png").status());
  }

  @Test
  void noPathIsEverTold() throws Exception {
    var folder = faces.store.options().storage().toString();
    assertFalse(faces.get("/v1/jobs/" + faces.onlyJob().id()).body().contains(folder));
  }
}
