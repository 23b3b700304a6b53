package easel.upstream;

import easel.core.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * HTTP/1.1 on a fresh connection for every call, for calls that buy and for guarded links. A connection that was used
 * before may be dead without our knowing, and then nobody can tell whether the upstream got the request; on a fresh
 * one the line between "never sent" and "perhaps bought" is sharp: it is the first byte written after the handshake.
 *
 * <p>Nothing is repeated, redirected or decompressed. An answer that could be read in two ways is broken.
 */
final class SocketTransport implements Transport {
  static {
    // else the JDK takes a TLS connection that was cut for one that was ended, and an answer that ends with its
    // connection would be whole wherever it was cut; read when the first TLS socket of the process is made
    System.setProperty("com.sun.net.ssl.requireCloseNotify", "true");
  }

  private final Dialler dialler;
  private final Watchdog watchdog;
  private final Optional<AddressGuard> guard;
  private final Supplier<SSLContext> tls;

  SocketTransport(UpstreamOptions options, Watchdog watchdog, Resolver resolver, Supplier<SSLContext> tls,
      Optional<AddressGuard> guard) {
    this.watchdog = watchdog;
    this.tls = tls;
    this.guard = guard;
    dialler = new Dialler(options, resolver, guard);
  }

  @Override
  public Reply send(Call call) throws InterruptedException {
    guard.ifPresent(g -> g.check(call.uri()));
    var target = Target.of(call.uri());
    var outgoing = Outgoing.of(call, target);
    var watch = watchdog.watch(call);
    Reply reply = null;
    try {
      var socket = connect(target, watch);
      reply = exchange(call, target, outgoing, socket, watch);
      return reply;
    } finally {
      if (reply == null) watch.end();
    }
  }

  private Socket connect(Target target, Watch watch) throws InterruptedException {
    var channel = dialler.dial(target, watch);
    if (!target.tls()) return channel.socket();
    try {
      return handshake(target, channel);
    } catch (IOException e) {
      if (Thread.interrupted()) throw new InterruptedException();
      throw target.unreachable(watch.late() ? "no TLS in time" : badCertificate(e)
          ? "its certificate is not trusted, not valid now or for another name" : "no TLS", e);
    }
  }

  /** The watchdog closes the channel below: closing the TLS socket would wait for a blocked write. */
  private SSLSocket handshake(Target target, SocketChannel channel) throws IOException {
    var factory = tls.get().getSocketFactory();
    var socket = (SSLSocket) factory.createSocket(channel.socket(), target.host(), target.port(), true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static boolean badCertificate(Throwable e) {
    for (var cause = e; cause != null; cause = cause.getCause()) if (cause instanceof CertificateException) return true;
    return false;
  }

  private static Reply exchange(Call call, Target target, Outgoing outgoing, Socket socket, Watch watch)
      throws InterruptedException {
    try {
      var unsent = write(outgoing, socket);
      var wire = new Wire(socket.getInputStream());
      var head = head(wire, unsent);
      var framing = head.framing(call.method());
      return new SocketReply(head, framing, wire, target, watch, call.answerMax());
    } catch (IOException e) {
      if (Thread.interrupted()) throw new InterruptedException();
      throw watch.failed(target, e);
    }
  }

  /** What stopped the writing: an upstream that refuses early (413, 401) answers first and then stops to read. */
  private static Optional<IOException> write(Outgoing outgoing, Socket socket) throws IOException {
    try {
      outgoing.writeTo(socket.getOutputStream());
      return Optional.empty();
    } catch (MultipartForm.Unreadable e) {
      throw e;
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private static ReplyHead head(Wire wire, Optional<IOException> unsent) throws IOException {
    try {
      return ReplyHead.read(wire);
    } catch (IOException e) {
      unsent.ifPresent(e::addSuppressed);
      throw e;
    }
  }

  private static final class SocketReply implements Reply {
    private final ReplyHead head;
    private final Watch watch;
    private final InputStream body;

    SocketReply(ReplyHead head, Framing framing, Wire wire, Target target, Watch watch, long max) {
      this.head = head;
      this.watch = watch;
      var announced = framing instanceof Framing.Fixed fixed ? fixed.length() : -1;
      body = new BoundBody(framing.body(wire), target, watch, this, announced, max);
    }

    @Override
    public int status() {
      return head.status();
    }

    @Override
    public Optional<String> header(String name) {
      return head.header(name);
    }

    @Override
    public InputStream body() {
      return body;
    }

    @Override
    public void close() {
      watch.end();
    }
  }
}
