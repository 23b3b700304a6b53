package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.core.Event;
import easel.core.Job;
import easel.http.EventStream;
import easel.http.Response;
import easel.job.JobEngine;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** One job's progress as server-sent events. */
final class JobEvents {
  private final JobEngine engine;
  private final Duration patience;

  /** @param patience how soon a stream ends that may not go on, where nothing happens */
  JobEvents(JobEngine engine, Duration patience) {
    this.engine = engine;
    this.patience = patience;
  }

  /** {@code open}: whether whoever watches may still do so. */
  Response watch(Job job, MediaLinks.Base base, BooleanSupplier open) {
    return Response.events(stream -> events(job, base, stream, open)).withHeader("Cache-Control", "no-store");
  }

  /** The first event always tells where the job stands: so a client that comes back needs no memory of ours. */
  private void events(Job job, MediaLinks.Base base, EventStream stream, BooleanSupplier open)
      throws InterruptedException, IOException {
    try (var watch = engine.watch(job)) {
      boolean last = false;
      while (!last) {
        var event = watch.next(patience);
        if (!open.getAsBoolean()) return;
        if (event.isPresent()) tell(event.get(), base, stream);
        last = event.isPresent() && event.get().last();
      }
    }
  }

  private static void tell(Event event, MediaLinks.Base base, EventStream stream) throws IOException {
    switch (event) {
      case Event.Changed c -> stream.send("job", JobJson.of(c.job(), base).toString());
      case Event.Partial p -> partial(p, stream);
      case Event.Stranded s -> { }
      case Event.Left l -> stream.send("left", JobJson.of(l.job(), base).toString());
      case Event.Ended e -> stream.send("end", JobJson.of(e.job(), base).toString());
    }
  }

  private static void partial(Event.Partial event, EventStream stream) throws IOException {
    try (var file = FileChannel.open(event.picture())) {
      var json = new PictureJson();
      var data = new JsonObject().add("id", event.job().id()).add("object", "job.partial").add("index", event.index())
          .add("b64_json", json.mark(Channels.newInputStream(file), file.size()));
      stream.send("partial", json.writer(data));
    } catch (NoSuchFileException e) {
      // The job has ended meanwhile, and the next event says how.
    }
  }
}
