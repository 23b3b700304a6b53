package easel.upstream;

import easel.core.GatewayException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * A WebSocket read message by message on the caller's own thread. No more than one message is held: the far side is
 * asked for the next when this one is taken, so a slow reader slows the sender and not the heap.
 *
 * <p>The JDK's client (seen in 25) misses an end without a goodbye that comes in the very moment a message is handed
 * over. Silence therefore proves nothing: whoever listens has to ask in another way, too.
 */
public final class LiveSocket implements AutoCloseable {
  /** One whole message, however many frames it came in. */
  public sealed interface Message {}

  public record Text(String text) implements Message {}

  public record Bytes(byte[] bytes) implements Message {}

  private static final Duration GOODBYE = Duration.ofSeconds(1);
  /** Stands in the queue for the end of the line. */
  private static final Message END = new Text("");

  private final Target target;
  private final long messageMax;
  private final LinkedBlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
  private volatile WebSocket socket;
  private volatile GatewayException why;

  private LiveSocket(Target target, long messageMax) {
    this.target = target;
    this.messageMax = messageMax;
  }

  static LiveSocket open(HttpClient client, Call call) throws InterruptedException {
    var target = Target.of(call.uri());
    var live = new LiveSocket(target, call.answerMax());
    var builder = client.newWebSocketBuilder().connectTimeout(call.within());
    for (var header : call.headers()) builder.header(header.name(), header.value());
    // http becomes ws, https wss
    var address = URI.create("ws" + call.uri().toString().substring("http".length()));
    live.socket = await(builder.buildAsync(address, live.new Ear()), target, call.within());
    return live;
  }

  private static WebSocket await(CompletableFuture<WebSocket> coming, Target target, Duration within)
      throws InterruptedException {
    try {
      return coming.get(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw target.timedOut("did not open a live line within " + within.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw failure(target, e.getCause());
    } finally {
      // one that opens in this very moment has no reader any more
      if (!coming.isDone()) coming.thenAccept(WebSocket::abort);
    }
  }

  private static GatewayException failure(Target target, Throwable e) {
    return switch (e) {
      case WebSocketHandshakeException w -> target.broken(w.getResponse().statusCode(), "opens no live line", w);
      case HttpConnectTimeoutException t -> target.unreachable("no connection in time", t);
      case HttpTimeoutException t -> target.timedOut("did not open a live line in time", t);
      case UnknownHostException u -> target.unreachable("its name was not found", u);
      case ConnectException c -> target.unreachable("no connection", c);
      case SSLException s -> target.unreachable("no TLS", s);
      default -> target.broken(0, "opens no live line", e);
    };
  }

  /** Says something; waits until it is on its way. */
  public void send(String text, Duration within) throws InterruptedException {
    try {
      socket.sendText(text, true).get(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw target.timedOut("does not read what it is told", e);
    } catch (ExecutionException e) {
      throw target.broken(0, "broke the live line", e.getCause());
    }
  }

  /**
   * Waits for the next message, at most so long; empty if none came.
   *
   * @throws GatewayException {@code UpstreamBroken} once the line has ended, by whomever
   */
  public Optional<Message> next(Duration patience) throws InterruptedException {
    var message = arrived.poll(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
    if (message == END) {
      arrived.add(END);
      throw why;
    }
    if (message != null) socket.request(1);
    return Optional.ofNullable(message);
  }

  /** Says goodbye, and does not wait for an answer. */
  @Override
  public void close() {
    end("was closed", null);
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").orTimeout(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((done, failed) -> socket.abort());
  }

  private void end(String what, Throwable cause) {
    if (why == null) why = target.broken(0, what, cause);
    arrived.add(END);
  }

  /** The client's own thread calls this, one call at a time. */
  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onText(WebSocket line, CharSequence part, boolean last) {
      if (tooLarge(line, text.length() + part.length())) return null;
      text.append(part);
      if (last) {
        arrived.add(new Text(text.toString()));
        text.setLength(0);
      } else {
        line.request(1);
      }
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket line, ByteBuffer part, boolean last) {
      if (tooLarge(line, bytes.size() + part.remaining())) return null;
      var piece = new byte[part.remaining()];
      part.get(piece);
      bytes.writeBytes(piece);
      if (last) {
        arrived.add(new Bytes(bytes.toByteArray()));
        bytes.reset();
      } else {
        line.request(1);
      }
      return null;
    }

    private boolean tooLarge(WebSocket line, int size) {
      if (size <= messageMax) return false;
      end("sent a message of more than " + messageMax + " bytes", null);
      line.abort();
      return true;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket line, int status, String reason) {
      end("ended the live line", null);
      return null;
    }

    @Override
    public void onError(WebSocket line, Throwable error) {
      end("broke the live line", error instanceof IOException io ? io : null);
    }
  }
}
