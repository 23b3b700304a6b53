package easel.job;

import java.util.List;
import java.util.Optional;

/**
 * A name of its own for work that one or several models can do.
 *
 * @param aliases further names for the same
 * @param targets who does it, in the order in which they are asked
 * @param strategy another order; empty for the usual one
 */
public record ModelEntry(String name, List<String> aliases, List<Target> targets, Optional<Strategy> strategy) {
  public ModelEntry {
    aliases = List.copyOf(aliases);
    targets = List.copyOf(targets);
  }

  /**
   * One model at one provider.
   *
   * @param address {@code provider/model}, the model by its own name or by the one its provider knows
   */
  public record Target(String address, Preset preset) {
    public String provider() {
      return address.substring(0, Math.max(0, address.indexOf('/')));
    }
  }
}
