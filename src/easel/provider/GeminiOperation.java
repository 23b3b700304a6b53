package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonInlay;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Model;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Veo's {@code predictLongRunning}, which Google's own Gemini API gave up in October 2026, and Vertex and relays still
 * speak. The caller's own parameters are its {@code parameters}.
 */
final class GeminiOperation implements GeminiWay {
  static final String WAY = "operation";
  /** Google asks for ten to twenty seconds between two questions. */
  private static final Duration EACH = Duration.ofSeconds(10);
  private static final Set<String> OURS =
      Set.of("sampleCount", "storageUri", "outputGcsUri", "webhookConfig", "pubsubTopic");

  private final Fields wire;
  private final GeminiFailures failures;

  GeminiOperation(Fields wire, GeminiFailures failures) {
    this.wire = wire;
    this.failures = failures;
  }

  @Override
  public URI address(GeminiAddress at, String model) {
    return at.model(model, "predictLongRunning");
  }

  @Override
  public JsonObject body(Task task, Model model, JsonInlay inlay) throws IOException {
    var video = (Task.Video) task;
    var parameters = GeminiExtras.camel(video.extras(), OURS).set("sampleCount", 1);
    GeminiShape.of(video.size(), model, wire).ifPresent(shape -> {
      parameters.set("aspectRatio", shape.ratio()).remove("resolution");
      shape.tier().ifPresent(t -> parameters.set("resolution", t));
    });
    video.seconds().ifPresent(s -> parameters.set("durationSeconds", s));
    return new JsonObject().add("instances", new JsonArray().add(instance(video, inlay))).add("parameters", parameters);
  }

  private static JsonObject instance(Task.Video task, JsonInlay inlay) throws IOException {
    var instance = new JsonObject().add("prompt", task.prompt());
    for (var first : task.inputs(Input.Role.FIRST_FRAME)) instance.set("image", GeminiWay.bytes(first, inlay));
    for (var last : task.inputs(Input.Role.LAST_FRAME)) instance.set("lastFrame", GeminiWay.bytes(last, inlay));
    var references = new JsonArray();
    for (var media : task.inputs(Input.Role.REFERENCE)) {
      references.add(new JsonObject().add("image", GeminiWay.bytes(media, inlay)).add("referenceType", "ASSET"));
    }
    return references.isEmpty() ? instance : instance.add("referenceImages", references);
  }

  /** Work under way is told by nothing but its name: {@code done} comes with the end. */
  @Override
  public Step read(GeminiAnswer answer, GeminiOrder order) {
    var f = answer.fields();
    var named = order.named(f.text("name", order.id()));
    if (f.flag("done", false)) return ended(answer, named);
    if (named.id().isEmpty()) throw new GatewayException(failures.broken(200, failures.words(f)));
    answer.keep(List.of());
    answer.progress().report(10, "made by " + order.model() + answer.age());
    return named.atWork(EACH);
  }

  private Step ended(GeminiAnswer answer, GeminiOrder order) {
    var f = answer.fields();
    var error = f.optObject("error");
    if (error.isPresent()) throw new GatewayException(failures.ended(error.get()));
    var all = f.object("response");
    // Vertex has no such level
    var response = all.optObject("generateVideoResponse").orElse(all);
    var results = new GeminiResults(answer);
    for (var sample : response.list("generatedSamples", s -> s)) results.add(sample.object("video"));
    response.list("videos", v -> v).forEach(results::add);
    var reasons = String.join(" ", response.texts("raiMediaFilteredReasons"));
    var count = response.optDecimal("raiMediaFilteredCount").filter(n -> n.signum() > 0);
    boolean filtered = !reasons.isEmpty() || count.isPresent();
    var refused = failures.refused(reasons, "kept back by the safety filter, and not charged");
    if (!results.any() && filtered) throw new GatewayException(refused);
    if (!results.any()) return results.none(order, failures);
    return results.step(Usage.NONE, order, filtered ? Optional.of(refused) : Optional.<Failure>empty());
  }
}
