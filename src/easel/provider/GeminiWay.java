package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonInlay;
import easel.core.Media;
import easel.core.Model;
import easel.core.Step;
import easel.core.Task;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * One of the ways in which Google sells pictures and videos: where a task goes, what is sent, what an answer means. No
 * way sends anything itself.
 */
sealed interface GeminiWay permits GeminiContent, GeminiInteraction, GeminiOperation, GeminiPredict {
  /** {@code wire.way} of a model. {@code wire}: the model's own facts. */
  static GeminiWay of(String word, Fields wire, GeminiFailures failures) {
    return switch (word) {
      case GeminiInteraction.WAY -> new GeminiInteraction(wire, failures);
      case GeminiOperation.WAY -> new GeminiOperation(wire, failures);
      case GeminiPredict.WAY -> new GeminiPredict(wire, failures);
      default -> new GeminiContent(wire, failures);
    };
  }

  /** Where it is bought. */
  URI address(GeminiAddress at, String model);

  /**
   * What is sent.
   *
   * @throws IOException if an input is not there any more
   * @throws easel.codec.FieldException for parameters of the caller's that cannot be passed on
   */
  JsonObject body(Task task, Model model, JsonInlay inlay) throws IOException;

  /** What an answer to the submit, or to a question about it, means. */
  Step read(GeminiAnswer answer, GeminiOrder order);

  /** What is there of an answer to a submit that broke off: files that came whole are paid for. */
  default Optional<Step> rescue(GeminiAnswer answer, GeminiOrder order) {
    return Optional.empty();
  }

  /** A file in the words of everything but Interactions. */
  static JsonObject bytes(Media media, JsonInlay inlay) throws IOException {
    return new JsonObject().add("bytesBase64Encoded", inlay.mark(media.file())).add("mimeType", media.type().mime());
  }
}
