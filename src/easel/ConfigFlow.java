package easel;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import java.time.Duration;
import java.util.List;

/**
 * What only Flow knows: the keys of a Flow2API file's {@code [flow]}, for all sections of that type, each of which may
 * say it for itself.
 */
final class ConfigFlow {
  static final String TYPE = "flow";
  private static final int MANY = 1_000_000;
  private static final int PROJECTS_MAX = 50;
  private static final int MINUTES_MAX = 7 * 24 * 60;
  /** The adapter asks no sooner after an exchange. */
  private static final int MINUTES_MIN = 5;
  /**
   * Keys of older files that have nothing to decide here. How long a picture may take, and where another way out is
   * tried, is said once for all providers; a submit goes out once; and nobody waits for a slot of one account.
   */
  private static final List<String> WITHOUT_EFFECT = List.of("image_request_timeout", "image_timeout_retry_count",
      "image_timeout_retry_delay", "image_timeout_use_media_proxy_fallback", "image_prefer_media_proxy",
      "image_slot_wait_timeout", "image_launch_soft_limit", "image_launch_wait_timeout", "image_launch_stagger_ms",
      "video_slot_wait_timeout", "video_launch_soft_limit", "video_launch_wait_timeout", "video_launch_stagger_ms");
  private static final List<String> KEYS = List.of("labs_base_url", "api_base_url", "poll_interval", "session_interval",
      "project_pool_size", "recaptcha_token", "recaptcha_application");

  private ConfigFlow() {}

  /**
   * Both together, checked; what {@code own} says comes first. Of further keys in {@code flow} nothing is said: every
   * version of Flow2API has others.
   */
  static JsonObject options(Fields flow, Fields own) {
    var options = new JsonObject();
    for (var section : List.of(flow, own)) {
      check(section);
      for (var key : KEYS) if (section.has(key)) options.set(key, section.raw().get(key));
    }
    // in a section of its own this is the total time of every request, and read like everybody's
    if (flow.has("timeout")) options.set("timeout", flow.raw().get("timeout"));
    positive(flow, "timeout");
    return options;
  }

  private static void check(Fields f) {
    for (var key : List.of("labs_base_url", "api_base_url")) {
      f.optText(key).filter(u -> !u.isEmpty()).ifPresent(u -> ConfigReader.link(f, key, u));
    }
    positive(f, "poll_interval");
    // Older files have these two: how long a video may take is the engine's to say, and a submit goes out once.
    f.integer("max_poll_attempts", 1, 1, MANY);
    f.integer("max_retries", 0, 0, MANY);
    int interval = f.integer("session_interval", 0, 0, MINUTES_MAX);
    if (interval > 0 && interval < MINUTES_MIN) f.complain("session_interval", "must be 0, or " + MINUTES_MIN + " or more");
    f.integer("project_pool_size", 1, 1, PROJECTS_MAX);
    f.optText("recaptcha_token");
    f.optText("recaptcha_application");
    WITHOUT_EFFECT.forEach(f::has);
  }

  private static void positive(Fields f, String name) {
    if (!f.duration(name, Duration.ofSeconds(1)).isPositive()) f.complain(name, "must be more than 0");
  }
}
