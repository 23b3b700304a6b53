package easel;

import easel.core.Secret;
import easel.upstream.ProxySetting;
import java.util.stream.Collectors;

/** What people write for the way of a credential: one proxy or several, in any of the shapes they paste. */
final class ProxyWords {
  private ProxyWords() {}

  /** @throws IllegalArgumentException saying what is wrong with it, without anything of it */
  static void check(Secret written) {
    ProxySetting.parseAll(written.reveal());
  }

  /** Fit to be shown: without its password. */
  static String shown(Secret written) {
    if (written.isEmpty()) return "";
    try {
      return ProxySetting.parseAll(written.reveal()).stream().map(ProxySetting::words).collect(Collectors.joining(", "));
    } catch (IllegalArgumentException e) {
      return "unreadable";
    }
  }
}
