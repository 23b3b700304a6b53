package easel.core;

import java.math.BigDecimal;

/** A provider that tells what a credential has left. */
public interface Balance {
  /** {@code unit} is the provider's own: {@code USD}, {@code credits}. */
  record Funds(BigDecimal amount, String unit) {}

  /** Asks; also a check of the credential that buys nothing. */
  Funds funds(Credential credential) throws InterruptedException;
}
