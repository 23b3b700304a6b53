package easel.api;

import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names of an older gateway that leave the shape open: which of its other names is meant depends on what the request
 * hints at. They stand in the file {@code aliases.json}.
 */
final class Aliases {
  /** What is made without asking for a size. */
  private static final List<String> PLAIN = List.of("1k", "720p");
  private static final Map<String, Alias> ALL = read();

  /**
   * A name for a picture or video of any shape.
   *
   * @param shapes the name of each shape it can have; landscape is one of them
   * @param sizes what such a name may end with
   */
  record Alias(String name, Map<Aspect, String> shapes, List<String> sizes) {}

  /** The name that is meant, and what of the request came to nothing. */
  record Meant(String name, List<String> warnings) {}

  private Aliases() {}

  static Optional<Alias> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  static Collection<Alias> all() {
    return ALL.values();
  }

  private static Map<String, Alias> read() {
    try (var in = Aliases.class.getResourceAsStream("aliases.json")) {
      var found = new LinkedHashMap<String, Alias>();
      var list = Fields.of(JsonText.object(in.readAllBytes())).list("aliases", Aliases::alias);
      for (var alias : list) found.put(alias.name(), alias);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Alias alias(Fields f) {
    var shapes = new EnumMap<Aspect, String>(Aspect.class);
    var names = f.object("shapes");
    for (var aspect : Aspect.values()) names.optText(aspect.word()).ifPresent(n -> shapes.put(aspect, n));
    return new Alias(f.text("name"), shapes, f.texts("sizes"));
  }

  /**
   * The name that is meant by an alias: what the request hints at, else the shape of the first picture that was handed
   * in, else landscape. A shape or size that is not made is not refused, because clients of that gateway always send
   * one.
   */
  static Meant meant(Alias alias, ShapeHints hints, Optional<Size> picture) {
    var warnings = new ArrayList<String>();
    var choices = alias.shapes().keySet();
    var hinted = hints.aspect().flatMap(a -> Aspect.parse(a, choices)).filter(choices::contains);
    if (hints.aspect().isPresent() && hinted.isEmpty()) {
      warnings.add(alias.name() + " is not made in the shape " + hints.aspect().get() + ": it is made in landscape.");
    }
    var seen = picture.filter(p -> hints.aspect().isEmpty()).map(p -> Aspect.nearest(p, choices));
    var aspect = hinted.or(() -> seen).orElse(Aspect.LANDSCAPE);
    return new Meant(sized(alias, aspect, hints, warnings), List.copyOf(warnings));
  }

  private static String sized(Alias alias, Aspect aspect, ShapeHints hints, List<String> warnings) {
    var name = alias.shapes().get(aspect);
    var size = hints.size().filter(s -> !PLAIN.contains(s));
    if (size.isEmpty()) return name;
    if (alias.sizes().contains(size.get())) return name + "-" + size.get();
    // Videos of a greater size have aliases of their own.
    var greater = find(alias.name() + "_" + size.get());
    if (greater.isPresent()) return greater.get().shapes().get(aspect);
    warnings.add(alias.name() + " is not made in the size " + size.get() + ": that was left out.");
    return name;
  }

  /** What of the hints comes to nothing where the name says the size. */
  static List<String> leftOut(String name, Size fixed, ShapeHints hints) {
    var warnings = new ArrayList<String>();
    var all = List.of(Aspect.values());
    var own = Aspect.nearest(fixed, all);
    var other = hints.aspect().filter(a -> !Aspect.parse(a, all).equals(Optional.of(own)));
    other.ifPresent(a -> warnings.add(name + " is made in " + own.word() + " alone: the shape " + a + " was left out."));
    var size = hints.size().filter(s -> !PLAIN.contains(s) && !name.endsWith(s));
    size.ifPresent(s -> warnings.add(name + " is made in " + fixed + " alone: the size " + s + " was left out."));
    return List.copyOf(warnings);
  }
}
