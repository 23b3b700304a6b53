package easel.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Serves HTTP/1.1 with the JDK's own server, and makes up for what that server lacks: time limits, refusals, small
 * writes.
 *
 * <pre>
 *   JDK dispatcher ─> Workers ─> JDK reads the head ─> Intake ─> root handler ─> Exchange writes
 *                                      └──────── Watch cuts off whoever is late ────────┘
 * </pre>
 *
 * <p>This class, {@link Exchange}, {@link Intake} and {@link Workers} are all that know the JDK's server.
 */
public final class HttpServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.http");
  private static final int BACKLOG = 1024;
  private static final int BEAT_THREADS = 16;
  private static final Response.Header RETRY = new Response.Header("Retry-After", "2");

  static {
    prepare();
  }

  private final HttpOptions options;
  private final Handler root;
  private final Watch watch = new Watch();
  private final Workers workers;
  private final ExecutorService beats;
  private final EventStreams streams;
  private volatile Intake intake;
  private final ScheduledExecutorService clock;
  private final com.sun.net.httpserver.HttpServer jdk;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition less = lock.newCondition();
  private final Set<Exchange> running = new HashSet<>();
  private volatile boolean draining;

  private HttpServer(HttpOptions options, Handler root, com.sun.net.httpserver.HttpServer jdk) {
    this.options = options;
    this.root = root;
    this.jdk = jdk;
    this.workers = new Workers(options, watch);
    this.beats = beatThreads(options.virtualThreads());
    this.streams = new EventStreams(options, watch, beats);
    this.intake = new Intake(options);
    this.clock = Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name("http-clock").factory());
  }

  /**
   * Sets the properties of the JDK's server that are unset. It reads them once, so this comes before its first use;
   * loading this class is enough.
   */
  public static void prepare() {
    long heap = Runtime.getRuntime().maxMemory();
    // Without it headers and body travel apart and wait 40 ms for each other.
    set("sun.net.httpserver.nodelay", "true");
    // 23 KB of heap each.
    set("sun.net.httpserver.maxIdleConnections", Math.clamp(heap / (128 * 1024), 200, 10_000));
    // Longer than the minute after which most proxies drop an idle connection, so that it is they who close.
    set("sun.net.httpserver.idleInterval", 75);
    set("sun.net.httpserver.clockTick", 5_000);
    set("sun.net.httpserver.maxReqHeaderSize", 64 * 1024);
    // Only a backstop in seconds: our own limits are finer. Its counterpart maxRspTime would cut event streams.
    set("sun.net.httpserver.maxReqTime", 900);
    // A connection that says nothing costs 1 KB; one being served more, which is what Limits bounds.
    set("jdk.httpserver.maxConnections", Math.clamp(heap / (6 * 1024), 1_000, 50_000));
  }

  private static void set(String property, Object value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value.toString());
    }
  }

  /** Listens and serves until closed. @throws IOException if the address cannot be had */
  public static HttpServer start(HttpOptions options, Handler root) throws IOException {
    var address = new InetSocketAddress(options.host(), options.port());
    if (address.isUnresolved()) {
      throw new IOException("the address " + options.host() + " is unknown");
    }
    var server = new HttpServer(options, root, listen(address));
    server.jdk.createContext("/", server::serve);
    server.jdk.setExecutor(server.workers);
    server.startClock();
    server.jdk.start();
    return server;
  }

  /** Java's words do not tell which address it was. */
  private static com.sun.net.httpserver.HttpServer listen(InetSocketAddress address) throws IOException {
    try {
      return com.sun.net.httpserver.HttpServer.create(address, BACKLOG);
    } catch (BindException e) {
      throw new IOException("cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + e.getMessage(), e);
    }
  }

  private static ExecutorService beatThreads(boolean virtual) {
    if (virtual) {
      return Workers.threads(true, "http-beat-");
    }
    var factory = Thread.ofPlatform().daemon().name("http-beat-", 1).factory();
    var threads = new ThreadPoolExecutor(
        BEAT_THREADS, BEAT_THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private void startClock() {
    var pace = options.pace();
    var shortest = Stream.of(pace.head(), pace.window(), pace.write(), pace.linger(), pace.heartbeat(), pace.queue())
        .min(Duration::compareTo).orElseThrow();
    long period = Math.clamp(shortest.toMillis() / 4, 5, 250);
    clock.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      watch.tick();
      workers.tick();
      streams.tick();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "clock failed", e);
    }
  }

  /** Answers from now on to these names, and believes forwarded headers or not; the rest of the options stays. */
  public void use(Set<String> hosts, boolean trustForwarded) {
    intake = new Intake(options.withHosts(hosts).withTrustForwarded(trustForwarded));
  }

  /** Where it listens; with port 0 in the options, the port it got. */
  public InetSocketAddress address() {
    return jdk.getAddress();
  }

  public int port() {
    return address().getPort();
  }

  /** Event streams open now. */
  public int eventStreams() {
    return streams.count();
  }

  /** Requests being served now, event streams included. */
  public int requests() {
    lock.lock();
    try {
      return running.size();
    } finally {
      lock.unlock();
    }
  }

  /** Requests that wait for a thread. */
  int waiting() {
    return workers.waiting();
  }

  private void serve(HttpExchange exchange) throws IOException {
    boolean served = workers.headArrived();
    var current = new Exchange(exchange, options, watch);
    lock.lock();
    running.add(current);
    lock.unlock();
    try {
      write(current, answer(current, exchange, served));
    } finally {
      lock.lock();
      running.remove(current);
      less.signalAll();
      lock.unlock();
    }
  }

  private Response answer(Exchange current, HttpExchange exchange, boolean served) {
    try {
      admit(served);
      var request = intake.request(exchange, current.body(), current.requestId());
      return handle(current, request);
    } catch (HttpException e) {
      current.closeAfter();
      return lastResort(current, e);
    }
  }

  private void admit(boolean served) {
    if (draining || !served) {
      throw new HttpException(503, draining ? "the server is stopping" : "the server is busy", RETRY);
    }
  }

  private Response handle(Exchange current, Request request) {
    try {
      return Objects.requireNonNull(root.handle(request), "a handler returned null");
    } catch (InterruptedException e) {
      current.closeAfter();
      return lastResort(current, new HttpException(503, "the server is stopping", RETRY));
    } catch (Throwable e) {
      return lastResort(current, e);
    }
  }

  private Response lastResort(Exchange current, Throwable problem) {
    int status = HttpException.statusOf(problem);
    LOG.log(status == 500 ? Level.ERROR : Level.DEBUG, "request failed id=" + current.requestId(), problem);
    Response response;
    try {
      response = options.lastResort().apply(problem);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "last resort failed id=" + current.requestId(), e);
      response = Response.text(500, "internal error\n");
    }
    if (problem instanceof HttpException http) {
      for (var header : http.headers()) {
        response = response.withHeader(header.name(), header.value());
      }
    }
    return response;
  }

  private void write(Exchange current, Response response) throws IOException {
    if (draining) {
      current.closeAfter();
    }
    if (!(response.body() instanceof Response.Body.Events) || current.isHead()) {
      send(current, response);
    } else if (streams.enter()) {
      try {
        send(current, response);
      } finally {
        streams.leave();
      }
    } else {
      var refusal = lastResort(current, new HttpException(503, "too many event streams are open", RETRY));
      send(current, new Response(refusal.status(), both(refusal, response), refusal.body(), response.onSent()));
    }
  }

  /** What a handler did before its stream was refused is done, and what it said of that is still told. */
  private static List<Response.Header> both(Response refusal, Response refused) {
    var told = refused.headers().stream().filter(h -> h.name().toLowerCase(Locale.ROOT).startsWith("x-"))
        .filter(h -> !h.name().equalsIgnoreCase("x-accel-buffering") && refusal.header(h.name()).isEmpty());
    return Stream.concat(refusal.headers().stream(), told).toList();
  }

  /** Every failure leaves as an IOException, upon which the JDK's server closes the connection. */
  private void send(Exchange current, Response response) throws IOException {
    boolean complete = false;
    try {
      current.write(response, streams);
      complete = true;
    } catch (ClientGoneException | BodyException e) {
      LOG.log(Level.DEBUG, "answer cut short id=" + current.requestId() + " why=" + e.getMessage());
      throw e;
    } catch (Throwable e) {
      LOG.log(draining ? Level.DEBUG : Level.ERROR, "answer failed id=" + current.requestId(), e);
      throw new IOException(e);
    } finally {
      var sent = new Response.Sent(response.status(), current.sent(), complete);
      response.onSent().forEach(listener -> tell(current, listener, sent));
    }
  }

  private static void tell(Exchange current, Consumer<Response.Sent> listener, Response.Sent sent) {
    try {
      listener.accept(sent);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "listener failed id=" + current.requestId(), e);
    }
  }

  /**
   * Answers new requests with 503, says farewell on event streams and ends them, and waits for running requests.
   *
   * @return whether all of them ended in time
   */
  public boolean drain(Duration grace) throws InterruptedException {
    draining = true;
    workers.drain();
    streams.drain();
    long left = grace.toNanos();
    lock.lock();
    try {
      while (!running.isEmpty() && left > 0) {
        left = less.awaitNanos(left);
      }
      return running.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Stops at once: connections close, and threads still serving are interrupted. */
  @Override
  public void close() {
    draining = true;
    lock.lock();
    try {
      running.forEach(Exchange::interrupt);
    } finally {
      lock.unlock();
    }
    jdk.stop(0);
    clock.shutdownNow();
    workers.close();
    beats.shutdownNow();
  }
}
