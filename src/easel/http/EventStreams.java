package easel.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** The open event streams of a server: how many there may be, their heart-beats, and their common end. */
final class EventStreams {
  /** A client whose buffers cannot take eight bytes in this time has stopped reading. */
  private static final Duration BEAT_LIMIT = Duration.ofSeconds(5);

  private final Semaphore places;
  private final Duration heartbeat;
  private final Watch watch;
  private final Executor beats;
  private final Consumer<EventStream> farewell;
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /** @param beats runs each beat, because one that meets a full socket must not hold up the others */
  EventStreams(HttpOptions options, Watch watch, Executor beats) {
    this.places = new Semaphore(options.limits().eventStreams());
    this.heartbeat = options.pace().heartbeat();
    this.watch = watch;
    this.beats = beats;
    this.farewell = options.farewell();
  }

  /** Takes one of the places for open streams; {@link #leave} gives it back. */
  boolean enter() {
    return !draining && places.tryAcquire();
  }

  void leave() {
    places.release();
  }

  int count() {
    return open.size();
  }

  /** Runs the source until it returns or the stream ends, whichever way. */
  void run(EventStream stream, EventSource source) throws Exception {
    open.add(stream);
    try {
      if (draining) {
        end(stream);
      }
      stream.run(source);
    } catch (EventStream.Ended e) {
      // The ordinary end of a stream whose client left.
    } catch (InterruptedException e) {
      if (!stream.closed()) {
        throw e;
      }
    } finally {
      open.remove(stream);
    }
  }

  /** Starts the heart-beats that are due. */
  void tick() {
    for (var stream : open) {
      if (stream.due(heartbeat)) {
        beats.execute(() -> limited(stream::beat));
      }
    }
  }

  /** Says farewell on every stream and ends it. */
  void drain() {
    draining = true;
    open.forEach(stream -> beats.execute(() -> end(stream)));
  }

  private void end(EventStream stream) {
    limited(() -> {
      try {
        farewell.accept(stream);
      } catch (EventStream.Ended e) {
        // It ended just before.
      } finally {
        stream.close();
      }
    });
  }

  private void limited(Runnable writing) {
    var limit = watch.limit(BEAT_LIMIT);
    try {
      writing.run();
    } finally {
      limit.close();
    }
  }
}
