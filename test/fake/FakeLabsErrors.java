package fake;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;

/** Errors as Google words them: {@code google.rpc.Status} of the API, tRPC's envelope of labs. */
final class FakeLabsErrors {
  private static final String TYPE = "type.googleapis.com/google.rpc.";

  private FakeLabsErrors() {}

  static JsonObject status(int code, String status, String reason, String message) {
    var error = new JsonObject().add("code", code).add("message", message).add("status", status);
    if (!reason.isEmpty()) {
      error.add("details", new JsonArray().add(new JsonObject().add("@type", TYPE + "ErrorInfo").add("reason", reason)));
    }
    return new JsonObject().add("error", error);
  }

  static void send(FakeOpenAiExchange to, int code, String status, String reason, String message, String... headers)
      throws IOException {
    to.send(code, "application/json; charset=UTF-8", status(code, status, reason, message).toString().getBytes(), headers);
  }

  static void unauthenticated(FakeOpenAiExchange to) throws IOException {
    send(to, 401, "UNAUTHENTICATED", "", "Request had invalid authentication credentials. Expected OAuth 2 access token,"
        + " login cookie or other valid authentication credential.");
  }

  static void invalid(FakeOpenAiExchange to) throws IOException {
    send(to, 400, "INVALID_ARGUMENT", "", "Request contains an invalid argument.");
  }

  static void missing(FakeOpenAiExchange to) throws IOException {
    send(to, 404, "NOT_FOUND", "", "Requested entity was not found.");
  }

  static void unsafe(FakeOpenAiExchange to) throws IOException {
    send(to, 400, "INVALID_ARGUMENT", "PUBLIC_ERROR_UNSAFE_GENERATION", "Request contains an invalid argument.");
  }

  static void captcha(FakeOpenAiExchange to) throws IOException {
    send(to, 403, "PERMISSION_DENIED", "PUBLIC_ERROR_SOMETHING_WENT_WRONG", "reCAPTCHA evaluation failed");
  }

  static void tier(FakeOpenAiExchange to) throws IOException {
    send(to, 403, "PERMISSION_DENIED", "PUBLIC_ERROR_MODEL_ACCESS_DENIED", "The caller does not have permission");
  }

  static void credits(FakeOpenAiExchange to) throws IOException {
    send(to, 429, "RESOURCE_EXHAUSTED", "PUBLIC_ERROR_USER_QUOTA_REACHED", "Resource has been exhausted (e.g. check quota).");
  }

  static void internal(FakeOpenAiExchange to, int code) throws IOException {
    send(to, code, code == 500 ? "INTERNAL" : "UNAVAILABLE", "", "Internal error encountered.");
  }

  /** {@code seconds}: the wait it asks for, by a header or in the body; may be empty. */
  static void limited(FakeOpenAiExchange to, String seconds, boolean header) throws IOException {
    var body = status(429, "RESOURCE_EXHAUSTED", "", "Resource has been exhausted (e.g. check quota).");
    if (!seconds.isEmpty() && !header) {
      var info = new JsonObject().add("@type", TYPE + "RetryInfo").add("retryDelay", seconds + "s");
      body.get("error").asObject().add("details", new JsonArray().add(info));
    }
    var wait = header && !seconds.isEmpty() ? new String[] {"Retry-After: " + seconds} : new String[0];
    to.send(429, "application/json; charset=UTF-8", body.toString().getBytes(), wait);
  }

  /** Of labs. */
  static void trpc(FakeOpenAiExchange to, int code, String word, String path) throws IOException {
    var data = new JsonObject().add("code", word).add("httpStatus", code).add("path", path);
    var inner = new JsonObject().add("message", word).add("code", -32001).add("data", data);
    to.json(code, new JsonObject().add("error", new JsonObject().add("json", inner)));
  }
}
