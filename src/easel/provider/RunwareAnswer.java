package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What Runware said of one task, in any of the shapes it says it in (its task polling page, and what its SDKs accept):
 * results under {@code data}, complaints under {@code errors}, {@code error}, as an item of {@code data} or as the
 * whole body, and both at once where only some of the results came to be. The body counts, and the status only where
 * there is none: the same error has been seen with 402, 400 and 200.
 *
 * @param status of the HTTP answer
 * @param sense whether the body was an answer at all
 * @param pending results that are still being made, acknowledgements included
 * @param progress the furthest it says to be, 0-100; 0 where it does not say
 */
record RunwareAnswer(int status, boolean sense, List<Result> results, List<Complaint> complaints, int pending,
    int progress) {
  /** What a complaint says of the task. */
  enum Weight {
    /** Nothing: it is about the question. */
    TROUBLE,
    /** That it failed, unless the words mean the question; they do not tell. */
    CLAIM,
    /** That it failed. */
    VERDICT
  }

  /**
   * One finished result.
   *
   * @param flagged its content was found not to be safe, for those who asked to check it
   * @param cost empty where it is not told
   */
  record Result(String link, boolean flagged, Optional<BigDecimal> cost) {}

  /**
   * One error.
   *
   * @param parameter the one it is about; the first where it is a rule between several
   */
  record Complaint(String code, String message, String parameter, Weight weight) {}

  RunwareAnswer {
    results = List.copyOf(results);
    complaints = List.copyOf(complaints);
  }

  /** Reads what belongs to {@code task}; several results of one task share its id. */
  static RunwareAnswer read(Exchange.Answer answer, String task) {
    return answer.object().map(body -> read(answer.status(), body, new Reading(task, false)))
        .orElseGet(() -> new RunwareAnswer(answer.status(), false, List.of(), List.of(), 0, 0));
  }

  /** The past answer that {@code getTaskDetails} wraps, in which every complaint is final; empty where it has none. */
  static Optional<RunwareAnswer> past(Exchange.Answer answer, String task) {
    return answer.object().stream().flatMap(b -> b.list("data", f -> f).stream())
        .flatMap(f -> f.optObject("response").stream()).map(f -> read(200, f, new Reading(task, true))).findFirst();
  }

  private static RunwareAnswer read(int status, Fields body, Reading reading) {
    reading.data(body);
    reading.errors(body);
    boolean sense = body.has("data") || !reading.complaints.isEmpty();
    return new RunwareAnswer(status, sense, reading.results, reading.complaints, reading.pending, reading.progress);
  }

  /** The last word on the task: that it is over and failed. */
  Optional<Complaint> verdict() {
    return complaints.stream().filter(c -> c.weight == Weight.VERDICT).findFirst();
  }

  /** It is said to have failed, in words that may be about the question too: worth believing when they are repeated. */
  boolean claimed() {
    return complaints.stream().anyMatch(c -> c.weight == Weight.CLAIM);
  }

  /** Nothing is being made any more, and why is not said for certain. */
  boolean doubtful() {
    return pending == 0 && !complaints.isEmpty() && verdict().isEmpty();
  }

  /** Nobody knows such a task: it never arrived, not yet, or was forgotten. */
  boolean absent() {
    return results.isEmpty() && pending == 0 && !complaints.isEmpty()
        && complaints.stream().allMatch(c -> c.weight == Weight.TROUBLE && RunwareFailures.absent(c.code));
  }

  /** Such a task is not there, in words that do not fit one that was: what has expired or failed had been taken. */
  boolean neverTaken() {
    return absent() && complaints.stream().allMatch(c -> RunwareFailures.neverTaken(c.code));
  }

  /** It makes sense and tells nothing. */
  boolean empty() {
    return sense && results.isEmpty() && pending == 0 && complaints.isEmpty();
  }

  /** The id is in use: an earlier submit of ours has arrived. */
  boolean alreadyAccepted() {
    return complaints.stream().anyMatch(c -> c.code.matches("(conflict|duplicate)TaskUUID"));
  }

  /** One pass over an envelope. */
  private static final class Reading {
    private static final List<String> KINDS = List.of("image", "video", "media");

    private final String task;
    private final boolean past;
    private final List<Result> results = new ArrayList<>();
    private final List<Complaint> complaints = new ArrayList<>();
    /** A result may be told twice. */
    private final Set<String> seen = new HashSet<>();
    private int pending;
    private int progress;

    Reading(String task, boolean past) {
      this.task = task;
      this.past = past;
    }

    private record File(String id, String link) {}

    private boolean ours(Fields item) {
      return item.optText("taskUUID").filter(id -> !id.isBlank()).map(task::equalsIgnoreCase).orElse(true);
    }

    void data(Fields body) {
      var items = Stream.concat(body.optObject("data").stream(), body.list("data", f -> f).stream());
      items.filter(this::ours).forEach(this::item);
    }

    private void item(Fields item) {
      var files = files(item);
      boolean bare = files.isEmpty() && item.has("code") && item.has("message");
      if (item.text("status", "").equals("error") || item.has("error") || bare) complain(item, true);
      else if (files.isEmpty()) pend(item);
      else take(item, files);
    }

    private static List<File> files(Fields item) {
      var one = KINDS.stream().filter(k -> !item.text(k + "URL", "").isBlank())
          .map(k -> new File(item.text(k + "UUID", item.text(k + "URL")), item.text(k + "URL")));
      var several = item.object("outputs").list("files", f -> f).stream().filter(f -> !f.text("url", "").isBlank())
          .map(f -> new File(f.text("uuid", f.text("url")), f.text("url")));
      return Stream.concat(one, several).toList();
    }

    private void pend(Fields item) {
      pending++;
      progress = Math.max(progress, item.optNumber("progress").map(p -> (int) Math.clamp(p, 0, 100)).orElse(0));
    }

    /** Several files of one item have one price together. */
    private void take(Fields item, List<File> files) {
      var cost = item.optDecimal("cost");
      for (var file : files) {
        if (!seen.add(file.id)) continue;
        results.add(new Result(file.link, item.flag("NSFWContent", false), cost));
        cost = cost.map(c -> BigDecimal.ZERO);
      }
    }

    void errors(Fields body) {
      for (var name : List.of("errors", "error")) {
        var all = Stream.concat(body.optObject(name).stream(), body.list(name, f -> f).stream());
        all.filter(this::ours).forEach(e -> complain(e, false));
      }
      if (body.isText("error")) complain(Fields.of(new JsonObject().add("message", body.text("error"))), false);
      if (complaints.isEmpty() && !body.has("data") && body.has("code")) complain(body, false);
    }

    private void complain(Fields item, boolean inData) {
      // questions have the task's own id, so one of them may be what is remembered
      if (past && asks(item)) return;
      var inner = item.optObject("error").orElse(item);
      var code = inner.optScalar("code").or(() -> item.optScalar("code")).orElse("");
      var message = inner.optText("message").or(() -> item.optText("message")).orElse("");
      var parameter = item.oneOrMoreTexts("parameter").stream().findFirst().orElse("");
      complaints.add(new Complaint(code, message, parameter, past ? Weight.VERDICT : weight(item, code, inData)));
    }

    /** A question has the task's own id, and any error may be marked as one: neither says what it is about. */
    private static Weight weight(Fields item, String code, boolean inData) {
      if (asks(item) || RunwareFailures.absent(code)) return Weight.TROUBLE;
      boolean typed = !item.text("taskType", "").isEmpty();
      if (inData || typed || RunwareFailures.ofTheTask(code)) return Weight.VERDICT;
      boolean marked = item.text("status", "").equals("error") && !item.text("taskUUID", "").isBlank();
      return marked && RunwareFailures.perhapsOfTheTask(code) ? Weight.CLAIM : Weight.TROUBLE;
    }

    /** An error of a question carries the question's type. */
    private static boolean asks(Fields item) {
      var type = item.text("taskType", "");
      return type.startsWith("get") || type.equals("authentication");
    }
  }
}
