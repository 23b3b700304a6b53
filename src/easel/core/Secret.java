package easel.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A value that must never be printed. Only the code that sends it to its owner calls {@link #reveal()}. */
public record Secret(String value) {
  /** Shorter ones are no real secrets, but can be a part of any word. */
  private static final int HIDDEN_MIN = 8;

  public String reveal() {
    return value;
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  /** Somebody else's words without this value in them. */
  public String hide(String words) {
    return value.length() < HIDDEN_MIN ? words : words.replace(value, "***");
  }

  /** Tells which value this is without being it: SHA-256 as hex. To be kept like the value, which may be short. */
  public Secret fingerprint() {
    try {
      return new Secret(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
