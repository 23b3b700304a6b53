package easel.upstream;

import easel.upstream.NoWay.Whose;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;

/**
 * Our half of SOCKS 5: the greeting and CONNECT of RFC 1928, user and password of RFC 1929. What it reads is exactly
 * the proxy's, byte for byte: what follows belongs to the far side.
 */
final class Socks5 {
  private static final int VERSION = 5;
  private static final int NO_LOGIN = 0;
  private static final int PASSWORD = 2;
  private static final int NONE_OF_THEM = 0xff;
  private static final int CONNECT = 1;
  private static final int IPV4 = 1;
  private static final int NAME = 3;
  private static final int IPV6 = 4;
  private static final int NAME_MAX = 255;

  private final ProxySetting proxy;
  private final InputStream in;
  private final OutputStream out;

  Socks5(ProxySetting proxy, InputStream in, OutputStream out) {
    this.proxy = proxy;
    this.in = in;
    this.out = out;
  }

  /**
   * Logs in where the proxy wants that.
   *
   * @throws ProtocolException where it does not speak SOCKS 5
   */
  void greet() throws IOException, NoWay {
    var login = !proxy.user().isEmpty();
    out.write(login ? new byte[] {VERSION, 2, NO_LOGIN, PASSWORD} : new byte[] {VERSION, 1, NO_LOGIN});
    version(VERSION);
    var way = one();
    if (way == NONE_OF_THEM) throw refused(login ? "accepts no user and password" : "wants a user and a password");
    if (way == PASSWORD && login) logIn();
    else if (way != NO_LOGIN) throw new ProtocolException("wants a login of a kind that was not offered");
  }

  private void logIn() throws IOException, NoWay {
    var message = new ByteArrayOutputStream();
    message.write(1);
    for (var text : new String[] {proxy.user(), proxy.password().reveal()}) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      message.write(bytes.length);
      message.writeBytes(bytes);
    }
    out.write(message.toByteArray());
    version(1);
    if (one() != 0) throw refused("refuses the user and password");
  }

  /** Has it connect; a destination that is not resolved is sent as a name. */
  void connect(InetSocketAddress to) throws IOException, NoWay {
    out.write(order(to));
    version(VERSION);
    var reply = one();
    if (reply != 0) throw new NoWay(whose(reply), "proxy " + proxy.words() + " " + words(reply), null);
    one();
    var address = switch (one()) {
      case IPV4 -> 4;
      case IPV6 -> 16;
      case NAME -> one();
      default -> throw new ProtocolException("answered with an address of no kind");
    };
    for (int i = 0; i < address + 2; i++) one();
  }

  private byte[] order(InetSocketAddress to) throws NoWay {
    var message = new ByteArrayOutputStream();
    message.writeBytes(new byte[] {VERSION, CONNECT, 0});
    if (to.isUnresolved()) {
      var name = to.getHostString().getBytes(StandardCharsets.US_ASCII);
      if (name.length > NAME_MAX) {
        throw new NoWay(Whose.US, "proxy " + proxy.words() + " cannot be told a name of more than " + NAME_MAX + " bytes", null);
      }
      message.write(NAME);
      message.write(name.length);
      message.writeBytes(name);
    } else {
      var address = to.getAddress().getAddress();
      message.write(address.length == 4 ? IPV4 : IPV6);
      message.writeBytes(address);
    }
    message.write(to.getPort() >> 8);
    message.write(to.getPort());
    return message.toByteArray();
  }

  private void version(int expected) throws IOException {
    if (one() != expected) throw new ProtocolException("does not speak SOCKS 5");
  }

  private int one() throws IOException {
    var b = in.read();
    if (b < 0) throw new EOFException("hung up");
    return b;
  }

  private NoWay refused(String words) {
    return new NoWay(Whose.PROXY, "proxy " + proxy.words() + " " + words, null);
  }

  /** RFC 1928, 6. Some proxies say 1 for whatever went wrong. */
  private static Whose whose(int reply) {
    return switch (reply) {
      case 2, 3, 4, 5, 6, 8 -> Whose.TARGET;
      case 7 -> Whose.PROXY;
      default -> Whose.UNCLEAR;
    };
  }

  private static String words(int reply) {
    return switch (reply) {
      case 1 -> "failed to connect (general failure)";
      case 2 -> "does not allow this connection";
      case 3 -> "cannot reach the network";
      case 4 -> "cannot reach the host";
      case 5 -> "was refused the connection";
      case 6 -> "gave up on the connection (TTL expired)";
      case 7 -> "does not connect for anybody (command not supported)";
      case 8 -> "does not know this kind of address";
      default -> "answered with a failure that does not exist (" + reply + ")";
    };
  }
}
