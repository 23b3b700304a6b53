package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Event;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Kind;
import easel.http.EventSource;
import easel.http.EventStream;
import easel.job.JobEngine;
import easel.job.Watch;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of a chat completion: the role, the progress as {@code reasoning_content}, and the result, whose chunk
 * says that it is the last. Chunks have data alone and no event name, and the stream ends with {@code [DONE]}, also
 * after an error.
 */
final class ChatEvents implements EventSource {
  private static final System.Logger LOG = System.getLogger("easel.api");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String DONE = "[DONE]";

  private final JobEngine engine;
  private final Job job;
  private final Order order;
  private final boolean usage;
  private final MediaLinks.Base links;
  private final List<String> unsent = new ArrayList<>();
  private String lastWords = "";

  ChatEvents(JobEngine engine, Job job, Order order, MediaLinks.Base links) {
    this.engine = engine;
    this.job = job;
    this.order = order;
    this.usage = order.common().usage();
    this.links = links;
  }

  @Override
  public boolean atOnce() {
    return true;
  }

  @Override
  public void run(EventStream stream) throws Exception {
    add(new JsonObject().add("role", "assistant").add("content", "")
        .add("reasoning_content", "Taken as " + job.id() + ".\n"));
    for (var warning : order.warnings()) add(new JsonObject().add("reasoning_content", warning + "\n"));
    try (var watch = engine.watch(job)) {
      boolean last = false;
      while (!last) last = told(watch, stream);
    } catch (GatewayException e) {
      fail(new JobFailedException(job, e.failure()));
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "stream failed job=" + job.id(), e);
      fail(new JobFailedException(job, e.failure()));
    }
    unsent.add(DONE);
    send(stream);
  }

  /**
   * Takes what has happened; where nothing has, first sends what there is to say, and waits. True after the last event.
   */
  private boolean told(Watch watch, EventStream stream) throws InterruptedException {
    var event = watch.next(Duration.ZERO);
    if (event.isEmpty()) {
      send(stream);
      event = watch.next(PATIENCE);
    }
    event.ifPresent(this::tell);
    return event.isPresent() && event.get().last();
  }

  private void tell(Event event) {
    switch (event) {
      case Event.Changed c -> progress(c.job());
      case Event.Partial p -> { }
      case Event.Stranded s -> { }
      case Event.Left l -> fail(Orders.left(l.job()));
      case Event.Ended e when e.job().state() == JobState.SUCCEEDED -> finish(e.job());
      case Event.Ended e -> fail(new JobFailedException(e.job()));
    }
  }

  private void fail(JobFailedException failed) {
    unsent.add(OpenAiErrors.late(failed).toString());
  }

  private void progress(Job now) {
    var words = words(now);
    if (words.equals(lastWords)) return;
    lastWords = words;
    add(new JsonObject().add("reasoning_content", words + "\n"));
  }

  /** A provider that answers with the picture itself is asked until it is there, and may tell how far it is. */
  static String words(Job now) {
    var counted = (now.standing().percent() + "% " + now.standing().words()).strip();
    return switch (now.state()) {
      case QUEUED -> "Waiting for a free place.";
      case SUBMITTING -> now.standing().percent() > 0 ? counted : "Asking " + now.hold().provider() + ".";
      case FETCHING -> "Fetching the result.";
      default -> counted;
    };
  }

  private void finish(Job done) {
    var delta = new JsonObject().add("content", OpenAiChat.content(done, links));
    if (done.kind() == Kind.IMAGE) delta.add("images", OpenAiChat.images(done, links));
    var end = chunk(choice(delta, "stop"));
    JobJson.shortfall(end, done);
    unsent.add(end.toString());
    if (usage) unsent.add(chunk(new JsonArray()).set("usage", OpenAiChat.usage(done)).toString());
  }

  private void add(JsonObject delta) {
    unsent.add(chunk(choice(delta, "")).toString());
  }

  /** What is said in one moment leaves together: each departure wakes the client. */
  private void send(EventStream stream) {
    if (!unsent.isEmpty()) stream.send(unsent);
    unsent.clear();
  }

  private static JsonArray choice(JsonObject delta, String finish) {
    return new JsonArray().add(new JsonObject().add("index", 0).add("delta", delta).add("logprobs", Json.NULL)
        .add("finish_reason", finish.isEmpty() ? Json.NULL : Json.value(finish)));
  }

  private JsonObject chunk(JsonArray choices) {
    var chunk = new JsonObject().add("id", OpenAiChat.id(job)).add("object", "chat.completion.chunk")
        .add("created", job.origin().created().getEpochSecond()).add("model", job.task().model())
        .add("choices", choices);
    return usage ? chunk.add("usage", Json.NULL) : chunk;
  }
}
