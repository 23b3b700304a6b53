package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Caller;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.job.JobEngine;
import java.time.Duration;

/**
 * Any generation, from any face: looked at, watched, cancelled. Only by the key it was made with: for others it is not
 * there.
 */
public final class JobsApi {
  /** Whoever watches may do so to the end, so nothing has to be looked at meanwhile. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final JobEngine engine;
  private final MediaLinks links;
  private final JobEvents events;
  private final JobCancel ends;

  public JobsApi(JobEngine engine, MediaLinks links) {
    this.engine = engine;
    this.links = links;
    this.events = new JobEvents(engine, PATIENCE);
    this.ends = new JobCancel(engine);
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
    var outcome = ends.cancel(own(request));
    return json(JobJson.of(outcome.job(), links.of(request)).add("cancel", outcome.word()));
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
    return events.watch(own(request), links.of(request), () -> true);
  }
}
