package bench;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The fake Flow, in a process of its own, with accounts {@code st-1} to {@code st-N}. */
record Labs(Child child, URI labs, URI api, int accounts) implements AutoCloseable {
  static Labs start(Path folder, int accounts) throws IOException, InterruptedException {
    var arguments = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx384m", "-cp",
        System.getProperty("java.class.path"), "fake.FakeLabs", "--accounts", Integer.toString(accounts)));
    var child = Child.java(arguments, Map.of(), Files.createTempFile(folder, "labs", ".log"));
    for (int i = 0; i < 1000 && child.alive(); i++) {
      var printed = child.printed();
      if (printed.contains("ready ") && printed.endsWith("\n")) {
        var addresses = printed.substring(printed.indexOf("ready ") + 6).strip().split(" ");
        return new Labs(child, URI.create(addresses[0]), URI.create(addresses[1]), accounts);
      }
      Thread.sleep(10);
    }
    child.close();
    throw new IOException("the fake Flow did not start:\n" + child.lastWords());
  }

  /** What makes it Easel's provider. */
  String settings() {
    var keys = String.join("\", \"", IntStream.rangeClosed(1, accounts).mapToObj(i -> "st-" + i).toList());
    return """
        [limits]
        allow_private = ["localhost"]
        [flow]
        labs_base_url = "%s"
        api_base_url = "%s"
        [providers.flow]
        api_keys = ["%s"]
        """.formatted(labs, api, keys);
  }

  /** The API itself, with the access token of the first account. */
  Target target() throws IOException {
    var asked = new Target("direct", labs.resolve("/"), "none");
    var request = "GET /fx/api/auth/session HTTP/1.1\r\nHost: " + labs.getAuthority()
        + "\r\nCookie: __Secure-next-auth.session-token=st-1\r\n\r\n";
    var token = Json.parse(asked.ask(request.getBytes())).asObject().getString("access_token", "");
    return new Target("direct", api.resolve("/"), token);
  }

  /** A new project of the first account. */
  String project() throws IOException {
    var wanted = new JsonObject().add("json", new JsonObject().add("projectTitle", "bench").add("toolName", "PINHOLE")).toString();
    var asked = new Target("direct", labs.resolve("/"), "none");
    var request = "POST /fx/api/trpc/project.createProject HTTP/1.1\r\nHost: " + labs.getAuthority()
        + "\r\nCookie: __Secure-next-auth.session-token=st-1\r\nContent-Type: application/json\r\nContent-Length: " + wanted.length()
        + "\r\n\r\n" + wanted;
    return Json.parse(asked.ask(request.getBytes())).asObject().get("result").asObject().get("data").asObject().get("json").asObject()
        .get("result").asObject().getString("projectId", "");
  }

  void forget() throws IOException {
    var control = new Target("direct", labs.resolve("/"), "none");
    control.ask(control.post("/__clear", new JsonObject()));
  }

  /** How many pictures it would have charged for since {@link #forget}. */
  int bought() throws IOException {
    var control = new Target("direct", labs.resolve("/"), "none");
    return Json.parse(control.ask(control.get("/__stats"))).asObject().getInt("submits", -1);
  }

  @Override
  public void close() {
    child.close();
  }
}
