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

/** The fake OpenAI, in a process of its own. */
record Upstream(Child child, Target target) implements AutoCloseable {
  /** {@code port} 0: any that is free. {@code flags}: more flags for its JVM. */
  static Upstream start(Path folder, int port, String... flags) throws IOException, InterruptedException {
    var arguments = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx384m"));
    arguments.addAll(List.of(flags));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), "fake.FakeOpenAi", "--port", Integer.toString(port)));
    var child = Child.java(arguments, Map.of(), Files.createTempFile(folder, "upstream", ".log"));
    for (int i = 0; i < 1000 && child.alive(); i++) {
      var printed = child.printed();
      if (printed.contains("ready ") && printed.endsWith("\n")) {
        var base = URI.create(printed.substring(printed.indexOf("ready ") + 6).strip());
        return new Upstream(child, new Target("direct", base.resolve("/"), "sk-fake"));
      }
      Thread.sleep(10);
    }
    child.close();
    throw new IOException("the fake upstream did not start:\n" + child.lastWords());
  }

  void forget() throws IOException {
    target.ask(target.post("/__clear", new JsonObject()));
  }

  /** How many pictures it was asked for, and would have charged for, since {@link #forget}. */
  int bought() throws IOException {
    return Json.parse(target.ask(target.get("/__ledger?count"))).asObject().getInt("count", -1);
  }

  @Override
  public void close() {
    child.close();
  }
}
