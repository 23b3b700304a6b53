package easel.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/** One call under way: what is said on the line that was got for it, and heard. It is said on one line only. */
record Errand(Call call, Target target, Outgoing outgoing, Watch watch) {

  /** On a line that leads to the upstream. */
  Reply on(Socket socket) throws InterruptedException {
    return exchange(outgoing, socket);
  }

  /**
   * On a line to a proxy that forwards requests.
   *
   * @throws NoWay where the answer is the proxy's, and says that it was not forwarded
   */
  Reply by(HttpProxy proxy, Socket socket) throws NoWay, InterruptedException {
    var reply = exchange(outgoing.forwarded(call, target, proxy.login()), socket);
    proxy.check(reply);
    return reply;
  }

  private SocketReply exchange(Outgoing said, Socket socket) throws InterruptedException {
    try {
      var unsent = write(said, socket);
      var wire = new Wire(socket.getInputStream());
      var head = head(wire, unsent);
      var framing = head.framing(call.method());
      return new SocketReply(head, framing, wire, target, watch, call.answerMax());
    } catch (IOException e) {
      if (Thread.interrupted()) throw new InterruptedException();
      throw watch.failed(target, e);
    }
  }

  /** What stopped the writing: an upstream that refuses early (413, 401) answers first and then stops to read. */
  private static Optional<IOException> write(Outgoing outgoing, Socket socket) throws IOException {
    try {
      outgoing.writeTo(socket.getOutputStream());
      return Optional.empty();
    } catch (MultipartForm.Unreadable e) {
      throw e;
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private static ReplyHead head(Wire wire, Optional<IOException> unsent) throws IOException {
    try {
      return ReplyHead.read(wire);
    } catch (IOException e) {
      unsent.ifPresent(e::addSuppressed);
      throw e;
    }
  }

  private static final class SocketReply implements Reply {
    private final ReplyHead head;
    private final Watch watch;
    private final InputStream body;

    SocketReply(ReplyHead head, Framing framing, Wire wire, Target target, Watch watch, long max) {
      this.head = head;
      this.watch = watch;
      var announced = framing instanceof Framing.Fixed fixed ? fixed.length() : -1;
      body = new BoundBody(framing.body(wire), target, watch, this, announced, max);
    }

    @Override
    public int status() {
      return head.status();
    }

    @Override
    public Optional<String> header(String name) {
      return head.header(name);
    }

    @Override
    public List<String> headers(String name) {
      return head.headers(name);
    }

    @Override
    public InputStream body() {
      return body;
    }

    @Override
    public void close() {
      watch.end();
    }
  }
}
