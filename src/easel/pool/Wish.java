package easel.pool;

import easel.core.Kind;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants a credential for.
 *
 * @param asks the providers that would do, in order
 * @param owner whose turn it uses up
 * @param only the one credential that will do, by name; empty for any
 */
public record Wish(List<Ask> asks, Kind kind, String owner, Optional<String> only) {
  /** {@code tier}: the lowest class of account that may do the work there, {@link easel.core.Account.Tier#rank()}. */
  public record Ask(String provider, int tier) {}

  public Wish {
    asks = List.copyOf(asks);
  }

  /** Any credential of any of these. */
  public static Wish of(List<String> providers, Kind kind, String owner) {
    return new Wish(providers.stream().map(p -> new Ask(p, 0)).toList(), kind, owner, Optional.empty());
  }
}
