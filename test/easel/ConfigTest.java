package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.api.PluginApi;
import easel.core.Credential;
import easel.core.Secret;
import easel.provider.ProviderSettings;
import easel.upstream.ProxyOptions;
import easel.upstream.ProxySetting;
import easel.provider.Providers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  @TempDir
  private Path folder;

  private Config read(String toml, Map<String, String> environment, String... flags) throws Exception {
    var file = folder.resolve("setting.toml");
    Files.writeString(file, toml);
    var all = new java.util.ArrayList<>(List.of("--config", file.toString(), "--data", folder.toString()));
    all.addAll(List.of(flags));
    return ConfigReader.read(Flags.parse(all, environment), environment);
  }

  private Config read(String toml) throws Exception {
    return read(toml, Map.of());
  }

  private List<String> complaints(String toml, Map<String, String> environment) {
    var e = assertThrows(ConfigException.class, () -> read(toml, environment));
    return e.complaints().stream().map(c -> c.replace(folder + "/", "")).toList();
  }

  @Test
  void noFileIsNeeded() throws Exception {
    var config = ConfigReader.read(Flags.parse(List.of("--data", folder.toString()), Map.of()), Map.of());
    assertEquals(8000, config.server().port());
    assertEquals(List.of("openai", "gemini", "bfl", "leonardo", "runware", "flow", "sample"), config.providers().stream().map(ProviderSettings::id).toList());
  }

  @Test
  void theSampleFileIsTheDefault() throws Exception {
    var nothing = read("");
    var sample = read(Files.readString(Path.of("config/setting.toml")));
    assertEquals(nothing.server(), sample.server());
    assertEquals(nothing.generation(), sample.generation());
    assertEquals(nothing.storage(), sample.storage());
    assertEquals(nothing.limits(), sample.limits());
    assertEquals(nothing.access(), sample.access());
    assertEquals(nothing.pool(), sample.pool());
    assertEquals(nothing.proxies(), sample.proxies());
    assertEquals(ProxyOptions.NONE, sample.proxies());
    assertEquals(nothing.dispatch(), sample.dispatch());
    assertEquals(nothing.names(), sample.names());
    assertEquals(nothing.providers().stream().map(ProviderSettings::credentials).toList(),
        sample.providers().stream().map(ProviderSettings::credentials).toList());
  }

  @Test
  void everyComplaintNamesFileLineAndTheKeyProbablyMeant() {
    assertEquals(List.of(
        "setting.toml:2: server.port must be between 0 and 65535",
        "setting.toml:3: server.hst is not a known field, did you mean host?",
        "setting.toml:5: generation.image_timeout must be seconds, or like 500ms, 30s, 5m, 2h, 7d",
        "setting.toml:6: sever is not a known field, did you mean server?"),
        complaints("""
            [server]
            port = 70000
            hst = "x"
            [generation]
            image_timeout = "soon"
            [sever]
            """, Map.of()).stream().sorted().toList());
  }

  @Test
  void brokenTomlNamesItsLine() {
    var complaints = complaints("[server]\nport = = 3\n", Map.of());
    assertTrue(complaints.getFirst().startsWith("setting.toml: line 2: "), complaints.toString());
  }

  @Test
  void theEnvironmentWinsOverTheFileAndTheCommandLineOverBoth() throws Exception {
    var toml = "[server]\nport = 1\nhost = \"127.0.0.2\"\n";
    assertEquals(1, read(toml).server().port());
    assertEquals(2, read(toml, Map.of("EASEL_SERVER_PORT", "2")).server().port());
    assertEquals(3, read(toml, Map.of("EASEL_SERVER_PORT", "2"), "--port", "3").server().port());
    assertEquals("127.0.0.2", read(toml, Map.of("EASEL_SERVER_PORT", "2")).server().host());
  }

  @Test
  void aVariableBecomesTheTypeOfItsKey() throws Exception {
    var config = read("", Map.of("EASEL_SERVER_HOSTS", "a.example, b.example", "EASEL_SERVER_TRUST_FORWARDED", "true",
        "EASEL_GENERATION_IMAGE_TIMEOUT", "2m", "EASEL_LIMITS_BODY_MAX", "1MB"));
    assertEquals(Set.of("a.example", "b.example"), config.server().hosts());
    assertTrue(config.server().trustForwarded());
    assertEquals(Duration.ofMinutes(2), config.generation().imageTimeout());
    assertEquals(1 << 20, config.limits().bodyMax());
  }

  @Test
  void aKeyOfDigitsStaysText() throws Exception {
    assertEquals(List.of(new Secret("123456789012")), read("", Map.of("EASEL_API_KEY", "123456789012")).access().apiKeys());
  }

  @Test
  void variablesReachProvidersOfAnyName() throws Exception {
    var config = read("", Map.of("EASEL_PROVIDERS_MY_BOX_TYPE", "openai", "EASEL_PROVIDERS_MY_BOX_BASE_URL", "http://box/v1",
        "EASEL_PROVIDERS_MY_BOX_API_KEYS", "k1,k2", "EASEL_PROVIDERS_MY_BOX_MODELS", "flux"));
    var box = config.providers().stream().filter(p -> p.id().equals("my_box")).findFirst().orElseThrow();
    assertEquals(List.of(new Secret("k1"), new Secret("k2")), box.keys());
    assertEquals(List.of("flux"), box.models());
  }

  @Test
  void aVariableThatNamesNothingIsAComplaint() {
    assertEquals(List.of("EASEL_SERVER_PROT: is not the name of a setting (EASEL_<SECTION>_<KEY>)"),
        complaints("", Map.of("EASEL_SERVER_PROT", "1")));
  }

  @Test
  void aBadVariableIsNamed() {
    assertEquals(List.of("EASEL_SERVER_PORT: server.port must be a whole number"), complaints("", Map.of("EASEL_SERVER_PORT", "many")));
  }

  @Test
  void namesFromBeforeEaselWork() throws Exception {
    var config = read("", Map.of("FLOW2API_HOST", "127.0.0.3", "FLOW2API_PORT", "81", "FLOW2API_DEBUG", "1",
        "GATEWAY_API_KEYS", "first-key-of-two,second-key-of-two", "OPENAI_API_KEY", "sk-env", "BFL_API_KEY", "bfl-env",
        "GEMINI_API_KEY", "g-env"));
    assertEquals("127.0.0.3", config.server().host());
    assertEquals(81, config.server().port());
    assertTrue(config.debug());
    assertEquals(2, config.access().apiKeys().size());
    var keys = config.providers().stream().collect(Collectors.toMap(ProviderSettings::id, ProviderSettings::keys));
    assertEquals(List.of(new Secret("sk-env")), keys.get("openai"));
    assertEquals(List.of(new Secret("bfl-env")), keys.get("bfl"));
    assertEquals(List.of(new Secret("g-env")), keys.get("gemini"));
  }

  @Test
  void comfyUiIsThereOnceItHasAnAddress() throws Exception {
    assertFalse(ids(read("[providers.comfyui]\nbase_url = \"\"\n")).contains("comfyui"));
    var config = read("", Map.of("COMFYUI_URL", "http://a:8188, http://b:8188/comfy"));
    var comfy = config.providers().get(ids(config).indexOf("comfyui"));
    assertEquals(List.of(URI.create("http://a:8188"), URI.create("http://b:8188/comfy")), comfy.baseUrls());
    assertEquals(List.of(Credential.none("comfyui")), comfy.credentials());
  }

  private static List<String> ids(Config config) {
    return config.providers().stream().map(ProviderSettings::id).toList();
  }

  @Test
  void aKeyInTheEnvironmentWinsOverTheFile() throws Exception {
    var config = read("[providers.openai]\napi_key = \"sk-file\"\n", Map.of("OPENAI_API_KEY", "sk-env", "RUNWARE_API_KEY", "rw-env"));
    var keys = config.providers().stream().collect(Collectors.toMap(ProviderSettings::id, ProviderSettings::keys));
    assertEquals(List.of(new Secret("sk-env")), keys.get("openai"));
    assertEquals(List.of(new Secret("rw-env")), keys.get("runware"));
  }

  @Test
  void howManyMayWaitIsALimitAmongTheOthers() throws Exception {
    assertEquals(10_000, read("").pool().queueMax());
    assertEquals(5, read("[limits]\nqueue_max = 5\n").pool().queueMax());
    assertEquals(List.of("setting.toml:2: limits.queue_max must be between 0 and 1000000"),
        complaints("[limits]\nqueue_max = -1\n", Map.of()));
  }

  private static String options(Config config, String id) {
    var section = config.providers().stream().filter(p -> p.id().equals(id)).findFirst().orElseThrow();
    assertFalse(section.toString().contains("03AF"));
    return section.options().toString();
  }

  @Test
  void flowsSettingsAreForAllItsSectionsEachOfWhichMaySayItForItself() throws Exception {
    var config = read("""
        [flow]
        labs_base_url = "http://127.0.0.1:9/fx/api"
        timeout = 60
        poll_interval = 0.5
        image_launch_soft_limit = 20
        a_key_of_some_other_version = 1
        [providers.flow]
        project_pool_size = 7
        [providers.second]
        type = "flow"
        poll_interval = 9
        """, Map.of("EASEL_FLOW_RECAPTCHA_TOKEN", "03AF"));
    assertEquals("{\"labs_base_url\":\"http://127.0.0.1:9/fx/api\",\"poll_interval\":0.5,\"recaptcha_token\":\"03AF\","
        + "\"project_pool_size\":7,\"timeout\":60}", options(config, "flow"));
    assertEquals("{\"labs_base_url\":\"http://127.0.0.1:9/fx/api\",\"poll_interval\":9,\"recaptcha_token\":\"03AF\","
        + "\"timeout\":60}", options(config, "second"));
    assertEquals("{}", options(config, "gemini"));
  }

  @Test
  void aWrongSettingOfFlowIsNamedWhereItStands() {
    assertEquals(List.of("setting.toml:10: providers.other.project_pool_size is not a known field",
        "setting.toml:2: flow.poll_interval must be more than 0",
        "setting.toml:3: flow.project_pool_size must be between 1 and 50",
        "setting.toml:4: flow.labs_base_url must be an http or https address",
        "setting.toml:5: flow.session_interval must be 0, or 5 or more",
        "setting.toml:7: providers.flow.recaptcha_tokn is not a known field, did you mean recaptcha_token?",
        "setting.toml:9: providers.other.type must be one of " + String.join(", ", Providers.types())),
        complaints("""
            [flow]
            poll_interval = 0
            project_pool_size = 0
            labs_base_url = "labs.google"
            session_interval = 4
            [providers.flow]
            recaptcha_tokn = "x"
            [providers.other]
            type = "flo"
            project_pool_size = 2
            """, Map.of()).stream().sorted().toList());
  }

  @Test
  void sessionTokensAreFlowsKeys() throws Exception {
    var config = read("[providers.flow]\napi_keys = [\"st-1\", \"st-2\"]\n");
    var keys = config.providers().stream().collect(Collectors.toMap(ProviderSettings::id, ProviderSettings::keys));
    assertEquals(List.of(new Secret("st-1"), new Secret("st-2")), keys.get("flow"));
    assertEquals(List.of(), read("").providers().get(ids(read("")).indexOf("flow")).credentials());
  }

  @Test
  void aFlow2ApiFileWorksAsItIs() throws Exception {
    var config = read("""
        [global]
        api_key = "a-key-of-their-own"
        admin_username = "root"
        admin_password = "a-password-of-theirs"
        [flow]
        labs_base_url = "https://labs.google/fx/api"
        api_base_url = "https://aisandbox-pa.googleapis.com/v1"
        timeout = 120
        poll_interval = 3.0
        max_poll_attempts = 200
        max_retries = 3
        image_request_timeout = 40
        [server]
        host = "0.0.0.0"
        port = 8000
        [debug]
        enabled = false
        log_requests = true
        log_responses = true
        mask_token = true
        [proxy]
        proxy_enabled = false
        proxy_url = ""
        [generation]
        image_timeout = 300
        video_timeout = 1500
        upsample_timeout = 300
        [call_logic]
        call_mode = "default"
        [admin]
        error_ban_threshold = 5
        [cache]
        enabled = false
        timeout = 3600
        base_url = "https://media.example"
        [captcha]
        captcha_method = "extension"
        """);
    assertEquals("root", config.access().adminName());
    assertEquals(5, config.pool().banThreshold());
    assertEquals(Duration.ofHours(1), config.storage().life());
    assertEquals(Optional.of("https://media.example"), config.storage().baseUrl().map(Object::toString));
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0,short", "192.168.1.5,short", "::,han1234", "easel.example,change-me"})
  void aKeyOthersCanGuessIsNotForAnAddressOthersCanReach(String host, String key) {
    var complaints = complaints("", Map.of("EASEL_SERVER_HOST", host, "EASEL_API_KEY", key));
    assertTrue(complaints.getFirst().contains("[global] api_key is well known or shorter than 12 characters"), complaints.toString());
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,short", "localhost,short", "::1,short", "0.0.0.0,long-enough-key"})
  void otherPairsAreFine(String host, String key) throws Exception {
    assertEquals(host, read("", Map.of("EASEL_SERVER_HOST", host, "EASEL_API_KEY", key)).server().host());
  }

  @Test
  void theFilesProvidersComeFirstAndTheSampleLast() throws Exception {
    var config = read("[providers.box]\ntype = \"openai\"\nbase_url = \"http://box/v1\"\nmodels = [\"m\"]\n");
    assertEquals(List.of("box", "openai", "gemini", "bfl", "leonardo", "runware", "flow", "sample"), config.providers().stream().map(ProviderSettings::id).toList());
    assertFalse(read("[providers.sample]\nenabled = false\n").providers().getLast().enabled());
  }

  @Test
  void whatWouldBeTakenForSomethingItIsNotIsAComplaint() {
    assertEquals(List.of("setting.toml:2: limits.allow_private must hold ranges, addresses and host names: bogus/99 is none"),
        complaints("[limits]\nallow_private = [\"bogus/99\"]\n", Map.of()));
    assertEquals(List.of("setting.toml:2: proxy.proxy_enabled is set, and there is no proxy_url"),
        complaints("[proxy]\nproxy_enabled = true\n", Map.of()));
    assertEquals(List.of("setting.toml:2: providers.openai.api_key must be visible ASCII without blanks"),
        complaints("[providers.openai]\napi_key = \"sk\\nx\"\n", Map.of()));
  }

  @Test
  void proxiesStandInOrderAndThoseForFilesApart() throws Exception {
    var config = read("""
        [proxy]
        proxy_enabled = true
        proxy_url = "st5 a.example:1080:fox:s3cret"
        proxy_urls = ["b.example:8080", "socks5h://c.example:1080"]
        media_proxy_enabled = true
        media_proxy_url = "http://d.example:3128"
        direct_fallback = false
        no_proxy = ["comfy.lan", "10.0.0.0/8"]
        """);
    assertEquals(List.of("socks5://fox@a.example:1080", "http://b.example:8080", "socks5h://c.example:1080"),
        config.proxies().usual().stream().map(ProxySetting::words).toList());
    assertEquals(List.of(List.of("http://d.example:3128"), false, List.of("comfy.lan", "10.0.0.0/8")),
        List.of(config.proxies().media().stream().map(ProxySetting::words).toList(), config.proxies().directFallback(), config.proxies().noProxy()));
    assertEquals(List.of("s3cret", "http://b.example:8080"), read("", Map.of("EASEL_PROXY_PROXY_ENABLED", "true", "EASEL_PROXY_PROXY_URL",
        "socks5h://fox:s3cret@a.example:1080", "EASEL_PROXY_PROXY_URLS", "b.example:8080")).proxies().usual().stream()
        .map(p -> p.password().isEmpty() ? p.words() : p.password().reveal()).toList());
  }

  @Test
  void proxiesThatAreSwitchedOffAreNotLookedAt() throws Exception {
    assertEquals(ProxyOptions.NONE, read("[proxy]\nproxy_url = \"rubbish\"\nmedia_proxy_url = \"rubbish\"\n").proxies());
  }

  @Test
  void complaintsAboutProxiesHoldNoPassword() {
    assertEquals(List.of("setting.toml:3: proxy.proxy_url must begin with http://, https://, socks5:// or socks5h://",
        "setting.toml:4: proxy.proxy_urls must not be of SOCKS4, which has no passwords and no IPv6: use socks5:// or socks5h://",
        "setting.toml:5: proxy.media_proxy_enabled is set, and there is no media_proxy_url",
        "setting.toml:6: proxy.no_proxy must hold hosts, .suffixes of hosts, addresses and ranges: http://x is none",
        "setting.toml:7: proxy.proxy_uri is not a known field, did you mean proxy_url?"), complaints("""
            [proxy]
            proxy_enabled = true
            proxy_url = "ftp://fox:s3cret@a.example:21"
            proxy_urls = ["socks4://fox:s3cret@a.example:1080"]
            media_proxy_enabled = true
            no_proxy = ["http://x"]
            proxy_uri = "x"
            """.replace("            ", ""), Map.of()));
  }

  @Test
  void theTemplateForWarpIsASettingFile() throws Exception {
    var proxies = read(Files.readString(Path.of("config/setting_warp.toml"))).proxies();
    assertEquals(List.of("socks5h://127.0.0.1:40000"), proxies.usual().stream().map(ProxySetting::words).toList());
    assertTrue(proxies.directFallback() && proxies.noProxy().containsAll(ProxyOptions.LOOPBACK));
  }

  @Test
  void theExtensionsConnectionTokenIsLongOrThereIsNone() throws Exception {
    assertEquals(new PluginApi.Options(Optional.empty(), true), read("").plugin());
    assertEquals(new PluginApi.Options(Optional.of(new Secret("long-enough-token")), false),
        read("[plugin]\nconnection_token = \" long-enough-token \"\nauto_enable_on_update = false\n").plugin());
    assertEquals(List.of("setting.toml:2: plugin.connection_token must have at least 12 characters"),
        complaints("[plugin]\nconnection_token = \"short\"\n", Map.of()));
  }

  @Test
  void aMissingFileThatWasNamedIsAComplaint() throws IOException {
    var e = assertThrows(ConfigException.class, () -> ConfigReader.read(Flags.parse(List.of("--config", "/nowhere.toml"), Map.of()), Map.of()));
    assertEquals("The configuration file /nowhere.toml does not exist.", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "serve --port x       | --port must be a number between 0 and 65535, not 'x'.",
      "serve --prot 1       | --prot is not a flag I know.",
      "serve --port         | --port needs a value.",
      "serve --secrets      | --secrets belongs to the command token.",
      "list --provider flow | --provider belongs to the command token.",
      "serve now            | I do not know what to do with 'now'."})
  void flagsThatMakeNoSenseAreNamed(String line, String words) {
    assertEquals(words, assertThrows(Flags.Usage.class, () -> Flags.parse(List.of(line.split(" +")), Map.of())).getMessage());
  }
}
