package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Model;
import easel.core.Size;
import easel.core.Task;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The models as data. */
class BflModelsTest {
  private static final ModelFile MODELS = ModelFile.read("bfl.json", ProviderSettings.of("bfl", "bfl"));

  private static Model model(String name) {
    return MODELS.models().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  private static Task image(String model, String size) {
    return BflStage.image(model, Size.parse(size), "{}");
  }

  private static Task video(String size, int seconds) {
    return new Task.Video("flux-3-video", "waves", Size.parse(size), OptionalInt.of(seconds), List.of(), new JsonObject());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", value = {
      "flux-2-pro         | 1024x1024 | -",
      "flux-2-pro         | 2048x2048 | -",
      "flux-2-pro         | 1000x1000 | size must have sides divisible by 16",
      "flux-2-pro         | 2064x1024 | size must have sides between 64 and 2048",
      "flux-pro-1.1       | 1440x256  | -",
      "flux-pro-1.1       | 1536x1024 | size must have sides between 256 and 1440",
      "flux-pro-1.1       | 1040x1024 | size must have sides divisible by 32",
      "flux-kontext-pro   | 1024x1024 | -",
      "flux-kontext-pro   | 2048x2048 | size must have at most 1100000 pixels",
      "flux-pro-1.1-ultra | 2752x1536 | -",
      "flux-3-image       | 4096x4096 | -",
      "flux-3-image       | 4096x512  | size must have one of the shapes 21:9, 2:1, 16:9, 3:2, 7:5, 4:3, 5:4, 1:1, 4:5, 3:4, 5:7, 2:3, 9:16, 1:2, 9:21"})
  void sizesThatAreNotMadeAreRefused(String name, String size, String words) {
    var complaint = model(name).capability().complaint(image(name, size));
    assertEquals(Optional.ofNullable(words), complaint.map(Failure.Invalid::message));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", value = {
      "1280x720  | 5  | -",
      "3840x2160 | 20 | -",
      "1280x720  | 4  | seconds must be one of 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20",
      "4096x2304 | 5  | size must have at most 8355840 pixels"})
  void videosThatAreNotMadeAreRefused(String size, int seconds, String words) {
    var complaint = model("flux-3-video").capability().complaint(video(size, seconds));
    assertEquals(Optional.ofNullable(words), complaint.map(Failure.Invalid::message));
  }

  @ParameterizedTest
  @CsvSource({"flux-2-pro,1024x1024,0.03", "flux-2-pro,1440x1440,0.045", "flux-2-max,2048x2048,0.16",
      "flux-2-klein-4b,64x64,0.014", "flux-kontext-max,1024x1024,0.08", "flux-3-image,1024x1024,0.048",
      "flux-3-image,2048x2048,0.1", "flux-pro-1.1-ultra,2752x1536,0.06"})
  void listPricesGoBySize(String name, String size, String usd) {
    var price = model(name).price().orElseThrow();
    assertEquals(0, new BigDecimal(usd).compareTo(price.estimate(image(name, size))), price.toString());
  }

  @Test
  void videosArePaidBySecondAndResolution() {
    var price = model("flux-3-video").price().orElseThrow();
    assertEquals(0, new BigDecimal("0.85").compareTo(price.estimate(video("1280x720", 5))));
    assertEquals(0, new BigDecimal("2.9").compareTo(price.estimate(video("1920x1080", 10))));
  }

  /** Ordered in the next larger resolution, as hd ends at 960x960; what leaves its size open is made in hd. */
  @Test
  void videoIsPricedAsTheResolutionItIsOrderedIn() {
    var price = model("flux-3-video").price().orElseThrow();
    for (var size : List.of("960x960", "1280x720", "1024x1024", "1920x1080", "1920x1088", "2560x1440", "1920x1920", "3840x2160")) {
      var usd = Map.of("hd", "1.70", "fhd", "2.90", "qhd", "4.0", "uhd", "8.0")
          .get(BflRequest.tier(MODELS.wire("flux-3-video"), Size.parse(size).orElseThrow()));
      assertEquals(usd, price.estimate(video(size, 10)).toPlainString(), size);
    }
    assertEquals("fhd", BflRequest.tier(MODELS.wire("flux-3-video"), new Size(1024, 1024)));
    assertEquals("1.70", price.estimate(video("", 10)).toPlainString());
  }

  @Test
  void everyPriceSaysWhereItWasRead() {
    for (var model : MODELS.models()) {
      assertTrue(model.price().map(p -> !p.source().isBlank()).orElse(model.name().startsWith("flux-video-")), model.name());
    }
  }

  @Test
  void modelTheFileDoesNotKnowWorksLikeAnotherOne() {
    var plain = ProviderSettings.of("bfl", "bfl");
    var settings = new ProviderSettings("bfl", "bfl", List.of(), List.of(), List.of(), List.of(),
        List.of(new ProviderSettings.Added("flux-pro-1.1-ultra-finetuned", "flux-pro-1.1-ultra")), Optional.empty(), true,
        Optional.empty(), plain.limits());
    var models = ModelFile.read("bfl.json", settings);
    assertEquals("ultra", models.wire("flux-pro-1.1-ultra-finetuned").text("shape"));
    assertEquals("bfl/flux-pro-1.1-ultra-finetuned", models.models().getLast().address());
  }
}
