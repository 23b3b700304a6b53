package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import fake.RealEasel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every provider in every scene, behind one real Easel, as a client sees it: all visits are made at once, because most
 * of the time of each is waiting for a poll. What was seen is also written to build/every-provider.md.
 */
class EveryProviderTest {
  private static final String HEAD = "| | HTTP | the client saw | x-should-retry | Retry-After | job | attempts | submits | in words |\n"
      + "|---|---|---|---|---|---|---|---|---|\n";

  private interface Maker {
    FarSide make(Scene scene) throws IOException;
  }

  @TempDir
  private static Path folder;
  private static final Map<String, Maker> MAKERS = new LinkedHashMap<>();

  static {
    MAKERS.put("openai", FarOpenAi::new);
    MAKERS.put("videos", FarVideos::new);
    MAKERS.put("gemini", FarGemini::new);
    MAKERS.put("bfl", FarBfl::new);
    MAKERS.put("leonardo", FarLeonardo::new);
    MAKERS.put("runware", FarRunware::new);
    MAKERS.put("flow", FarFlow::new);
    MAKERS.put("comfyui", scene -> new FarComfy(scene, folder));
  }

  private static final Map<String, FarSide> FAR = new LinkedHashMap<>();
  private static final Map<String, CompletableFuture<Seen>> SEEN = new HashMap<>();
  private static RealEasel easel;

  @BeforeAll
  static void visitEveryProvider() throws Exception {
    for (var maker : MAKERS.entrySet()) {
      for (var scene : Scene.values()) add(scene.of(maker.getKey()), maker.getValue().make(scene));
    }
    var config = Files.writeString(folder.resolve("setting.toml"), toml());
    easel = RealEasel.start(folder.resolve("data"), Map.of(), "--port", "0", "--config", config.toString());
    // Only now do some close their doors: while others were still opening theirs, they could have got the same port.
    for (var far : FAR.values()) far.play();
    FAR.forEach((name, far) ->
        SEEN.put(name, CompletableFuture.supplyAsync(() -> seen(name, far), Thread.ofPlatform()::start)));
  }

  private static void add(String name, FarSide far) {
    if (far.never().contains(far.scene)) far.close();
    else FAR.put(name, far);
  }

  private static String toml() {
    // A limit of a provider that is longer than this is told to the client instead of waited for.
    var all = new StringBuilder("[generation]\nwait_timeout = \"400ms\"\nvideo_wait_timeout = \"400ms\"\n");
    FAR.forEach((name, far) -> all.append(far.section(name)));
    return all.toString();
  }

  private static Seen seen(String name, FarSide far) {
    try {
      return new Visit(easel, far, name).see();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> visits() {
    return MAKERS.keySet().stream().flatMap(p -> Stream.of(Scene.values()).filter(s -> FAR.containsKey(s.of(p)))
        .map(s -> arguments(p, s)));
  }

  @ParameterizedTest
  @MethodSource("visits")
  void theClientSeesWhatHappenedAndNothingIsBoughtTwice(String provider, Scene scene) throws Exception {
    var seen = SEEN.get(scene.of(provider)).get();
    assertEquals(Promised.line(provider, scene), seen.line(), seen.message());
    assertFalse(seen.message().contains(FAR.get(scene.of(provider)).key()), seen.message());
  }

  @ParameterizedTest
  @EnumSource(names = {"EDIT", "FRAME"})
  void theProviderHasThePictureThatWasHandedIn(Scene scene) throws Exception {
    for (var provider : MAKERS.keySet()) {
      var name = scene.of(provider);
      if (!FAR.containsKey(name)) continue;
      SEEN.get(name).get();
      var heard = FAR.get(name).heard().stream().map(b -> new String(b, StandardCharsets.ISO_8859_1)).toList();
      var plain = new String(Visit.INPUT, StandardCharsets.ISO_8859_1);
      var base64 = Base64.getEncoder().encodeToString(Visit.INPUT);
      assertTrue(heard.stream().anyMatch(b -> b.contains(plain) || b.contains(base64)), provider);
    }
  }

  @Test
  void aTimeoutIsToldAsItWasSet() throws Exception {
    var words = SEEN.get(Scene.DRIP.of("openai")).get().message();
    assertTrue(words.contains("did not finish within 3 s"), words);
  }

  @AfterAll
  static void writeDownWhatWasSeen() throws Exception {
    var all = new StringBuilder();
    for (var provider : MAKERS.keySet()) {
      all.append("\n### ").append(provider).append("\n\n").append(HEAD);
      for (var scene : Scene.values()) {
        var seen = SEEN.get(scene.of(provider));
        if (seen == null) continue;
        all.append("| ").append(scene.title).append(" | ").append(seen.get().row(scene.of(provider), provider)).append(" |\n");
      }
    }
    Files.writeString(Path.of("build", "every-provider.md"), all.substring(1));
    easel.kill();
    easel.close();
    FAR.values().forEach(FarSide::close);
  }
}
