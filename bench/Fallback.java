package bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * What it costs to ask a second provider when the first does not know the model: each alone, and one after the other.
 */
final class Fallback {
  private static final int WARM = 500;
  private static final int ROUNDS = 1000;
  private static final String NO_SUCH_MODEL = "{\"error\":{\"message\":\"no such model\",\"type\":\"invalid_request_error\","
      + "\"param\":\"model\",\"code\":\"model_not_found\"}}";

  private final Easel.Plan plan;
  private final Report report;

  Fallback(Easel.Plan plan, Report report) {
    this.plan = plan;
    this.report = report;
  }

  void run() throws IOException, InterruptedException {
    report.say("== fallback");
    var without = without();
    try (var easel = plan.folder(plan.folder().resolve("fallback")).without(base(without)).start()) {
      var asked = List.of(new Asked(easel.target(), "empty/none", 404), new Asked(easel.target(), Easel.MODEL, 200),
          new Asked(easel.target(), "either", 200));
      // In turns, so that a busy moment of the machine hits all three.
      for (int i = 0; i < WARM + ROUNDS; i++) for (var one : asked) one.ask(i >= WARM);
      double failed = asked.get(0).timings.ms(0.5);
      double bought = asked.get(1).timings.ms(0.5);
      double both = asked.get(2).timings.ms(0.5);
      report.say("fails alone %.2f ms, works alone %.2f ms, one after the other %.2f ms", failed, bought, both);
      report.table("| fallback, p50 of %,d | the first alone, failing | the second alone | both | beyond the two |", ROUNDS);
      report.table("|---|--:|--:|--:|--:|");
      report.table("| | %.2f ms | %.2f ms | %.2f ms | %.2f ms |", failed, bought, both, both - failed - bought);
      report.table("");
    } finally {
      without.stop(0);
    }
  }

  /** One of the three, on a connection of its own. */
  private static final class Asked {
    private final Connection connection;
    private final byte[] request;
    private final int expected;
    private final Timings timings = new Timings();

    Asked(Target target, String model, int expected) throws IOException {
      this.connection = new Connection(target.address());
      this.request = target.post("/v1/images/generations", Easel.picture("a lighthouse", "url").set("model", model));
      this.expected = expected;
    }

    void ask(boolean counts) throws IOException {
      long from = System.nanoTime();
      int status = connection.send(request);
      int length = connection.readBody();
      if (counts) timings.add(System.nanoTime() - from);
      if (status != expected) throw new IOException(status + " " + connection.text(length));
    }
  }

  /** A provider that has no model at all. */
  private static HttpServer without() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> {
      exchange.getRequestBody().readAllBytes();
      var body = NO_SUCH_MODEL.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(404, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    return server;
  }

  private static URI base(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }
}
