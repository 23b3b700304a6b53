package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonInlay;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Model;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Imagen's {@code predict}, which Google's own Gemini API gave up in August 2026, and Vertex and relays still speak.
 * The caller's own parameters are its {@code parameters}.
 */
final class GeminiPredict implements GeminiWay {
  static final String WAY = "predict";
  private static final Set<String> OURS = Set.of("sampleCount", "includeRaiReason", "storageUri");
  /** What Vertex says besides its predictions. */
  private static final Set<String> BESIDES =
      Set.of("deployedModelId", "model", "modelDisplayName", "modelVersionId", "metadata");

  private final Fields wire;
  private final GeminiFailures failures;

  GeminiPredict(Fields wire, GeminiFailures failures) {
    this.wire = wire;
    this.failures = failures;
  }

  @Override
  public URI address(GeminiAddress at, String model) {
    return at.model(model, "predict");
  }

  @Override
  public JsonObject body(Task task, Model model, JsonInlay inlay) {
    var image = (Task.Image) task;
    var parameters = GeminiExtras.camel(image.extras(), OURS);
    // left to itself it makes four
    parameters.set("sampleCount", image.count()).set("includeRaiReason", true);
    GeminiShape.of(image.size(), model, wire).ifPresent(shape -> {
      parameters.set("aspectRatio", shape.ratio()).remove("sampleImageSize");
      shape.tier().ifPresent(t -> parameters.set("sampleImageSize", t));
    });
    image.look().format().ifPresent(format -> {
      var options = new JsonObject().add("mimeType", format.mime());
      image.look().compression().ifPresent(c -> options.add("compressionQuality", c));
      parameters.set("outputOptions", options);
    });
    var instances = new JsonArray().add(new JsonObject().add("prompt", image.prompt()));
    return new JsonObject().add("instances", instances).add("parameters", parameters);
  }

  /** A picture that was filtered out has a reason in its place, or no place at all: all of them leave {@code {}}. */
  @Override
  public Step read(GeminiAnswer answer, GeminiOrder order) {
    var f = answer.fields();
    var predictions = f.list("predictions", p -> p);
    var pictures = new ArrayList<Path>();
    for (var p : predictions) answer.draft(p).ifPresent(pictures::add);
    var reasons = predictions.stream().flatMap(p -> p.optText("raiFilteredReason").stream()).toList();
    if (pictures.isEmpty()) throw new GatewayException(none(f, reasons));
    var missing = pictures.size() < order.count() ? Optional.of(filtered(reasons)) : Optional.<Failure>empty();
    return answer.done(pictures, usage(order, pictures.size()), missing);
  }

  @Override
  public Optional<Step> rescue(GeminiAnswer answer, GeminiOrder order) {
    var pictures = answer.complete();
    if (pictures.isEmpty()) return Optional.empty();
    var missing = pictures.size() < order.count() ? Optional.of(failures.broken(200, "its answer broke off"))
        : Optional.<Failure>empty();
    return Optional.of(answer.done(pictures, usage(order, pictures.size()), missing));
  }

  private Failure none(Fields f, List<String> reasons) {
    boolean silent = f.has("predictions") || BESIDES.containsAll(f.names());
    return silent ? filtered(reasons) : failures.broken(200, failures.words(f));
  }

  private Failure filtered(List<String> reasons) {
    return failures.refused(String.join(" ", reasons), "filtered");
  }

  /** The list's price is for each picture that is made. */
  private static Usage usage(GeminiOrder order, int pictures) {
    var count = BigDecimal.valueOf(order.count());
    return GeminiUsage.listed(Usage.NONE, order.cost().map(c -> c.divide(count, 6, RoundingMode.HALF_UP)
        .multiply(BigDecimal.valueOf(pictures)).stripTrailingZeros()));
  }
}
