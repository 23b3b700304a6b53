package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.codec.FieldException;
import easel.core.Credential;
import easel.core.Provider;
import easel.core.Secret;
import fake.FakeTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProvidersTest {
  private static final Providers.Outside OUTSIDE = new Providers.Outside(call -> {
    throw new AssertionError("nothing is sent while providers are built");
  }, (link, field, max, file) -> { }, new FakeTime(), Duration.ofMinutes(5), Duration.ofMinutes(25), 1 << 20,
      "Easel/test");

  private static ProviderSettings section(String id, String type, String base, boolean enabled, String... models) {
    return new ProviderSettings(id, type, Optional.ofNullable(base).map(URI::create), List.of(), List.of(models),
        enabled);
  }

  private static Providers providers(ProviderSettings... sections) {
    return new Providers(List.of(sections), OUTSIDE);
  }

  private static String complaint(ProviderSettings section) {
    return assertThrows(FieldException.class, () -> providers(section)).getMessage();
  }

  @Test
  void enabledSectionsBecomeProvidersInTheirOrder() {
    var providers = providers(section("zeta", "openai", "http://10.0.0.5:8000/v1", true, "flux"),
        section("off", "openai", "http://h/v1", false, "flux"), section("openai", "openai", null, true));
    assertEquals(List.of("zeta", "openai"), providers.all().stream().map(Provider::id).toList());
    assertEquals("zeta/flux", providers.provider("zeta").orElseThrow().models().getFirst().address());
    assertFalse(providers.provider("off").isPresent());
    assertTrue(providers.provider("openai").orElseThrow().models().size() > 1);
  }

  @Test
  void extrasAreThoseAProviderHas() {
    var providers = providers(section("openai", "openai", null, true));
    assertEquals(Optional.empty(), providers.cancelling("openai"));
    assertEquals(Optional.empty(), providers.reconciling("openai"));
    assertEquals(Optional.empty(), providers.cancelling("nobody"));
  }

  @Test
  void sectionThatMakesNoProviderNamesItsKey() {
    assertEquals("providers.x.type must be one of " + String.join(", ", Providers.types()),
        complaint(section("x", "opanai", null, true)));
    assertEquals("providers.x.base_url is required", complaint(section("x", "openai", null, true, "flux")));
    assertEquals("providers.x.base_url must be an http or https URL",
        complaint(section("x", "openai", "ftp://h", true, "flux")));
    assertEquals("providers.x.base_url must be an http or https URL",
        complaint(section("x", "openai", "h/v1", true, "flux")));
    assertTrue(complaint(section("x", "openai", "http://h", true)).startsWith("providers.x.models is required"));
  }

  @Test
  void keysAreNumberedCredentials() {
    var section = new ProviderSettings("openai", "openai", Optional.empty(), List.of(new Secret("a"), new Secret("b")),
        List.of(), true);
    assertEquals(List.of(new Credential("openai", "openai#1", new Secret("a")),
        new Credential("openai", "openai#2", new Secret("b"))),
        section.credentials());
  }
}
