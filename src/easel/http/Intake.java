package easel.http;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes a {@link Request} of what the JDK's server parsed, and refuses what that server lets through: each refusal here
 * is either a way to smuggle a second request past a proxy or a value nobody should act on.
 */
final class Intake {
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final String ID_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final int ID_LENGTH = 24;
  private static final int ID_LENGTH_MAX = 64;

  private final HttpOptions options;
  private final Hosts hosts;

  Intake(HttpOptions options) {
    this.options = options;
    var names = new HashSet<>(options.hosts());
    names.add(options.host());
    this.hosts = new Hosts(names);
  }

  /** @throws HttpException for a head that is not to be trusted */
  Request request(HttpExchange jdk, BodyStream body, String requestId) {
    var headers = new HashMap<String, List<String>>();
    jdk.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    checkVersion(jdk.getProtocol());
    checkMethod(jdk.getRequestMethod());
    headers.values().forEach(Intake::checkValues);
    checkFraming(headers);
    var target = Target.of(jdk.getRequestURI().toString());
    var authority = authority(headers, jdk);
    var head = new Request.Head(jdk.getRequestMethod(), target, headers, requestId, jdk.getRemoteAddress(), "http",
        authority, options.trustForwarded());
    return new Request(head, body, Map.of(), Map.of());
  }

  private static void checkVersion(String version) {
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      throw new HttpException(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
  }

  private static void checkMethod(String method) {
    if (!METHODS.contains(method)) {
      throw new HttpException(405, "no such method here", new Response.Header("Allow", String.join(", ", METHODS)));
    }
  }

  private static void checkValues(List<String> values) {
    for (var value : values) {
      if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
        throw new HttpException(400, "a header has a control character");
      }
    }
  }

  private static void checkFraming(Map<String, List<String>> headers) {
    if (headers.containsKey("content-length") && declared(headers.get("content-length")) < 0) {
      throw new HttpException(400, "Content-Length must be digits");
    }
    for (var encoding : headers.getOrDefault("content-encoding", List.of())) {
      if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
        throw new HttpException(415, "request bodies must come without Content-Encoding");
      }
    }
  }

  /** -1 unless it is one number of plain digits: the JDK also takes {@code +3}. */
  private static long declared(List<String> values) {
    var digits = values.size() == 1 ? values.getFirst() : "";
    boolean plain = !digits.isEmpty() && digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return plain ? Long.parseLong(digits) : -1;
  }

  /** Length of the body, as far as the head says. */
  static long length(HttpExchange jdk) {
    var headers = jdk.getRequestHeaders();
    if (headers.containsKey("Transfer-Encoding")) {
      return BodyStream.UNKNOWN;
    }
    var declared = headers.get("Content-Length");
    return declared == null ? 0 : declared(declared);
  }

  /** The JDK knows {@code close} only when it stands alone. */
  static boolean asksToClose(HttpExchange jdk) {
    var connection = String.join(",", jdk.getRequestHeaders().getOrDefault("Connection", List.of()));
    return Arrays.stream(connection.split(",")).anyMatch(token -> token.strip().equalsIgnoreCase("close"));
  }

  private String authority(Map<String, List<String>> headers, HttpExchange jdk) {
    var named = headers.get("host");
    if (named == null && jdk.getProtocol().equals("HTTP/1.0")) {
      return address(jdk.getLocalAddress());
    }
    if (named == null || named.size() != 1 || !Hosts.wellFormed(named.getFirst())) {
      throw new HttpException(400, "a request needs exactly one well-formed Host header");
    }
    var authority = named.getFirst();
    if (!hosts.allows(authority)) {
      throw new HttpException(421, "the host " + authority + " is not in the list of allowed hosts; whoever runs this server"
          + " can add it to hosts in [server]");
    }
    return authority;
  }

  /** Address and port in the form of a URL. */
  static String address(InetSocketAddress address) {
    var host = address.getHostString();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** The caller's own id if it is harmless, else a new one. */
  static String requestId(HttpExchange jdk) {
    var given = jdk.getRequestHeaders().getFirst("X-Request-Id");
    boolean harmless = given != null && !given.isEmpty() && given.length() <= ID_LENGTH_MAX
        && given.chars().allMatch(c -> c == '-' || c == '_' || (c < 0x80 && Character.isLetterOrDigit(c)));
    return harmless ? given : newId();
  }

  private static String newId() {
    var id = new StringBuilder("req_");
    ThreadLocalRandom.current().ints(ID_LENGTH, 0, ID_LETTERS.length()).forEach(i -> id.append(ID_LETTERS.charAt(i)));
    return id.toString();
  }
}
