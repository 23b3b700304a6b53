package bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Executors;

/**
 * Asks for pictures as fast as they come on so many connections: each sends its next request when it has the answer to
 * its last. No request is sent after the time is over, and all that were sent are waited for.
 */
record Load(Target target, byte[] request, int connections, Duration time) {
  /** What came of it; {@code seconds} from the first request to the last answer. */
  record Outcome(Timings timings, double seconds, Errors errors) {
    double perSecond() {
      return timings.count() / seconds;
    }
  }

  private record Worker(Connection connection, Timings timings, Errors errors) {}

  private static final byte[] URL = "\"url\":".getBytes(StandardCharsets.US_ASCII);
  /** Markdown, in a chat. */
  private static final byte[] DRAWN = "![Generated Image](http".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FIFE = "\"fifeUrl\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BASE64 = "\"b64_json\":".getBytes(StandardCharsets.US_ASCII);
  private static final int SHORTEST = 16;
  private static final int ERRORS_MAX = 20;

  Outcome run() throws IOException, InterruptedException {
    var errors = new Errors();
    var workers = new ArrayList<Worker>();
    for (int i = 0; i < connections; i++) workers.add(new Worker(new Connection(target.address()), new Timings(), errors));
    long from = System.nanoTime();
    try (var threads = Executors.newThreadPerTaskExecutor(Threads.factory(connections))) {
      workers.forEach(w -> threads.execute(() -> work(w, from + time.toNanos())));
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    var all = new Timings();
    workers.forEach(w -> all.addAll(w.timings));
    return new Outcome(all, seconds, errors);
  }

  private void work(Worker worker, long end) {
    try (var connection = worker.connection) {
      int failed = 0;
      while (System.nanoTime() < end && failed < ERRORS_MAX) {
        if (!once(connection, worker)) failed++;
      }
    } catch (IOException e) {
      worker.errors.add("connection given up: " + e);
    }
  }

  private boolean once(Connection connection, Worker worker) throws IOException {
    try {
      long from = System.nanoTime();
      int status = connection.send(request);
      int length = connection.readBody();
      long took = System.nanoTime() - from;
      if (status == 200 && hasPicture(connection.body(), length)) {
        worker.timings.add(took);
        return true;
      }
      worker.errors.add(status + " " + connection.text(length));
    } catch (IOException e) {
      worker.errors.add(e.toString());
      connection.reopen();
    }
    return false;
  }

  /** True where an answer holds a link or base64 that is not empty. */
  static boolean hasPicture(byte[] body, int length) {
    return hasText(body, length, BASE64) || hasText(body, length, URL) || hasText(body, length, FIFE) || has(body, length, DRAWN);
  }

  private static boolean has(byte[] body, int length, byte[] words) {
    for (int i = 0; i + words.length < length; i++) {
      if (body[i] == words[0] && Arrays.equals(body, i, i + words.length, words, 0, words.length)) return true;
    }
    return false;
  }

  private static boolean hasText(byte[] body, int length, byte[] name) {
    for (int i = 0; i + name.length + SHORTEST < length; i++) {
      if (body[i] != '"' || !Arrays.equals(body, i, i + name.length, name, 0, name.length)) continue;
      int value = i + name.length;
      while (body[value] == ' ') value++;
      return body[value] == '"' && body[value + 1] != '"';
    }
    return false;
  }
}
