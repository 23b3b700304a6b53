package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.core.Life;
import easel.core.Look;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import easel.core.Usage;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiCatalogueTest {
  /** The words of dall-e-3 cost what they are sent as, and what is left to OpenAI is taken to be medium. */
  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {"gpt-image-2,1024x1024,hd,0.211", "gpt-image-2,1024x1024,high,0.211",
      "gpt-image-2,1024x1024,standard,0.053", "gpt-image-2,1024x1024,auto,0.053", "gpt-image-2,1024x1024,-,0.053",
      "gpt-image-2,1024x1024,low,0.006", "gpt-image-2,1536x1024,standard,0.041", "gpt-image-2,1536x1024,hd,0.165",
      "gpt-image-1-mini,1024x1536,auto,0.015", "gpt-image-1.5,1536x1024,hd,0.20"})
  void everyWordOfQualityHasItsPrice(String name, String size, String quality, String usd) {
    var look = new Look(Optional.ofNullable(quality), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty(),
        Optional.empty(), Optional.empty());
    var task = new Task.Image(name, "x", 1, Size.parse(size), look, 0, List.of(), new JsonObject());
    var options = new OpenAiOptions("openai", OpenAiOptions.OPENAI_URL, List.of(name), List.of(), Duration.ofSeconds(1), 1, "");
    var model = OpenAiCatalogue.models(options).getFirst();
    assertEquals(Optional.empty(), model.capability().complaint(task));
    assertEquals(usd, model.price().orElseThrow().estimate(task).toPlainString());
  }

  private static final LocalDate TODAY = LocalDate.parse("2026-11-21");

  private static List<Model> models(String id, String... listed) {
    var options = new OpenAiOptions(id, OpenAiOptions.OPENAI_URL, List.of(listed), List.of(), Duration.ofMinutes(10), 1 << 20,
        "Easel/test");
    return OpenAiCatalogue.models(options);
  }

  private static Model model(String name) {
    return models("openai").stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  private static Optional<String> complaint(String model, String size, String quality) {
    var look = new Look(Optional.ofNullable(quality), Optional.empty(), Optional.of(MediaType.PNG), OptionalInt.empty(),
        Optional.empty(), Optional.empty(), Optional.empty());
    var task = new Task.Image(model, "a cat", 1, Size.parse(size), look, 0, List.of(), new JsonObject());
    return model(model).capability().complaint(task).map(i -> i.message());
  }

  private static List<String> offered(LocalDate day) {
    return models("openai").stream().filter(m -> m.life().state(day) != Life.State.RETIRED).map(Model::name).toList();
  }

  @Test
  void todaysModelsAreOfferedAndRetiredNamesMeanTheSuccessor() {
    assertEquals(List.of("gpt-image-2", "gpt-image-2-2026-04-21", "gpt-image-2.5-sunburst",
        "gpt-image-2.5-sunburst-2026-09-08",
        "gpt-image-2.5-flare", "gpt-image-2.5-flare-2026-09-08", "gpt-image-2.6-sunburst", "gpt-image-2.6-flare",
        "gpt-image-1.5",
        "gpt-image-1.5-2025-12-16", "gpt-image-1-mini", "chatgpt-image-latest"), offered(TODAY));
    for (var name : List.of("gpt-image-1", "dall-e-3", "dall-e-2")) {
      assertEquals(Optional.of("gpt-image-2"), model(name).life().successor());
    }
    assertEquals("openai/gpt-image-2", model("gpt-image-2").address());
    assertEquals(Instant.parse("2026-04-21T00:00:00Z"), model("gpt-image-2").created());
  }

  @Test
  void modelsRetireOnTheirDay() {
    assertTrue(offered(LocalDate.parse("2026-11-30")).contains("gpt-image-1.5"));
    assertEquals(List.of("gpt-image-2", "gpt-image-2-2026-04-21", "gpt-image-2.5-sunburst", "gpt-image-2.5-sunburst-2026-09-08",
        "gpt-image-2.5-flare", "gpt-image-2.5-flare-2026-09-08", "gpt-image-2.6-sunburst", "gpt-image-2.6-flare"),
        offered(LocalDate.parse("2026-12-01")));
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "gpt-image-2, 3840x2160, high, -",
      "gpt-image-2, 1792x1024, hd, -",
      "gpt-image-2, 1000x1000, -, size must have sides divisible by 16",
      "gpt-image-2, 3856x1920, -, size must have sides between 16 and 3840",
      "gpt-image-2, 3840x1200, -, 'size must be between 1:3 and 3:1'",
      "gpt-image-2, 3840x3840, -, size must have between 1 and 8294400 pixels",
      "gpt-image-2, 1024x1024, xhigh, 'quality must be one of auto, hd, high, low, medium, standard'",
      "gpt-image-2.5-flare, 1024x1024, xhigh, -",
      "gpt-image-1.5, 1536x1024, low, -",
      "gpt-image-1.5, 512x512, -, 'size must be one of auto, 1024x1024, 1536x1024, 1024x1536'"})
  void limitsAreThoseOfTheModel(String model, String size, String quality, String complaint) {
    assertEquals(Optional.ofNullable(complaint), complaint(model, size, quality));
  }

  @Test
  void compatibleServerOffersWhatIsListedAndAnythingGoes() {
    var models = models("local", "flux", "gpt-image-1.5");
    assertEquals(List.of("local/flux", "local/gpt-image-1.5"), models.stream().map(Model::address).toList());
    for (var model : models) {
      var task = new Task.Image(model.name(), "a cat", 10, Size.parse("7x9999"), Look.ANY, 3, List.of(),
          new JsonObject());
      assertEquals(Optional.empty(), model.capability().complaint(task));
      assertEquals(16, model.capability().inputs().max());
      assertTrue(model.capability().inputs().mask());
    }
    assertEquals(List.of(), models("local"));
  }

  @Test
  void listedModelsOfOpenAiKeepTheirLimits() {
    var models = models("openai", "gpt-image-1.5", "gpt-image-3");
    assertEquals(model("gpt-image-1.5").capability(), models.get(0).capability());
    assertEquals("gpt-image-3", models.get(1).name());
    assertEquals(List.of(), models.get(0).aliases());
  }

  @Test
  void aServerThatIsNotOpenAisOwnOffersWhatItsOperatorSays() {
    var relay = new OpenAiOptions("openai", URI.create("https://relay.example/v1"), List.of("dall-e-3", "gpt-image-1.5"),
        List.of(), Duration.ZERO, 0, "");
    for (var model : OpenAiCatalogue.models(relay)) assertEquals(Life.OPEN, model.life());
    assertEquals(Optional.of(LocalDate.parse("2026-05-12")), models("openai", "dall-e-3").getFirst().life().ends());
  }

  @Test
  void addedModelsWorkLikeTheOneTheyAreLikeAndWithoutOneAnythingGoes() {
    var added = List.of(new ProviderSettings.Added("next", "gpt-image-3-2027-01-15", "gpt-image-1.5"),
        new ProviderSettings.Added("later", "gpt-image-4", ""));
    var options = new OpenAiOptions("openai", OpenAiOptions.OPENAI_URL, List.of("gpt-image-2"), List.of(), added, Duration.ZERO, 0, "");
    var models = OpenAiCatalogue.models(options);

    assertEquals(List.of("openai/gpt-image-2", "openai/gpt-image-3-2027-01-15", "openai/gpt-image-4"),
        models.stream().map(Model::address).toList());
    assertEquals(model("gpt-image-1.5").capability(), models.get(1).capability());
    assertEquals(Life.OPEN, models.get(1).life());
    assertEquals(new SizeRule.Any(), models.get(2).capability().sizes());
  }

  @Test
  void anAddedModelMayBeLikeAVideoModelOfACompatibleServer() {
    var options = new OpenAiOptions("box", URI.create("http://box/v1"), List.of(), List.of("wan"),
        List.of(new ProviderSettings.Added("wan-next", "wan-3", "wan")), Duration.ZERO, 0, "");
    var models = OpenAiCatalogue.models(options);
    assertEquals(List.of("box/wan", "box/wan-3"), models.stream().map(Model::address).toList());
    assertEquals(models.get(0).capability(), models.get(1).capability());
  }

  @Test
  void aModelThatIsLikeNoneOfTheProvidersIsAComplaint() {
    var options = new OpenAiOptions("openai", OpenAiOptions.OPENAI_URL, List.of(), List.of(),
        List.of(new ProviderSettings.Added("next", "next", "gpt-imag-2")), Duration.ZERO, 0, "");
    var e = assertThrows(FieldException.class, () -> OpenAiCatalogue.models(options));
    assertTrue(e.getMessage().startsWith("providers.openai.models has next, which cannot be like gpt-imag-2: that must be one of gpt-image-2,"), e.getMessage());
  }

  @Test
  void theListPriceIsForAQualityAndASize() {
    var price = model("gpt-image-1.5").price().orElseThrow();
    assertEquals(new BigDecimal("0.133"), price.estimate(task("1024x1024", "high")));
    assertEquals(new BigDecimal("0.051"), price.estimate(task("1536x1024", null)));
    assertEquals(LocalDate.parse("2026-11-21"), price.asOf());
    assertEquals(Optional.empty(), model("gpt-image-2.6-flare").price());
  }

  private static Task.Image task(String size, String quality) {
    var look = new Look(Optional.ofNullable(quality), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty(),
        Optional.empty(), Optional.empty());
    return new Task.Image("m", "a cat", 1, Size.parse(size), look, 0, List.of(), new JsonObject());
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "gpt-image-2, 60, 640, 1767, 0, 0.05843", "gpt-image-2-2026-04-21, 60, 640, 1767, 0, 0.05843",
      "gpt-image-2.6-flare, 1000000, 0, 0, 0, 5", "gpt-image-1.5, 0, 0, 1000000, 100000, 33",
      "gpt-image-1-mini, 12, 0, 196, 0, 0.001592", "chatgpt-image-latest, 60, 640, 1767, 0, -",
      "flux, 60, 640, 1767, 0, -",
      "gpt-image-2, 0, 0, 0, 0, -"})
  void costIsTheListPriceAndNeverAGuess(String model, long textIn, long imageIn, long imageOut, long textOut,
  BigDecimal cost) {
    var usage = OpenAiCatalogue.priced(model, new Usage(textIn, imageIn, imageOut, textOut, Optional.empty()));
    assertEquals(Optional.ofNullable(cost).map(BigDecimal::doubleValue), usage.cost().map(BigDecimal::doubleValue));
  }

  @Test
  void baseUrlMayEndAnyWay() {
    assertEquals("https://h/v1/images/edits", at("https://h/v1"));
    assertEquals("https://h/v1/images/edits", at("https://h/v1/"));
    assertEquals("https://h/images/edits", at("https://h"));
    assertEquals("https://h/openai/v1/images/edits?api-version=preview", at("https://h/openai/v1?api-version=preview"));
  }

  private static String at(String base) {
    return new OpenAiOptions("x", URI.create(base), List.of(), List.of(), Duration.ZERO, 0, "").at("/images/edits").toString();
  }

  @ParameterizedTest
  @CsvSource({"http://h:80/x, true", "http://H/x, true", "https://h/x, false", "http://h:81/x, false",
      "http://h.evil/x, false",
      "http://evil/h, false", "file:///etc/passwd, false", "ftp://h:80/x, false", "http://h@evil/x, false",
      "/x, false"})
  void onlyTheConfiguredHostAndPortAreOurs(String link, boolean ours) {
    var options = new OpenAiOptions("x", URI.create("http://h/v1"), List.of(), List.of(), Duration.ZERO, 0, "");
    assertEquals(ours, options.ours(URI.create(link)));
  }
}
