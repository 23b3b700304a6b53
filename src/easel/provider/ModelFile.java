package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException.Complaint;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Capability;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Life;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Price;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A provider's models as data, one row each, in a file beside its adapter ({@code gemini.json}). The rows say what
 * {@link Model} says, and under {@code wire} what the adapter alone needs. An operator may add a model the file does
 * not know yet: it is a row like another one, under its own name.
 */
final class ModelFile {
  /** One row. */
  record Row(Model model, Fields wire) {}

  private final Map<String, Row> rows = new LinkedHashMap<>();

  private ModelFile() {}

  /** @throws easel.codec.FieldException naming the key of a configured model that cannot be made */
  static ModelFile read(String file, ProviderSettings settings) {
    var all = new ModelFile();
    for (var row : Fields.of(JsonText.object(bytes(file))).list("models", f -> f)) all.add(row, settings.id());
    for (var added : settings.added()) all.add(added, settings);
    return all;
  }

  private static byte[] bytes(String file) {
    try (var in = ModelFile.class.getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Model> models() {
    return rows.values().stream().map(Row::model).toList();
  }

  /**
   * The adapter's own facts of a model, by the name the provider knows; empty fields for one that is not in the file.
   */
  Fields wire(String upstreamName) {
    var row = rows.get(upstreamName);
    // Fields remember what was read: jobs on several threads must not share them.
    return Fields.of(row == null ? new JsonObject() : row.wire().raw());
  }

  Optional<Model> model(String upstreamName) {
    return Optional.ofNullable(rows.get(upstreamName)).map(Row::model);
  }

  private void add(Fields f, String provider) {
    var created = f.optText("created").map(d -> LocalDate.parse(d).atStartOfDay(ZoneOffset.UTC).toInstant());
    var life = new Life(f.optText("ends").map(LocalDate::parse), f.optText("successor"));
    var model = new Model(f.text("name"), provider, f.text("upstream", f.text("name")), capability(f), f.texts("aliases"),
        created.orElse(Instant.EPOCH), life, f.optObject("price").map(ModelFile::price));
    rows.put(model.upstreamName(), new Row(model, f.object("wire")));
  }

  private void add(ProviderSettings.Added added, ProviderSettings settings) {
    var like = rows.get(added.like());
    if (like == null) {
      throw settings.complaint("models", Complaint.VALUE, "has " + added.name() + ", which cannot be like " + added.like()
          + ": that must be one of " + String.join(", ", rows.keySet()));
    }
    var model = new Model(added.name(), settings.id(), added.upstream(), like.model().capability(), List.of(), Instant.EPOCH);
    rows.put(added.upstream(), new Row(model, like.wire()));
  }

  static Capability capability(Fields f) {
    var kind = f.choice("kind", Kind.class, Kind.IMAGE);
    var formats = f.texts("formats").stream().map(ModelFile::type).toList();
    return new Capability(kind, inputs(f), f.integer("n", 1, 1, 100), f.integer("prompt", 32_000, 1, Integer.MAX_VALUE),
        f.integer("partials", 0, 0, 10), sizes(f), formats, new HashSet<>(f.texts("qualities")), seconds(f));
  }

  private static MediaType type(String word) {
    return MediaType.ofMime("image/" + word).or(() -> MediaType.ofMime("video/" + word)).orElseThrow();
  }

  /** {@code roles} are references unless the row says. */
  private static Capability.Inputs inputs(Fields f) {
    int max = f.integer("inputs", 0, 0, 100);
    if (max == 0) return Capability.Inputs.NONE;
    Set<Input.Role> roles = f.texts("roles").stream().map(r -> Input.Role.valueOf(r.toUpperCase(Locale.ROOT)))
        .collect(Collectors.toSet());
    return new Capability.Inputs(f.integer("inputs_min", 0, 0, max), max, roles.isEmpty() ? Set.of(Input.Role.REFERENCE) : roles);
  }

  private static SizeRule sizes(Fields f) {
    if (f.isList("sizes")) return new SizeRule.OneOf(f.texts("sizes").stream().map(s -> Size.parse(s).orElseThrow()).toList());
    if (f.isList("ratios")) {
      var ratios = f.texts("ratios").stream().map(Ratio::of).toList();
      return new SizeRule.Ratios(ratios, f.optWhole("pixels_max", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE));
    }
    return f.optObject("free").map(ModelFile::free).orElseGet(SizeRule.Any::new);
  }

  private static SizeRule free(Fields f) {
    int max = f.integer("max", Size.SIDE_MAX, 1, Size.SIDE_MAX);
    return new SizeRule.Free(f.integer("step", 1, 1, 1024), f.integer("min", 1, 1, max), max, f.integer("ratio", 100, 1, 1000),
        f.optWhole("pixels_min", 1, Long.MAX_VALUE).orElse(1L), f.optWhole("pixels_max", 1, Long.MAX_VALUE).orElse((long) max * max));
  }

  /** {@code "seconds": [4, 6, 8]}, or {@code "seconds_from": 5, "seconds_to": 20} for every length between. */
  private static Set<Integer> seconds(Fields f) {
    if (f.isList("seconds")) return f.wholes("seconds").stream().map(Long::intValue).collect(Collectors.toSet());
    int to = f.integer("seconds_to", 0, 0, 3600);
    return IntStream.rangeClosed(f.integer("seconds_from", 1, 0, 3600), to).boxed().collect(Collectors.toSet());
  }

  static Price price(Fields f) {
    var rows = new ArrayList<Price.Row>();
    for (var row : f.list("rows", r -> r)) rows.addAll(rows(row));
    if (rows.isEmpty()) rows.addAll(rows(f));
    return new Price(f.choice("per", Price.Per.class, Price.Per.IMAGE), rows, f.text("source"), LocalDate.parse(f.text("as_of")));
  }

  /** One for each word of {@code quality}, where it is a list of words that cost the same. */
  private static List<Price.Row> rows(Fields f) {
    var usd = new BigDecimal(f.text("usd"));
    long pixelsMax = f.optWhole("pixels_max", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE);
    if (!f.isList("quality")) return List.of(new Price.Row(usd, pixelsMax, f.optText("quality")));
    return f.texts("quality").stream().map(q -> new Price.Row(usd, pixelsMax, Optional.of(q))).toList();
  }
}
