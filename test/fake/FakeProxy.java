package fake;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * A proxy on a real socket that speaks SOCKS 5, HTTP CONNECT and forwarding on one port, keeps a ledger of what it was
 * told, and misbehaves on demand. Whatever host it is told, it connects to that port of 127.0.0.1, or to where
 * {@link #leading} says: names that exist nowhere work through it alone.
 */
public final class FakeProxy implements AutoCloseable {
  /** What it does instead of its work, from the next connection on. */
  public enum Prank {
    NONE,
    /** Hangs up at once. */
    HANGS_UP,
    /** Hangs up in the middle of what it answers first. */
    HANGS_UP_HALFWAY,
    /** Takes the order, and hangs up. */
    HANGS_UP_ON_THE_ORDER,
    /** Listens and says nothing. */
    SILENT,
    /** Takes the order, and then says nothing. */
    SILENT_ON_THE_ORDER,
    /** Answers something that is neither SOCKS nor HTTP. */
    GARBAGE,
    /** Wants a login nobody has. */
    OTHER_LOGIN,
    /** Says that it is connected, and hangs up. */
    HANGS_UP_CONNECTED,
    /** Says that it is connected and at once something more. */
    TALKS_ON,
    /** Does its work until the whole request is through, and hangs up before the answer. */
    DIES_WITH_THE_ANSWER,
    /** Works, one byte of its own answers after the other. */
    DRIPS
  }

  private final Door door;
  private final boolean tls;
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> places = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Prank prank = Prank.NONE;
  private volatile int refusal;
  private volatile String user = "";
  private volatile String password = "";

  public FakeProxy() throws IOException {
    this(new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1")), false);
  }

  /** To be reached by TLS. */
  public FakeProxy(SSLContext context) throws IOException {
    this(context.getServerSocketFactory().createServerSocket(0, 64, InetAddress.getByName("127.0.0.1")), true);
  }

  private FakeProxy(ServerSocket server, boolean tls) {
    this.tls = tls;
    this.door = Door.behind(server, "fake-proxy", this::serve);
  }

  public FakeProxy wanting(String name, String secret) {
    user = name;
    password = secret;
    return this;
  }

  public FakeProxy playing(Prank next) {
    prank = next;
    return this;
  }

  /** Refuses every order: with that reply of SOCKS, or that status of HTTP; 0: no more. */
  public FakeProxy refusing(int with) {
    refusal = with;
    return this;
  }

  /** Takes calls for that host, whatever their port, to that port of 127.0.0.1. */
  public FakeProxy leading(String host, int port) {
    places.put(host, port);
    return this;
  }

  /** Its address in that scheme, with nobody's name. */
  public String at(String scheme) {
    return scheme + "://127.0.0.1:" + port();
  }

  /** The same with the right login. */
  public String with(String scheme) {
    return scheme + "://" + user + ":" + password + "@127.0.0.1:" + port();
  }

  public int port() {
    return door.port();
  }

  public boolean tls() {
    return tls;
  }

  /** The ledger: {@code "CONNECT far.test:443"}, {@code "SOCKS far.test:443"}, {@code "GET http://far.test/a"}. */
  public List<String> orders() {
    return List.copyOf(orders);
  }

  /** What it was shown of a login: {@code user:password}. */
  public List<String> logins() {
    return List.copyOf(logins);
  }

  public int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      door.shut();
      door.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket socket) throws IOException {
    connections.incrementAndGet();
    if (prank == Prank.HANGS_UP) return;
    var in = new BufferedInputStream(socket.getInputStream());
    in.mark(1);
    var first = in.read();
    in.reset();
    if (prank == Prank.SILENT) wait(in);
    else if (prank == Prank.GARBAGE) say(socket, "SSH-2.0-OpenSSH_9.2p1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    else if (first == 5) socks(socket, in);
    else if (first >= 0) http(socket, in);
  }

  private static void wait(InputStream in) throws IOException {
    while (in.read() >= 0) continue;
  }

  private void say(Socket socket, byte[] bytes) throws IOException {
    if (prank != Prank.DRIPS) {
      socket.getOutputStream().write(bytes);
      return;
    }
    for (var b : bytes) socket.getOutputStream().write(b);
  }

  // ---- SOCKS 5 ----------------------------------------------------------------------------------------------------

  private void socks(Socket socket, InputStream in) throws IOException {
    in.read();
    var offered = new String(in.readNBytes(in.read()), StandardCharsets.ISO_8859_1);
    if (prank == Prank.HANGS_UP_HALFWAY) {
      say(socket, new byte[] {5});
      return;
    }
    var way = prank == Prank.OTHER_LOGIN ? 1 : user.isEmpty() ? 0 : 2;
    if (way < 2 || offered.indexOf(way) >= 0) say(socket, new byte[] {5, (byte) way});
    else say(socket, new byte[] {5, (byte) 0xff});
    if (way == 2 && offered.indexOf(way) >= 0 && !login(socket, in)) return;
    in.readNBytes(3);
    var host = switch (in.read()) {
      case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
      case 3 -> new String(in.readNBytes(in.read()), StandardCharsets.US_ASCII);
      case 4 -> "[" + InetAddress.getByAddress(in.readNBytes(16)).getHostAddress() + "]";
      default -> throw new EOFException();
    };
    var port = in.read() << 8 | in.read();
    if (port < 0) return;
    orders.add("SOCKS " + host + ":" + port);
    if (!ordered(in)) return;
    if (refusal > 0) {
      say(socket, new byte[] {5, (byte) refusal, 0, 1, 0, 0, 0, 0, 0, 0});
      return;
    }
    try (var far = connect(host, port)) {
      var more = prank == Prank.TALKS_ON ? new byte[] {5, 0, 0, 3, 1, 'x', 0, 0} : new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0};
      say(socket, more);
      relay(socket, in, far);
    }
  }

  private boolean login(Socket socket, InputStream in) throws IOException {
    in.read();
    var name = new String(in.readNBytes(in.read()), StandardCharsets.UTF_8);
    var secret = new String(in.readNBytes(in.read()), StandardCharsets.UTF_8);
    logins.add(name + ":" + secret);
    var right = name.equals(user) && secret.equals(password);
    say(socket, new byte[] {1, (byte) (right ? 0 : 1)});
    return right;
  }

  /** False where the order is not even answered. */
  private boolean ordered(InputStream in) throws IOException {
    if (prank == Prank.SILENT_ON_THE_ORDER) wait(in);
    return prank != Prank.HANGS_UP_ON_THE_ORDER && prank != Prank.SILENT_ON_THE_ORDER;
  }

  // ---- HTTP -------------------------------------------------------------------------------------------------------

  private void http(Socket socket, InputStream in) throws IOException {
    var lines = new ArrayList<String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) lines.add(line);
    var words = lines.getFirst().split(" ");
    orders.add(words[0] + " " + words[1]);
    var given = lines.stream().filter(l -> l.toLowerCase().startsWith("proxy-authorization: basic ")).findFirst()
        .map(l -> new String(Base64.getDecoder().decode(l.substring(27)), StandardCharsets.UTF_8));
    given.ifPresent(logins::add);
    if (!ordered(in)) return;
    if (prank == Prank.HANGS_UP_HALFWAY) say(socket, "HTTP/1.1 200 Connec".getBytes(StandardCharsets.US_ASCII));
    else if (prank == Prank.OTHER_LOGIN || !user.isEmpty() && !given.orElse("").equals(user + ":" + password)) refuse(socket, 407);
    else if (refusal > 0) refuse(socket, refusal);
    else if (words[0].equals("CONNECT")) tunnel(socket, in, words[1]);
    else forward(socket, in, words, lines);
  }

  private void refuse(Socket socket, int status) throws IOException {
    say(socket, ("HTTP/1.1 " + status + " No\r\nProxy-Authenticate: Basic realm=\"fake\"\r\nContent-Length: 2\r\n\r\nno")
        .getBytes(StandardCharsets.US_ASCII));
  }

  private void tunnel(Socket socket, InputStream in, String authority) throws IOException {
    var colon = authority.lastIndexOf(':');
    try (var far = connect(authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1)))) {
      var more = prank == Prank.TALKS_ON ? "hello" : "";
      say(socket, ("HTTP/1.0 200 Connection established\r\n\r\n" + more).getBytes(StandardCharsets.US_ASCII));
      relay(socket, in, far);
    }
  }

  /** As a proxy does: the path alone, the host of the address, and nothing of who the client is to the proxy. */
  private void forward(Socket socket, InputStream in, String[] words, List<String> lines) throws IOException {
    var rest = words[1].substring("http://".length());
    var slash = rest.indexOf('/');
    var authority = rest.substring(0, slash);
    var colon = authority.matches(".*:[0-9]+") ? authority.lastIndexOf(':') : authority.length();
    var port = colon < authority.length() ? Integer.parseInt(authority.substring(colon + 1)) : 80;
    try (var far = connect(authority.substring(0, colon), port)) {
      var head = new StringBuilder(words[0] + " " + rest.substring(slash) + " HTTP/1.1\r\nHost: " + authority + "\r\n");
      for (var line : lines.subList(1, lines.size())) {
        var lower = line.toLowerCase();
        if (!lower.startsWith("host:") && !lower.startsWith("proxy-")) head.append(line).append("\r\n");
      }
      far.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      relay(socket, in, far);
    }
  }

  // ---- both -------------------------------------------------------------------------------------------------------

  private Socket connect(String host, int port) throws IOException {
    var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    var far = new Socket(InetAddress.getByName("127.0.0.1"), places.getOrDefault(bare, port));
    far.setTcpNoDelay(true);
    door.keep(far);
    return far;
  }

  private void relay(Socket near, InputStream in, Socket far) throws IOException {
    if (prank == Prank.HANGS_UP_CONNECTED) return;
    var deaf = prank == Prank.DIES_WITH_THE_ANSWER;
    door.start(() -> pump(in, far));
    var back = far.getInputStream();
    var out = near.getOutputStream();
    var buffer = new byte[16 * 1024];
    for (int n = back.read(buffer); n >= 0 && !deaf; n = back.read(buffer)) out.write(buffer, 0, n);
  }

  private static void pump(InputStream in, Socket far) {
    try {
      OutputStream out = far.getOutputStream();
      var buffer = new byte[16 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) out.write(buffer, 0, n);
      far.shutdownOutput();
    } catch (IOException e) {
      // the other direction ended first
    }
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) throw new EOFException();
      if (b != '\r') bytes.write(b);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
