package easel.upstream;

import easel.core.Credential;
import easel.core.Notice;
import easel.core.Secret;
import fake.FakeProxy;
import fake.FakeTime;
import fake.FakeUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** A way out before proxies, with a resolver that knows what it is told, and a clock that stands still. */
final class ProxyStage implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Call.Body JSON = new Call.Bytes("application/json", "{}".getBytes(StandardCharsets.UTF_8));

  final FakeTime time = new FakeTime();
  final List<Notice> notices = new CopyOnWriteArrayList<>();
  final List<String> lookedUp = new CopyOnWriteArrayList<>();
  final Map<String, List<String>> names = new ConcurrentHashMap<>();
  private final List<FakeProxy> proxies = new ArrayList<>();
  private final Supplier<SSLContext> tls;
  private Upstream upstream;

  ProxyStage() {
    this(Upstream::systemTls);
  }

  ProxyStage(Supplier<SSLContext> tls) {
    this.tls = tls;
  }

  FakeProxy proxy() throws IOException {
    var proxy = new FakeProxy();
    proxies.add(proxy);
    return proxy;
  }

  FakeProxy proxy(SSLContext context) throws IOException {
    var proxy = new FakeProxy(context);
    proxies.add(proxy);
    return proxy;
  }

  /** Those and nothing else. */
  Upstream only(String... texts) {
    return by(true, Duration.ofSeconds(10), texts);
  }

  /** Those, and if need be none. */
  Upstream atBest(String... texts) {
    return by(false, Duration.ofSeconds(10), texts);
  }

  Upstream by(boolean closed, Duration connect, String... texts) {
    var list = new ArrayList<ProxySetting>();
    for (var text : texts) list.add(ProxySetting.parse(text));
    return by(new ProxyOptions(list, List.of(), !closed, List.of()), connect);
  }

  Upstream by(ProxyOptions options) {
    return by(options, Duration.ofSeconds(10));
  }

  private Upstream by(ProxyOptions proxied, Duration connect) {
    var options = new UpstreamOptions(connect, 0, LONG, 8, LONG, List.of(), proxied);
    upstream = new Upstream(options, this::resolve, tls, time, notices::add);
    return upstream;
  }

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    lookedUp.add(host);
    if (!names.containsKey(host)) throw new UnknownHostException(host);
    var found = new ArrayList<InetAddress>();
    for (var address : names.get(host)) found.add(InetAddress.getByName(address));
    return found;
  }

  /** The same path under a name that exists nowhere. */
  static URI named(FakeUpstream far, String host, String path) {
    var uri = far.uri(path);
    return URI.create(uri.getScheme() + "://" + host + ":" + far.port() + path);
  }

  static Call submit(URI uri) {
    return Call.submit(uri, JSON, LONG, 1 << 20);
  }

  static Call get(URI uri) {
    return Call.get(uri, LONG, 1 << 20);
  }

  static Call by(Call call, String own) {
    return call.by(new Credential("p", "p#1", new Secret("key"), new Secret(own)));
  }

  static String text(Transport out, Call call) throws Exception {
    try (var reply = out.send(call)) {
      return reply.status() + " " + new String(reply.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  List<String> kinds() {
    return notices.stream().map(n -> n.kind().toString()).toList();
  }

  /** A port of 127.0.0.1 on which nobody listens. */
  static int nobody() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    proxies.forEach(FakeProxy::close);
    if (upstream != null) upstream.close();
  }
}
