package easel.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A named thing a provider can run.
 *
 * @param name what callers say
 * @param provider {@link Provider#id()}
 * @param upstreamName what the provider calls it
 * @param aliases further names for it, retired ones included
 * @param created when it was released, for {@code GET /v1/models}
 * @param price what its provider's list says, where it is known
 */
public record Model(String name, String provider, String upstreamName, Capability capability, List<String> aliases,
    Instant created, Life life, Optional<Price> price) {
  public Model {
    aliases = List.copyOf(aliases);
  }

  /** One that nobody has announced the end of, and whose price is not known. */
  public Model(String name, String provider, String upstreamName, Capability capability, List<String> aliases,
      Instant created) {
    this(name, provider, upstreamName, capability, aliases, created, Life.OPEN, Optional.empty());
  }

  /** The name that addresses exactly this model at exactly this provider. */
  public String address() {
    return provider + "/" + upstreamName;
  }
}
