package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Credential;
import easel.core.GatewayException;
import easel.core.Time;
import easel.upstream.Call;
import easel.upstream.Transport;
import java.net.URI;
import java.time.Duration;

/**
 * Runware's one address, for one credential: a POST of a list of tasks, answered with a word on each. Our lists have
 * one task.
 */
final class RunwareWire {
  private static final Duration QUESTION = Duration.ofSeconds(30);

  private final Exchange working;
  private final Exchange asking;
  private final URI base;
  private final Credential credential;
  private final Time time;
  private final RunwareFailures failures;

  RunwareWire(RunwareOptions options, Transport transport, Time time, Credential credential) {
    this.base = options.base();
    this.credential = credential;
    this.time = time;
    working = new Exchange(options.id(), transport, options.within(), options.agent());
    var question = options.within().compareTo(QUESTION) < 0 ? options.within() : QUESTION;
    asking = new Exchange(options.id(), transport, question, options.agent());
    failures = new RunwareFailures(options.id(), credential.secret());
  }

  RunwareFailures failures() {
    return failures;
  }

  /** Buys, once. */
  Exchange.Answer submit(JsonObject task, String tag) throws InterruptedException {
    return working.send(keyed(working.submit(base, list(task))).with("Idempotency-Key", tag));
  }

  /** Buys nothing, and may take its time. */
  Exchange.Answer hand(Call.Body list) throws InterruptedException {
    return working.send(keyed(working.post(base, list)));
  }

  Exchange.Answer ask(JsonObject question) throws InterruptedException {
    return asking.send(keyed(asking.post(base, list(question))));
  }

  private static Call.Body list(JsonObject task) {
    return new Call.Bytes("application/json", JsonText.bytes(new JsonArray().add(task)));
  }

  private Call keyed(Call call) {
    return Exchange.bearer(call, credential);
  }

  /** What an answer without an acceptance comes to. */
  GatewayException rejected(Exchange.Answer heard, RunwareAnswer answer) {
    return new GatewayException(failures.rejected(answer, heard.header(), time.instant()));
  }

  private GatewayException trouble(Exchange.Answer heard, RunwareAnswer answer) {
    return new GatewayException(failures.trouble(answer, heard.header(), time.instant()));
  }

  /**
   * How a task is. What {@code getResponse} does not know is looked up among the past tasks, which are kept for longer.
   *
   * @return an answer that is {@link RunwareAnswer#absent} where neither knows the task, and
   *     {@link RunwareAnswer#neverTaken} where neither says that it once did
   * @throws GatewayException where that cannot be told
   */
  RunwareAnswer status(String task) throws InterruptedException {
    var heard = ask(question("getResponse", task));
    var now = RunwareAnswer.read(heard, task);
    if (now.absent() || now.empty()) return past(now, task);
    boolean told = !now.results().isEmpty() || now.pending() > 0 || now.verdict().isPresent() || now.claimed();
    if (told) return now;
    throw trouble(heard, now);
  }

  private RunwareAnswer past(RunwareAnswer now, String task) throws InterruptedException {
    var heard = ask(question("getTaskDetails", task));
    var past = RunwareAnswer.past(heard, task);
    if (past.isPresent() && !past.get().empty()) return past.get();
    var answer = RunwareAnswer.read(heard, task);
    if (answer.absent()) return answer.neverTaken() ? now : answer;
    if (!answer.complaints().isEmpty() || !answer.sense()) throw trouble(heard, answer);
    throw new GatewayException(failures.broken(heard.status(), "it does not say what became of the task"));
  }

  private static JsonObject question(String type, String task) {
    return new JsonObject().add("taskType", type).add("taskUUID", task);
  }
}
