package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Size;
import easel.core.Time;
import easel.job.Catalogue;
import easel.job.ModelEntry;
import easel.job.ModelEntry.Target;
import easel.job.Names;
import easel.job.Preset;
import easel.job.Strategy;
import easel.provider.ProviderSettings;
import easel.upstream.Upstream;
import easel.upstream.UpstreamOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigModelsTest {
  @TempDir
  private Path folder;

  private Config read(String toml) throws Exception {
    var file = folder.resolve("setting.toml");
    Files.writeString(file, toml);
    return ConfigReader.read(Flags.parse(List.of("--config", file.toString(), "--data", folder.toString()), Map.of()), Map.of());
  }

  private Catalogue catalogue(String toml) throws Exception {
    try (var upstream = new Upstream(UpstreamOptions.defaults())) {
      var config = read(toml);
      var plan = new Blueprint(config);
      var providers = plan.providers(upstream, new AccountBook(), Time.system());
      return plan.checkedCatalogue(providers, config.providers(), Time.system());
    }
  }

  private List<String> complaints(String toml) {
    var e = assertThrows(ConfigException.class, () -> catalogue(toml));
    return e.complaints().stream().map(c -> c.replace(folder + "/", "")).toList();
  }

  @Test
  void aNameMayHaveCandidatesOfBothKinds() throws Exception {
    var config = read("""
        [[models]]
        name = "house"
        aliases = ["home"]
        strategy = "cheapest"
        candidates = ["sample/sample-image", { model = "openai/gpt-image-2", size = "1536x1024", params = { moderation = "low" } }]
        [[models]]
        name = "clip"
        [[models.candidates]]
        model = "sample/sample-video"
        seconds = 8
        """);
    var fixed = new Preset(Size.parse("1536x1024"), OptionalInt.empty(), new JsonObject().add("moderation", "low"));
    var eight = new Preset(Optional.empty(), OptionalInt.of(8), new JsonObject());
    assertEquals(List.of(
        new Config.Name("models[0]", new ModelEntry("house", List.of("home"),
            List.of(new Target("sample/sample-image", Preset.NONE), new Target("openai/gpt-image-2", fixed)), Optional.of(Strategy.CHEAPEST))),
        new Config.Name("models[1]", new ModelEntry("clip", List.of(), List.of(new Target("sample/sample-video", eight)), Optional.empty()))),
        config.names());
  }

  @Test
  void namesOfTheOperatorAreOfferedAndWin() throws Exception {
    var catalogue = catalogue("""
        [[models]]
        name = "gpt-image-2"
        candidates = ["sample/sample-image"]
        [[models]]
        name = "house"
        candidates = ["sample/sample-image"]
        strategy = "balanced"
        [providers.openai]
        api_key = "sk-test"
        [dispatch]
        strategy = "fastest"
        """);
    assertEquals(List.of("sample/sample-image"), catalogue.named("gpt-image-2").candidates());
    assertEquals(List.of("openai/gpt-image-2"), catalogue.named("openai/gpt-image-2").candidates());
    assertEquals(Strategy.BALANCED, catalogue.strategy("house"));
    assertEquals(Strategy.FASTEST, catalogue.strategy("sample-image"));
  }

  @Test
  void tomorrowsModelIsAddedToItsProvider() throws Exception {
    var toml = """
        [providers.openai]
        api_key = "sk-test"
        [[models]]
        name = "gpt-image-3"
        aliases = ["newest"]
        provider = "openai"
        upstream = "gpt-image-3-2027-01-15"
        like = "gpt-image-2"
        """;
    var openai = read(toml).providers().getFirst();
    assertEquals(List.of(new ProviderSettings.Added("gpt-image-3", "gpt-image-3-2027-01-15", "gpt-image-2")), openai.added());
    var catalogue = catalogue(toml);
    for (var name : List.of("gpt-image-3", "newest", "openai/gpt-image-3")) {
      assertEquals(List.of("openai/gpt-image-3-2027-01-15"), catalogue.named(name).candidates());
    }
    assertEquals(catalogue.model("gpt-image-2").orElseThrow().capability(), catalogue.model("newest").orElseThrow().capability());
  }

  @Test
  void theDispatchSectionIsRead() throws Exception {
    assertEquals(new Config.Dispatch(Strategy.ORDER, false), read("").dispatch());
    assertEquals(new Config.Dispatch(Strategy.BALANCED, true), read("[dispatch]\nstrategy = \"balanced\"\nfallback_on_refusal = true\n").dispatch());
    assertEquals(List.of("setting.toml:2: dispatch.strategy must be one of order, balanced, cheapest, fastest"),
        complaints("[dispatch]\nstrategy = \"best\"\n"));
  }

  @Test
  void whatMakesNoModelIsAComplaintWithItsLine() {
    assertEquals(List.of(
        "setting.toml:4: models[0].candidates[0] names a provider that there is not, did you mean sample?",
        "setting.toml:5: models[0].candidates[1] must be like openai/gpt-image-2",
        "setting.toml:6: models[0].candidates[2].size must be like 1024x1024, with sides up to 16384",
        "setting.toml:6: models[0].candidates[2].sise is not a known field, did you mean size?",
        "setting.toml:9: models[1].name has house, which is another one's name already",
        "setting.toml:8: models[1].candidates or a provider is needed, and not both",
        "setting.toml:12: models[2].provider is not the name of a provider: there is no section [providers.elsewhere]",
        "setting.toml:11: models[2].name must have 1 to 100 visible ASCII characters without blanks",
        "setting.toml:14: models[3].name has auto, which is another one's name already",
        "setting.toml:15: models[3].candidates[0] must be text or a table").stream().sorted().toList(),
        complaints("""
            [[models]]
            name = "house"
            candidates = [
              "smple/sample-image",
              "gpt-image-2",
              { model = "openai/gpt-image-2", size = "big", sise = 1 },
            ]
            [[models]]
            name = "house"
            [[models]]
            name = ""
            provider = "elsewhere"
            [[models]]
            name = "auto"
            candidates = [7, "sample/sample-image"]
            """).stream().sorted().toList());
  }

  @Test
  void whatAProviderDoesNotHaveIsAComplaintWithItsLine() {
    assertEquals(List.of(
        "setting.toml:3: models[0].candidates[0].model is not a model of openai, did you mean openai/gpt-image-2?",
        "setting.toml:3: models[0].candidates[1].size must have sides divisible by 16"),
        complaints("""
            [[models]]
            name = "house"
            candidates = ["openai/gpt-imag-2", { model = "openai/gpt-image-2", size = "1000x1000" }]
            """));
    assertTrue(complaints("""
        [[models]]
        name = "next"
        provider = "openai"
        like = "gpt-imag-2"
        """).getFirst().contains("next, which cannot be like gpt-imag-2"));
  }

  @Test
  void aSwitchedOffProviderLeavesItsPlaceEmpty() throws Exception {
    var catalogue = catalogue("""
        [[models]]
        name = "house"
        candidates = ["openai/whatever", "sample/sample-image"]
        [providers.openai]
        enabled = false
        """);
    assertEquals(List.of("sample/sample-image"), catalogue.named("house").candidates());
  }

  @Test
  void builtInNamesMeanModelsTheAdaptersHaveAndSizesTheyMake() throws Exception {
    var catalogue = catalogue("");
    for (var entry : Names.with(List.of(), Strategy.ORDER).builtIn()) {
      for (var target : entry.targets()) assertEquals(Optional.empty(), catalogue.complaint(target), entry.name() + " at " + target.address());
    }
  }

  @Test
  void theExamplesOfTheSampleFileAreGood() throws Exception {
    var sample = Files.readString(Path.of("config/setting.toml")).lines().map(l -> l.matches("#[\\[a-z].*") ? l.substring(1) : l)
        .map(l -> l.replace("\"bfl/flux-2-pro\", ", "")).collect(Collectors.joining("\n"));
    var catalogue = catalogue(sample);
    assertEquals(List.of("sample/sample-video"), catalogue.named("clip").candidates());
    assertEquals(List.of("house-style", "clip"), read(sample).names().stream().map(n -> n.entry().name()).toList());
  }
}
