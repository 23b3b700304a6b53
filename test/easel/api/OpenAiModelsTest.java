package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonValue;
import java.util.List;
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
    assertEquals(List.of("fake-image", "old-fake", "gpt-image-fake", "fake-poor", "fake/deep/name", "fake-video", "auto"),
        data.stream().map(d -> d.get("id").asString()).toList());
    for (var model : data) assertEquals(List.of("id", "object", "created", "owned_by"), model.names().subList(0, 4));
  }

  @Test
  void aModelSaysWhatItCanDo() throws Exception {
    assertEquals(Json.parse(Faces.quoted("""
        {'id':'fake-poor','object':'model','created':1700000000,'owned_by':'fake','address':'fake/draw-3',
         'capabilities':{'kind':'image','inputs_max':0,'mask':false,'n_max':1,'prompt_max':100,'partial_images_max':0,
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
}
