package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Kind;
import easel.core.Time;
import fake.FakeTime;
import java.time.Duration;
import java.util.List;

class SampleContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  /** Goes before every prompt. */
  String manner() {
    return "";
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) {
    return switch (scene) {
      case WORKS -> stage(kind, "a red cat");
      case REFUSED -> stage(kind, "[[refuse]] a red cat");
      case LIMITED -> stage(kind, "[[limit=" + STATED_DELAY.toSeconds() + "]] a red cat");
      case FAILED -> stage(kind, "[[fail]] a red cat");
      case DROPPED -> stage(kind, "[[drop]] a red cat");
      case INVALID -> new SampleStage(new FakeTime(),
          SampleStage.task(kind, manner() + "a red cat", new JsonObject().add("seed", "many"), List.of()));
      case HANGS -> new SampleStage(within.compareTo(Duration.ofSeconds(1)) < 0 ? new FakeTime() : Time.system(),
          SampleStage.task(kind, manner() + "[[hang]] a red cat"));
      case UNAUTHORIZED -> never("needs no credential");
      case OUT_OF_CREDIT -> never("costs nothing");
      case JUNK, BROKEN, UNREACHABLE, STUMBLES -> never("there is no wire");
    };
  }

  private Stage stage(Kind kind, String prompt) {
    return new SampleStage(new FakeTime(), SampleStage.task(kind, manner() + prompt));
  }
}
