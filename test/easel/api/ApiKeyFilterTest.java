package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Caller;
import easel.http.Request;
import easel.http.Response;
import easel.store.ApiKeyTable.ApiKey;
import fake.FakeTime;
import fake.TempStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyFilterTest {
  private static final String KEY = "sk-config-0123456789";
  private static final String STORED = "sk-stored-0123456789";
  private static final Caller CONFIGURED = new Caller("config", "from the file");

  private final FakeTime time = new FakeTime();
  private final TempStore store = new TempStore(time);
  private final ApiKeyFilter filter = new ApiKeyFilter(store.apiKeys(),
      new ApiKeys(List.of(new ApiKeys.Entry(CONFIGURED, ApiKeys.hash(KEY)))), time);

  @AfterEach
  void close() {
    store.close();
  }

  private Request request() {
    return Request.of("GET", "/v1/models");
  }

  private Optional<Caller> let(Request request) throws Exception {
    var caller = new AtomicReference<Caller>();
    filter.apply(request, r -> {
      caller.set(r.attribute(Caller.class).orElseThrow());
      return Response.empty(204);
    });
    return Optional.of(caller.get());
  }

  private Faces.Reply refused(Request request) throws Exception {
    var response = new OpenAiErrors().apply(request, r -> filter.apply(r, x -> Response.empty(204)));
    var body = new java.io.ByteArrayOutputStream();
    response.writeBody(body);
    return new Faces.Reply(response, body.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer " + KEY, "bearer " + KEY, "BEARER   " + KEY + " "})
  void aBearerKeyOpens(String header) throws Exception {
    assertEquals(Optional.of(CONFIGURED), let(request().header("Authorization", header)));
  }

  @Test
  void aKeyInItsOwnHeaderOpens() throws Exception {
    assertEquals(Optional.of(CONFIGURED), let(request().header("X-API-Key", KEY)));
  }

  @Test
  void aKeyOpensWhereClientsOfGooglesSendIt() throws Exception {
    assertEquals(Optional.of(CONFIGURED), let(request().header("x-goog-api-key", KEY)));
    assertEquals(Optional.of(CONFIGURED), let(Request.of("GET", "/v1/models?alt=sse&key=" + KEY)));
  }

  @Test
  void theFirstPlaceThatHasAKeyCounts() throws Exception {
    var places = Request.of("GET", "/v1/models?key=" + KEY);
    assertEquals(401, refused(places.header("x-api-key", "sk-wrong-0123456789abc")).status());
    assertEquals(401, refused(places.header("x-api-key", KEY).header("x-goog-api-key", "sk-wrong-0123456789abc")).status());
    assertEquals(401, refused(places.header("x-goog-api-key", KEY).header("authorization", "Bearer nonsense")).status());
    assertEquals(Optional.of(CONFIGURED), let(Request.of("GET", "/v1/models?key=nonsense").header("x-goog-api-key", KEY)));
  }

  @Test
  void aWrongKeyOfTheQueryIsHardlyShown() throws Exception {
    var reply = refused(Request.of("GET", "/v1/models?key=sk-wrong-0123456789abc"));

    assertEquals("401 invalid_request_error invalid_api_key null", reply.trouble());
    assertEquals("The API key sk-wr**** is not valid.", reply.error().get("message").asString());
    assertEquals(401, refused(Request.of("GET", "/v1/models?key=")).status());
  }

  @Test
  void aStoredKeyOpensUntilItIsRevoked() throws Exception {
    store.apiKeys().insert(new ApiKey("key_1", "n8n", "sk-st", ApiKeys.hash(STORED), time.instant(), Optional.empty()));
    assertEquals(Optional.of(new Caller("key_1", "n8n")), let(request().header("authorization", "Bearer " + STORED)));

    store.apiKeys().revoke("key_1", time.instant());
    time.advance(Duration.ofSeconds(6));
    assertEquals(401, refused(request().header("authorization", "Bearer " + STORED)).status());
  }

  @Test
  void aReloadSwapsTheKeys() throws Exception {
    filter.use(ApiKeys.NONE);

    assertEquals(401, refused(request().header("authorization", "Bearer " + KEY)).status());
  }

  @Test
  void noKeyIsToldHowToSendOne() throws Exception {
    var reply = refused(request());

    assertEquals("401 invalid_request_error null null", reply.trouble());
    assertTrue(reply.error().get("message").asString().contains("Authorization: Bearer"));
    assertEquals("Bearer", reply.header("www-authenticate"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic dXNlcjpwYXNz", "Bearer", "Bearer ", KEY})
  void anotherSchemeIsNoKey(String header) throws Exception {
    assertEquals("401 invalid_request_error null null", refused(request().header("authorization", header)).trouble());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-wrong-0123456789abc", KEY + "x", "sk-config-012345678", "SK-CONFIG-0123456789", "a,b", "\"q\"", "*", "short"})
  void aWrongKeyIsRefusedAndHardlyShown(String key) throws Exception {
    var reply = refused(request().header("authorization", "Bearer " + key));

    assertEquals("401 invalid_request_error invalid_api_key null", reply.trouble());
    var message = reply.error().get("message").asString();
    int shown = Math.min(5, key.length() / 4);
    assertEquals("The API key " + key.substring(0, shown) + "**** is not valid.", message);
  }

  @Test
  void twoAuthorizationHeadersOpenNothing() throws Exception {
    var twice = request().header("authorization", "Bearer " + KEY).header("authorization", "Bearer " + KEY);

    assertEquals(401, refused(twice).status());
  }

  @Test
  void aWrongBearerIsNotSavedByARightKeyElsewhere() throws Exception {
    var both = request().header("authorization", "Bearer nonsense").header("x-api-key", KEY);

    assertEquals(401, refused(both).status());
  }

  @Test
  void onlyHashesAreKept() {
    assertFalse(new ApiKeys(List.of(new ApiKeys.Entry(CONFIGURED, ApiKeys.hash(KEY)))).toString().contains(KEY));
    assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ApiKeys.hash("abc"));
  }

  @Test
  void theKeyIsAskedForBeforeTheBodyIsRead() throws Exception {
    var faces = new Faces();
    try (faces) {
      var reply = faces.call(Request.of("POST", "/v1/images/generations").header("content-type", "text/plain").body("x"));
      assertEquals(401, reply.status());
    }
  }
}
