package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.codec.FieldException;
import easel.core.Credential;
import easel.core.Provider;
import easel.core.Secret;
import easel.upstream.Sockets;
import fake.FakeAccounts;
import fake.FakeTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProvidersTest {
  /** For those who open no live line. */
  static final Sockets NO_LINES = call -> {
    throw new AssertionError("no line is opened");
  };

  private static final Providers.Outside OUTSIDE = new Providers.Outside(call -> {
    throw new AssertionError("nothing is sent while providers are built");
  }, NO_LINES, (link, field, max, file) -> { }, new FakeAccounts(), new FakeTime(), Duration.ofMinutes(5), Duration.ofMinutes(25), 1 << 20,
      "Easel/test");

  private static ProviderSettings section(String id, String type, String base, boolean enabled, String... models) {
    return new ProviderSettings(id, type, Stream.ofNullable(base).map(URI::create).toList(), List.of(), List.of(models),
        List.of(), List.of(), Optional.empty(), enabled, Optional.empty(), ProviderSettings.Limits.NONE);
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
    var providers = providers(section("openai", "openai", null, true), section("sample", "sample", null, true));
    assertTrue(providers.cancelling("sample").isPresent());
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

  private static ProviderSettings keyed(String id, String base, String... keys) {
    return new ProviderSettings(id, "openai", Stream.ofNullable(base).map(URI::create).toList(),
        Stream.of(keys).map(Secret::new).toList(), List.of("m"), List.of(), List.of(), Optional.empty(), true, Optional.empty(),
        ProviderSettings.Limits.NONE);
  }

  @Test
  void credentialKeepsItsNameWhereverItStandsInTheList() {
    var ab = keyed("openai", null, "a", "b").credentials();
    assertEquals(List.of("openai#ca9781", "openai#3e23e8"), ab.stream().map(Credential::name).toList());
    assertEquals(ab.reversed(), keyed("openai", null, "b", "a").credentials());
  }

  @Test
  void onlyOpenAiItselfNeedsAKey() {
    assertEquals(List.of(), keyed("openai", null).credentials());
    assertEquals(List.of(Credential.none("box")), keyed("box", "http://10.0.0.5/v1").credentials());
    assertEquals(List.of(Credential.none("openai")), keyed("openai", "http://10.0.0.5/v1").credentials());
  }
}
