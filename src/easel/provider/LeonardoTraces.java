package easel.provider;

import easel.codec.Fields;
import easel.core.Progress;
import easel.core.Size;
import easel.core.Task;
import java.time.DateTimeException;
import java.time.Duration;
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
 * @param prompt empty where Leonardo may have rewritten it, so that nothing but a seed of ours could tell
 * @param modelId as the list tells it; empty where it does not tell
 * @param size that was ordered
 * @param seed that was sent
 * @param planted whether the seed came from us, and is nobody else's
 */
record LeonardoTraces(Optional<String> prompt, Optional<String> modelId, Optional<Size> size, Optional<String> seed,
    boolean planted, Instant sent) {
  private static final Set<String> REWRITES = Set.of("enhancePrompt", "promptEnhance", "prompt_enhance");
  /** How far our clock and Leonardo's may be apart. */
  private static final Duration SKEW = Duration.ofMinutes(5);
  /** Until the purchase has reached Leonardo: pictures are handed over before. */
  private static final Duration UNDER_WAY = Duration.ofMinutes(15);

  /** How much a listed generation is like the one that is looked for. */
  enum Likeness { NONE, PERHAPS, SAME }

  static LeonardoTraces of(Task task, LeonardoWire wire, Progress purchase) {
    var extras = Fields.gathering(task.extras(), e -> { });
    boolean planted = wire.seeded() && !extras.has("seed");
    var seed = planted ? Optional.of("" + LeonardoWire.seed(purchase.tag())) : extras.optScalar("seed");
    var modelId = wire.v2() || task instanceof Task.Video ? Optional.<String>empty() : Optional.of(task.model());
    boolean kept = REWRITES.stream().noneMatch(name -> rewritten(extras, name));
    var prompt = Optional.of(plain(task.prompt())).filter(p -> kept && !p.isEmpty());
    return new LeonardoTraces(prompt, modelId, task.size().map(wire::size), seed, planted, purchase.sent());
  }

  private static boolean rewritten(Fields extras, String name) {
    return extras.optScalar(name).map(v -> !v.equalsIgnoreCase("off") && !v.equals("false")).orElse(false);
  }

  /** The same for tasks that the list may show alike. */
  static int promptHash(Task task) {
    return plain(task.prompt()).hashCode();
  }

  Likeness of(Fields listed) {
    var itsSeed = listed.optScalar("seed");
    if (planted) return itsSeed.equals(seed) ? Likeness.SAME : Likeness.NONE;
    boolean samePrompt = prompt.isPresent() && prompt.equals(listed.optText("prompt").map(LeonardoTraces::plain));
    boolean other = differ(modelId, listed.optText("modelId")) || differ(seed, itsSeed);
    if (!samePrompt || other || before(listed) || after(listed)) return Likeness.NONE;
    return created(listed).isPresent() && fits(listed) ? Likeness.SAME : Likeness.PERHAPS;
  }

  private static boolean differ(Optional<String> ours, Optional<String> its) {
    return ours.isPresent() && its.isPresent() && !ours.equals(its);
  }

  /** Surely made before the purchase was sent. */
  boolean before(Fields listed) {
    return created(listed).filter(c -> c.isBefore(sent.minus(SKEW))).isPresent();
  }

  private boolean after(Fields listed) {
    return created(listed).filter(c -> c.isAfter(sent.plus(UNDER_WAY))).isPresent();
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
