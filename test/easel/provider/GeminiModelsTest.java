package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Life;
import easel.core.Model;
import fake.FakeAccounts;
import fake.FakeTime;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GeminiModelsTest {
  private static List<String> names(String base) {
    var outside = new Providers.Outside(call -> {
      throw new AssertionError("nothing is sent");
    }, ProvidersTest.NO_LINES, (link, field, max, file) -> { }, new FakeAccounts(), new FakeTime(), Duration.ofMinutes(5), Duration.ofMinutes(25), 1 << 20,
        "Easel/test");
    var today = LocalDate.parse("2026-11-21");
    var all = new GeminiProvider(ProviderSettings.of("gemini", "gemini"), URI.create(base), outside).models();
    return all.stream().filter(m -> m.life().state(today) != Life.State.RETIRED).map(Model::name).toList();
  }

  @Test
  void googleItselfOffersWhatIsAlive() {
    assertEquals(List.of("gemini-3-pro-image", "gemini-3.1-flash-lite-image", "gemini-nano-banana-2.1",
        "gemini-omni-1.1-flash",
        "gemini-omni-1.2-flash"), names("https://generativelanguage.googleapis.com"));
  }

  @Test
  void imagenAndVeoLiveOnElsewhere() {
    var relay = names("https://relay.example");
    assertTrue(relay.containsAll(List.of("gemini-omni-1.1-flash", "imagen-4.0-generate-001", "veo-3.1-generate-preview",
        "veo-3.1-generate-001", "veo-2.0-generate-001")), relay.toString());
    var vertex = names("https://aiplatform.googleapis.com/v1/publishers/google");
    assertTrue(vertex.contains("veo-3.1-generate-001"));
    assertFalse(vertex.contains("gemini-omni-1.1-flash"), "where its Interactions are is not documented");
  }

  @Test
  void everyRetiredNameHasALivingSuccessorThatCanDoTheSameKind() {
    var all = ModelFile.read("gemini.json", ProviderSettings.of("gemini", "gemini")).models();
    var names = new ArrayList<String>();
    for (var model : all) {
      names.add(model.name());
      assertTrue(model.price().isPresent(), model.name());
      if (model.life().ends().isEmpty()) continue;
      var next = all.stream().filter(m -> m.name().equals(model.life().successor().orElseThrow())).findFirst()
          .orElseThrow();
      assertEquals(Optional.empty(), next.life().ends(), model.name());
      assertEquals(model.capability().kind(), next.capability().kind());
    }
    assertEquals(names.size(), names.stream().distinct().count());
  }
}
