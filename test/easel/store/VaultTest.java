package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Secret;
import easel.store.StoreException.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultTest {
  private static final Secret SECRET = new Secret("a-key-of-a-provider");
  private static final String PURPOSE = "credential/1/bfl/secret";
  private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

  @TempDir
  private Path folder;

  private Vault vault() {
    return Vault.open(folder, Optional.empty());
  }

  private static Vault given(Path folder, String key) {
    return Vault.open(folder, Optional.of(VaultKey.parse(key).orElseThrow()));
  }

  private Path file() {
    return folder.resolve("secret.key");
  }

  private static String refused(Vault vault, String purpose, String sealed) {
    var e = assertThrows(StoreException.class, () -> vault.open(purpose, sealed));
    assertEquals(Trouble.SEALED, e.trouble());
    return e.getMessage().replace("a secret in the database cannot be read: ", "");
  }

  @Test
  void whatIsSealedOpensInAnotherProcessAndSaysNothing() {
    var sealed = vault().seal(PURPOSE, SECRET);
    assertTrue(sealed.startsWith("v1:"), sealed);
    assertFalse(new String(Base64.getDecoder().decode(sealed.substring(3)), java.nio.charset.StandardCharsets.ISO_8859_1).contains("key-of"));
    assertEquals(SECRET, vault().open(PURPOSE, sealed));
  }

  @Test
  void oneSecretSealedTwiceLooksDifferent() {
    var vault = vault();
    assertNotEquals(vault.seal(PURPOSE, SECRET), vault.seal(PURPOSE, SECRET));
  }

  @Test
  void aSealedValueDoesNotOpenForAnotherPurpose() {
    var vault = vault();
    var sealed = vault.seal(PURPOSE, SECRET);
    assertEquals("it was changed, or belongs to another row", refused(vault, "credential/2/bfl/secret", sealed));
  }

  @Test
  void everyFlippedBitIsNoticed() {
    var vault = vault();
    var bytes = Base64.getDecoder().decode(vault.seal(PURPOSE, SECRET).substring(3));
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      var bent = bytes.clone();
      bent[bit / 8] ^= (byte) (1 << bit % 8);
      refused(vault, PURPOSE, "v1:" + Base64.getEncoder().encodeToString(bent));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v1:", "v1:AAAA", "v1:not base64", "v2:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "plain"})
  void whatIsNoSealedValueIsRefusedAndNotRepeated(String text) {
    var vault = given(folder, HEX);
    assertFalse(refused(vault, PURPOSE, text).contains("AAAA"));
  }

  @Test
  void theKeyIsMadeWhenItIsFirstNeededAndForItsOwnerAlone() throws IOException {
    var vault = vault();
    assertFalse(vault.hasKey());
    assertFalse(Files.exists(file()));
    vault.seal(PURPOSE, SECRET);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
    assertEquals(32, Base64.getDecoder().decode(Files.readString(file()).strip()).length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rw--w----"})
  void aKeyThatOthersCanGetAtIsRefusedWithWhatToDo(String mode) throws IOException {
    vault().seal(PURPOSE, SECRET);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
    var e = assertThrows(StoreException.class, this::vault);
    assertEquals("the key file " + file() + " can be read by others (" + mode + "): run chmod 600 " + file()
        + ", or give the key as EASEL_SECRET_KEY", e.getMessage());
    assertEquals(Trouble.SEALED, e.trouble());
  }

  @Test
  void aFileThatHoldsNoKeyIsNeitherUsedNorRepeatedNorReplaced() throws IOException {
    Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file(), "half-a-key");
    var e = assertThrows(StoreException.class, this::vault);
    assertTrue(e.getMessage().contains("does not hold 32 bytes"), e.getMessage());
    assertFalse(e.getMessage().contains("half-a-key"), e.getMessage());
    assertEquals("half-a-key", Files.readString(file()));
  }

  @Test
  void aMissingKeyIsNamedAndIsUsedWhenItComesBack() throws IOException {
    var sealed = vault().seal(PURPOSE, SECRET);
    var away = folder.resolve("away");
    Files.move(file(), away);
    var vault = vault();
    assertEquals("the key it was sealed with is missing: put back " + file() + " or set EASEL_SECRET_KEY",
        refused(vault, PURPOSE, sealed));
    Files.move(away, file());
    assertEquals(SECRET, vault.open(PURPOSE, sealed));
  }

  @Test
  void anotherKeyIsToldFromADamagedValue() {
    var sealed = vault().seal(PURPOSE, SECRET);
    var words = refused(given(folder, HEX), PURPOSE, sealed);
    assertTrue(words.matches("it was sealed with another key \\([0-9a-f]{8}\\) than that of EASEL_SECRET_KEY \\([0-9a-f]{8}\\)"), words);
  }

  @Test
  void aKeyThatIsGivenLeavesTheFolderAlone() throws IOException {
    var sealed = given(folder, HEX).seal(PURPOSE, SECRET);
    assertFalse(Files.exists(file()));
    Files.writeString(file(), "anything, readable by all");
    assertEquals(SECRET, given(folder, HEX).open(PURPOSE, sealed));
  }

  @ParameterizedTest
  @ValueSource(strings = {HEX, "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF",
      "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=", "ABEiM0RVZneImaq7zN3u_wARIjNEVWZ3iJmqu8zd7v8", " " + HEX + "\n"})
  void aKeyIsHexOrBase64(String text) {
    var sealed = given(folder, HEX).seal(PURPOSE, SECRET);
    assertEquals(SECRET, given(folder, text).open(PURPOSE, sealed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "0011", "zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
      "ABEiM0RVZneImaq7zN3u/w==", "not a key at all, but a sentence"})
  void anythingElseIsNoKey(String text) {
    assertEquals(Optional.empty(), VaultKey.parse(text));
  }

  @Test
  void aKeyCannotPrintItself() {
    assertEquals("***", String.valueOf(VaultKey.parse(HEX).orElseThrow()));
  }
}
