package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Caller;
import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.http.EventStream;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.job.JobEngine;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.time.Duration;

/**
 * Any generation, from any face: looked at, watched, cancelled. Only by the key it was made with: for others it is not
 * there.
 */
public final class JobsApi {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  /** A job that rests is cancelled at once: the answer to the cancel can say so. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private final JobEngine engine;
  private final MediaLinks links;

  public JobsApi(JobEngine engine, MediaLinks links) {
    this.engine = engine;
    this.links = links;
  }

  public void routes(Router router) {
    router.on("GET /v1/jobs/{id}", this::look);
    router.on("DELETE /v1/jobs/{id}", this::cancel);
    router.on("GET /v1/jobs/{id}/events", this::watch);
  }

  private Response look(Request request) {
    var job = own(request);
    var json = JobJson.of(job, links.of(request));
    engine.place(job).ifPresent(p -> JobJson.queue(json, p));
    return json(json);
  }

  private Response cancel(Request request) throws InterruptedException {
    var job = own(request);
    if (job.state().ended()) return cancelled(request, job, "too_late");
    engine.cancel(job);
    var now = engine.await(job, SOON);
    if (!now.state().ended()) return cancelled(request, now, "requested");
    return cancelled(request, now, now.state() == JobState.CANCELLED ? "done" : "too_late");
  }

  private Response cancelled(Request request, Job job, String what) {
    return json(JobJson.of(job, links.of(request)).add("cancel", what));
  }

  private Job own(Request request) {
    var id = request.param("id");
    return engine.find(id, request.attribute(Caller.class).orElseThrow()).orElseThrow(() ->
        new GatewayException(new Failure.Missing("job_not_found", "There is no job '" + id + "'.")));
  }

  private static Response json(JsonObject json) {
    return Response.json(200, JsonText.bytes(json)).withHeader("Cache-Control", "no-store");
  }

  private Response watch(Request request) {
    var job = own(request);
    var base = links.of(request);
    return Response.events(stream -> events(job, base, stream)).withHeader("Cache-Control", "no-store");
  }

  /** The first event always tells where the job stands: so a client that comes back needs no memory of ours. */
  private void events(Job job, MediaLinks.Base base, EventStream stream) throws InterruptedException, IOException {
    try (var watch = engine.watch(job)) {
      boolean last = false;
      while (!last) {
        var event = watch.next(PATIENCE);
        if (event.isPresent()) tell(event.get(), base, stream);
        last = event.isPresent() && event.get().last();
      }
    }
  }

  private static void tell(Event event, MediaLinks.Base base, EventStream stream) throws IOException {
    switch (event) {
      case Event.Changed c -> stream.send("job", JobJson.of(c.job(), base).toString());
      case Event.Partial p -> partial(p, stream);
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
