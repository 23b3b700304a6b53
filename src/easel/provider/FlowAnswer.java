package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.FailureJson;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what Flow answers. A fact of a wrong type counts as absent: by then the work may be paid for. */
final class FlowAnswer {
  private static final String STATUS = "MEDIA_GENERATION_STATUS_";
  /** What Google's RPCs call an invalid argument; of a finished video it is the safety filter (reported by users). */
  private static final int FILTERED = 3;

  /** A picture that was made: its name at Flow and a link that lives for hours. */
  record Picture(String name, String link) {}

  private FlowAnswer() {}

  /** Those that came; one without a link did not. */
  static List<Picture> pictures(Fields body) {
    return body.list("media", m -> new Picture(m.text("name", ""),
        m.object("image").object("generatedImage").text("fifeUrl", ""))).stream().filter(p -> !p.link.isBlank())
        .toList();
  }

  /** The name of a video that was just taken: of the list of media, or of the operations that it was until May 2026. */
  static Optional<String> taken(Fields body) {
    var media = body.list("media", FlowAnswer::name).stream();
    var operations = body.list("operations", o -> o.object("operation").text("name", "")).stream();
    return Stream.concat(media, operations).filter(n -> !n.isBlank()).findFirst();
  }

  private static String name(Fields media) {
    return media.text("name", media.object("video").object("operation").text("name", ""));
  }

  /** What the account has left; videos tell, pictures do not. */
  static Optional<BigDecimal> left(Fields body) {
    return body.optDecimal("remainingCredits").filter(c -> c.signum() >= 0);
  }

  /** What a poll says of one of those it was asked about. */
  static Optional<Fields> item(Fields body, String name) {
    var media = body.list("media", m -> m).stream().filter(m -> m.text("name", "").equals(name)
        || m.object("video").object("operation").text("name", "").equals(name));
    var operations = body.list("operations", o -> o).stream()
        .filter(o -> o.object("operation").text("name", "").equals(name));
    return Stream.concat(media, operations).findFirst();
  }

  /** How a video stands. */
  sealed interface Standing {}

  /** {@code waiting}: it has not been begun. */
  record Working(boolean waiting) implements Standing {}

  record Ready() implements Standing {}

  record Failed(Failure why) implements Standing {}

  /** Words nobody has heard of mean that it is being made. */
  static Standing standing(Fields item, FlowFailures failures) {
    var told = item.object("mediaMetadata").optObject("mediaStatus").or(() -> item.optObject("mediaStatus"));
    var word = told.flatMap(t -> t.optText("mediaGenerationStatus")).or(() -> item.optText("status")).orElse("");
    var state = word.startsWith(STATUS) ? word.substring(STATUS.length()) : word;
    if (state.equals("SUCCESSFUL")) return new Ready();
    if (!state.equals("FAILED") && !state.startsWith("ERROR")) return new Working(state.equals("PENDING"));
    var error = told.flatMap(t -> t.optObject("error")).or(() -> item.optObject("error"))
        .or(() -> item.object("operation").optObject("error"));
    return new Failed(failed(error.orElse(item.object("error")), failures));
  }

  /** Nobody says that failed work is free. */
  private static Failure failed(Fields error, FlowFailures failures) {
    var why = failures.ended(error);
    boolean filtered = error.integer("code", 0, Integer.MIN_VALUE, Integer.MAX_VALUE) == FILTERED;
    return filtered && why instanceof Failure.WorkFailed w ? new Failure.Refused(w.message()) : why;
  }

  /** The name of a concatenation that was just begun. */
  static Optional<String> joining(Fields body) {
    return body.object("operation").object("operation").optText("name").filter(n -> !n.isBlank());
  }

  /** The failure in the words of a caller who got less: what there is and what was asked for, and why. */
  static Failure less(String words, Failure why) {
    return FailureJson.read(Fields.of(FailureJson.write(why).set("message", words + ": " + why.message())));
  }
}
