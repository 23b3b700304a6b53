package easel.http;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream of server-sent events to one client, as the WHATWG HTML standard describes them. Any thread may send.
 *
 * <p>Every event is written whole and ends with a blank line: several SDKs lose a last event without one, and some
 * throw at blocks that have no data, so there are none.
 */
public final class EventStream {

  /** Thrown by {@code send} once the stream is closed: the client left, or the server drains. Not an error. */
  public static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Ended() {
      super("the event stream has ended", null, false, false);
    }
  }

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
  private static final DataWriter BEAT = out -> out.write(": ping\n\n".getBytes(StandardCharsets.UTF_8));

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Runnable> listeners = new ArrayList<>();
  private Thread source;
  private volatile boolean closed;
  private volatile boolean broken;
  private volatile boolean beating;
  private volatile long lastWrite = System.nanoTime();

  private EventStream(OutputStream out) {
    this.out = out;
  }

  /** A stream that writes somewhere else than to a client, for tests of event sources. */
  public static EventStream to(OutputStream out) {
    return new EventStream(out);
  }

  /** An event without a name. */
  public void send(String data) {
    send("", data);
  }

  /** Events without names, which leave together. */
  public void send(List<String> data) {
    quietly(out -> {
      for (var one : data) event("", "", text(one)).write(out);
    });
  }

  /** @param event its name; empty for none */
  public void send(String event, String data) {
    send(event, data, "");
  }

  /** @param id what a client that comes back sends as {@code Last-Event-ID} */
  public void send(String event, String data, String id) {
    quietly(event(event, id, text(data)));
  }

  /**
   * An event whose data need not be in memory. UTF-8; line breaks in it become lines of data.
   *
   * @throws IOException what the writer threw: the client has half an event, so the connection breaks
   */
  public void send(String event, DataWriter data) throws IOException {
    write(event(event, "", data));
  }

  /** A line that clients skip. */
  public void comment(String text) {
    quietly(out -> {
      for (var line : text.split("\r\n|\r|\n", -1)) {
        out.write((": " + line + "\n").getBytes(StandardCharsets.UTF_8));
      }
      out.write('\n');
    });
  }

  /**
   * Words after the last event, without the blank line that would make them one: clients drop them, but for those that
   * take them as a sign that the stream broke off. Nothing may follow.
   */
  public void trail(String words) {
    quietly(out -> out.write(words.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether nothing can be sent any more. */
  public boolean closed() {
    return closed;
  }

  /**
   * Runs once when the client is gone or the server drains; at once if that has happened. Not when the source returns.
   */
  public void onClose(Runnable listener) {
    lock.lock();
    try {
      if (!closed) {
        listeners.add(listener);
        return;
      }
    } finally {
      lock.unlock();
    }
    listener.run();
  }

  private static DataWriter text(String data) {
    return out -> {
      if (data.length() < 4096) {
        out.write(data.getBytes(StandardCharsets.UTF_8));
        return;
      }
      var writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
      writer.write(data);
      writer.flush();
    };
  }

  private static DataWriter event(String event, String id, DataWriter data) {
    if ((event + id).chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
      throw new IllegalArgumentException("the name or id of an event has a line break");
    }
    return out -> {
      if (!event.isEmpty()) {
        out.write(("event: " + event + "\n").getBytes(StandardCharsets.UTF_8));
      }
      if (!id.isEmpty()) {
        out.write(("id: " + id + "\n").getBytes(StandardCharsets.UTF_8));
      }
      out.write(DATA);
      data.write(new Lines(out));
      out.write('\n');
      out.write('\n');
    };
  }

  /** For writers that can only fail at the socket. */
  private void quietly(DataWriter block) {
    try {
      write(block);
    } catch (IOException e) {
      throw new AssertionError("text in memory cannot fail", e);
    }
  }

  private void write(DataWriter block) throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new Ended();
      }
      deliver(block);
    } finally {
      lock.unlock();
      closeIfBroken();
    }
  }

  private void deliver(DataWriter block) throws IOException {
    boolean whole = false;
    try {
      block.write(out);
      out.flush();
      lastWrite = System.nanoTime();
      whole = true;
    } catch (ClientGoneException e) {
      throw new Ended();
    } finally {
      broken |= !whole;
    }
  }

  /** Claims the next heart-beat if nothing was sent for that long; {@link #beat} must follow. */
  boolean due(Duration silence) {
    if (closed || beating || System.nanoTime() - lastWrite < silence.toNanos()) {
      return false;
    }
    beating = true;
    return true;
  }

  /** Sends a comment, unless an event is being sent just now. */
  void beat() {
    if (lock.tryLock()) {
      try {
        if (!closed) {
          deliver(BEAT);
        }
      } catch (Ended e) {
        // Whoever waits for this stream hears of it below.
      } catch (IOException e) {
        throw new AssertionError("text in memory cannot fail", e);
      } finally {
        lock.unlock();
        closeIfBroken();
      }
    }
    beating = false;
  }

  private void closeIfBroken() {
    if (broken) {
      close();
    }
  }

  /** Runs the source here, and sees to it that an interrupt meant for it cannot outlive it. */
  void run(EventSource events) throws Exception {
    lock.lock();
    source = closed ? null : Thread.currentThread();
    lock.unlock();
    if (source == null) {
      return;
    }
    try {
      events.run(this);
    } finally {
      lock.lock();
      source = null;
      Thread.interrupted();
      lock.unlock();
    }
  }

  /** Ends the stream: no more is sent, listeners hear of it, and the source's thread is interrupted. */
  void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (source != null && source != Thread.currentThread()) {
        source.interrupt();
      }
    } finally {
      lock.unlock();
    }
    // Outside the lock: a listener may take locks under which others send. Nobody adds one once it is closed.
    listeners.forEach(Runnable::run);
  }

  /** Whether the client got less than whole events, so that the answer must not look finished. */
  boolean broken() {
    return broken;
  }

  /** Turns line breaks in data into further data lines. */
  private static final class Lines extends OutputStream {
    private final OutputStream out;
    private boolean afterReturn;

    Lines(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int start = offset;
      for (int i = offset; i < offset + length; i++) {
        boolean secondHalf = afterReturn && bytes[i] == '\n';
        afterReturn = bytes[i] == '\r';
        if (bytes[i] != '\r' && bytes[i] != '\n') {
          continue;
        }
        out.write(bytes, start, i - start);
        start = i + 1;
        if (!secondHalf) {
          out.write('\n');
          out.write(DATA);
        }
      }
      out.write(bytes, start, offset + length - start);
    }
  }
}
