package easel;

import easel.core.Balance;
import easel.core.Refreshing;
import easel.provider.Providers;
import java.util.Optional;

/** A house whose providers answer for themselves. */
interface Furnished extends Credentials.House {
  Providers providers();

  @Override
  default int models(String provider) {
    return providers().provider(provider).map(p -> p.models().size()).orElse(0);
  }

  @Override
  default Optional<Balance> balance(String provider) {
    return providers().balance(provider);
  }

  @Override
  default Optional<Refreshing> refreshing(String provider) {
    return providers().refreshing(provider);
  }
}
