package easel;

import static java.nio.charset.StandardCharsets.UTF_8;

import at.favre.lib.crypto.bcrypt.BCrypt;
import easel.api.ApiKeys;
import easel.store.ApiKeyTable;
import easel.store.SettingTable;
import java.io.PrintStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes the API key and the administrator's password that nobody has set, and says them once. Only their hashes are
 * kept.
 */
final class FirstStart {
  static final String PASSWORD_HASH = "admin.password_hash";
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  private static final int BCRYPT_COST = 10;
  private static final int BCRYPT_BYTES_MAX = 72;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Optional<String> apiKey;
  private final Optional<String> password;

  private FirstStart(Optional<String> apiKey, Optional<String> password) {
    this.apiKey = apiKey;
    this.password = password;
  }

  static FirstStart prepare(Config.Access access, ApiKeyTable keys, SettingTable settings, Instant now) {
    Optional<String> key = Optional.empty();
    if (access.apiKeys().isEmpty() && keys.list().isEmpty()) {
      key = Optional.of("sk-easel-" + random(44));
      keys.insert(new ApiKeyTable.ApiKey("key_" + random(20), "first", key.get().substring(0, 12), ApiKeys.hash(key.get()), now,
          Optional.empty()));
    }
    Optional<String> password = Optional.empty();
    if (access.adminPassword().isEmpty() && settings.find(PASSWORD_HASH).isEmpty()) {
      password = Optional.of(random(20));
      settings.put(PASSWORD_HASH, BCrypt.withDefaults().hashToString(BCRYPT_COST, password.get().toCharArray()));
    }
    return new FirstStart(key, password);
  }

  /** The administrator's password of the configuration, or else the one made here. */
  static boolean matches(Config.Access access, SettingTable settings, String name, String password) {
    boolean known = MessageDigest.isEqual(name.getBytes(UTF_8), access.adminName().getBytes(UTF_8));
    if (access.adminPassword().isPresent()) {
      var wanted = access.adminPassword().get().reveal();
      return MessageDigest.isEqual(password.getBytes(UTF_8), wanted.getBytes(UTF_8)) & known;
    }
    var hash = settings.find(PASSWORD_HASH).orElse("");
    boolean fits = password.getBytes(UTF_8).length <= BCRYPT_BYTES_MAX;
    return fits && BCrypt.verifyer().verify(password.toCharArray(), hash.toCharArray()).verified & known;
  }

  private static String random(int length) {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    return text.toString();
  }

  /**
   * What a person needs to go on: everything the first time, three lines and no secret afterwards.
   *
   * @param everywhere the address is but one of those it listens on
   */
  void tell(PrintStream out, String address, boolean everywhere, String folder, String adminName) {
    out.println("Easel " + Version.text() + " listens on " + address + (everywhere ? ", and on every address of this machine" : ""));
    out.println("  data    " + folder);
    out.println("  admin   " + adminName + password.map(p -> " / " + p + "   (shown once)").orElse("") );
    apiKey.ifPresent(key -> {
      out.println("  API key " + key + "   (shown once)");
      out.println();
      out.println("Try it; the built-in sample provider needs no account and no network:");
      out.println();
      out.println("  curl -f -o boat.png " + address + "/v1/images/generations -H 'Authorization: Bearer " + key + "' \\");
      out.println("    -H 'Content-Type: application/json' -H 'Accept: image/png' \\");
      out.println("    -d '{\"model\": \"sample-image\", \"prompt\": \"a red boat on a blue sea\"}'");
      out.println();
      out.println("Next: set OPENAI_API_KEY or GEMINI_API_KEY, bring accounts with easel token import,"
          + " or add providers in config/setting.toml.");
    });
    out.flush();
  }
}
