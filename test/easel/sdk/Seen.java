package easel.sdk;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import fake.RealEasel;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client saw, and what the provider counted.
 *
 * @param what the code of an error and its parameter, or the result in words
 * @param again the header {@code x-should-retry}; a dash without one
 * @param after the header {@code Retry-After}; a dash without one
 * @param job how it ended; a dash where there was none
 * @param attempts how each of them ended
 * @param message of the error
 */
record Seen(int status, String what, String again, String after, String job, List<String> attempts, int submits,
    String message) {
  static Seen of(HttpResponse<String> answer, String result, JsonObject job, int submits) {
    boolean good = answer.statusCode() / 100 == 2;
    var error = good ? new JsonObject() : RealEasel.json(answer).get("error").asObject();
    return new Seen(answer.statusCode(), good ? result : code(error), header(answer, "x-should-retry"),
        header(answer, "retry-after"), job.getString("status", "-"), attempts(job), submits, error.getString("message", ""));
  }

  private static String code(JsonObject error) {
    var param = Optional.ofNullable(error.get("param")).filter(JsonValue::isString).map(JsonValue::asString);
    return error.getString("code", "no code") + param.map(p -> " (" + p + ")").orElse("");
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("-");
  }

  private static List<String> attempts(JsonObject job) {
    var all = new ArrayList<String>();
    var list = job.get("attempts") instanceof JsonArray some ? some : new JsonArray();
    for (var attempt : list) all.add(attempt.asObject().getString("outcome", ""));
    return all;
  }

  /** As {@link #line} with the message, the provider called by the name it would have in life. */
  String row(String section, String provider) {
    return line() + " | " + message.replace(section, provider).replaceAll("job_[0-9a-f]+", "job_...");
  }

  /** All but the message, in the columns of a table. */
  String line() {
    return String.join(" | ", String.valueOf(status), what, again, after, job, String.join(", ", attempts),
        String.valueOf(submits));
  }
}
