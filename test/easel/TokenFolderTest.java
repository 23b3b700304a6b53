package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A data folder on which no server runs, and as many tokens in it as a large house has. */
@Timeout(60)
class TokenFolderTest {
  private static final String ROUTES = "/api/admin/credentials";
  private static final int MANY = 1_400;
  /** As long as a token may be; together they are more than 10 MB. */
  private static final int LONG = 8_000;

  @TempDir
  private Path folder;

  private TokenFolder open(String name) throws Exception {
    var environment = Map.<String, String>of();
    var flags = Flags.parse(List.of("--data", folder.resolve(name).toString()), environment);
    return TokenFolder.open(ConfigReader.read(flags, environment));
  }

  private static Set<String> tokens(JsonObject list) {
    var tokens = new HashSet<String>();
    for (var token : list.get("tokens").asArray()) tokens.add(token.asObject().getString("session_token", ""));
    return tokens;
  }

  private static JsonObject export(TokenFolder desk) throws Exception {
    var order = new JsonObject().add("secrets", true).add("password", desk.password().reveal());
    var answer = desk.ask("POST", ROUTES + "/export", Optional.of(order));
    assertEquals(200, answer.status(), answer.words());
    return answer.body();
  }

  private static JsonObject take(TokenFolder desk, JsonObject list) throws Exception {
    var answer = desk.ask("POST", ROUTES + "/import", Optional.of(list));
    assertEquals(200, answer.status(), answer.words());
    return answer.body();
  }

  private static JsonObject outcome(int added, int unchanged) {
    return new JsonObject().add("success", true).add("added", added).add("updated", 0).add("unchanged", unchanged)
        .add("errors", new JsonArray()).add("ignored", new JsonObject());
  }

  private static JsonObject list(int many, int length) {
    var tokens = new JsonArray();
    for (int i = 0; i < many; i++) tokens.add(new JsonObject().add("st", (i + "-").repeat(length).substring(0, length)));
    return new JsonObject().add("tokens", tokens);
  }

  @Test
  void whatALargeHouseExportsCanBeImported() throws Exception {
    var list = list(MANY, LONG);
    try (var desk = open("old")) {
      assertEquals(outcome(MANY, 0), take(desk, list));
      var exported = export(desk);
      assertEquals(MANY, tokens(exported).size());
      assertEquals(outcome(0, MANY), take(desk, exported));
      for (var token : exported.get("tokens").asArray()) token.asObject().set("image_concurrency", 3);
      assertEquals(outcome(0, 0).set("updated", MANY), take(desk, exported));
    }
  }

  @Test
  void whatAHouseExportsAnotherTakesOver() throws Exception {
    try (var old = open("old"); var fresh = open("fresh")) {
      take(old, list(600, 40));
      var exported = export(old);
      assertEquals(outcome(600, 0), take(fresh, exported));
      assertEquals(exported, export(fresh));
    }
  }

  @Test
  void moreThanAListMayHaveIsRefusedWithTheLimit() throws Exception {
    try (var desk = open("old")) {
      var answer = desk.ask("POST", ROUTES + "/import", Optional.of(list(8_000, 8_000)));
      assertEquals("413 the request body is larger than 62914560 bytes", answer.status() + " " + answer.words());
    }
  }
}
