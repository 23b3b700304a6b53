package easel.job;

import static fake.FakeShelf.image;
import static fake.FakeShelf.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.JsonObject;
import easel.core.Attempt;
import easel.core.Capability;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Job;
import easel.core.Life;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Provider;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import easel.job.ModelEntry.Target;
import fake.FakeShelf;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
  private static final Instant NOVEMBER = Instant.parse("2026-11-21T12:00:00Z");
  private static final SizeRule WIDE = new SizeRule.Ratios(List.of(Ratio.of("16:9"), Ratio.of("1:1")), Long.MAX_VALUE);

  private Instant now = NOVEMBER;

  private Catalogue catalogue(Names names, Set<String> ready, Provider... providers) {
    return new Catalogue(new Catalogue.Offer(List.of(providers), ready, id -> Optional.empty(), id -> Optional.empty()), names, () -> now);
  }

  private Catalogue catalogue(Names names, Provider... providers) {
    return catalogue(names, List.of(providers).stream().map(Provider::id).collect(Collectors.toSet()), providers);
  }

  private static Names configured(ModelEntry... entries) {
    return new Names(List.of(entries), List.of(), Strategy.ORDER);
  }

  private static Names builtIn(ModelEntry... entries) {
    return new Names(List.of(), List.of(entries), Strategy.ORDER);
  }

  private static ModelEntry entry(String name, Target... targets) {
    return new ModelEntry(name, List.of(), List.of(targets), Optional.empty());
  }

  private static Target at(String address) {
    return new Target(address, Preset.NONE);
  }

  private static Target at(String address, String size) {
    return new Target(address, new Preset(Size.parse(size), OptionalInt.empty(), new JsonObject()));
  }

  private static Task task(String model) {
    return task(model, "auto");
  }

  private static Task task(String model, String size) {
    return new Task.Image(model, "a cat", 1, Size.parse(size), Look.ANY, 0, List.of(), new JsonObject());
  }

  private static List<String> asked(Catalogue catalogue, String model) {
    return asked(catalogue, model, Optional.empty());
  }

  private static List<String> asked(Catalogue catalogue, String model, Optional<String> provider) {
    return catalogue.candidates(task(model), provider).stream().map(c -> c.model().address()).toList();
  }

  private static String refused(Catalogue catalogue, Task task) {
    var e = assertThrows(GatewayException.class, () -> catalogue.candidates(task, Optional.empty()));
    return e.failure().code() + ": " + e.failure().message();
  }

  private static final FakeShelf OPENAI = FakeShelf.of("openai", image("gpt-2"),
      until("2026-12-01", "gpt-2", image("gpt-1.5")), until("2026-05-12", "gpt-2", image("dall-e-3", "dalle")),
      until("2026-05-12", "", image("dall-e-2")));

  // ---- lives ------------------------------------------------------------------------------------------------------

  @Test
  void aModelIsOfferedUntilItsDayAndThenItsNameMeansItsSuccessor() {
    var catalogue = catalogue(Names.NONE, OPENAI);
    assertEquals(List.of("openai/gpt-1.5"), asked(catalogue, "gpt-1.5"));
    assertEquals(Life.State.RETIRING, catalogue.named("gpt-1.5").state());
    assertEquals(List.of("gpt-2", "gpt-1.5"), List.copyOf(catalogue.names()));

    now = Instant.parse("2026-12-01T00:00:00Z");
    assertEquals(List.of("openai/gpt-2"), asked(catalogue, "gpt-1.5"));
    assertEquals(Life.State.RETIRED, catalogue.named("gpt-1.5").state());
    assertEquals("gpt-2", catalogue.named("gpt-1.5").model().name());
    assertEquals(List.of("gpt-2"), List.copyOf(catalogue.names()));
    assertEquals(List.of("gpt-1.5", "dall-e-3", "dalle"), List.copyOf(catalogue.retiredNames()));
    assertEquals(List.of("gpt-2"), catalogue.models().stream().map(Model::name).toList());
  }

  @Test
  void anAddressOfARetiredModelMeansItsSuccessorToo() {
    var catalogue = catalogue(Names.NONE, OPENAI);
    assertEquals(List.of("openai/gpt-2"), asked(catalogue, "openai/dall-e-3"));
    assertEquals(List.of("openai/gpt-2"), asked(catalogue, "dalle"));
    assertEquals("gpt-2", catalogue.candidates(task("dall-e-3"), Optional.empty()).getFirst().prepare(task("dall-e-3")).model());
  }

  @Test
  void aRetiredModelWithoutALiveSuccessorIsTold() {
    assertEquals("model_not_found: The model 'dall-e-2' was retired on 2026-05-12.",
        refused(catalogue(Names.NONE, OPENAI), task("dall-e-2")));
    var poor = FakeShelf.of("openai", until("2026-05-12", "gpt-2", image("dall-e-3")));
    assertEquals("model_not_found: The model 'openai/dall-e-3' was retired on 2026-05-12. Its successor is gpt-2, which is not offered here.",
        refused(catalogue(Names.NONE, poor), task("openai/dall-e-3")));
  }

  @Test
  void successorsHaveSuccessorsAndACircleEnds() {
    var chain = FakeShelf.of("p", until("2024-01-01", "b", image("a")), until("2025-01-01", "c", image("b")), image("c"));
    assertEquals(List.of("p/c"), asked(catalogue(Names.NONE, chain), "a"));
    var circle = FakeShelf.of("p", until("2024-01-01", "b", image("a")), until("2025-01-01", "a", image("b")));
    assertEquals(List.of(), List.copyOf(catalogue(Names.NONE, circle).retiredNames()));
  }

  @Test
  void whoStillHasTheModelIsAskedBeforeSuccessors() {
    var box = FakeShelf.of("box", image("dall-e-3"));
    var catalogue = catalogue(Names.NONE, OPENAI, box);
    assertEquals(List.of("box/dall-e-3", "openai/gpt-2"), asked(catalogue, "dall-e-3"));
    assertEquals(Life.State.LIVE, catalogue.named("dall-e-3").state());
    assertEquals(List.of("openai/gpt-2"), asked(catalogue, "dall-e-3", Optional.of("openai")));
  }

  @Test
  void autoAndHintsKnowOnlyWhatIsOfferedToday() {
    var shelf = FakeShelf.of("p", until("2026-05-12", "b", image("a")), image("b", WIDE));
    assertEquals(List.of("p/b"), asked(catalogue(Names.NONE, shelf), Catalogue.AUTO));
  }

  // ---- entries ----------------------------------------------------------------------------------------------------

  @Test
  void anEntryFillsWhatTheTaskLeavesOpen() {
    var catalogue = catalogue(configured(entry("wide", at("g/pro", "1376x768"))), FakeShelf.of("g", image("pro", WIDE)));
    var candidate = catalogue.candidates(task("wide"), Optional.empty()).getFirst();

    assertEquals(task("pro", "1376x768"), candidate.prepare(task("wide")));
    assertEquals(task("pro", "1376x768"), candidate.prepare(task("wide", "1376x768")));
  }

  @Test
  void anotherValueThanAFixedOneIsRefusedByName() {
    var catalogue = catalogue(configured(entry("gemini-3.0-pro-image-landscape", at("g/pro", "1376x768"))),
        FakeShelf.of("g", image("pro", WIDE)), FakeShelf.of("z", image("other")));
    assertEquals("invalid_value: size is fixed to 1376x768 by the model gemini-3.0-pro-image-landscape",
        refused(catalogue, task("gemini-3.0-pro-image-landscape", "1024x1024")));
  }

  @Test
  void theModelsOwnLimitsHoldForThePreparedTask() {
    var catalogue = catalogue(configured(entry("odd", at("g/pro", "900x300"))), FakeShelf.of("g", image("pro", WIDE)));
    assertEquals("invalid_value: size must have one of the shapes 16:9, 1:1 for odd", refused(catalogue, task("odd")));
  }

  @Test
  void targetsAreAskedInOrderAndThoseThatAreNotThereAreSkipped() {
    var entry = new ModelEntry("mix", List.of("blend"), List.of(at("flow/KEY"), at("b/two"), at("a/one"), at("a/gone")),
        Optional.of(Strategy.CHEAPEST));
    var catalogue = catalogue(configured(entry), FakeShelf.of("a", image("one")), FakeShelf.of("b", FakeShelf.named("up-2", image("two"))));
    assertEquals(List.of("b/up-2", "a/one"), asked(catalogue, "mix"));
    assertEquals(List.of("b/up-2", "a/one"), asked(catalogue, "blend"));
    assertEquals(List.of("a/one"), asked(catalogue, "mix", Optional.of("a")));
    assertEquals(Strategy.CHEAPEST, catalogue.strategy("blend"));
    assertEquals(Strategy.ORDER, catalogue.strategy("one"));
    assertEquals(List.of("b/up-2", "a/one"), catalogue.named("blend").candidates());
    assertEquals("mix", catalogue.named("blend").model().name());
  }

  @Test
  void aTargetThatRetiresLeavesItsPlaceToItsSuccessor() {
    var entry = entry("old", at("openai/dall-e-3", "1024x1024"), at("b/two"));
    var catalogue = catalogue(configured(entry), OPENAI, FakeShelf.of("b", image("two")));
    assertEquals(List.of("openai/gpt-2", "b/two"), asked(catalogue, "old"));
    assertEquals(task("gpt-2", "1024x1024"), catalogue.candidates(task("old"), Optional.empty()).getFirst().prepare(task("old")));
  }

  @Test
  void theOperatorsNameWinsAndABuiltInOneComesAfterTheProvidersOwn() {
    var a = FakeShelf.of("a", image("flux"));
    var b = FakeShelf.of("b", image("two"));
    assertEquals(List.of("b/two"), asked(catalogue(configured(entry("flux", at("b/two"))), a, b), "flux"));
    assertEquals(List.of("a/flux", "b/two"), asked(catalogue(builtIn(entry("flux", at("b/two"))), a, b), "flux"));
    assertEquals(List.of("a/flux"), asked(catalogue(configured(entry("flux", at("b/two"))), a, b), "a/flux"));
  }

  @Test
  void aNamesModelSaysWhatIsLeftToChoose() {
    var clip = new Target("v/omni", new Preset(Size.parse("1280x720"), OptionalInt.of(8), new JsonObject()));
    var catalogue = catalogue(configured(entry("clip", clip)), FakeShelf.of("v", FakeShelf.video("omni", WIDE, Set.of(4, 8))));
    var model = catalogue.model("clip").orElseThrow();

    assertEquals("clip", model.name());
    assertEquals("v", model.provider());
    assertEquals(new SizeRule.OneOf(List.of(new Size(1280, 720))), model.capability().sizes());
    assertEquals(Set.of(8), model.capability().seconds());
  }

  @Test
  void aJobKnowsWhatItSentEvenAfterItsModelHasRetired() {
    now = Instant.parse("2026-05-01T00:00:00Z");
    var catalogue = catalogue(configured(entry("square", at("openai/dall-e-3", "1024x1024"))), OPENAI);
    var origin = new Job.Origin("key", "", "images/generations", Optional.empty(), "hash", now);
    var job = Job.queued("job_1", origin, task("square")).submitting(Attempt.begun("openai", "dall-e-3", "openai#1", now));
    assertEquals(task("dall-e-3", "1024x1024"), catalogue.sent(job));

    now = NOVEMBER;
    assertEquals(task("dall-e-3"), catalogue.sent(job));
  }

  // ---- complaints -------------------------------------------------------------------------------------------------

  @Test
  void aNameWhoseProvidersLackAKeySaysWhoseKeyIsNeeded() {
    var shelves = new Provider[] {FakeShelf.of("gemini", image("pro")), FakeShelf.of("openai", image("gpt-2")), FakeShelf.of("box", image("box-1"))};
    var names = builtIn(entry("old-pro", at("flow/KEY"), at("gemini/pro")), entry("both", at("gemini/pro"), at("openai/gpt-2")),
        entry("local", at("box/none")), entry("nowhere", at("flow/KEY"), at("comfy/x")));
    var catalogue = catalogue(names, Set.of("box"), shelves);

    assertEquals("model_not_found: The model 'old-pro' needs a key for the provider gemini, and none is set up.", refused(catalogue, task("old-pro")));
    assertEquals("model_not_found: The model 'both' needs a key for one of the providers gemini, openai, and none is set up.",
        refused(catalogue, task("both")));
    assertEquals("model_not_found: The model 'nowhere' needs a key for one of the providers flow, comfy, and none is set up.",
        refused(catalogue, task("nowhere")));
    assertEquals("model_not_found: The model 'gpt-2' needs a key for the provider openai, and none is set up.", refused(catalogue, task("gpt-2")));
    assertEquals("model_not_found: The model 'gemini/pro' needs a key for the provider gemini, and none is set up.",
        refused(catalogue, task("gemini/pro")));
    assertEquals(List.of("box-1"), List.copyOf(catalogue.names()));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "gpt-22         | The model 'gpt-22' does not exist. Did you mean gpt-2?",
      "dall-e3        | The model 'dall-e3' does not exist. Did you mean dall-e-3, dalle?",
      "hause-style    | The model 'hause-style' does not exist. Did you mean house-style?",
      "house-stlye    | The model 'house-stlye' does not exist. Did you mean house-style?",
      "openai/gpt-22  | The model 'openai/gpt-22' does not exist. Did you mean openai/gpt-2, openai/gpt-1.5?",
      "xyzzy          | The model 'xyzzy' does not exist."})
  void anUnknownNameIsToldWithItsNeighbours(String name, String words) {
    var entry = new ModelEntry("my-own", List.of("house-style"), List.of(at("openai/gpt-2")), Optional.empty());
    assertEquals("model_not_found: " + words, refused(catalogue(configured(entry), OPENAI), task(name)));
  }

  @Test
  void aModelAtAnotherProviderIsToldSo() {
    var catalogue = catalogue(Names.NONE, OPENAI, FakeShelf.of("box", image("box-1")));
    var e = assertThrows(GatewayException.class, () -> asked(catalogue, "gpt-2", Optional.of("box")));
    assertEquals("The model 'gpt-2' does not exist at provider box.", e.getMessage());
    var near = assertThrows(GatewayException.class, () -> asked(catalogue, "box-2", Optional.of("box")));
    assertEquals("The model 'box-2' does not exist at provider box. Did you mean box-1?", near.getMessage());
  }

  private Task video(String model, Input.Role... roles) {
    var media = new Media("med_1", "", Media.Role.INPUT, 0, MediaType.PNG, 1, 1, 1, "", Path.of("x"), Optional.empty(), now, Optional.empty());
    var inputs = List.of(roles).stream().map(r -> new Input(media, r)).toList();
    return new Task.Video(model, "a cat", Optional.empty(), OptionalInt.empty(), inputs, new JsonObject());
  }

  @Test
  void aModelThatGoesOnWithAVideoSaysSoAndHintsAtNoOther() {
    var inputs = new Capability.Inputs(1, 1, Set.of(Input.Role.SOURCE));
    var extend = FakeShelf.video("up-extend", inputs);
    var catalogue = catalogue(configured(entry("extend", at("v/up-extend"))),
        FakeShelf.of("v", FakeShelf.video("omni", WIDE, Set.of()), extend));
    var words = "invalid_value: extend needs a video to go on with: give extend://ID of one that was made here as image_url";

    assertEquals(words, refused(catalogue, video("extend")));
    assertEquals(words, refused(catalogue, video("extend", Input.Role.REFERENCE)));
    assertEquals(words, refused(catalogue, video("extend", Input.Role.FIRST_FRAME, Input.Role.LAST_FRAME)));
    assertEquals("invalid_value: image may be given at most once for extend",
        refused(catalogue, video("extend", Input.Role.SOURCE, Input.Role.REFERENCE)));
    assertEquals("invalid_value: extend makes videos, not pictures", refused(catalogue, task("extend")));
  }

  @Test
  void aTargetTheProviderCannotDoIsAComplaint() {
    var catalogue = catalogue(Names.NONE, OPENAI, FakeShelf.of("v", FakeShelf.video("omni", WIDE, Set.of(4, 8))));
    assertEquals(Optional.of(new Failure.Invalid("model", "is not a model of openai, did you mean openai/gpt-2?")),
        catalogue.complaint(at("openai/gpt2")));
    assertEquals(Optional.of(new Failure.Invalid("size", "must have one of the shapes 16:9, 1:1")), catalogue.complaint(at("v/omni", "300x900")));
    var long9 = new Target("v/omni", new Preset(Optional.empty(), OptionalInt.of(9), new JsonObject()));
    assertEquals(Optional.of(new Failure.Invalid("seconds", "must be one of 4, 8")), catalogue.complaint(long9));
    assertEquals(Optional.empty(), catalogue.complaint(at("v/omni", "1280x720")));
    assertEquals(Optional.empty(), catalogue.complaint(at("off/any")));
    assertEquals(Optional.empty(), catalogue.complaint(at("openai/dall-e-2")));
  }
}
