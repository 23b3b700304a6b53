package easel.sdk;

import fake.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/**
 * A line between an SDK and Easel that breaks, once per call: the header {@code X-Cut} says when, and only an SDK's
 * first try is cut. {@code answer}: when the first byte of the answer comes; {@code running}: as soon as the provider
 * has taken the work; {@code never}. Each connection carries one request.
 */
final class CutProxy implements AutoCloseable {
  private static final Pattern RETRY = header("x-stainless-retry-count");
  private static final Pattern CUT = header("x-cut");
  private static final Pattern CONNECTION = Pattern.compile("(?im)^connection:.*\r\n");
  private static final int TAKEN_WITHIN_MS = 10_000;

  private final URI target;
  private final IntSupplier taken;
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Queue<String> tries = new ConcurrentLinkedQueue<>();

  /** {@code taken} counts the work the provider has taken so far. */
  CutProxy(URI target, IntSupplier taken) throws IOException {
    this.target = target;
    this.taken = taken;
    start(this::accept);
  }

  private static Pattern header(String name) {
    return Pattern.compile("(?im)^" + name + ": *(\\S+)");
  }

  private static void start(Runnable work) {
    Thread.ofPlatform().daemon().name("cut-proxy").start(work);
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The requests that came, as {@code POST /v1/images/generations 0}; the last word counts the SDK's tries. */
  List<String> tries() {
    return List.copyOf(tries);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        start(() -> serve(client));
      } catch (IOException e) {
        if (!listener.isClosed()) throw new IllegalStateException(e);
      }
    }
  }

  private void serve(Socket client) {
    try (client; var server = new Socket(target.getHost(), target.getPort())) {
      open.add(client);
      open.add(server);
      var head = head(client.getInputStream());
      if (!head.isEmpty()) carry(client, server, head);
    } catch (IOException gone) {
      // One of the two has closed; that is what this is for.
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      if (b == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) break;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private void carry(Socket client, Socket server, String head) throws IOException {
    var retry = found(RETRY, head, "0");
    tries.add(head.substring(0, head.indexOf(" HTTP/")) + " " + retry);
    var cut = retry.equals("0") ? found(CUT, head, "never") : "never";
    int before = taken.getAsInt();
    var closing = CONNECTION.matcher(head).replaceAll("").replaceFirst("\r\n", "\r\nConnection: close\r\n");
    server.getOutputStream().write(closing.getBytes(StandardCharsets.ISO_8859_1));
    start(() -> pump(client, server));
    if (cut.equals("running")) {
      awaitMoreThan(before);
      return;
    }
    int first = server.getInputStream().read();
    if (cut.equals("answer") || first < 0) return;
    client.getOutputStream().write(first);
    server.getInputStream().transferTo(client.getOutputStream());
  }

  private static String found(Pattern header, String head, String otherwise) {
    var match = header.matcher(head);
    return match.find() ? match.group(1) : otherwise;
  }

  private static void pump(Socket client, Socket server) {
    try {
      client.getInputStream().transferTo(server.getOutputStream());
    } catch (IOException gone) {
      // The answer has come, or was cut.
    }
  }

  private void awaitMoreThan(int before) {
    Await.within(Duration.ofMillis(TAKEN_WITHIN_MS), () -> taken.getAsInt() > before);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var socket : open) socket.close();
  }
}
