package easel.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A request whose head has been checked. Unchangeable but for its body, which is read once.
 *
 * <p>In a test: {@code Request.of("POST", "/v1/x?a=b").header("authorization", "Bearer k").body("{}")}.
 */
public final class Request {

  /** What came before the body, and who sent it. Header names are in lower case. */
  record Head(
      String method, Target target, Map<String, List<String>> headers, String requestId, InetSocketAddress remote,
      String scheme, String authority, boolean trustForwarded) {}

  private final Head head;
  private final BodyStream body;
  private final Map<String, String> params;
  private final Map<Class<?>, Object> attributes;

  Request(Head head, BodyStream body, Map<String, String> params, Map<Class<?>, Object> attributes) {
    this.head = head;
    this.body = body;
    this.params = params;
    this.attributes = attributes;
  }

  /** A request without a socket, for tests and for calls within the process. */
  public static Request of(String method, String target) {
    var remote = InetSocketAddress.createUnresolved("127.0.0.1", 40_000);
    var head = new Head(method, Target.of(target), Map.of(), "req_test", remote, "http", "localhost", false);
    return new Request(head, inMemory(new byte[0]), Map.of(), Map.of());
  }

  private static BodyStream inMemory(byte[] bytes) {
    var defaults = HttpOptions.defaults();
    return new BodyStream(
        new ByteArrayInputStream(bytes), bytes.length, defaults.limits().body(), new Watch(), defaults.pace());
  }

  public String method() {
    return head.method();
  }

  /** As it came: encoded, without the query. */
  public String path() {
    return head.target().path();
  }

  /** Decoded one by one: a segment may hold a slash that came as {@code %2F}. */
  public List<String> segments() {
    return head.target().segments();
  }

  /** A path parameter of the route, decoded. */
  public String param(String name) {
    var value = params.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no parameter " + name);
    }
    return value;
  }

  /** The first value of a query parameter, decoded. */
  public Optional<String> query(String name) {
    return queryAll(name).stream().findFirst();
  }

  public List<String> queryAll(String name) {
    return head.target().query().getOrDefault(name, List.of());
  }

  /** Every query parameter, in the order they came. */
  public Map<String, List<String>> query() {
    return head.target().query();
  }

  /**
   * A header's value; several of one name are joined with a comma, so that two {@code Authorization} headers match
   * nothing.
   *
   * @throws HttpException 400 if it holds anything but printable ASCII: to ignore such a value would be a guess
   */
  public Optional<String> header(String name) {
    var values = head.headers().get(name.toLowerCase(Locale.ROOT));
    if (values == null) {
      return Optional.empty();
    }
    var value = String.join(", ", values);
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c > '~')) {
      throw new HttpException(400, "the header " + name.toLowerCase(Locale.ROOT) + " has characters outside ASCII");
    }
    return Optional.of(value);
  }

  /** The media type alone, in lower case: {@code application/json}. */
  public Optional<String> contentType() {
    return header("content-type")
        .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
        .filter(type -> !type.isEmpty());
  }

  /** The declared length in bytes; -1 when the body is chunked. */
  public long contentLength() {
    return body.declared();
  }

  /** The body, up to the server's usual limit. Every fault of it is a {@link BodyException} at the read. */
  public InputStream body() {
    return body;
  }

  /** The body with this route's own limit in bytes; beyond it, declared or counted, the read throws a 413. */
  public InputStream body(long maxBytes) {
    body.limit(maxBytes);
    return body;
  }

  /** The whole body in memory, which grows only as bytes arrive. */
  public byte[] bytes(long maxBytes) throws IOException {
    body.limit(maxBytes);
    var bytes = new byte[Math.clamp(body.declared(), 512, 64 * 1024)];
    int size = 0;
    while (!body.ended()) {
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, size * 2L));
      }
      size += Math.max(0, body.read(bytes, size, bytes.length - size));
    }
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /** On every answer and in every log line about this request. */
  public String requestId() {
    return head.requestId();
  }

  /** The other end of the connection, which may be a proxy. */
  public InetSocketAddress remote() {
    return head.remote();
  }

  /** Who asks, for limits per address: with trusted forwarding the address the nearest proxy saw. */
  public String client() {
    var seen = forwarded("x-forwarded-for").map(list -> list.substring(list.lastIndexOf(',') + 1).strip());
    return seen.filter(address -> !address.isEmpty()).orElse(head.remote().getHostString());
  }

  public String scheme() {
    var said = forwarded("x-forwarded-proto").map(list -> list.split(",", 2)[0].strip().toLowerCase(Locale.ROOT));
    return said.filter(scheme -> scheme.equals("http") || scheme.equals("https")).orElse(head.scheme());
  }

  /** Name and port the client used. */
  public String host() {
    var said = forwarded("x-forwarded-host").map(list -> list.split(",", 2)[0].strip());
    return said.filter(Hosts::wellFormed).orElse(head.authority());
  }

  /** What absolute links to this server start with, without a trailing slash. */
  public String baseUrl() {
    return scheme() + "://" + host();
  }

  private Optional<String> forwarded(String name) {
    return head.trustForwarded() ? header(name) : Optional.empty();
  }

  /** What a filter attached under this type. */
  public <T> Optional<T> attribute(Class<T> type) {
    return Optional.ofNullable(type.cast(attributes.get(type)));
  }

  /** This request with a value attached, at most one for each type. */
  public <T> Request with(Class<T> type, T value) {
    var more = new HashMap<>(attributes);
    more.put(type, value);
    return new Request(head, body, params, more);
  }

  /** This request with another header line. */
  public Request header(String name, String value) {
    var headers = new HashMap<>(head.headers());
    headers.merge(name.toLowerCase(Locale.ROOT), List.of(value),
        (before, one) -> Stream.concat(before.stream(), one.stream()).toList());
    var changed = new Head(head.method(), head.target(), headers, head.requestId(), head.remote(), head.scheme(),
        head.authority(), head.trustForwarded());
    return new Request(changed, body, params, attributes);
  }

  /** This request with another body. */
  public Request body(byte[] bytes) {
    return new Request(head, inMemory(bytes), params, attributes);
  }

  public Request body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  /** This request as if the route had these path parameters. */
  public Request params(Map<String, String> values) {
    return new Request(head, body, Map.copyOf(values), attributes);
  }

  @Override
  public String toString() {
    return method() + " " + path() + " " + requestId();
  }
}
