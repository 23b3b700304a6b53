package easel.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * The JDK's client with its pool of connections, for calls that may be repeated: it repeats a GET by itself where a
 * pooled connection turns out to be dead. Its own timeout ends at the answer's head, and its socket is out of reach,
 * so time, size and rate are bound from outside.
 */
final class JdkTransport implements Transport, AutoCloseable {
  private final UpstreamOptions options;
  private final Watchdog watchdog;
  private final Supplier<SSLContext> tls;
  private final ReentrantLock lock = new ReentrantLock();
  private HttpClient client;

  JdkTransport(UpstreamOptions options, Watchdog watchdog, Supplier<SSLContext> tls) {
    this.options = options;
    this.watchdog = watchdog;
    this.tls = tls;
  }

  @Override
  public Reply send(Call call) throws InterruptedException {
    var target = Target.of(call.uri());
    var request = request(call, target, Outgoing.of(call, target));
    var watch = watchdog.watch(call);
    Reply reply = null;
    try {
      var response = await(client().sendAsync(request, BodyHandlers.ofInputStream()), call, target, watch);
      watch.on(response.body());
      check(response.headers(), target);
      reply = new JdkReply(response, target, watch, call.answerMax());
      return reply;
    } finally {
      if (reply == null) watch.end();
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (client != null) client.shutdownNow();
    } finally {
      lock.unlock();
    }
  }

  HttpClient client() {
    lock.lock();
    try {
      if (client == null) {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY)
            .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(options.connectTimeout()).sslContext(tls.get())
            .executor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("easel-upstream-", 0).factory()))
            .build();
      }
      return client;
    } finally {
      lock.unlock();
    }
  }

  private static HttpRequest request(Call call, Target target, Outgoing outgoing) {
    var request = HttpRequest.newBuilder(call.uri()).method(call.method(), publisher(call, target, outgoing));
    for (var header : outgoing.headers()) request.header(header.name(), header.value());
    return request.build();
  }

  private static BodyPublisher publisher(Call call, Target target, Outgoing outgoing) {
    try {
      return switch (call.body()) {
        case Call.None none -> BodyPublishers.noBody();
        case Call.Bytes bytes -> BodyPublishers.ofByteArray(bytes.bytes());
        case Call.Json json -> BodyPublishers.fromPublisher(
            BodyPublishers.ofInputStream(() -> json.document().stream()), json.document().length());
        case Call.Form form -> outgoing.form().publisher();
      };
    } catch (IOException e) {
      throw target.unreachable("a file to send cannot be read", e);
    }
  }

  private static HttpResponse<InputStream> await(CompletableFuture<HttpResponse<InputStream>> coming, Call call,
      Target target, Watch watch) throws InterruptedException {
    try {
      return coming.get(watch.left(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw target.timedOut("did not answer within " + call.within().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw failure(target, watch, e.getCause());
    } finally {
      if (!coming.isDone()) {
        // an answer that comes in this very moment is handed to the watch, which is about to end and closes it
        coming.thenAccept(response -> watch.on(response.body()));
        coming.cancel(true);
      }
    }
  }

  private static RuntimeException failure(Target target, Watch watch, Throwable e) {
    return switch (e) {
      case HttpConnectTimeoutException t -> target.unreachable("no connection in time", t);
      case UnknownHostException u -> target.unreachable("its name was not found", u);
      case ConnectException c -> target.unreachable("no connection", c);
      case SSLException s -> target.unreachable("no TLS", s);
      // The JDK quotes the answer here, and that may repeat our key.
      case ProtocolException p -> watch.failed(target, new ProtocolException("did not answer in HTTP"));
      case NumberFormatException n -> watch.failed(target, new ProtocolException("did not answer in HTTP"));
      case IOException io -> watch.failed(target, io);
      default -> target.broken(0, "could not be called", e);
    };
  }

  /** The JDK takes the first of two lengths; for us an answer that says two is broken. */
  private static void check(HttpHeaders headers, Target target) {
    if (headers.allValues("Content-Length").size() + headers.allValues("Transfer-Encoding").size() > 1) {
      throw target.broken(0, "said twice how long its answer is", null);
    }
  }

  private static final class JdkReply implements Reply {
    private final HttpResponse<InputStream> response;
    private final Watch watch;
    private final InputStream body;

    JdkReply(HttpResponse<InputStream> response, Target target, Watch watch, long max) {
      this.response = response;
      this.watch = watch;
      body = new BoundBody(response.body(), target, watch, this, announced(), max);
    }

    @Override
    public int status() {
      return response.statusCode();
    }

    @Override
    public Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    @Override
    public List<String> headers(String name) {
      return response.headers().allValues(name);
    }

    @Override
    public InputStream body() {
      return body;
    }

    @Override
    public void close() {
      watch.end();
    }

    private long announced() {
      var length = response.request().method().equals("HEAD") ? "" : header("Content-Length").orElse("");
      return length.matches("[0-9]{1,18}") ? Long.parseLong(length) : -1;
    }
  }
}
