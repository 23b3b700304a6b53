package easel.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The 256 bits that seal what a {@link Vault} keeps. It cannot print itself. */
public final class VaultKey {
  static final int ID_BYTES = 4;
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;

  private VaultKey(byte[] bytes) {
    this.bytes = bytes;
  }

  static VaultKey random() {
    var bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new VaultKey(bytes);
  }

  /** 32 bytes as base64, plain or URL-safe, or as 64 hex digits; empty where the text is neither. */
  public static Optional<VaultKey> parse(String text) {
    var clean = text.strip();
    try {
      var bytes = clean.length() == 2 * BYTES ? HexFormat.of().parseHex(clean)
          : Base64.getDecoder().decode(clean.replace('-', '+').replace('_', '/'));
      return bytes.length == BYTES ? Optional.of(new VaultKey(bytes)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** For its file. */
  String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  SecretKey aes() {
    return new SecretKeySpec(bytes, "AES");
  }

  /** Tells which key it is and nothing of what it is; goes along with everything it seals. */
  byte[] id() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update("easel vault key".getBytes(US_ASCII));
      return Arrays.copyOf(digest.digest(bytes), ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
