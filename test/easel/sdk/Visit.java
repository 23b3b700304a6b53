package easel.sdk;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import fake.FakeOpenAiPicture;
import fake.RealEasel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/** One client that asks one provider for one thing, and looks at the job afterwards. */
record Visit(RealEasel easel, FarSide far, String provider) {
  static final byte[] INPUT = FakeOpenAiPicture.png(96, 64, 3);

  private static final Pattern FILM = Pattern.compile("<video src='([^']+)'");

  Seen see() throws IOException, InterruptedException {
    var answer = easel.send(request());
    var job = answer.headers().firstValue("x-easel-job");
    var events = easel.request("/v1/jobs/" + job.orElse("none") + "/events").GET().build();
    if (answer.statusCode() == 202) easel.send(events);
    return Seen.of(answer, result(answer), job.isPresent() ? job(job.get()) : new JsonObject(), far.submits());
  }

  private JsonObject job(String id) throws IOException, InterruptedException {
    return RealEasel.json(easel.send(easel.request("/v1/jobs/" + id).GET().build()));
  }

  // ---- asking -----------------------------------------------------------------------------------------------------

  private HttpRequest request() {
    if (far.film()) return json("/v1/chat/completions", chat());
    if (far.scene == Scene.EDIT) {
      return new Form().with("model", model()).with("prompt", "a hat").with("response_format", "url")
          .with("image", "boat.png", INPUT).send(easel.request("/v1/images/edits"));
    }
    var body = new JsonObject().add("model", model()).add("prompt", "a red boat").add("response_format", "url");
    if (far.scene == Scene.TOO_MUCH) body.merge(far.tooMuch().orElseThrow());
    if (far.scene == Scene.INVALID) body.merge(far.invalid());
    return json("/v1/images/generations", body);
  }

  private String model() {
    return provider + "/" + far.model();
  }

  private HttpRequest json(String path, JsonObject body) {
    return easel.request(path).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build();
  }

  private JsonObject chat() {
    var content = new JsonArray().add(new JsonObject().add("type", "text").add("text", "waves"));
    if (far.scene == Scene.FRAME) {
      var link = "data:image/png;base64," + Base64.getEncoder().encodeToString(INPUT);
      content.add(new JsonObject().add("type", "image_url").add("image_url", new JsonObject().add("url", link)));
    }
    var body = new JsonObject().add("model", model())
        .add("messages", new JsonArray().add(new JsonObject().add("role", "user").add("content", content)));
    return far.scene == Scene.LATER ? body.add("async", true) : body;
  }

  // ---- looking ----------------------------------------------------------------------------------------------------

  /** In a word. */
  private String result(HttpResponse<String> answer) throws IOException, InterruptedException {
    if (answer.statusCode() / 100 != 2) return "";
    var bytes = easel.bytes(link(answer));
    if (!Arrays.equals(far.made(), bytes)) return bytes.length + " bytes of something else";
    return far.film() ? "its video" : "its picture";
  }

  private URI link(HttpResponse<String> answer) throws IOException, InterruptedException {
    if (answer.statusCode() == 202) return linked(job(answer.headers().firstValue("x-easel-job").orElseThrow()));
    if (!far.film()) return linked(RealEasel.json(answer));
    var found = FILM.matcher(answer.body());
    return found.find() ? URI.create(found.group(1)) : URI.create("nothing:" + answer.body().length());
  }

  private static URI linked(JsonObject json) {
    return URI.create(json.get("data").asArray().get(0).asObject().getString("url", ""));
  }
}
