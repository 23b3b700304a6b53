package easel.provider;

import easel.core.GatewayException;
import easel.core.Progress;
import easel.core.Time;
import easel.upstream.LiveSocket;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * Follows one prompt for a while. The WebSocket tells how it goes; that it has ended is asked for as well, because
 * messages get lost: nothing is repeated to a line that opens late, and some proxies let no WebSocket through.
 */
final class ComfyWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.provider");

  private final ComfyServer server;
  private final Time time;
  private final ComfyOptions.Pace pace;
  private Optional<LiveSocket> line = Optional.empty();

  ComfyWatch(ComfyServer server, Time time, ComfyOptions.Pace pace) {
    this.server = server;
    this.time = time;
    this.pace = pace;
  }

  /** What is known in the end. */
  record Seen(ComfyServer.State state, ComfyWork work) {}

  /** @throws GatewayException if the server cannot be asked */
  Seen watch(ComfyWork work, Progress progress) throws InterruptedException {
    connect(work);
    long end = time.deadline(pace.watch());
    long question = time.deadline(pace.poll());
    var feed = new ComfyFeed(work, progress);
    while (time.left(end).isPositive()) {
      boolean over = next(time.left(Math.min(end, question))).map(feed::take).orElse(false);
      if (!over && time.left(question).isPositive()) continue;
      var state = server.state(work.prompt());
      if (!(state instanceof ComfyServer.Running || state instanceof ComfyServer.Pending)) return new Seen(state, feed.work());
      question = time.deadline(pace.poll());
    }
    return new Seen(new ComfyServer.Running(), feed.work());
  }

  private void connect(ComfyWork work) throws InterruptedException {
    try {
      line = Optional.of(server.listen(work.client()));
    } catch (GatewayException e) {
      LOG.log(Level.DEBUG, "no live line, asking instead server={0} code={1}", server.base().getHost(), e.failure().code());
    }
  }

  private Optional<LiveSocket.Message> next(Duration patience) throws InterruptedException {
    if (!patience.isPositive()) return Optional.empty();
    if (line.isEmpty()) {
      time.sleep(patience);
      return Optional.empty();
    }
    try {
      return line.get().next(patience);
    } catch (GatewayException e) {
      close();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    line.ifPresent(LiveSocket::close);
    line = Optional.empty();
  }
}
