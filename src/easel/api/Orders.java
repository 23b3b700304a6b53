package easel.api;

import easel.codec.JsonText;
import easel.core.Caller;
import easel.core.Failure;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Task;
import easel.core.Time;
import easel.http.EventSource;
import easel.http.HttpException;
import easel.http.Request;
import easel.http.Response;
import easel.job.Accepted;
import easel.job.Claims;
import easel.job.JobEngine;
import easel.job.Submission;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Places orders with the engine, and answers in the way the caller asked for: now, at the end, or piece by piece. */
final class Orders {
  private static final int KEY_MAX = 255;
  /** Up to twenty digits, not all of them 0. */
  private static final Pattern REPEATS = Pattern.compile("(?!0+$)[0-9]{1,20}");
  private static final Pattern WISHES = Pattern.compile("[,;]");
  private static final Duration STOPPING = Duration.ofSeconds(2);

  /** The reply to a job that succeeded. */
  interface Reply {
    Response to(Job job) throws IOException;
  }

  /** The stream of a job's events. */
  interface Stream {
    EventSource of(Job job);
  }

  /** An order that is a job now. */
  record Placed(Manner manner, Order order, Accepted accepted) {}

  private final JobEngine engine;
  private final Time time;

  Orders(JobEngine engine, Time time) {
    this.engine = engine;
    this.time = time;
  }

  /**
   * What the headers of a request say of it.
   *
   * @param key the caller's own name for the request
   * @param repeat the client has sent it before
   * @param later the caller would rather not wait
   */
  record Manner(Caller caller, Optional<String> key, boolean repeat, boolean later) {}

  /** Read before anything is stored, because it may complain. */
  static Manner manner(Request request) {
    return new Manner(request.attribute(Caller.class).orElseThrow(), key(request), repeat(request), prefers(request));
  }

  private static Optional<String> key(Request request) {
    var key = request.header("idempotency-key");
    if (key.isPresent() && !visible(key.get())) {
      throw new HttpException(400,
          "The header Idempotency-Key must have 1 to " + KEY_MAX + " visible ASCII characters.");
    }
    return key;
  }

  private static boolean visible(String key) {
    return !key.isEmpty() && key.length() <= KEY_MAX && key.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** The official SDKs count their own repeats in this header; it is all that tells them from a second wish. */
  private static boolean repeat(Request request) {
    var count = request.header("x-stainless-retry-count").orElse("0").strip();
    return REPEATS.matcher(count).matches();
  }

  /** RFC 7240. */
  private static boolean prefers(Request request) {
    return WISHES.splitAsStream(request.header("prefer").orElse("")).map(String::strip)
        .anyMatch("respond-async"::equalsIgnoreCase);
  }

  /** This caller's turn with this body; a repeat waits for those who came before it. */
  Claims.Claim claim(Manner manner, Order order, String bodyHash) throws InterruptedException {
    return engine.claim(submission(manner, order, order.task(), bodyHash));
  }

  /** The job this order already is. */
  Optional<Accepted> joined(Manner manner, Order order, String bodyHash) {
    return engine.joined(submission(manner, order, order.task(), bodyHash));
  }

  /** Stores the order as a job; throws as {@link JobEngine#submit} does. */
  Accepted place(Manner manner, Order order, Task task, String bodyHash) {
    return engine.submit(submission(manner, order, task, bodyHash));
  }

  private static Submission submission(Manner manner, Order order, Task task, String bodyHash) {
    return new Submission(manner.caller(), order.face(), order.common().project(), task, order.common().provider(),
        manner.key(), bodyHash, manner.repeat());
  }

  /**
   * Answers as the order says. Before a stream begins it is known that there is a job, so that every complaint about
   * the request has had its own status.
   */
  Response answer(Placed placed, MediaLinks.Base base, Reply reply, Stream stream)
      throws InterruptedException, IOException {
    var order = placed.order();
    var job = placed.accepted().job();
    boolean prefersAsync = placed.manner().later() && !order.common().stream();
    Response response;
    if (order.common().async() || prefersAsync) response = later(job, base, prefersAsync);
    else if (order.common().stream() && !lost(job)) response = Response.events(stream.of(job));
    else response = reply.to(done(job));
    response = response.withHeader(OpenAiErrors.JOB, job.id());
    return placed.accepted().replayed() ? response.withHeader("Idempotent-Replayed", "true") : response;
  }

  private static boolean lost(Job job) {
    return job.state().ended() && job.state() != JobState.SUCCEEDED;
  }

  private static Response later(Job job, MediaLinks.Base base, boolean preferred) {
    var response = Response.json(202, JsonText.bytes(JobJson.of(job, base)))
        .withHeader("Location", JobJson.path(job)).withHeader("Retry-After", "2")
        .withHeader("Cache-Control", "no-store");
    return preferred ? response.withHeader("Preference-Applied", "respond-async") : response;
  }

  /** Waits for the end; only a good one comes back. */
  private Job done(Job job) throws InterruptedException {
    var patience = engine.patience(job);
    long deadline = time.deadline(patience);
    var last = engine.await(job, patience);
    if (last.state() == JobState.SUCCEEDED) return last;
    if (last.state().ended()) throw new JobFailedException(last);
    throw time.left(deadline).isPositive() ? left(last) : new JobFailedException(last,
        new Failure.TimedOut("The job is still not done after " + patience.toSeconds() + " seconds."));
  }

  /** The process stops, or the credential is gone; the job is not over: it goes on later, and a repeat joins it. */
  static JobFailedException left(Job job) {
    var words = job.stranded() ? "The job " + Job.Standing.STRANDED + ": it goes on when that is back."
        : "Easel is stopping and goes on with this job when it is back.";
    return new JobFailedException(job, new Failure.NoCapacity(STOPPING, words));
  }
}
