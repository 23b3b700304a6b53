package easel.upstream;

import easel.core.GatewayException;
import easel.upstream.NoWay.Whose;
import easel.upstream.ProxySetting.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Opens lines through proxies, each on a connection of its own. */
final class Tunnels {
  private static final System.Logger LOG = System.getLogger("easel.upstream");

  private final Dialler dialler;
  private final Tls tls;

  /** {@code dialler}: without a guard, as proxies are the operator's and may be private. */
  Tunnels(Dialler dialler, Tls tls) {
    this.dialler = dialler;
    this.tls = tls;
  }

  /**
   * A connection on which the next byte is the request's.
   *
   * @param forwards the proxy, where it wants to be told the address with the request; empty: the line leads to the
   *     upstream, by TLS where that speaks it
   */
  record Line(Socket socket, Optional<HttpProxy> forwards) {}

  /**
   * Opens one, watched.
   *
   * @param to what the proxy is told; not resolved: as the target has it
   * @param patience for the connection to the proxy, and once more for what is said on it
   */
  Line open(ProxySetting proxy, Target target, InetSocketAddress to, Duration patience, Watch watch)
      throws NoWay, InterruptedException {
    var channel = dial(proxy, patience, watch);
    var alarm = watch.alarm(channel, patience.toNanos());
    var attempt = new Attempt(proxy, target, to, channel);
    Line line = null;
    try {
      var opened = attempt.line();
      if (!alarm.callOff()) throw new IOException("too late");
      line = opened;
      return line;
    } catch (IOException e) {
      if (Thread.interrupted()) throw new InterruptedException();
      throw new NoWay(attempt.whose(e), attempt.words(e, watch.late() || !alarm.callOff()), e);
    } finally {
      if (line == null) close(channel, alarm);
    }
  }

  private SocketChannel dial(ProxySetting proxy, Duration patience, Watch watch) throws NoWay, InterruptedException {
    try {
      return dialler.dial(Target.of(proxy), patience, watch);
    } catch (GatewayException e) {
      throw new NoWay(Whose.PROXY, e.failure().message(), e);
    }
  }

  private static void close(SocketChannel channel, Alarm alarm) {
    alarm.callOff();
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "line did not close cleanly", e);
    }
  }

  /** What is said on one connection, and how far it came. */
  private final class Attempt {
    private final ProxySetting proxy;
    private final Target target;
    private final InetSocketAddress to;
    private final SocketChannel channel;
    private Whose whose = Whose.PROXY;
    private boolean connected;

    Attempt(ProxySetting proxy, Target target, InetSocketAddress to, SocketChannel channel) {
      this.proxy = proxy;
      this.target = target;
      this.to = to;
      this.channel = channel;
    }

    Line line() throws IOException, NoWay {
      Socket below = channel.socket();
      if (proxy.kind() == Kind.HTTPS) below = tls.over(below, proxy.host(), proxy.port());
      if (!proxy.kind().socks() && !target.tls() && asWritten()) return new Line(below, Optional.of(new HttpProxy(proxy)));
      order(below);
      connected = true;
      return new Line(target.tls() ? tls.over(below, target.host(), target.port()) : below, Optional.empty());
    }

    /** A host that was resolved for the proxy cannot be forwarded to: the upstream would not be told its name. */
    private boolean asWritten() {
      return to.isUnresolved() || AddressRange.literal(target.host()).isPresent();
    }

    private void order(Socket below) throws IOException, NoWay {
      var in = below.getInputStream();
      var out = below.getOutputStream();
      if (proxy.kind().socks()) {
        var socks = new Socks5(proxy, in, out);
        socks.greet();
        whose = Whose.UNCLEAR;
        socks.connect(to);
      } else {
        whose = Whose.UNCLEAR;
        new HttpProxy(proxy).connect(to, in, out);
      }
    }

    /** A certificate that is not the far side's may be somebody's on the way, who is no better next time. */
    Whose whose(IOException e) {
      return connected && Tls.badCertificate(e) ? Whose.TARGET : whose;
    }

    String words(IOException e, boolean late) {
      var name = "proxy " + proxy.words();
      if (late) return name + (whose == Whose.PROXY ? " does not answer in time" : " does not connect in time");
      if (connected) return "by " + name + ": " + Tls.words(e);
      return switch (e) {
        case ProtocolException p -> name + " " + p.getMessage();
        case EOFException f -> name + " hung up";
        case SSLException s -> name + " cannot be reached: " + Tls.words(s);
        default -> name + " broke the connection";
      };
    }
  }
}
