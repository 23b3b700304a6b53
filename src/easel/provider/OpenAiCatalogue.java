package easel.provider;

import easel.codec.Fields;
import easel.core.Capability;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Life;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.SizeRule;
import easel.core.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which models a server offers, and what follows from a model's name. OpenAI's own are rows of {@code openai.json}, as
 * its model pages gave them in November 2026. Among their qualities stand the words of dall-e-3 too, whose name still
 * works here: each costs what it is sent as, and {@code auto} is taken to be medium. Their token prices ({@code wire})
 * are US dollars per million, and where OpenAI lists none for text that comes out, it charges none.
 *
 * <p>OpenAI names the step, the ratio and the largest size of the newer models; the smallest is not documented, and
 * refused by OpenAI for free.
 */
final class OpenAiCatalogue {
  private static final String DATED = "-\\d{4}-\\d{2}-\\d{2}$";
  static final List<MediaType> FORMATS = List.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);
  private static final ModelFile FILE = ModelFile.read("openai.json", ProviderSettings.of(OpenAiOptions.OPENAI, OpenAiOptions.OPENAI));

  /** Nothing is known of it but the shape of its API: one reference, which is the first frame where the server can. */
  private static final Capability VIDEO = new Capability(Kind.VIDEO, new Capability.Inputs(0, 1,
      Set.of(Input.Role.REFERENCE, Input.Role.FIRST_FRAME)), 1, 32_000, 0, new SizeRule.Any(),
      List.of(MediaType.MP4, MediaType.WEBM), Set.of(), Set.of());

  private OpenAiCatalogue() {}

  /** What the server offers: OpenAI's own models, or the configured names, and those the operator has added. */
  static List<Model> models(OpenAiOptions options) {
    var models = new ArrayList<>(options.models().isEmpty() ? known(options) : listed(options));
    for (var name : options.videos()) models.add(new Model(name, options.id(), name, VIDEO, List.of(), Instant.EPOCH));
    for (var added : options.added()) models.add(added(options, added, models));
    return List.copyOf(models);
  }

  private static List<Model> known(OpenAiOptions options) {
    return options.id().equals(OpenAiOptions.OPENAI) ? FILE.models() : List.of();
  }

  private static List<Model> listed(OpenAiOptions options) {
    var known = known(options);
    return options.models().stream().map(name -> known.stream().filter(m -> m.name().equals(name)).findFirst()
        .map(m -> life(options, m)).orElseGet(() -> generous(options.id(), name, name))).toList();
  }

  /** Another server than OpenAI's own offers what its operator says it does, for as long as he says so. */
  private static Model life(OpenAiOptions options, Model m) {
    if (OpenAiOptions.OPENAI_URL.getHost().equals(options.baseUrl().getHost())) return m;
    return new Model(m.name(), m.provider(), m.upstreamName(), m.capability(), m.aliases(), m.created(), Life.OPEN, m.price());
  }

  private static Model added(OpenAiOptions options, ProviderSettings.Added added, List<Model> models) {
    if (added.like().isEmpty()) return generous(options.id(), added.name(), added.upstream());
    var settings = ProviderSettings.of(options.id(), OpenAiOptions.OPENAI).withAdded(List.of(added));
    return models.stream().filter(m -> m.upstreamName().equals(added.like())).findFirst()
        .map(m -> new Model(added.name(), options.id(), added.upstream(), m.capability(), List.of(), Instant.EPOCH))
        .orElseGet(() -> ModelFile.read("openai.json", settings).model(added.upstream()).orElseThrow());
  }

  /** Nothing is known of it, so nothing is forbidden: the server itself will say. */
  private static Model generous(String provider, String name, String upstream) {
    var capability = new Capability(Kind.IMAGE, Capability.Inputs.upTo(16).withMask(), 10, 32_000, OpenAiRequest.PARTIALS_MAX,
        new SizeRule.Any(), FORMATS, Set.of(), Set.of());
    return new Model(name, provider, upstream, capability, List.of(), Instant.EPOCH);
  }

  /** GPT image models refuse parameters they do not know; other names are other people's servers, with other habits. */
  static boolean gpt(String model) {
    return model.startsWith("gpt-image") || model.startsWith("chatgpt-image");
  }

  /** They keep inputs closely without being told, and refuse {@code input_fidelity}. */
  static boolean alwaysFaithful(String model) {
    return model.startsWith("gpt-image-2");
  }

  /** Words of {@code quality} for a GPT image model: xhigh and max came with 2.5. */
  static Set<String> qualities(String model) {
    boolean more = model.startsWith("gpt-image-2.");
    return more ? Set.of("auto", "low", "medium", "high", "xhigh", "max") : Set.of("auto", "low", "medium", "high");
  }

  /**
   * The same usage with what it costs at list price, if the model has one; a dated name costs what the plain one does.
   */
  static Usage priced(String model, Usage usage) {
    var prices = FILE.wire(model.replaceFirst(DATED, ""));
    if (!prices.has("image_out") || !usage.counted()) return usage;
    var cost = cost(usage.textIn(), prices, "text_in").add(cost(usage.imageIn(), prices, "image_in"))
        .add(cost(usage.imageOut(), prices, "image_out")).add(cost(usage.textOut(), prices, "text_out")).stripTrailingZeros();
    return new Usage(usage.textIn(), usage.imageIn(), usage.imageOut(), usage.textOut(), Optional.of(cost));
  }

  private static BigDecimal cost(long tokens, Fields prices, String name) {
    return new BigDecimal(prices.text(name)).multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
  }
}
