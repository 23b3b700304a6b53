package easel;

import easel.core.Secret;

/** What people write for a proxy. */
interface ProxyWords {
  /**
   * The same in the one spelling that is stored.
   *
   * @throws IllegalArgumentException saying what is wrong with it, without a password
   */
  Secret read(String written);

  /** Fit to be shown: without its password. */
  String shown(Secret proxy);
}
