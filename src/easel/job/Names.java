package easel.job;

import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names that are not a provider's own.
 *
 * @param configured the operator's: whatever else has such a name is not meant by it
 * @param builtIn what older gateways called their models; a provider's own model of that name comes before them
 * @param usual the strategy of every name that has none of its own
 */
public record Names(List<ModelEntry> configured, List<ModelEntry> builtIn, Strategy usual) {
  /** No names but the providers' own. */
  public static final Names NONE = new Names(List.of(), List.of(), Strategy.ORDER);

  public Names {
    configured = List.copyOf(configured);
    builtIn = List.copyOf(builtIn);
  }

  /** With the built-in names, which stand in the file {@code names.json}. */
  public static Names with(List<ModelEntry> configured, Strategy usual) {
    return new Names(configured, read(), usual);
  }

  private static List<ModelEntry> read() {
    try (var in = Names.class.getResourceAsStream("names.json")) {
      return Fields.of(JsonText.object(in.readAllBytes())).list("names", Names::entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All targets of a line have the same preset: it is the same work, wherever it is done. */
  private static ModelEntry entry(Fields f) {
    var preset = new Preset(f.optText("size").map(s -> Size.parse(s).orElseThrow()), f.optInteger("seconds", 1, 60),
        f.rawObject("params"));
    var targets = new ArrayList<ModelEntry.Target>();
    for (var address : f.texts("targets")) targets.add(new ModelEntry.Target(address, preset));
    return new ModelEntry(f.text("name"), f.texts("aliases"), targets, Optional.empty());
  }
}
