package fake;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * An upstream on a real socket that does what its scripts say and keeps a ledger of every whole request it got. One
 * platform thread a connection, port chosen by the system.
 *
 * <pre>{@code
 * try (var upstream = new FakeUpstream()) {
 *   upstream.on("POST /v1/images", Script.json(200, "{}"));            // the last script of a route is repeated
 *   upstream.on("GET /jobs/*", Script.json(500, "{}"), Script.json(200, "{}"));
 *   upstream.on("POST /echo", sent -> Script.json(200, sent.text()));   // an answer made from the request
 *   ... call upstream.uri("/v1/images") ...
 *   assertEquals(1, upstream.sent("POST /v1/images").size());          // the ledger: bought once
 * }
 * }</pre>
 *
 * Routes are tried in the order they were added; {@link #then} serves every request no route wants; what nothing serves
 * gets a 404 and is in the ledger all the same. A request is in the ledger before its script plays.
 */
public final class FakeUpstream implements AutoCloseable {
  private static final int WAIT_SECONDS = 10;

  private final Door door;
  private final boolean tls;
  private final Map<String, Function<Sent, Script>> routes = new LinkedHashMap<>();
  private final List<Sent> ledger = new ArrayList<>();
  private final List<Throwable> problems = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Function<Sent, Script> rest = sent -> Script.json(404, "{\"error\":\"nothing is scripted here\"}");
  private int connections;
  private int hungUp;

  /** Plain HTTP on 127.0.0.1. */
  public FakeUpstream() throws IOException {
    this(InetAddress.getByName("127.0.0.1"));
  }

  /** Plain HTTP on that address of this machine. */
  public FakeUpstream(InetAddress address) throws IOException {
    this(new ServerSocket(0, 256, address), false);
  }

  /** HTTPS on 127.0.0.1, with the certificate of that context. */
  public FakeUpstream(SSLContext context) throws IOException {
    this(context.getServerSocketFactory().createServerSocket(0, 256, InetAddress.getByName("127.0.0.1")), true);
  }

  private FakeUpstream(ServerSocket server, boolean tls) {
    this.tls = tls;
    this.door = Door.behind(server, "fake-upstream", this::serve);
  }

  /** Plays the scripts for requests of that route, {@code "POST /v1/images"} or {@code "GET /jobs/*"}, in order. */
  public FakeUpstream on(String route, Script... scripts) {
    return on(route, inOrder(scripts));
  }

  /** Lets the request decide on its script. */
  public FakeUpstream on(String route, Function<Sent, Script> choice) {
    lock.lock();
    try {
      routes.put(route, choice);
      return this;
    } finally {
      lock.unlock();
    }
  }

  /** Plays the scripts, in order, for requests that no route wants. */
  public FakeUpstream then(Script... scripts) {
    lock.lock();
    try {
      rest = inOrder(scripts);
      return this;
    } finally {
      lock.unlock();
    }
  }

  public URI uri(String target) {
    var host = door.host();
    var name = host.contains(":") ? "[" + host + "]" : host;
    return URI.create((tls ? "https://" : "http://") + name + ":" + port() + target);
  }

  public int port() {
    return door.port();
  }

  /** The ledger: every whole request so far. */
  public List<Sent> sent() {
    lock.lock();
    try {
      return List.copyOf(ledger);
    } finally {
      lock.unlock();
    }
  }

  /** The part of the ledger that a route such as {@code "GET /jobs/*"} matches. */
  public List<Sent> sent(String route) {
    return sent().stream().filter(sent -> matches(route, sent)).toList();
  }

  /** Waits until so many whole requests came. */
  public void awaitSent(int count) throws InterruptedException {
    await(() -> ledger.size() >= count, count + " requests");
  }

  /** Connections accepted so far, whatever came of them. */
  public int connections() {
    lock.lock();
    try {
      return connections;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until clients gave up so many requests or answers half-way. */
  public void awaitHungUp(int count) throws InterruptedException {
    await(() -> hungUp >= count, count + " clients hanging up");
  }

  /** Ends all connections and threads, and reports a script that failed by itself. */
  @Override
  public void close() {
    closing.countDown();
    try {
      door.shut();
      door.empty();
    } catch (IOException e) {
      problems.add(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!problems.isEmpty()) throw new AssertionError("a script failed", problems.get(0));
  }

  private interface Check {
    boolean holds();
  }

  private void await(Check check, String what) throws InterruptedException {
    var left = TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    lock.lock();
    try {
      while (!check.holds()) {
        if (left <= 0) throw new AssertionError("waited " + WAIT_SECONDS + " s for " + what + "; sent: " + ledger);
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void note(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void serve(Socket socket) {
    int number = called();
    try {
      var in = new BufferedInputStream(socket.getInputStream());
      while (exchange(socket, in, number)) continue;
    } catch (IOException e) {
      // also the ordinary end of a client that had enough, or of a handshake it did not like
      if (closing.getCount() > 0) note(() -> hungUp++);
    } catch (InterruptedException | RuntimeException e) {
      problems.add(e);
    }
  }

  private int called() {
    lock.lock();
    try {
      changed.signalAll();
      return ++connections;
    } finally {
      lock.unlock();
    }
  }

  /** False where the connection ends. */
  private boolean exchange(Socket socket, InputStream in, int number) throws IOException, InterruptedException {
    var sent = read(in, number);
    if (sent == null) return false;
    note(() -> ledger.add(sent));
    return play(choose(sent), sent, socket, in)
        && !sent.header("Connection").orElse("").equalsIgnoreCase("close");
  }

  private Script choose(Sent sent) {
    lock.lock();
    try {
      for (var route : routes.entrySet()) if (matches(route.getKey(), sent)) return route.getValue().apply(sent);
      return rest.apply(sent);
    } finally {
      lock.unlock();
    }
  }

  private boolean play(Script script, Sent sent, Socket socket, InputStream in)
      throws IOException, InterruptedException {
    waitFor(script.gate);
    var out = socket.getOutputStream();
    var head = script.cut(script.head, 0);
    var bodiless = sent.method().equals("HEAD") && head.length > 0;
    var body = bodiless ? new byte[0] : script.cut(script.body, script.head.length);
    if (script.pause.isZero()) {
      var whole = new ByteArrayOutputStream();
      whole.writeBytes(head);
      whole.writeBytes(body);
      out.write(whole.toByteArray());
    } else {
      out.write(head);
      for (int at = 0; at < body.length; at += script.slice) {
        if (closing.await(script.pause.toNanos(), TimeUnit.NANOSECONDS)) return false;
        out.write(body, at, Math.min(script.slice, body.length - at));
      }
    }
    switch (script.end) {
      case KEEP -> {
        return true;
      }
      case CLOSE -> { }
      case RESET -> socket.setSoLinger(true, 0);
      case HANG -> {
        while (in.read() >= 0) continue;
        note(() -> hungUp++);
      }
    }
    return false;
  }

  private void waitFor(CountDownLatch gate) throws InterruptedException {
    while (gate.getCount() > 0 && closing.getCount() > 0) gate.await(20, TimeUnit.MILLISECONDS);
  }

  private static Sent read(InputStream in, int number) throws IOException {
    var first = line(in);
    if (first == null) return null;
    var words = first.split(" ");
    var headers = new ArrayList<String>();
    for (var line = need(line(in)); !line.isEmpty(); line = need(line(in))) headers.add(line);
    var bare = new Sent(words[0], words[1], headers, new byte[0], number);
    return new Sent(words[0], words[1], headers, body(in, bare), number);
  }

  private static byte[] body(InputStream in, Sent head) throws IOException {
    if (head.header("Transfer-Encoding").isEmpty()) {
      var length = Integer.parseInt(head.header("Content-Length").orElse("0"));
      return exactly(in, length);
    }
    var body = new ByteArrayOutputStream();
    for (int size = chunk(in); size > 0; size = chunk(in)) {
      body.writeBytes(exactly(in, size));
      need(line(in));
    }
    need(line(in));
    return body.toByteArray();
  }

  private static int chunk(InputStream in) throws IOException {
    return Integer.parseInt(need(line(in)), 16);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    var bytes = in.readNBytes(length);
    if (bytes.length < length) throw new EOFException();
    return bytes;
  }

  private static String need(String line) throws EOFException {
    if (line == null) throw new EOFException();
    return line;
  }

  /** Up to CRLF; null at the end of the stream. */
  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (bytes.size() == 0) return null;
        throw new EOFException();
      }
      if (b != '\r') bytes.write(b);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static boolean matches(String route, Sent sent) {
    var asked = sent.method() + " " + sent.path();
    return route.endsWith("*") ? asked.startsWith(route.substring(0, route.length() - 1)) : asked.equals(route);
  }

  private static Function<Sent, Script> inOrder(Script... scripts) {
    var left = new ArrayList<>(List.of(scripts));
    return sent -> left.size() > 1 ? left.remove(0) : left.get(0);
  }
}
