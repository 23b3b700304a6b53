package easel.provider;

import easel.codec.Fields;
import easel.core.Size;
import easel.core.Task;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * By what a purchase is known again in Leonardo's list of generations. The seed is of our making wherever the model
 * takes one, and then as good as an id; all else may be the same for two jobs.
 *
 * @param modelId as the list tells it; empty where it does not tell
 * @param size that was ordered
 * @param seed that was sent
 * @param planted whether the seed came from us, and is nobody else's
 * @param faithful false where the caller lets Leonardo rewrite the prompt
 */
record LeonardoTraces(String prompt, Optional<String> modelId, Optional<Size> size, Optional<Long> seed,
    boolean planted, boolean faithful) {
  private static final Set<String> REWRITES = Set.of("enhancePrompt", "promptEnhance", "prompt_enhance");

  /** How much a listed generation looks like the one that is looked for. */
  enum Likeness { NONE, PERHAPS, STRONG, CERTAIN }

  static LeonardoTraces of(Task task, LeonardoWire wire, String tag) {
    var size = task instanceof Task.Image image ? image.size() : ((Task.Video) task).size();
    var extras = Fields.gathering(task.extras(), e -> { });
    boolean planted = wire.seeded() && !extras.has("seed");
    var seed = planted ? Optional.of(LeonardoWire.seed(tag)) : extras.optWhole("seed", 0, Long.MAX_VALUE);
    var modelId = wire.v2() || task instanceof Task.Video ? Optional.<String>empty() : Optional.of(task.model());
    return new LeonardoTraces(plain(task.prompt()), modelId, size.map(wire::size), seed, planted,
        REWRITES.stream().noneMatch(name -> rewritten(extras, name)));
  }

  private static boolean rewritten(Fields extras, String name) {
    return extras.optScalar(name).map(v -> !v.equalsIgnoreCase("off") && !v.equals("false")).orElse(false);
  }

  Likeness of(Fields listed) {
    var itsSeed = listed.optScalar("seed");
    boolean sameSeed = seed.isPresent() && itsSeed.equals(seed.map(String::valueOf));
    boolean samePrompt = prompt.equals(plain(listed.text("prompt", "")));
    if (planted && sameSeed) return Likeness.CERTAIN;
    if (!samePrompt && faithful) return Likeness.NONE;
    var itsModel = listed.optText("modelId");
    if (modelId.isPresent() && itsModel.isPresent() && !itsModel.equals(modelId)) return Likeness.NONE;
    boolean otherSeed = seed.isPresent() && itsSeed.isPresent() && !sameSeed;
    return samePrompt && !otherSeed && fits(listed) ? Likeness.STRONG : Likeness.PERHAPS;
  }

  private boolean fits(Fields listed) {
    int width = listed.integer("imageWidth", 0, 0, Integer.MAX_VALUE);
    int height = listed.integer("imageHeight", 0, 0, Integer.MAX_VALUE);
    return width == 0 || height == 0 || size.map(s -> s.width() == width && s.height() == height).orElse(true);
  }

  private static String plain(String prompt) {
    return prompt.strip().replaceAll("\\s+", " ");
  }

  /** When a listed generation was made; some times carry no zone, and mean UTC. */
  static Optional<Instant> created(Fields listed) {
    var text = listed.text("createdAt", "");
    try {
      boolean zoned = text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$");
      return Optional.of(zoned ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
