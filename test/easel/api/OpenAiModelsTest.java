package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.core.Model;
import easel.core.Price;
import easel.core.Provider;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import easel.job.Catalogue;
import easel.job.ModelEntry;
import easel.job.Names;
import easel.job.Preset;
import easel.job.Strategy;
import fake.FakeShelf;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiModelsTest {
  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  @Test
  void everyNameIsListed() throws Exception {
    var reply = faces.get("/v1/models");

    assertEquals("list", reply.json().get("object").asString());
    var data = reply.json().get("data").asArray().values().stream().map(JsonValue::asObject).toList();
    assertEquals(List.of("fake-image", "old-fake", "gpt-image-fake", "fake-poor", "fake/deep/name", "fake-video", "fake-extend", "auto"),
        data.stream().map(d -> d.get("id").asString()).toList());
    for (var model : data) assertEquals(List.of("id", "object", "created", "owned_by"), model.names().subList(0, 4));
  }

  @Test
  void aModelSaysWhatItCanDo() throws Exception {
    assertEquals(Json.parse(Faces.quoted("""
        {'id':'fake-poor','object':'model','created':1700000000,'owned_by':'fake','description':'Pictures by fake/draw-3','address':'fake/draw-3',
         'candidates':['fake/draw-3'],'state':'live','capabilities':{'kind':'image','inputs':{'min':0,'max':0,'roles':[]},'n_max':10,'n_per_request':1,'prompt_max':100,'partial_images_max':0,
          'output_formats':['png'],'qualities':['high','low']}}""")), faces.get("/v1/models/fake-poor").json());
    assertEquals(Json.parse("[4,8]"), faces.get("/v1/models/fake-video").json().get("capabilities").asObject().get("seconds"));
  }

  @ParameterizedTest
  @CsvSource({"old-fake, old-fake, fake-image", "fake%2Fdeep%2Fname, fake/deep/name, ", "fake/deep/name, fake/deep/name, ",
      "fake%2Fdraw-1, fake/draw-1, ", "fake/draw-1, fake/draw-1, ", "auto, auto, "})
  void aModelIsFoundByEveryNameItHas(String path, String id, String aliasOf) throws Exception {
    var json = faces.get("/v1/models/" + path).json();

    assertEquals(id, json.get("id").asString());
    assertEquals(aliasOf, json.getString("alias_of", null));
  }

  @Test
  void aliasesCanBeHadAlone() throws Exception {
    var data = faces.get("/v1/models/aliases").json().get("data").asArray();

    assertEquals(1, data.size());
    assertEquals("old-fake", data.get(0).asObject().get("id").asString());
    assertEquals(true, data.get(0).asObject().get("is_alias").asBoolean());
  }

  @Test
  void anUnknownModelIsToldWithItsNeighbours() throws Exception {
    var reply = faces.get("/v1/models/fake-imag");

    assertEquals("404 invalid_request_error model_not_found model", reply.trouble());
    assertEquals("The model 'fake-imag' does not exist. Did you mean fake-image?", reply.error().get("message").asString());
  }

  // ---- lives, prices, names -----------------------------------------------------------------------------------------

  private static Catalogue catalogue(Names names, String day, Provider... providers) {
    var ready = List.of(providers).stream().map(Provider::id).collect(Collectors.toSet());
    var offer = new Catalogue.Offer(List.of(providers), ready, id -> Optional.empty(), id -> Optional.empty());
    return new Catalogue(offer, names, () -> Instant.parse(day + "T00:00:00Z"));
  }

  private static Model priced(Model m, Price price) {
    return new Model(m.name(), "", m.upstreamName(), m.capability(), m.aliases(), m.created(), m.life(), Optional.of(price));
  }

  private static List<String> ids(JsonObject list) {
    return list.get("data").asArray().values().stream().map(d -> d.asObject().get("id").asString()).toList();
  }

  private static final FakeShelf SHELF = FakeShelf.of("openai", FakeShelf.image("gpt-2"),
      FakeShelf.until("2026-12-01", "gpt-2", FakeShelf.image("gpt-1")));

  @Test
  void aModelThatRetiresSaysWhenAndARetiredNameIsAnAliasOnly() {
    var before = catalogue(Names.NONE, "2026-11-30", SHELF);
    var retiring = OpenAiModels.one(before, "gpt-1");
    assertEquals("retiring 2026-12-01 gpt-2", retiring.get("state").asString() + " " + retiring.get("retires_on").asString() + " "
        + retiring.get("successor").asString());
    assertEquals(List.of(), ids(OpenAiModels.aliases(before)));

    var after = catalogue(Names.NONE, "2026-12-01", SHELF);
    assertEquals(List.of("gpt-2", "auto"), ids(OpenAiModels.list(after)));
    assertEquals(List.of("gpt-1"), ids(OpenAiModels.aliases(after)));
    var retired = OpenAiModels.one(after, "gpt-1");
    assertEquals("gpt-1 retired gpt-2", retired.get("id").asString() + " " + retired.get("state").asString() + " "
        + retired.get("alias_of").asString());
    assertEquals(Json.parse("[\"openai/gpt-2\"]"), retired.get("candidates"));
  }

  @Test
  void aNameOfSeveralModelsSaysWhoIsAskedAndWhatItFixes() {
    var preset = new Preset(Size.parse("1376x768"), OptionalInt.empty(), new JsonObject());
    var entry = new ModelEntry("wide", List.of("broad"), List.of(new ModelEntry.Target("flow/KEY", preset),
        new ModelEntry.Target("gemini/pro", preset), new ModelEntry.Target("openai/gpt-2", preset)), Optional.empty());
    var shapes = new SizeRule.Ratios(List.of(Ratio.of("16:9"), Ratio.of("1:1")), 4_194_304);
    var gemini = FakeShelf.of("gemini", FakeShelf.image("pro", shapes));
    var catalogue = catalogue(new Names(List.of(), List.of(entry), Strategy.ORDER), "2026-11-21", SHELF, gemini);

    var wide = OpenAiModels.one(catalogue, "wide");
    assertEquals("gemini", wide.get("owned_by").asString());
    assertEquals(Json.parse("[\"gemini/pro\",\"openai/gpt-2\"]"), wide.get("candidates"));
    assertEquals(Json.parse("[\"1376x768\"]"), wide.get("capabilities").asObject().get("sizes"));
    assertEquals(Json.parse("{\"min\":0,\"max\":14,\"roles\":[\"reference\"]}"), wide.get("capabilities").asObject().get("inputs"));
    assertEquals(null, wide.get("alias_of"));
    assertEquals("wide", OpenAiModels.one(catalogue, "broad").get("alias_of").asString());
    var pro = OpenAiModels.one(catalogue, "gemini/pro").get("capabilities").asObject();
    assertEquals(Json.parse("[\"16:9\",\"1:1\"]"), pro.get("shapes"));
    assertEquals(4_194_304, pro.get("pixels_max").asInt());
    assertEquals(List.of("broad"), ids(OpenAiModels.aliases(catalogue)));
  }

  @Test
  void aModelSaysWhatItCostsByItsProvidersList() {
    var rows = List.of(new Price.Row(new BigDecimal("0.053"), 1_048_576, Optional.of("medium")),
        new Price.Row(new BigDecimal("0.165"), Long.MAX_VALUE, Optional.empty()));
    var price = new Price(Price.Per.IMAGE, rows, "its model page", LocalDate.parse("2026-05-06"));
    var free = new SizeRule.Free(16, 16, 3840, 3, 1, 8_294_400);
    var shelf = FakeShelf.of("p", priced(FakeShelf.image("m", free), price));

    var model = OpenAiModels.one(catalogue(Names.NONE, "2026-11-21", shelf), "m");
    assertEquals(Json.parse(Faces.quoted("""
        {'per':'image','rows':[{'usd':0.053,'quality':'medium','pixels_max':1048576},{'usd':0.165}],
         'source':'its model page','as_of':'2026-05-06'}""")), model.get("price"));
    assertEquals(Json.parse(Faces.quoted("""
        {'step':16,'side_min':16,'side_max':3840,'ratio_max':3,'pixels_min':1,'pixels_max':8294400}""")),
        model.get("capabilities").asObject().get("size_limits"));
  }

  @Test
  void aNameOfTheOperatorsIsUsableInEveryWay() throws Exception {
    var preset = new Preset(Size.parse("1536x1024"), OptionalInt.empty(), new JsonObject().add("grain", "fine"));
    faces.names = new Names(List.of(new ModelEntry("poster", List.of(), List.of(new ModelEntry.Target("fake/fake-image", preset)),
        Optional.empty())), List.of(), Strategy.ORDER);
    faces.restart();

    assertEquals(200, faces.generate("{'model':'poster','prompt':'a cat'}").status());
    var sent = (Task.Image) faces.provider.ledger.getFirst();
    assertEquals("draw-1 1536x1024 fine", sent.model() + " " + sent.size().orElseThrow() + " " + sent.extras().get("grain").asString());
    var refused = faces.generate("{'model':'poster','prompt':'a cat','size':'1024x1024'}");
    assertEquals("400 invalid_request_error invalid_value size", refused.trouble());
    assertEquals("size is fixed to 1536x1024 by the model poster", refused.error().get("message").asString());
    assertEquals(1, faces.provider.ledger.size());
    // Older gateways ignored hints of a shape where the name says it; a size in so many words is no hint.
    faces.chat("{'model':'poster','aspect_ratio':'9:16','messages':[{'role':'user','content':'a cat'}]}");
    assertEquals(Size.parse("1536x1024"), ((Task.Image) faces.provider.ledger.getLast()).size());
  }
}
