package easel.core;

import java.time.Instant;
import java.util.List;

/**
 * A named thing a provider can run.
 *
 * @param name what callers say
 * @param provider {@link Provider#id()}
 * @param upstreamName what the provider calls it
 * @param aliases further names for it, retired ones included
 * @param created when it was released, for {@code GET /v1/models}
 */
public record Model(String name, String provider, String upstreamName, Capability capability, List<String> aliases,
    Instant created) {
  public Model {
    aliases = List.copyOf(aliases);
  }

  /** The name that addresses exactly this model at exactly this provider. */
  public String address() {
    return provider + "/" + upstreamName;
  }
}
