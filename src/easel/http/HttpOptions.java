package easel.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the server is told at start.
 *
 * @param host address to listen on
 * @param port 0 picks a free one
 * @param hosts names a {@code Host} header may carry besides loopback names and IP addresses, which always may:
 *     {@code easel.example}, {@code .example} for a whole domain, {@code *} for any
 * @param trustForwarded believe {@code X-Forwarded-*}; only right behind a proxy that sets them itself
 * @param virtualThreads one virtual thread per request; not before JDK 24, whose server pins them
 * @param lastResort answer to what no filter or handler answered, {@link HttpException} and {@link BodyException}
 *     included
 * @param farewell may send a last event to each open event stream when the server drains
 */
public record HttpOptions(
    String host, int port, Set<String> hosts, boolean trustForwarded, boolean virtualThreads, Limits limits, Pace pace,
    Function<Throwable, Response> lastResort, Consumer<EventStream> farewell) {

  public HttpOptions {
    hosts = Set.copyOf(hosts);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, not " + port);
    }
  }

  /** Loopback, port 8000, and limits that fit this JVM's heap. */
  public static HttpOptions defaults() {
    boolean virtual = Runtime.version().feature() >= 24;
    return new HttpOptions("127.0.0.1", 8000, Set.of(), false, virtual, Limits.fitting(virtual), Pace.defaults(),
        HttpOptions::plainAnswer, stream -> { });
  }

  private static Response plainAnswer(Throwable problem) {
    int status = HttpException.statusOf(problem);
    var text = status == 500 ? "internal error" : problem.getMessage();
    return Response.bytes(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * How much at once.
   *
   * @param body bytes of a request body where the route says nothing else
   * @param requests requests being served, event streams included
   * @param heads of those, how many may still be sending their headers
   * @param waiting requests that may wait for one of those to end; beyond it connections are closed unanswered
   * @param eventStreams open event streams; beyond it 503
   */
  public record Limits(long body, int requests, int heads, int waiting, int eventStreams) {
    /**
     * An open stream costs the JDK's server about 38 KB of heap: more streams than this would end in OutOfMemoryError.
     */
    private static final long HEAP_PER_STREAM = 60 * 1024;

    static Limits fitting(boolean virtual) {
      long byHeap = Runtime.getRuntime().maxMemory() / HEAP_PER_STREAM;
      int streams = Math.clamp(byHeap, 64, virtual ? 20_000 : 400);
      int requests = streams + Math.max(240, streams / 8);
      return new Limits(1024 * 1024, requests, Math.min(requests, 320 + requests / 16), Math.max(1024, requests),
          streams);
    }

    public Limits withBody(long bytes) {
      return new Limits(bytes, requests, heads, waiting, eventStreams);
    }

    public Limits withRequests(int most, int mostHeads, int mostWaiting) {
      return new Limits(body, most, mostHeads, mostWaiting, eventStreams);
    }

    public Limits withEventStreams(int most) {
      return new Limits(body, requests, heads, waiting, most);
    }
  }

  /**
   * How slow is too slow. A call past its time is cut off and its connection closed.
   *
   * @param head time from the first byte of a request to the end of its headers
   * @param window a body must bring {@code windowBytes} in each such span of waiting for it, or end
   * @param windowBytes see {@code window}
   * @param body longest total wait for one body, however steadily it comes
   * @param write longest time the client may take for 16 KB of an answer
   * @param linger how long after an early answer the rest of an upload may pause while it is thrown away
   * @param heartbeat silence after which an event stream sends a comment
   * @param queue longest wait of a request for its turn before it is told 503
   */
  public record Pace(
      Duration head, Duration window, long windowBytes, Duration body, Duration write, Duration linger,
      Duration heartbeat, Duration queue) {

    public static Pace defaults() {
      return new Pace(Duration.ofSeconds(20), Duration.ofSeconds(10), 10 * 1024, Duration.ofMinutes(10),
          Duration.ofSeconds(60), Duration.ofSeconds(2), Duration.ofSeconds(15), Duration.ofSeconds(2));
    }

    public Pace withHead(Duration time) {
      return new Pace(time, window, windowBytes, body, write, linger, heartbeat, queue);
    }

    public Pace withBody(Duration each, long bytesInEach, Duration total) {
      return new Pace(head, each, bytesInEach, total, write, linger, heartbeat, queue);
    }

    public Pace withWrite(Duration time) {
      return new Pace(head, window, windowBytes, body, time, linger, heartbeat, queue);
    }

    public Pace withLinger(Duration time) {
      return new Pace(head, window, windowBytes, body, write, time, heartbeat, queue);
    }

    public Pace withHeartbeat(Duration time) {
      return new Pace(head, window, windowBytes, body, write, linger, time, queue);
    }

    public Pace withQueue(Duration time) {
      return new Pace(head, window, windowBytes, body, write, linger, heartbeat, time);
    }
  }

  public HttpOptions withHost(String newHost) {
    return new HttpOptions(newHost, port, hosts, trustForwarded, virtualThreads, limits, pace, lastResort, farewell);
  }

  public HttpOptions withPort(int newPort) {
    return new HttpOptions(host, newPort, hosts, trustForwarded, virtualThreads, limits, pace, lastResort, farewell);
  }

  public HttpOptions withHosts(Set<String> names) {
    return new HttpOptions(host, port, names, trustForwarded, virtualThreads, limits, pace, lastResort, farewell);
  }

  public HttpOptions withTrustForwarded(boolean trust) {
    return new HttpOptions(host, port, hosts, trust, virtualThreads, limits, pace, lastResort, farewell);
  }

  public HttpOptions withVirtualThreads(boolean virtual) {
    return new HttpOptions(host, port, hosts, trustForwarded, virtual, limits, pace, lastResort, farewell);
  }

  public HttpOptions withLimits(Limits newLimits) {
    return new HttpOptions(host, port, hosts, trustForwarded, virtualThreads, newLimits, pace, lastResort, farewell);
  }

  public HttpOptions withPace(Pace newPace) {
    return new HttpOptions(host, port, hosts, trustForwarded, virtualThreads, limits, newPace, lastResort, farewell);
  }

  public HttpOptions withLastResort(Function<Throwable, Response> answer) {
    return new HttpOptions(host, port, hosts, trustForwarded, virtualThreads, limits, pace, answer, farewell);
  }

  public HttpOptions withFarewell(Consumer<EventStream> words) {
    return new HttpOptions(host, port, hosts, trustForwarded, virtualThreads, limits, pace, lastResort, words);
  }
}
