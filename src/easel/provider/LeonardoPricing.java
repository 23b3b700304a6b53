package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Size;
import easel.core.Task;
import java.util.Optional;

/** The question to Leonardo's price calculator (API reference, "Pricing calculator"): version 1 only, in credits. */
final class LeonardoPricing {
  private static final String IMAGES = "IMAGE_GENERATION";
  /** What version 1 makes where no size is said. */
  private static final Size USUAL = new Size(1024, 768);
  private static final int USUAL_STEPS = 15;

  private LeonardoPricing() {}

  /** {@code wire} says under {@code priced} by which flag the calculator knows the model; without one it does not. */
  static Optional<JsonObject> question(Task.Image task, Fields wire) {
    var flag = wire.optText("priced");
    if (flag.isEmpty()) return Optional.empty();
    var said = Fields.gathering(new JsonObject().merge(wire.rawObject("body")).merge(task.extras()), e -> { });
    var size = task.size().orElse(USUAL);
    var json = new JsonObject().add("imageWidth", size.width()).add("imageHeight", size.height())
        .add("numImages", task.count()).add("inferenceSteps", said.integer("num_inference_steps", USUAL_STEPS, 1, 100))
        .add("alchemyMode", said.flag("alchemy", false)).add("highResolution", said.flag("highResolution", false))
        .add("promptMagic", said.flag("promptMagic", false)).add("photoRealMode", said.flag("photoReal", false))
        .add("isUltra", said.flag("ultra", false)).add("isModelCustom", false).add("loraCount", 0);
    if (!flag.get().isEmpty()) json.set(flag.get(), true);
    var parameters = new JsonObject().add(IMAGES, json);
    return Optional.of(new JsonObject().add("service", IMAGES).add("serviceParams", parameters));
  }
}
