package easel.provider;

import easel.core.Capability;
import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** OpenAI's picture models with their dates, limits and list prices, as its model pages gave them in November 2026. */
final class OpenAiCatalogue {
  /** From {@code ends} on the name means {@link #SUCCESSOR}. */
  private record Row(String name, LocalDate begins, Optional<LocalDate> ends, SizeRule sizes, Set<String> qualities) {}

  /** US dollars per million tokens; where OpenAI lists no price for text that comes out, it charges none. */
  private record Price(String textIn, String imageIn, String imageOut, String textOut) {}

  private static final String SUCCESSOR = "gpt-image-2";
  private static final String DATED = "-\\d{4}-\\d{2}-\\d{2}$";
  private static final List<MediaType> FORMATS = List.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);

  // OpenAI names the step, the ratio and the largest size; its smallest is not documented, and refused by OpenAI for
  // free.
  private static final SizeRule FREE = new SizeRule.Free(16, 16, 3840, 3, 1, 3840 * 2160);
  private static final SizeRule THREE =
      new SizeRule.OneOf(List.of(new Size(1024, 1024), new Size(1536, 1024), new Size(1024, 1536)));

  // "standard" and "hd" are what dall-e-3 called them: its name still works here, so its words do.
  private static final Set<String> QUALITIES = Set.of("auto", "low", "medium", "high", "standard", "hd");
  private static final Set<String> MORE_QUALITIES = with(QUALITIES, "xhigh", "max");

  private static final List<Row> ROWS = List.of(
      row("gpt-image-2", "2026-04-21", FREE, QUALITIES),
      row("gpt-image-2-2026-04-21", "2026-04-21", FREE, QUALITIES),
      row("gpt-image-2.5-sunburst", "2026-09-08", FREE, MORE_QUALITIES),
      row("gpt-image-2.5-sunburst-2026-09-08", "2026-09-08", FREE, MORE_QUALITIES),
      row("gpt-image-2.5-flare", "2026-09-08", FREE, MORE_QUALITIES),
      row("gpt-image-2.5-flare-2026-09-08", "2026-09-08", FREE, MORE_QUALITIES),
      row("gpt-image-2.6-sunburst", "2026-11-04", FREE, MORE_QUALITIES),
      row("gpt-image-2.6-flare", "2026-11-04", FREE, MORE_QUALITIES),
      until("2026-12-01", row("gpt-image-1.5", "2025-12-16", THREE, QUALITIES)),
      until("2026-12-01", row("gpt-image-1.5-2025-12-16", "2025-12-16", THREE, QUALITIES)),
      until("2026-12-01", row("gpt-image-1-mini", "2025-10-06", THREE, QUALITIES)),
      until("2026-12-01", row("chatgpt-image-latest", "2025-12-16", THREE, QUALITIES)),
      until("2026-10-23", row("gpt-image-1", "2025-04-23", THREE, QUALITIES)),
      until("2026-05-12", row("dall-e-3", "2023-11-06", THREE, QUALITIES)),
      until("2026-05-12", row("dall-e-2", "2022-11-03", THREE, QUALITIES)));

  private static final Price SECOND = new Price("5.00", "8.00", "30.00", "0");
  private static final Map<String, Price> PRICES = Map.of(
      "gpt-image-2", SECOND, "gpt-image-2.5-sunburst", SECOND, "gpt-image-2.5-flare", SECOND,
      "gpt-image-2.6-sunburst", SECOND, "gpt-image-2.6-flare", SECOND,
      "gpt-image-1.5", new Price("5.00", "8.00", "32.00", "10.00"),
      "gpt-image-1-mini", new Price("2.00", "2.50", "8.00", "0"),
      "gpt-image-1", new Price("5.00", "10.00", "40.00", "0"));

  /** Nothing is known of it but the shape of its API: one reference, which is the first frame where the server can. */
  private static final Capability VIDEO = new Capability(Kind.VIDEO, new Capability.Inputs(0, 1,
      Set.of(Input.Role.REFERENCE, Input.Role.FIRST_FRAME)), 1, 32_000, 0, new SizeRule.Any(),
      List.of(MediaType.MP4, MediaType.WEBM), Set.of(), Set.of());

  private OpenAiCatalogue() {}

  private static Row row(String name, String begins, SizeRule sizes, Set<String> qualities) {
    return new Row(name, LocalDate.parse(begins), Optional.empty(), sizes, qualities);
  }

  private static Row until(String ends, Row row) {
    return new Row(row.name, row.begins, Optional.of(LocalDate.parse(ends)), row.sizes, row.qualities);
  }

  private static Set<String> with(Set<String> words, String... more) {
    var all = new HashSet<>(words);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }

  /** What the server offers at that moment: OpenAI's own models, or the configured names. */
  static List<Model> models(OpenAiOptions options, Instant now) {
    var known = options.id().equals(OpenAiOptions.OPENAI) ? live(options.id(), now) : List.<Model>of();
    var listed = new ArrayList<Model>(options.models().isEmpty() ? known : List.of());
    for (var name : options.models()) {
      var same = known.stream().filter(m -> m.name().equals(name)).findFirst();
      listed.add(same.map(OpenAiCatalogue::alone).orElseGet(() -> generous(options.id(), name)));
    }
    for (var name : options.videos()) listed.add(new Model(name, options.id(), name, VIDEO, List.of(), Instant.EPOCH));
    return List.copyOf(listed);
  }

  private static List<Model> live(String provider, Instant now) {
    var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    var retired = ROWS.stream().filter(r -> ended(r, today)).map(Row::name).toList();
    return ROWS.stream().filter(r -> !ended(r, today)).map(r -> new Model(r.name, provider, r.name,
        capability(r.sizes, r.qualities), r.name.equals(SUCCESSOR) ? retired : List.of(),
        r.begins.atStartOfDay(ZoneOffset.UTC).toInstant())).toList();
  }

  private static boolean ended(Row row, LocalDate today) {
    return row.ends.isPresent() && !today.isBefore(row.ends.get());
  }

  private static Model alone(Model m) {
    return new Model(m.name(), m.provider(), m.upstreamName(), m.capability(), List.of(), m.created());
  }

  /** Nothing is known of it, so nothing is forbidden: the server itself will say. */
  private static Model generous(String provider, String name) {
    return new Model(name, provider, name, capability(new SizeRule.Any(), Set.of()), List.of(), Instant.EPOCH);
  }

  private static Capability capability(SizeRule sizes, Set<String> qualities) {
    return new Capability(Kind.IMAGE, Capability.Inputs.upTo(16).withMask(), 10, 32_000, OpenAiRequest.PARTIALS_MAX, sizes, FORMATS, qualities,
        Set.of());
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

  /** The same usage with what it costs at list price, if the model has one. */
  static Usage priced(String model, Usage usage) {
    var price = PRICES.get(model.replaceFirst(DATED, ""));
    if (price == null || !usage.counted()) return usage;
    var cost = cost(usage.textIn(), price.textIn).add(cost(usage.imageIn(), price.imageIn))
        .add(cost(usage.imageOut(), price.imageOut)).add(cost(usage.textOut(), price.textOut)).stripTrailingZeros();
    return new Usage(usage.textIn(), usage.imageIn(), usage.imageOut(), usage.textOut(), Optional.of(cost));
  }

  private static BigDecimal cost(long tokens, String perMillion) {
    return new BigDecimal(perMillion).multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
  }
}
