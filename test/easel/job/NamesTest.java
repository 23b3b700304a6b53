package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Provider;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import easel.provider.ProviderSettings;
import easel.provider.Providers;
import fake.FakeAccounts;
import fake.FakeShelf;
import fake.FakeTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The built-in names against {@code older-names.txt}: each with its kind, its key at Flow, its shape and its upscaling.
 */
class NamesTest {
  private static final Instant NOVEMBER = Instant.parse("2026-11-21T12:00:00Z");
  private static final Names NAMES = Names.with(List.of(), Strategy.ORDER);
  private static final Map<String, Ratio> SHAPES = Map.of("LANDSCAPE", Ratio.of("16:9"), "PORTRAIT", Ratio.of("9:16"),
      "SQUARE", Ratio.of("1:1"), "LANDSCAPE_FOUR_THREE", Ratio.of("4:3"), "PORTRAIT_THREE_FOUR", Ratio.of("3:4"));
  private static final Map<String, Integer> LONGER_SIDE = Map.of("1080P", 1920, "4K", 3840, "-", 1280);

  /** As it is in November 2026. */
  private static final FakeShelf GEMINI = gemini();
  private static final Provider FLOW = flow();

  /** One line of the list. */
  record Older(String name, boolean image, String key, Ratio shape, String upscale) {
    static Older of(String line) {
      var parts = line.split(" ");
      return new Older(parts[0], parts[1].equals("image"), parts[2], SHAPES.get(parts[3]), parts[4]);
    }
  }

  static Stream<Older> older() {
    try (var in = NamesTest.class.getResourceAsStream("older-names.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(Older::of);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that somebody else than Flow can do: nobody else can go on with its videos. */
  static Stream<Older> portable() {
    return older().filter(o -> !o.name().contains("extend"));
  }

  private static FakeShelf gemini() {
    var pictures = Stream.of("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9").map(Ratio::of).toList();
    var shapes = new SizeRule.Ratios(pictures, 4800L * 3584);
    var films = new SizeRule.Ratios(List.of(Ratio.of("16:9"), Ratio.of("9:16")), 3840L * 2160);
    var upTo10 = IntStream.rangeClosed(3, 10).boxed().collect(Collectors.toSet());
    var upTo15 = IntStream.rangeClosed(3, 15).boxed().collect(Collectors.toSet());
    return FakeShelf.of("gemini", FakeShelf.image("gemini-3-pro-image", shapes), FakeShelf.image("gemini-3.1-flash-lite-image", shapes),
        FakeShelf.image("gemini-nano-banana-2.1", shapes), FakeShelf.video("gemini-omni-1.1-flash", films, upTo10),
        FakeShelf.video("gemini-omni-1.2-flash", films, upTo15));
  }

  private static Catalogue catalogue(Provider... providers) {
    var ready = Stream.of(providers).map(Provider::id).collect(Collectors.toSet());
    return new Catalogue(new Catalogue.Offer(List.of(providers), ready, id -> Optional.empty(), id -> Optional.empty()), NAMES, () -> NOVEMBER);
  }

  private static Task task(Older older) {
    var pictures = older.name().contains("interpolation") ? 2 : older.name().contains("i2v") ? 1 : 0;
    var inputs = IntStream.range(0, pictures).mapToObj(i -> new Input(picture(i), i == 0 ? Input.Role.FIRST_FRAME : Input.Role.LAST_FRAME)).toList();
    return older.image() ? new Task.Image(older.name(), "a cat", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject())
        : new Task.Video(older.name(), "a cat", Optional.empty(), OptionalInt.empty(), inputs, new JsonObject());
  }

  private static Media picture(int number) {
    return new Media("media_" + number, "", Media.Role.INPUT, number, MediaType.PNG, 1, 1, 1, "", Path.of("p.png"), Optional.empty(), NOVEMBER,
        Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("portable")
  void everyOlderNameIsWorkForGoogleWithItsShapeAndItsLength(Older older) {
    var candidates = catalogue(GEMINI).candidates(task(older), Optional.empty());
    var prepared = candidates.getFirst().prepare(task(older));

    assertEquals("gemini", candidates.getFirst().provider().id());
    switch (prepared) {
      case Task.Image image -> assertSize(older, image.size().orElseThrow(), 768 * (older.upscale().equals("-") ? 1 : older.upscale().charAt(0) - '0'));
      case Task.Video video -> {
        var size = video.size().orElseThrow();
        assertEquals(LONGER_SIDE.get(older.upscale()), Math.max(size.width(), size.height()));
        assertSize(older, size, 720);
        int seconds = older.name().contains("4s") ? 4 : older.name().contains("6s") ? 6 : 8;
        assertEquals(OptionalInt.of(seconds), video.seconds());
      }
    }
  }

  private static void assertSize(Older older, Size size, int shorterAtLeast) {
    assertTrue(older.shape().distance(size) < SizeRule.Ratios.TOLERANCE, older.name() + " is " + size);
    assertTrue(Math.min(size.width(), size.height()) >= shorterAtLeast, older.name() + " is only " + size);
  }

  @ParameterizedTest
  @MethodSource("portable")
  void flowComesFirstWhereItIs(Older older) {
    var model = older.image() ? FakeShelf.image(older.key()) : FakeShelf.video(older.key(), new SizeRule.Any(), Set.of());
    var candidates = catalogue(GEMINI, FakeShelf.of("flow", model)).candidates(task(older), Optional.empty());
    assertEquals(List.of("flow", "gemini"), candidates.stream().map(c -> c.provider().id()).toList());
  }

  /** As the adapter really has them; nothing is sent. */
  private static Provider flow() {
    var nowhere = new Providers.Outside(c -> { throw new AssertionError(); }, null, null, new FakeAccounts(), new FakeTime(), Duration.ofSeconds(1),
        Duration.ofSeconds(1), 1, "test");
    return new Providers(List.of(ProviderSettings.of("flow", "flow")), nowhere).all().getFirst();
  }

  /** What an extension goes on with, besides what other names take. */
  private static Task flowTask(Older older) {
    if (!older.name().contains("extend")) return task(older);
    return new Task.Video(older.name(), "a cat", Optional.empty(), OptionalInt.empty(), List.of(new Input(picture(0), Input.Role.SOURCE)), new JsonObject());
  }

  @ParameterizedTest
  @MethodSource("older")
  void flowCanDoWhatEveryOlderNameAsksFor(Older older) {
    var candidate = catalogue(FLOW).candidates(flowTask(older), Optional.empty()).getFirst();
    var prepared = candidate.prepare(flowTask(older));
    assertEquals(older.key(), prepared.model());
    assertTrue(older.shape().distance(prepared.size().orElseThrow()) < SizeRule.Ratios.TOLERANCE, older.name());
  }

  @ParameterizedTest
  @CsvSource({"veo_3_1_t2v_fast, 1080x1920, veo_3_1_t2v_fast_portrait", "veo_3_1_t2v, 3840x2160, veo_3_1_t2v", "veo_3_1_t2v, 720x1280, veo_3_1_t2v_portrait",
      "veo_3_1_t2v_lite_4s, 720x1280, veo_3_1_t2v_lite_4s", "gemini-3.0-pro-image, 4096x4096, GEM_PIX_2"})
  void namesWithoutAShapeFindTheKeyOfTheCallersShape(String name, String size, String key) {
    var wanted = Size.parse(size);
    Task task = name.startsWith("veo") ? new Task.Video(name, "a cat", wanted, OptionalInt.empty(), List.of(), new JsonObject())
        : new Task.Image(name, "a cat", 1, wanted, Look.ANY, 0, List.of(), new JsonObject());
    var prepared = catalogue(FLOW).candidates(task, Optional.empty()).getFirst().prepare(task);
    assertEquals(key, prepared.model());
    assertEquals(wanted, prepared.size());
  }

  @ParameterizedTest
  @CsvSource({"gemini-3.0-pro-image, gemini-3-pro-image", "gemini-3.1-flash-image, gemini-nano-banana-2.1",
      "imagen-4.0-generate-preview, gemini-nano-banana-2.1", "veo_3_1_t2v, gemini-omni-1.1-flash", "veo_3_1_i2v_s, gemini-omni-1.1-flash",
      "veo_3_1_t2v_lite_6s, gemini-omni-1.2-flash"})
  void namesWithoutAShapeTakeTheCallers(String name, String model) {
    boolean image = !name.startsWith("veo");
    var size = new Size(720, 1280);
    Task task = image ? new Task.Image(name, "a cat", 1, Optional.of(size), Look.ANY, 0, List.of(), new JsonObject())
        : new Task.Video(name, "a cat", Optional.of(size), OptionalInt.empty(), List.of(), new JsonObject());
    var prepared = catalogue(GEMINI).candidates(task, Optional.empty()).getFirst().prepare(task);

    assertEquals(model, prepared.model());
    assertEquals(Optional.of(size), prepared instanceof Task.Image i ? i.size() : ((Task.Video) prepared).size());
  }

  @Test
  void noNameIsThereTwiceAndEveryTargetIsAnAddress() {
    var seen = new HashSet<String>();
    for (var entry : NAMES.builtIn()) {
      assertTrue(seen.add(entry.name()), entry.name());
      for (var alias : entry.aliases()) assertTrue(seen.add(alias), alias);
      for (var target : entry.targets()) {
        assertTrue(Set.of("flow", "gemini", "bfl", "comfyui", "leonardo", "runware").contains(target.provider()), target.address());
      }
    }
    assertTrue(seen.containsAll(older().map(Older::name).toList()));
  }

  @Test
  void withoutAnyOfTheirProvidersTheySayWhoseKeyIsNeeded() {
    var shelf = FakeShelf.of("openai", FakeShelf.image("gpt-image-2"));
    assertEquals(List.of("gpt-image-2"), List.copyOf(catalogue(shelf).names()));
  }
}
