package easel.api;

import easel.core.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The API keys that the configuration names, by their hashes alone. They are random and long, so that a plain hash is
 * enough to keep them.
 */
public record ApiKeys(List<Entry> entries) {
  public static final ApiKeys NONE = new ApiKeys(List.of());

  /** @param sha256 {@link ApiKeys#hash} of the key */
  public record Entry(Caller caller, String sha256) {}

  public ApiKeys {
    entries = List.copyOf(entries);
  }

  /** SHA-256 in lower-case hex: the only form in which a key is kept, here and in the database. */
  public static String hash(String key) {
    return HexFormat.of().formatHex(digest().digest(key.getBytes(StandardCharsets.UTF_8)));
  }

  /** Every entry is compared, each in constant time: how long it takes tells nothing. */
  Optional<Caller> find(String sha256) {
    Optional<Caller> found = Optional.empty();
    var wanted = sha256.getBytes(StandardCharsets.US_ASCII);
    for (var entry : entries) {
      boolean same = MessageDigest.isEqual(wanted, entry.sha256().getBytes(StandardCharsets.US_ASCII));
      if (same && found.isEmpty()) found = Optional.of(entry.caller());
    }
    return found;
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
