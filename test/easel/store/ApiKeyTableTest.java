package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Time;
import easel.store.ApiKeyTable.ApiKey;
import fake.TempStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiKeyTableTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private final TempStore store = new TempStore(Time.system());
  private final ApiKeyTable keys = store.apiKeys();

  @AfterEach
  void close() {
    store.close();
  }

  private static ApiKey key(String id, Instant created) {
    return new ApiKey(id, "n8n " + id, "sk-easel-ab", id.repeat(32), created, Optional.empty());
  }

  @Test
  void keyIsFoundByItsHashAlone() {
    var key = key("aa", NOW);
    keys.insert(key);
    assertEquals(Optional.of(key), keys.byHash(key.hash()));
    assertEquals(Optional.empty(), keys.byHash("bb".repeat(32)));
    assertThrows(StoreException.class, () -> keys.insert(key));
  }

  @Test
  void revokedKeyIsListedAndNoLongerWorks() {
    var young = key("aa", NOW.plusSeconds(1));
    var old = key("bb", NOW);
    keys.insert(young);
    keys.insert(old);
    assertTrue(keys.revoke("bb", NOW.plusSeconds(5)));
    assertFalse(keys.revoke("bb", NOW.plusSeconds(6)));
    assertFalse(keys.revoke("cc", NOW));
    assertEquals(Optional.empty(), keys.byHash(old.hash()));
    var revoked = new ApiKey("bb", old.name(), old.prefix(), old.hash(), NOW, Optional.of(NOW.plusSeconds(5)));
    assertEquals(List.of(revoked, young), keys.list());
  }
}
