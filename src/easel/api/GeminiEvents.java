package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Event;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Time;
import easel.http.EventSource;
import easel.http.EventStream;
import easel.job.JobEngine;
import easel.store.StoreException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The stream of {@code streamGenerateContent}: progress as thoughts, which clients keep apart from the answer, then
 * each result with its end, or an error.
 *
 * <p>It is never silent for long, because what the server sends into a silence is a comment, and Google's clients do
 * not know comments: Python's takes them for JSON, and JavaScript's before 1.10 reads nothing after one.
 */
final class GeminiEvents implements EventSource {
  private static final System.Logger LOG = System.getLogger("easel.api");
  /** Well below the server's heart-beat. */
  private static final Duration SILENCE = Duration.ofSeconds(8);

  private final JobEngine engine;
  private final Job job;
  private final Order order;
  private final MediaLinks.Base links;
  private final Duration silence;
  private final Time time;
  private String lastWords = "";
  private long due;

  GeminiEvents(JobEngine engine, Job job, Order order, MediaLinks.Base links, Time time) {
    this(engine, job, order, links, time, SILENCE);
  }

  /** @param silence how long nothing is said at most */
  GeminiEvents(JobEngine engine, Job job, Order order, MediaLinks.Base links, Time time, Duration silence) {
    this.engine = engine;
    this.job = job;
    this.order = order;
    this.links = links;
    this.silence = silence;
    this.time = time;
    this.due = time.deadline(silence);
  }

  @Override
  public void run(EventStream stream) throws Exception {
    for (var warning : order.warnings()) think(job, warning + "\n", stream);
    try (var watch = engine.watch(job)) {
      boolean last = false;
      while (!last) {
        var event = watch.next(left());
        if (event.isPresent()) tell(event.get(), stream);
        last = event.isPresent() && event.get().last();
        // Much may happen to a job that there are no new words for.
        boolean quiet = event.isEmpty() || !time.left(due).isPositive();
        if (quiet && !last) think(job, "", stream);
      }
    } catch (GatewayException e) {
      fail(new JobFailedException(job, e.failure()), stream);
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "stream failed job=" + job.id(), e);
      fail(new JobFailedException(job, e.failure()), stream);
    }
  }

  private Duration left() {
    var left = time.left(due);
    return left.isPositive() ? left : Duration.ofMillis(1);
  }

  private void tell(Event event, EventStream stream) throws IOException {
    switch (event) {
      case Event.Changed c -> progress(c.job(), stream);
      case Event.Partial p -> { }
      case Event.Stranded s -> { }
      case Event.Left l -> fail(Orders.left(l.job()), stream);
      case Event.Ended e when e.job().state() == JobState.SUCCEEDED -> finish(e.job(), stream);
      case Event.Ended e -> fail(new JobFailedException(e.job()), stream);
    }
  }

  /**
   * The error twice: Google's JavaScript client before 2 hands an error event on as an answer without candidates, and
   * fails only where a stream ends in the middle of something. All others are gone after the first.
   */
  private static void fail(JobFailedException failed, EventStream stream) {
    var error = GeminiErrors.body(failed).toString();
    stream.send(error);
    stream.trail(error);
  }

  private void progress(Job now, EventStream stream) {
    var words = ChatEvents.words(now);
    if (words.equals(lastWords)) return;
    lastWords = words;
    think(now, words + "\n", stream);
  }

  private void think(Job now, String words, EventStream stream) {
    due = time.deadline(silence);
    var thought = GeminiAnswers.candidate(new JsonObject().add("text", words).add("thought", true), 0);
    stream.send(frame(now, thought).toString());
  }

  private static JsonObject frame(Job now, JsonObject candidate) {
    return GeminiAnswers.frame(now).set("candidates", new JsonArray().add(candidate));
  }

  /** One event for each result: no client needs to hold them all at once. */
  private void finish(Job done, EventStream stream) throws IOException {
    var json = new PictureJson();
    var candidates = GeminiAnswers.candidates(done, links, json);
    for (var candidate : candidates) {
      var data = frame(done, candidate);
      if (candidate == candidates.getLast()) data.add("usageMetadata", GeminiAnswers.usage(done.outcome().usage()));
      stream.send("", json.writer(data));
    }
  }
}
