package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
  private static Handler named(String name, String... params) {
    return request -> {
      var text = new StringBuilder(name);
      for (var param : params) {
        text.append(' ').append(request.param(param));
      }
      return Response.text(200, text.toString());
    };
  }

  private static String ask(Router router, String method, String target) throws Exception {
    var response = router.handle(Request.of(method, target));
    return response.status() + " " + response.body();
  }

  private final Router router = new Router()
      .on("GET /", named("root"))
      .on("GET /v1/models", named("models"))
      .on("GET /v1/models/{id}", named("model", "id"))
      .on("GET /v1/models/special", named("special"))
      .on("POST /v1/models/posted", named("posted"))
      .on("GET /v1/{kind}/{id}/content", named("content", "kind", "id"))
      .on("GET /v1/models/special/extra", named("extra"))
      .on("POST /v1beta/models/{model}:generateContent", named("generate", "model"))
      .on("POST /v1beta/models/{model}:streamGenerateContent", named("stream", "model"))
      .on("GET /v1beta/models/{model}", named("gemini", "model"))
      .on("GET /v1beta/{operation...}", named("operation", "operation"))
      .on("GET /admin/{file...}", named("file", "file"))
      .on("GET /admin/login", named("login"))
      .on("DELETE /v1/models/{other}", named("delete", "other"));

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "GET /|root", "GET /v1/models|models", "GET /v1/models/a|model a", "GET /v1/models/a%2Fb|model a/b",
      "GET /v1/models/special|special", "GET /v1/models/posted|model posted", "POST /v1/models/posted|posted",
      "GET /v1/models/special/content|content models special", "GET /v1/models/special/extra|extra",
      "GET /v1/videos/7/content|content videos 7", "DELETE /v1/models/special|delete special",
      "POST /v1beta/models/g-3:generateContent|generate g-3", "POST /v1beta/models/a%2Fg:generateContent|generate a/g",
      "POST /v1beta/models/g:streamGenerateContent|stream g", "GET /v1beta/models/g|gemini g",
      "GET /v1beta/models/veo/operations/1|operation models/veo/operations/1",
      "GET /admin/|file", "GET /admin/js/main.js|file js/main.js", "GET /admin/login|login"})
  void theMostSpecialRouteWins(String request, String answer) throws Exception {
    var words = request.split(" ");
    assertEquals("200 " + answer, ask(router, words[0], words[1]).stripTrailing());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/v1/", "/v1/models/", "/v1/models//content", "/v1/models/a/b", "/V1/models", "/admin",
      "/v1/models/a/content/", "/v2"})
  void otherPathsAreUnknown(String path) throws Exception {
    assertEquals("404 not found\n", ask(router, "GET", path));
  }

  @Test
  void anEmptyParameterIsNone() throws Exception {
    var one = new Router()
        .on("POST /models/{model}:predict", named("predict", "model"))
        .on("GET /m/{id}", named("m", "id"));
    assertEquals("404 not found\n", ask(one, "POST", "/models/:predict"));
    assertEquals("404 not found\n", ask(one, "GET", "/m/"));
  }

  @Test
  void aKnownPathWithAnotherMethodNamesTheMethodsItHas() throws Exception {
    var response = router.handle(Request.of("PATCH", "/v1/models/posted"));
    assertEquals(405, response.status());
    assertEquals(Optional.of("DELETE, GET, HEAD, OPTIONS, POST"), response.header("allow"));
  }

  @Test
  void headIsServedByGet() throws Exception {
    assertEquals("200 models", ask(router, "HEAD", "/v1/models"));
  }

  @Test
  void optionsAnswersItself() throws Exception {
    var response = router.handle(Request.of("OPTIONS", "/v1/models"));
    assertEquals(204, response.status());
    assertEquals(Optional.of("GET, HEAD, OPTIONS"), response.header("allow"));
    assertEquals(404, router.handle(Request.of("OPTIONS", "/nowhere")).status());
  }

  @Test
  void aRouteMayAnswerOptionsItself() throws Exception {
    var own = new Router().on("OPTIONS /x", named("mine")).on("GET /x", named("x"));
    assertEquals("200 mine", ask(own, "OPTIONS", "/x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /v1/models", "GET /v1/models/{another}", "GET /admin/{rest...}",
      "POST /v1beta/models/{x}:generateContent"})
  void twoRoutesOfOneShapeFailAtOnce(String route) {
    assertThrows(IllegalArgumentException.class, () -> router.on(route, named("late")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x", "GET", "GET x", "GET /{a}/{a}", "GET /{a", "GET /a}", "GET /{}", "GET /{a}{b}",
      "GET /{a...}/b", "GET /x{a...}"})
  void malformedRoutesFailAtOnce(String route) {
    assertThrows(IllegalArgumentException.class, () -> new Router().on(route, named("bad")));
  }

  @Test
  void eachFaceAnswersUnknownPathsInItsOwnShape() throws Exception {
    var faces = new Router()
        .face("/v1", (request, status, allow) -> Response.text(status, "one " + allow))
        .face("/v1/deep", (request, status, allow) -> Response.text(status, "deep " + allow))
        .on("GET /v1/x", named("x"))
        .on("GET /v1/deep/x", named("y"));
    assertEquals("404 one []", ask(faces, "GET", "/v1/nowhere"));
    assertEquals("404 one []", ask(faces, "GET", "/v1"));
    assertEquals("404 deep []", ask(faces, "GET", "/v1/deep/nowhere"));
    assertEquals("405 deep [GET, HEAD, OPTIONS]", ask(faces, "POST", "/v1/deep/x"));
    assertEquals("404 not found\n", ask(faces, "GET", "/v11"));
  }

  @Test
  void aFacesFiltersStandBeforeItsRoutesAndItsFallback() throws Exception {
    Filter outer = (request, next) -> next.handle(request.with(String.class, "outer"));
    Filter inner = (request, next) -> {
      var response = next.handle(request.with(String.class, request.attribute(String.class).orElseThrow() + " inner"));
      return response.withHeader("X-Seen", request.attribute(String.class).orElseThrow());
    };
    var filtered = new Router()
        .prefix("/v1", outer, inner)
        .on("GET /v1/x/{id}", request -> Response.text(200,
            request.attribute(String.class).orElseThrow() + " " + request.param("id")))
        .on("GET /open", request -> Response.text(200, request.attribute(String.class).orElse("none")));
    assertEquals("200 outer inner 7", ask(filtered, "GET", "/v1/x/7"));
    assertEquals(Optional.of("outer"), filtered.handle(Request.of("GET", "/v1/nowhere")).header("x-seen"));
    assertEquals("200 none", ask(filtered, "GET", "/open"));
  }

  @Test
  void listsItsRoutesAsWritten() {
    var two = new Router().on("GET /a/{b}", named("")).on("POST /c", named(""));
    assertEquals(List.of("GET /a/{b}", "POST /c"), two.routes());
  }
}
