package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.eclipsesource.json.JsonObject;
import easel.core.Look;
import easel.core.Size;
import easel.core.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresetTest {
  private static final Preset CLIP = new Preset(Size.parse("1280x720"), OptionalInt.of(8), new JsonObject().add("seed", 7).add("style", "film"));

  private static Task.Video video(String size, OptionalInt seconds, JsonObject extras) {
    return new Task.Video("clip", "a cat", Size.parse(size), seconds, List.of(), extras);
  }

  @Test
  void whatIsOpenIsFilledAndTheCallersOwnParametersStay() {
    var wanted = video("", OptionalInt.empty(), new JsonObject().add("seed", 9));
    assertEquals(video("1280x720", OptionalInt.of(8), new JsonObject().add("seed", 9).add("style", "film")), CLIP.apply(wanted));
  }

  @Test
  void nothingFixedChangesNothing() {
    var task = new Task.Image("m", "a cat", 2, Optional.empty(), Look.ANY, 1, List.of(), new JsonObject().add("seed", 9));
    assertEquals(task, Preset.NONE.apply(task));
    assertSame(task.extras(), Preset.NONE.apply(task).extras());
    assertEquals(Optional.empty(), Preset.NONE.complaint(video("1x1", OptionalInt.of(99), new JsonObject())));
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {"1280x720, 8, -", "'', 8, -", "1280x720, 0, -",
      "720x1280, 8, size is fixed to 1280x720 by the model clip", "1280x720, 4, seconds is fixed to 8 by the model clip"})
  void anotherValueThanTheFixedOneIsAComplaint(String size, int seconds, String words) {
    var task = video(size, seconds == 0 ? OptionalInt.empty() : OptionalInt.of(seconds), new JsonObject());
    assertEquals(Optional.ofNullable(words), CLIP.complaint(task).map(c -> c.message()));
  }
}
