package easel.sdk;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a client is to see in each scene. The columns are those of {@link Seen#line}: HTTP status, what came (a result,
 * or an error's code and parameter), x-should-retry, Retry-After, the job, its attempts, submits the provider counted.
 */
final class Promised {
  private static final String USUALLY = """
      PICTURE   200 | its picture                | -     | - | succeeded | succeeded                | 1
      EDIT      200 | its picture                | -     | - | succeeded | succeeded                | 1
      VIDEO     200 | its video                  | -     | - | succeeded | succeeded                | 1
      FRAME     200 | its video                  | -     | - | succeeded | succeeded                | 1
      LATER     202 | its video                  | -     | 2 | succeeded | succeeded                | 1
      TOO_MUCH  400 | invalid_value (size)       | -     | - | -         |                          | 0
      INVALID   400 | invalid_value (size)       | -     | - | failed    | invalid_value            | 1
      REFUSED   400 | moderation_blocked         | -     | - | failed    | moderation_blocked       | 1
      LIMITED   429 | rate_limit_exceeded        | true  | 7 | failed    | rate_limit_exceeded      | 1
      BAD_KEY   502 | upstream_unauthorized      | false | - | failed    | upstream_unauthorized    | 1
      BROKE     429 | insufficient_quota         | false | - | failed    | insufficient_quota       | 1
      GONE      502 | upstream_unreachable       | -     | - | failed    | upstream_unreachable     | 0
      FAILED    502 | generation_failed          | false | - | failed    | generation_failed        | 1
      ERROR     502 | upstream_outcome_unknown   | false | - | unknown   | upstream_outcome_unknown | 1
      GARBAGE   502 | upstream_outcome_unknown   | false | - | unknown   | upstream_outcome_unknown | 1
      DRIP      502 | upstream_outcome_unknown   | false | - | unknown   | upstream_outcome_unknown | 1
      DROPPED   502 | upstream_outcome_unknown   | false | - | unknown   | upstream_outcome_unknown | 1
      """;

  /** Leonardo is asked for its list, Runware and ComfyUI for the id we gave the work. */
  private static final String FOUND_BY_ASKING = """
      ERROR     200 | its picture                | -     | - | succeeded | succeeded                | 1
      GARBAGE   200 | its picture                | -     | - | succeeded | succeeded                | 1
      DRIP      200 | its picture                | -     | - | succeeded | succeeded                | 1
      DROPPED   200 | its picture                | -     | - | succeeded | succeeded                | 1
      """;

  private static final Map<String, String> UNLIKE = Map.of(
      // It ended after it was taken, and nobody says that such work is free.
      "videos", """
      INVALID   400 | invalid_value (seconds)    | -     | - | failed    | invalid_value            | 1
      REFUSED   400 | moderation_blocked         | false | - | failed    | moderation_blocked       | 1
      """,
      "bfl", """
      REFUSED   400 | moderation_blocked         | false | - | failed    | moderation_blocked       | 1
      """,
      // Google does not say which.
      "gemini", """
      INVALID   400 | invalid_value              | -     | - | failed    | invalid_value            | 1
      """,
      // Its session token is known to be good for nothing before anything is bought.
      "flow", """
      BAD_KEY   502 | upstream_unauthorized      | false | - | failed    | upstream_unauthorized    | 0
      """,
      "leonardo", FOUND_BY_ASKING,
      "runware", FOUND_BY_ASKING,
      // Its 500 came before it took the work: neither its queue nor its history has it, so it is sent once more.
      "comfyui", FOUND_BY_ASKING + """
      INVALID   400 | invalid_value (provider_params.steps) | - | - | failed | invalid_value          | 1
      ERROR     200 | its picture                | -     | - | succeeded | not_received, succeeded  | 2
      """);

  private Promised() {}

  static String line(String provider, Scene scene) {
    var lines = lines(USUALLY);
    lines.putAll(lines(UNLIKE.getOrDefault(provider, "")));
    return lines.get(scene.name());
  }

  /** The last of several with one name counts. */
  private static Map<String, String> lines(String block) {
    Function<String, String> line = l -> Arrays.stream(l.split("\\|")).map(String::strip)
        .collect(Collectors.joining(" | "));
    return block.lines().map(l -> l.split(" ", 2))
        .collect(Collectors.toMap(l -> l[0], l -> line.apply(l[1]), (first, last) -> last, TreeMap::new));
  }
}
