package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import fake.RealAdmin;
import fake.RealEasel;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real jar, its built-in provider, and the log of jobs as an operator meets it. */
@Timeout(60)
class AdminJobsTest {
  @TempDir
  private Path folder;

  private static String begun(RealEasel easel, String prompt) throws Exception {
    var body = new JsonObject().add("model", "sample-image").add("prompt", prompt).add("async", true);
    HttpRequest request = easel.request("/v1/images/generations").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build();
    return RealEasel.json(easel.send(request)).getString("id", "");
  }

  private static List<JsonObject> rows(RealAdmin admin, String query) throws Exception {
    var rows = new ArrayList<JsonObject>();
    var answer = admin.ask("GET", "/jobs" + query, "");
    assertEquals(200, answer.statusCode(), answer.body());
    Json.parse(answer.body()).asObject().get("jobs").asArray().forEach(r -> rows.add(r.asObject()));
    return rows;
  }

  @Test
  void theOperatorSeesWhoWaitsBehindWhomAndEndsIt() throws Exception {
    try (var easel = RealEasel.start(folder, Map.of("EASEL_PROVIDERS_SAMPLE_CONCURRENCY", "1"))) {
      var admin = RealAdmin.of(easel);
      var first = begun(easel, "[[slow=20]] first");
      var second = begun(easel, "second");

      var rows = rows(admin, "");
      assertEquals(List.of(second, first), rows.stream().map(r -> r.getString("id", "")).toList());
      assertEquals("queued 1", rows.getFirst().getString("state", "") + " "
          + rows.getFirst().get("queue").asObject().getInt("position", 0));
      assertEquals("sample", rows.getLast().getString("provider", ""));
      assertEquals(List.of("configuration", "configuration"), rows.stream().map(r -> r.getString("key", "")).toList());
      assertEquals(2, rows(admin, "?key=configuration&kind=image&model=sample-image").size());
      assertEquals("done", RealEasel.json(admin.ask("DELETE", "/jobs/" + second, "")).getString("cancel", ""));
      assertEquals(List.of(second), rows(admin, "?state=cancelled").stream().map(r -> r.getString("id", "")).toList());
      assertTrue(RealEasel.json(admin.ask("GET", "/jobs/" + second, "")).get("timing").asObject().getLong("queued_ms", -1) >= 0);
      assertEquals(401, easel.send(easel.request("/api/admin/jobs").build()).statusCode());
    }
  }
}
