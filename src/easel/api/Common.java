package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.job.Catalogue;
import java.util.Map;
import java.util.Optional;

/**
 * What every generating route of this face takes besides OpenAI's own fields.
 *
 * @param model as asked for; {@link Catalogue#AUTO} if nobody said
 * @param provider the only one that may do it
 * @param project groups results; empty for none
 * @param extras the caller's own parameters for the provider
 * @param async answer at once with the job
 * @param usage end a stream with it
 */
record Common(String model, Optional<String> provider, String project, JsonObject extras, boolean stream, boolean async,
    boolean usage) {
  private static final String PARAMS = "provider_params";
  private static final long SEED_MAX = 0xffff_ffffL;
  private static final int USER_MAX = 256;
  private static final int PROJECT_MAX = 64;
  /** Names that callers of older gateways use. */
  private static final Map<String, String> PROVIDERS = Map.of("bfl-flux", "bfl");

  static Common read(Fields f, Form form, Catalogue catalogue) {
    for (var name : new String[] {"user", "user_id", "safety_identifier"}) {
      boolean tooLong = f.optText(name).orElse("").length() > USER_MAX;
      if (tooLong) throw f.wrong(name, "must have at most " + USER_MAX + " characters");
    }
    boolean stream = f.flag("stream", false);
    boolean async = f.flag("async", false);
    if (stream && async) throw f.wrong("async", "must not be true together with stream");
    boolean usage = f.object("stream_options").flag("include_usage", false);
    var provider = text(f, "provider").map(p -> PROVIDERS.getOrDefault(p, p));
    return new Common(model(f, provider, catalogue), provider, project(f), extras(f, form), stream, async, usage);
  }

  /** Who names the provider may also name the model as the provider does. */
  private static String model(Fields f, Optional<String> provider, Catalogue catalogue) {
    var name = text(f, "model").or(() -> text(f.object(PARAMS), "model")).orElse(Catalogue.AUTO);
    if (catalogue.model(name).isPresent()) return name;
    return provider.map(p -> p + "/" + name).filter(a -> catalogue.model(a).isPresent()).orElse(name);
  }

  private static Optional<String> text(Fields f, String name) {
    return f.optText(name).map(String::strip).filter(m -> !m.isEmpty());
  }

  private static String project(Fields f) {
    var project = f.text("project", "");
    boolean plain = project.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0));
    if (!plain || project.length() > PROJECT_MAX || project.startsWith(".")) {
      throw f.wrong("project", "must be 1 to " + PROJECT_MAX
          + " letters, digits, dots, dashes or underscores, and not start with a dot");
    }
    return project;
  }

  /** The model is not among them: which one runs is never left to a second field. */
  private static JsonObject extras(Fields f, Form form) {
    var extras = new JsonObject(f.rawObject(PARAMS));
    extras.remove("model");
    if (form.holdsPicture(extras.toString())) throw f.wrong(PARAMS, "must not hold pictures: send them as images");
    var seed = f.optWhole("seed", -1, SEED_MAX).filter(s -> s >= 0);
    if (seed.isPresent() && !extras.names().contains("seed")) extras.add("seed", seed.get());
    return extras;
  }
}
