package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.JsonText;
import easel.codec.JsonTree;
import easel.codec.Toml;
import easel.core.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowOptionsTest {
  private static FlowOptions of(String json) {
    return FlowAccountStage.options(JsonText.object(json));
  }

  @Test
  void nothingNeedBeSaid() {
    assertEquals(new FlowOptions("flow", URI.create("https://labs.google/fx/api"), URI.create("https://aisandbox-pa.googleapis.com/v1"),
        Duration.ofSeconds(120), Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofHours(2), 4, new Secret(""),
        "RECAPTCHA_APPLICATION_TYPE_WEB", 1 << 20, "Easel/test"), of("{}"));
  }

  @Test
  void theSampleFileSaysWhatIsTrueWithoutIt() throws Exception {
    var sample = Toml.parse(Files.readString(Path.of("config/setting.toml"))).tree();
    var own = new JsonObject();
    JsonTree.object(sample, "flow").forEach(member -> own.add(member.getName(), member.getValue()));
    assertEquals(of("{}"), FlowAccountStage.options(own));
  }

  @Test
  void everyKeyIsRead() {
    assertEquals(new FlowOptions("flow", URI.create("http://labs:1/x"), URI.create("http://api:2"), Duration.ofSeconds(60),
        Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMillis(500), Duration.ofMinutes(45), 7, new Secret("03AF"), "ANDROID", 1 << 20, "Easel/test"),
        of("{\"labs_base_url\":\"http://labs:1/x/\",\"api_base_url\":\"http://api:2/\",\"timeout\":60,\"poll_interval\":0.5,"
            + "\"session_interval\":45,\"project_pool_size\":7,\"recaptcha_token\":\"03AF\",\"recaptcha_application\":\"ANDROID\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"labs.google", "ftp://labs/x", "https://user@labs/x", "https://labs/x?y=1", "::"})
  void anAddressThatIsNoneIsNamed(String url) {
    var e = assertThrows(FieldException.class, () -> FlowAccountStage.options(new JsonObject().add("labs_base_url", url)));
    assertEquals("providers.flow.labs_base_url", e.path());
  }

  @Test
  void oneAddressForBothHostsMakesNoSense() {
    var base = List.of(URI.create("http://here/"));
    var settings = new ProviderSettings("flow", "flow", base, List.of(), List.of(), List.of(), List.of(), Optional.empty(), true,
        Optional.empty(), ProviderSettings.Limits.NONE);
    assertThrows(FieldException.class, () -> FlowOptions.of(settings, null));
  }

  @Test
  void theAnswerToACaptchaIsNotPrinted() {
    var options = of("{\"recaptcha_token\":\"03AF\"}");
    assertFalse(options.toString().contains("03AF"));
    assertEquals("{\"token\":\"03AF\",\"applicationType\":\"RECAPTCHA_APPLICATION_TYPE_WEB\"}", options.recaptcha().toString());
  }
}
