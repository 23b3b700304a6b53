package easel.provider;

import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.core.Credential;
import easel.core.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A {@code [providers.ID]} section.
 *
 * @param type which adapter speaks to it, one of {@link Providers#types()}
 * @param keys what authenticates us; several are a pool
 * @param models upstream names, for providers that cannot tell them
 * @param timeout total time of one call, where it differs from what all jobs get
 * @param concurrency jobs one key carries at once; -1: any number, 0: none
 */
public record ProviderSettings(String id, String type, Optional<URI> baseUrl, List<Secret> keys, List<String> models,
    boolean enabled, Optional<Duration> timeout, int concurrency) {
  private static final int FINGERPRINT = 3;

  public ProviderSettings {
    keys = List.copyOf(keys);
    models = List.copyOf(models);
  }

  /**
   * What can be lent. A server of one's own may need no key; OpenAI does, so without one there is nothing to lend. Names
   * come from the keys, not from their order: a job that waits upstream finds its own again after the list has changed.
   */
  public List<Credential> credentials() {
    if (!keys.isEmpty()) return keys.stream().map(k -> new Credential(id, id + "#" + fingerprint(k), k)).toList();
    return keyNeeded() ? List.of() : List.of(Credential.none(id));
  }

  private boolean keyNeeded() {
    var host = baseUrl.or(() -> Optional.of(OpenAiOptions.OPENAI_URL)).map(URI::getHost).orElse("");
    return type.equals("openai") && host.equals(OpenAiOptions.OPENAI_URL.getHost());
  }

  private static String fingerprint(Secret key) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(key.reveal().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, FINGERPRINT);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  FieldException complaint(String key, Complaint complaint, String words) {
    return new FieldException("providers." + id + "." + key, complaint, words);
  }
}
