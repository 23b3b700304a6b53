package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Input;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flow's keys as data, and which of them a task is bought by. */
class FlowModelsTest {
  private static final ModelFile MODELS = ModelFile.read("flow.json", ProviderSettings.of("flow", "flow"));

  private static Model model(String key) {
    return MODELS.model(key).orElseThrow(() -> new AssertionError("no key " + key));
  }

  private static Task.Video video(String model, Optional<Size> size, int pictures) {
    var inputs = IntStream.range(0, pictures).mapToObj(i -> new Input(FlowStage.media(Path.of("p" + i), MediaType.PNG, new Size(10, 10)),
        i == 0 ? Input.Role.FIRST_FRAME : Input.Role.LAST_FRAME)).toList();
    return new Task.Video(model, "waves", size, OptionalInt.empty(), inputs, new JsonObject());
  }

  private static String key(String model, int pictures, int rank) {
    var key = FlowKey.of(video(model, Optional.empty(), pictures), MODELS.wire(model), rank, k -> MODELS.model(k).isPresent());
    return key.way() + " " + key.name();
  }

  @Test
  void everyKeyIsThere() {
    assertEquals(45, MODELS.models().size());
    assertEquals(Set.of("pictures", "text", "frames", "references", "omni", "extension"),
        Set.copyOf(MODELS.models().stream().map(m -> MODELS.wire(m.upstreamName()).text("makes")).toList()));
  }

  @Test
  void shapeAndLengthInAKeyAreAllItTakes() {
    for (var m : MODELS.models()) {
      if (m.capability().seconds().isEmpty()) continue;
      int seconds = m.name().contains("_4s") ? 4 : m.name().contains("_6s") ? 6 : 8;
      assertEquals(Set.of(seconds), m.capability().seconds(), m.name());
      var sizes = ((SizeRule.OneOf) m.capability().sizes()).sizes();
      if (m.name().contains("portrait")) assertTrue(sizes.stream().allMatch(s -> s.height() > s.width()), m.name());
      if (m.name().contains("landscape")) assertTrue(sizes.stream().allMatch(s -> s.height() < s.width()), m.name());
    }
  }

  @ParameterizedTest
  @CsvSource({
      "veo_3_1_t2v_fast, 0, 0, TEXT veo_3_1_t2v_fast", "veo_3_1_t2v_fast, 0, 1, TEXT veo_3_1_t2v_fast",
      "veo_3_1_t2v_fast, 0, 2, TEXT veo_3_1_t2v_fast_ultra", "veo_3_1_t2v_fast_portrait, 0, 2, TEXT veo_3_1_t2v_fast_portrait_ultra",
      "veo_3_1_t2v, 0, 2, TEXT veo_3_1_t2v", "veo_3_1_t2v_lite, 0, 2, TEXT veo_3_1_t2v_lite", "veo_3_1_t2v_fast_4s, 0, 2, TEXT veo_3_1_t2v_fast_4s",
      "veo_3_1_t2v_fast_ultra, 0, 2, TEXT veo_3_1_t2v_fast_ultra", "veo_3_1_t2v_fast_ultra, 0, 1, TEXT veo_3_1_t2v_fast",
      "veo_3_1_t2v_fast_ultra_relaxed, 0, 1, TEXT veo_3_1_t2v_fast", "veo_3_1_t2v_fast_ultra_relaxed, 0, 2, TEXT veo_3_1_t2v_fast_ultra_relaxed",
      "veo_3_1_i2v_s_fast_fl, 1, 1, START veo_3_1_i2v_s_fast", "veo_3_1_i2v_s_fast_fl, 2, 1, FRAMES veo_3_1_i2v_s_fast_fl",
      "veo_3_1_i2v_s_fast_fl, 1, 2, START veo_3_1_i2v_s_fast_ultra", "veo_3_1_i2v_s_fast_portrait_fl, 2, 2, FRAMES veo_3_1_i2v_s_fast_portrait_ultra_fl",
      "veo_3_1_i2v_lite, 1, 2, START veo_3_1_i2v_lite", "veo_3_1_interpolation_lite, 2, 2, FRAMES veo_3_1_interpolation_lite",
      "veo_3_1_i2v_s_lite_4s_fl, 2, 0, FRAMES veo_3_1_i2v_s_lite_4s_fl", "veo_3_1_r2v_fast_landscape, 2, 0, REFERENCES veo_3_1_r2v_fast_landscape",
      "veo_3_1_r2v_fast_landscape, 2, 2, REFERENCES veo_3_1_r2v_fast_landscape_ultra", "veo_3_1_r2v_fast_portrait, 0, 0, TEXT veo_3_1_t2v_fast_portrait",
      "veo_3_1_r2v_fast_landscape, 0, 2, TEXT veo_3_1_t2v_fast_ultra", "veo_3_1_r2v_fast_landscape_ultra_relaxed, 0, 2, TEXT veo_3_1_t2v_fast_ultra_relaxed",
      "abra_t2v_8s, 0, 2, TEXT abra_t2v_8s", "abra_t2v_8s, 1, 2, REFERENCES abra_r2v_8s"})
  void whatIsHandedInAndTheClassOfTheAccountChooseTheKey(String model, int pictures, int rank, String key) {
    assertEquals(key, key(model, pictures, rank));
  }

  @Test
  void picturesOfEverySizeAreAskedForByTheirShape() {
    var sizes = ((SizeRule.OneOf) model("GEM_PIX_2").capability().sizes()).sizes();
    var names = List.of("LANDSCAPE", "PORTRAIT", "SQUARE", "LANDSCAPE_FOUR_THREE", "PORTRAIT_THREE_FOUR");
    var ratios = List.of("16:9", "9:16", "1:1", "4:3", "3:4");
    assertEquals(15, sizes.size());
    for (var size : sizes) {
      var shape = FlowShape.of(FlowStage.image("GEM_PIX_2", "a cat", 1, size.toString()), model("GEM_PIX_2"));
      var upscale = List.of(Optional.<String>empty(), Optional.of("2K"), Optional.of("4K")).get(sizes.indexOf(size) / 5);
      int shaped = sizes.indexOf(size) % 5;
      assertEquals(new FlowShape("IMAGE_ASPECT_RATIO_" + names.get(shaped), upscale), shape);
      assertTrue(Ratio.of(ratios.get(shaped)).distance(size) < SizeRule.Ratios.TOLERANCE, size.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"veo_3_1_t2v_fast, 1280x720, 0", "veo_3_1_t2v_fast, 1920x1080, 1", "veo_3_1_t2v_fast, 3840x2160, 2", "veo_3_1_t2v_fast_portrait, 2160x3840, 2",
      "veo_3_1_t2v_fast_ultra, 1280x720, 2"})
  void largerVideosAndUltraKeysNeedBetterAccounts(String model, String size, int rank) throws Exception {
    try (var stage = FlowStage.of(FlowStage.video(model, "waves", size))) {
      assertEquals(rank, stage.provider().tier(stage.task()));
    }
  }

  @ParameterizedTest
  @CsvSource({"GEM_PIX_2, 1376x768, 0", "GEM_PIX_2, 2048x2048, 1", "NARWHAL, 3584x4800, 2", "IMAGEN_3_5, 768x1376, 0"})
  void largerPicturesNeedBetterAccounts(String model, String size, int rank) throws Exception {
    try (var stage = FlowStage.of(FlowStage.image(model, "a cat", 1, size))) {
      assertEquals(rank, stage.provider().tier(stage.task()));
    }
  }

  @Test
  void handlesAreReadAsTheyWereWritten() {
    var work = new FlowFilm.Work("p-1", ";1", new FlowFilm.Piece("v-2", 8), new FlowShape("VIDEO_ASPECT_RATIO_PORTRAIT", Optional.of("4K")),
        List.of(new FlowFilm.Piece("v-1", 4)));
    var film = FlowFilm.taken(work, Instant.ofEpochMilli(7)).missed().tried().to(FlowFilm.Stage.JOINING, "op", Instant.ofEpochMilli(9));
    assertEquals(Optional.of(film), FlowFilm.of(film.toString()));
    var still = new FlowStills.Still("m-1", "https://x/1", Optional.of("/a"), Optional.of("/b"), 2, Optional.of(new Failure.WorkFailed("no")));
    var stills = new FlowStills("p-1", ";1", Optional.of("2K"), List.of(still), Optional.of(new Failure.WorkFailed("fewer")), 1);
    assertEquals(Optional.of(stills), FlowStills.of(stills.toString()));
    assertEquals(Optional.empty(), FlowFilm.of(stills.toString()));
    assertEquals(Optional.empty(), FlowStills.of("not JSON"));
  }
}
