package bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of videos that never gets done until it is told to, and that notes how late each poll comes: it states the
 * pace with every answer, as OpenAI's Videos API does.
 */
final class FilmServer implements AutoCloseable {
  static final int PACE_MS = 5000;

  private final HttpServer server;
  private final Map<String, Long> due = new ConcurrentHashMap<>();
  private final Timings lags = new Timings();
  private final AtomicInteger bought = new AtomicInteger();
  private volatile byte[] film = {};
  private volatile boolean done;

  FilmServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/videos", this::serve);
    server.start();
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** How many it was asked for, and would have charged for. */
  int bought() {
    return bought.get();
  }

  /** From now on every video is ready, and is this file. */
  void finish(byte[] file) {
    film = file;
    done = true;
  }

  /** How late the polls since the last call were. */
  synchronized Timings lags() {
    var all = new Timings();
    all.addAll(lags);
    lags.clear();
    return all;
  }

  private void serve(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    exchange.getRequestBody().readAllBytes();
    var path = exchange.getRequestURI().getPath();
    if (exchange.getRequestMethod().equals("POST")) answer(exchange, "film" + bought.incrementAndGet());
    else if (path.endsWith("/content")) send(exchange, "video/mp4", film);
    else {
      var id = path.substring(path.lastIndexOf('/') + 1);
      note(now - due.getOrDefault(id, now));
      answer(exchange, id);
    }
  }

  private synchronized void note(long late) {
    lags.add(Math.max(0, late));
  }

  private void answer(HttpExchange exchange, String id) throws IOException {
    exchange.getResponseHeaders().add("openai-poll-after-ms", String.valueOf(PACE_MS));
    var status = done ? "completed" : "in_progress";
    var json = "{\"id\":\"" + id + "\",\"object\":\"video\",\"status\":\"" + status + "\",\"progress\":1}";
    due.put(id, System.nanoTime() + PACE_MS * 1_000_000L);
    send(exchange, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
