package easel.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import easel.core.Secret;
import easel.store.StoreException.Trouble;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals secrets for the database, so that a copy of it tells nobody anything: AES-256-GCM, a random nonce for each
 * value. The key never lies in the database. It is given ({@value #VARIABLE}), or else is in the file {@value #FILE} of
 * the data folder, which is made when something is sealed for the first time.
 *
 * <pre>
 *   "v1:" + base64(key id: 4 bytes | nonce: 12 bytes | ciphertext | tag: 16 bytes)
 * </pre>
 *
 * What a value is for is authenticated with it: a sealed value that is moved to another row does not open.
 */
public final class Vault {
  public static final String FILE = "secret.key";
  public static final String VARIABLE = "EASEL_SECRET_KEY";

  private static final System.Logger LOG = System.getLogger("easel.store");
  private static final String VERSION = "v1:";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final boolean given;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<VaultKey> key;

  private Vault(Path file, Optional<VaultKey> given) {
    this.file = file;
    this.given = given.isPresent();
    this.key = given;
  }

  /**
   * The vault of a data folder; it need not have a key yet.
   *
   * @param given the key, where the operator keeps it elsewhere: then a file is neither read nor made
   * @throws StoreException {@code SEALED} where the file is no key, or where others can read it
   */
  public static Vault open(Path data, Optional<VaultKey> given) {
    var vault = new Vault(data.toAbsolutePath().normalize().resolve(FILE), given);
    vault.key();
    return vault;
  }

  /** Whether anything can be opened. A file that came back is noticed. */
  public boolean hasKey() {
    return key().isPresent();
  }

  /** Where the key is or would be, for people. */
  public String place() {
    return given ? VARIABLE : file.toString();
  }

  /**
   * Seals a secret; makes the key if there is none.
   *
   * @param purpose what it is for, exactly as {@link #open} will say it
   * @throws StoreException {@code SEALED} or {@code UNWRITABLE} where there can be no key
   */
  public String seal(String purpose, Secret secret) {
    var with = key().orElseGet(this::make);
    var nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, with, nonce, purpose);
      var sealed = cipher.doFinal(secret.reveal().getBytes(UTF_8));
      var all = ByteBuffer.allocate(VaultKey.ID_BYTES + NONCE + sealed.length).put(with.id()).put(nonce).put(sealed);
      return VERSION + Base64.getEncoder().encodeToString(all.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CIPHER, e);
    }
  }

  /** @throws StoreException {@code SEALED}, saying why it cannot be opened and what would help */
  public Secret open(String purpose, String sealed) {
    var all = bytes(sealed);
    var with = key().orElseThrow(() -> unreadable("the key it was sealed with is missing: put back " + file + " or set "
        + VARIABLE));
    var id = Arrays.copyOf(all, VaultKey.ID_BYTES);
    if (!Arrays.equals(id, with.id())) {
      throw unreadable("it was sealed with another key (" + HexFormat.of().formatHex(id) + ") than that of " + place() + " ("
          + HexFormat.of().formatHex(with.id()) + ")");
    }
    try {
      int at = VaultKey.ID_BYTES + NONCE;
      var cipher = cipher(Cipher.DECRYPT_MODE, with, Arrays.copyOfRange(all, VaultKey.ID_BYTES, at), purpose);
      return new Secret(new String(cipher.doFinal(all, at, all.length - at), UTF_8));
    } catch (AEADBadTagException e) {
      throw unreadable("it was changed, or belongs to another row");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CIPHER, e);
    }
  }

  private static byte[] bytes(String sealed) {
    if (!sealed.startsWith(VERSION)) throw unreadable("it was sealed by a newer Easel, or is damaged");
    try {
      var all = Base64.getDecoder().decode(sealed.substring(VERSION.length()));
      if (all.length >= VaultKey.ID_BYTES + NONCE + TAG) return all;
    } catch (IllegalArgumentException e) {
      throw unreadable("it is damaged");
    }
    throw unreadable("it is damaged");
  }

  private static Cipher cipher(int mode, VaultKey key, byte[] nonce, String purpose) throws GeneralSecurityException {
    var cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key.aes(), new GCMParameterSpec(8 * TAG, nonce));
    cipher.updateAAD((VERSION + purpose).getBytes(UTF_8));
    return cipher;
  }

  private static StoreException unreadable(String words) {
    return new StoreException(Trouble.SEALED, "a secret in the database cannot be read: " + words);
  }

  /**
   * The permissions of a file of secrets that others can read; empty where only its owner can, or where none are known.
   */
  public static Optional<String> openToOthers(Path file) {
    try {
      return Disk.openToOthers(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  // ---- the key's file ---------------------------------------------------------------------------------------------

  private Optional<VaultKey> key() {
    lock.lock();
    try {
      if (key.isEmpty() && Files.exists(file)) key = Optional.of(read());
      return key;
    } finally {
      lock.unlock();
    }
  }

  private VaultKey read() {
    try {
      var others = Disk.openToOthers(file);
      if (others.isPresent()) {
        throw new StoreException(Trouble.SEALED, "the key file " + file + " can be read by others (" + others.get()
            + "): run chmod 600 " + file + ", or give the key as " + VARIABLE);
      }
      return VaultKey.parse(Files.readString(file)).orElseThrow(() -> new StoreException(Trouble.SEALED, "the key file "
          + file + " does not hold 32 bytes as base64 or 64 hex digits: put the right one back"));
    } catch (IOException e) {
      throw new StoreException(Trouble.SEALED, "the key file " + file + " cannot be read: " + e, e);
    }
  }

  /** Under another name first: half a key is worse than none. It is on the disk before anything sealed with it is. */
  private VaultKey make() {
    lock.lock();
    try {
      if (key.isPresent()) return key.get();
      var made = VaultKey.random();
      var fresh = file.resolveSibling(FILE + ".new");
      Files.deleteIfExists(fresh);
      Disk.create(fresh);
      Files.writeString(fresh, made.base64() + "\n");
      Disk.sync(fresh);
      Disk.move(fresh, file);
      Disk.syncFolder(file.getParent());
      LOG.log(Level.INFO, "key made for secrets in the database, keep a copy of it file={0}", file);
      key = Optional.of(made);
      return made;
    } catch (IOException e) {
      throw new StoreException(Trouble.UNWRITABLE, "the key file " + file + " cannot be written: " + e, e);
    } finally {
      lock.unlock();
    }
  }
}
