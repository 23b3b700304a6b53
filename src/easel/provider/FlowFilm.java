package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.FailureJson;
import easel.core.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A video that Flow has taken. As text it is the handle that the engine stores; once the job is done it tells a later
 * one what there is to go on with.
 *
 * <pre>
 * MAKING --ready--> UPSCALE --sent--> UPSCALING --ready--> FETCH --> done
 *    |                 \---------------- \-- any trouble ---/|
 *    |--ready, it goes on with another--> JOIN --> JOINING --|
 *    \--ready------------------------------------------------/
 * </pre>
 *
 * @param at what the stage asks with: the name of the larger video, the operation that joins, a link to the whole
 * @param note why the result is less than was asked for
 * @param missing how many times in a row it was not known
 * @param tries of the stage
 * @param since when the stage began
 */
record FlowFilm(Work work, Stage stage, String at, Optional<Failure> note, int missing, int tries, Instant since) {
  private static final String KIND = "video";

  /** Where it is. {@code UPSCALE} says that the order for the larger one is about to be sent, or was. */
  enum Stage { MAKING, UPSCALE, UPSCALING, JOIN, JOINING, FETCH }

  /** Part of a video: the name Flow knows it by, and its length. */
  record Piece(String media, int seconds) {}

  /**
   * What does not change.
   *
   * @param shape of it, and how much larger it is to become
   * @param before what it goes on with
   */
  record Work(String project, String session, Piece made, FlowShape shape, List<Piece> before) {
    Work {
      before = List.copyOf(before);
    }

    List<Piece> pieces() {
      var all = new ArrayList<>(before);
      all.add(made);
      return all;
    }
  }

  static FlowFilm taken(Work work, Instant now) {
    return new FlowFilm(work, Stage.MAKING, "", Optional.empty(), 0, 0, now);
  }

  FlowFilm to(Stage next, String with, Instant now) {
    return new FlowFilm(work, next, with, note, 0, 0, now);
  }

  /** What was made at first is handed over, for this reason. */
  FlowFilm lesser(Failure why, Instant now) {
    return new FlowFilm(work, Stage.FETCH, "", Optional.of(why), 0, 0, now);
  }

  /** What the caller gets, and what was asked for. */
  String less() {
    if (!work.before.isEmpty()) return "the new piece alone, not joined with what it goes on with";
    return "made in 720p, not in " + work.shape.upscale().map(u -> u.replace('P', 'p')).orElse("what was asked for");
  }

  Optional<Failure> shortfall() {
    return note.map(why -> FlowAnswer.less(less(), why));
  }

  FlowFilm missed() {
    return new FlowFilm(work, stage, at, note, missing + 1, tries, since);
  }

  FlowFilm tried() {
    return new FlowFilm(work, stage, at, note, missing, tries + 1, since);
  }

  FlowFilm found() {
    return missing == 0 ? this : new FlowFilm(work, stage, at, note, 0, tries, since);
  }

  /** Asks what the stage is about. */
  FlowPolls.Film film() {
    return new FlowPolls.Film(stage == Stage.UPSCALING ? at : work.made.media, work.project);
  }

  Step.Waiting waiting(Duration pause) {
    return new Step.Waiting(toString(), pause, stage == Stage.FETCH);
  }

  @Override
  public String toString() {
    var before = new JsonArray();
    work.before.forEach(p -> before.add(piece(p)));
    var json = new JsonObject().add("flow", KIND).add("stage", stage.name().toLowerCase(Locale.ROOT))
        .add("project", work.project).add("session", work.session).add("made", piece(work.made))
        .add("aspect", work.shape.aspect());
    work.shape.upscale().ifPresent(u -> json.add("upscale", u));
    if (!work.before.isEmpty()) json.add("before", before);
    if (!at.isEmpty()) json.add("at", at);
    note.ifPresent(n -> json.add("note", FailureJson.write(n)));
    if (missing > 0) json.add("missing", missing);
    if (tries > 0) json.add("tries", tries);
    return json.add("since", since.toEpochMilli()).toString();
  }

  private static JsonObject piece(Piece piece) {
    return new JsonObject().add("media", piece.media).add("seconds", piece.seconds);
  }

  private static Piece piece(Fields f) {
    return new Piece(f.text("media"), f.integer("seconds", 8, 1, 3600));
  }

  /** Reads what {@link #toString} wrote; empty for the handle of something else. */
  static Optional<FlowFilm> of(String handle) {
    try {
      var f = Fields.of(JsonText.object(handle));
      return f.text("flow", "").equals(KIND) ? Optional.of(read(f)) : Optional.empty();
    } catch (FieldException e) {
      return Optional.empty();
    }
  }

  private static FlowFilm read(Fields f) {
    var shape = new FlowShape(f.text("aspect"), f.optText("upscale"));
    var work = new Work(f.text("project"), f.text("session"), piece(f.object("made")), shape,
        f.list("before", FlowFilm::piece));
    return new FlowFilm(work, f.choice("stage", Stage.class, Stage.MAKING), f.text("at", ""),
        f.optObject("note").map(FailureJson::read), f.integer("missing", 0, 0, Integer.MAX_VALUE),
        f.integer("tries", 0, 0, Integer.MAX_VALUE),
        Instant.ofEpochMilli(f.optWhole("since", 0, Long.MAX_VALUE).orElse(0L)));
  }
}
