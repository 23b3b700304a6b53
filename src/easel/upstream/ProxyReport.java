package easel.upstream;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the proxies do.
 *
 * @param proxies those of the configuration in order, then credentials' own that were used
 * @param direct calls that went without, as none of their proxies let them through
 */
public record ProxyReport(List<Entry> proxies, long direct) {
  /**
   * One proxy.
   *
   * @param proxy without its password
   * @param use of the configuration, and for what; or a credential's
   * @param restsUntil while others come before it
   * @param failures in a row, each of which makes the rest longer
   * @param lastError empty: there was none
   * @param calls that went through it
   */
  public record Entry(String proxy, Use use, Optional<Instant> restsUntil, int failures, String lastError, long calls) {}

  /** What it is there for. */
  public enum Use { USUAL, MEDIA, OWN }
}
