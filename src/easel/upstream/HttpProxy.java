package easel.upstream;

import easel.upstream.NoWay.Whose;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** What an HTTP proxy is told (RFC 9110, 9.3.6 and 11.7), and what it says. */
final class HttpProxy {
  private static final int WANTS_LOGIN = 407;

  private final ProxySetting proxy;

  HttpProxy(ProxySetting proxy) {
    this.proxy = proxy;
  }

  /** Has it connect; a destination that is not resolved is sent as a name. */
  void connect(InetSocketAddress to, InputStream in, OutputStream out) throws IOException, NoWay {
    var authority = authority(to);
    var head = new StringBuilder("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n");
    login().ifPresent(h -> head.append(h.name()).append(": ").append(h.value()).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    var wire = new Wire(in);
    var status = ReplyHead.read(wire).status();
    if (status / 100 != 2) throw refused(status);
    // the far side waits for us to speak, so this is no tunnel
    if (wire.holdsMore()) throw new ProtocolException("sent more than its answer");
  }

  /** The header for it alone. */
  Optional<Call.Header> login() {
    if (proxy.user().isEmpty()) return Optional.empty();
    var words = (proxy.user() + ":" + proxy.password().reveal()).getBytes(StandardCharsets.UTF_8);
    return Optional.of(new Call.Header("Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(words)));
  }

  /**
   * Throws where an answer to a forwarded request is the proxy's own, and says that it was not forwarded: only one
   * status is a proxy's alone. Tinyproxy (1.11) has another one for a login that is wrong, and its own name on it; else
   * it would pass for the upstream's, and cost the credential its good name.
   */
  void check(Reply reply) throws NoWay {
    var tinyproxys = reply.status() == 401 && reply.header("Server").orElse("").startsWith("tinyproxy");
    if (reply.status() == WANTS_LOGIN || tinyproxys) throw refused(reply.status());
  }

  private NoWay refused(int status) {
    var login = proxy.user().isEmpty() ? "wants a user and a password" : "refuses the user and password";
    var about = status == WANTS_LOGIN || status == 401;
    var words = (about ? login : "does not connect") + " (" + status + ")";
    return new NoWay(about ? Whose.PROXY : Whose.TARGET, "proxy " + proxy.words() + " " + words, null);
  }

  private static String authority(InetSocketAddress to) {
    if (to.isUnresolved()) return to.getHostString() + ":" + to.getPort();
    var address = to.getAddress().getHostAddress();
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + to.getPort();
  }
}
