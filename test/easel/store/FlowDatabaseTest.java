package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonValue;
import easel.codec.FieldException;
import fake.FlowDatabaseFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowDatabaseTest {
  @TempDir
  private Path folder;

  private Path file() {
    return folder.resolve("flow.db");
  }

  private FlowDatabase.Content read() throws Exception {
    var content = FlowDatabase.read(file(), folder.resolve("scratch"));
    assertFalse(Files.exists(folder.resolve("scratch")), "no copy of somebody's secrets stays");
    return content;
  }

  private String complaint() {
    var e = assertThrows(FieldException.class, this::read);
    assertFalse(Files.exists(folder.resolve("scratch")));
    return e.getMessage();
  }

  private static JsonValue json(String json) {
    return Json.parse(json.replace('\'', '"'));
  }

  @Test
  void accountsAreReadWithWhatTheyHold() throws Exception {
    try (var flow = FlowDatabaseFile.of2026(file())) {
      flow.account("st, at, email, remark, current_project_id, current_project_name, image_concurrency, proxy_url",
          "'st-one', 'ya29.never-read', 'ann@example.com', 'ä¸»å\u008f·', 'p-1', 'Nov 21', 3, 'socks5://u:p@h:1'");
      flow.account("st, email, is_active, image_enabled, video_concurrency, ban_reason, login_password",
          "'st-two', 'ann@example.com', 0, NULL, 0, '429_rate_limit', 'never-read'");
    }
    assertEquals(json("""
        [{'st':'st-one','email':'ann@example.com','remark':'ä¸»å\u008f·','current_project_id':'p-1','current_project_name':'Nov 21',
          'proxy_url':'socks5://u:p@h:1','protocol_mode':'session','is_active':1,'image_enabled':1,'video_enabled':1,'image_concurrency':3,'video_concurrency':-1},
         {'st':'st-two','email':'ann@example.com','proxy_url':'','ban_reason':'429_rate_limit','protocol_mode':'session','is_active':0,
          'video_enabled':1,'image_concurrency':-1,'video_concurrency':0}]"""), read().accounts());
  }

  @Test
  void onlyColumnsThatAreThereAreRead() throws Exception {
    try (var flow = FlowDatabaseFile.early(file())) {
      flow.account("st, email, is_active", "'st-one', '', 'perhaps'");
    }
    var content = read();
    assertEquals(json("[{'st':'st-one','email':'','is_active':'perhaps'}]"), content.accounts());
    assertEquals(json("{}"), content.settings());
  }

  @Test
  void settingsAreToldByTable() throws Exception {
    try (var flow = FlowDatabaseFile.of2026(file())) {
      flow.sql("UPDATE proxy_config SET enabled = 1, proxy_url = 'http://h:8080'").sql("DROP TABLE cache_config");
    }
    assertEquals(json("""
        {'admin_config':{'username':'admin','password':'admin','api_key':'han1234','error_ban_threshold':'3'},
         'proxy_config':{'enabled':'1','proxy_url':'http://h:8080','media_proxy_enabled':'0'},
         'generation_config':{'image_timeout':'300','video_timeout':'1500','max_retries':'3'},
         'call_logic_config':{'call_mode':'default'},'debug_config':{'enabled':'0'},
         'plugin_config':{'connection_token':'','auto_enable_on_update':'1'}}"""), read().settings());
  }

  @Test
  void whatIsOnlyInTheLogIsReadTooAndNothingIsChanged() throws Exception {
    try (var flow = FlowDatabaseFile.of2026(file())) {
      flow.account("st, email", "'st-one', 'a@b.example'");
      var log = folder.resolve("flow.db-wal");
      var before = List.of(Files.getLastModifiedTime(file()), Files.size(file()), Files.size(log));
      assertTrue(Files.size(log) > 0);
      assertEquals(1, read().accounts().size());
      assertEquals(before, List.of(Files.getLastModifiedTime(file()), Files.size(file()), Files.size(log)));
    }
  }

  @Test
  void itIsReadFromAVirtualThreadToo() throws Exception {
    try (var flow = FlowDatabaseFile.of2026(file())) {
      flow.account("st, email", "'st-one', 'a@b.example'");
    }
    var task = new FutureTask<>(this::read);
    Thread.ofVirtual().start(task);
    assertEquals(1, task.get().accounts().size());
  }

  @Test
  void whatIsNoDatabaseOfFlow2ApiIsSaidSo() throws Exception {
    Files.writeString(file(), "[]");
    assertEquals("this is no SQLite database, or an encrypted one: Flow2API's is data/flow.db", complaint());
    Files.delete(file());
    try (var flow = FlowDatabaseFile.early(file())) {
      flow.sql("DROP TABLE tokens");
    }
    assertEquals("this database has no table of tokens, so it is not Flow2API's", complaint());
    Files.delete(file());
    Files.createDirectory(file());
    assertEquals("flow.db is not a file", complaint());
  }

  @Test
  void aDamagedOneIsSaidSo() throws Exception {
    try (var flow = FlowDatabaseFile.of2026(file())) {
      for (int i = 0; i < 50; i++) flow.account("st, email, remark", "'st-" + i + "', '', '" + "x".repeat(500) + "'");
    }
    var bytes = Files.readAllBytes(file());
    for (int i = 4096 * 3; i < bytes.length; i++) bytes[i] = (byte) (i * 31);
    Files.write(file(), bytes);
    assertTrue(complaint().startsWith("the database is damaged: "), complaint());
    Files.writeString(file(), "SQLite format 3\0 and then nothing of the kind", StandardCharsets.ISO_8859_1);
    assertTrue(complaint().startsWith("the database is damaged: "), complaint());
  }

  @Test
  void whatIsReadDoesNotPrintItself() throws Exception {
    try (var flow = FlowDatabaseFile.of2026(file())) {
      flow.account("st, email", "'st-secret', ''").sql("UPDATE admin_config SET password = 'hush-hush'");
    }
    assertTrue(read().accounts().toString().contains("st-secret"));
    assertFalse(read().toString().matches("(?s).*(st-secret|hush-hush).*"), read().toString());
  }

  @Test
  void nothingOfItsSchemaIsRun() throws Exception {
    try (var flow = FlowDatabaseFile.early(file())) {
      flow.sql("ALTER TABLE tokens RENAME TO real");
      flow.sql("CREATE VIEW tokens AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS st FROM n");
    }
    assertEquals("this database has no table of tokens, so it is not Flow2API's", complaint());
    Files.delete(file());
    try (var flow = FlowDatabaseFile.early(file())) {
      flow.sql("ALTER TABLE tokens ADD COLUMN video_enabled TEXT GENERATED ALWAYS AS (hex(zeroblob(1000000))) VIRTUAL");
      flow.account("st, email", "'st-one', ''");
    }
    assertEquals(json("[{'st':'st-one','email':'','is_active':1}]"), read().accounts());
  }

  @Test
  void hugeValuesAreCutAndTooManyAccountsRefused() throws Exception {
    try (var flow = FlowDatabaseFile.early(file())) {
      flow.sql("INSERT INTO tokens (st, email) VALUES (hex(zeroblob(5000000)), 'a')");
    }
    assertTrue(read().accounts().toString().length() < 10_000);
    try (var flow = FlowDatabaseFile.early(folder.resolve("many.db"))) {
      flow.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5001) INSERT INTO tokens (st, email) SELECT i, '' FROM n");
    }
    Files.move(folder.resolve("many.db"), file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals("the database has more than 5000 accounts", complaint());
  }

  /** 80 KB that would be 180 MB in memory. */
  @Test
  void whatUnfoldsToMoreThanItsSizeIsRefused() throws Exception {
    try (var flow = FlowDatabaseFile.early(file())) {
      flow.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) INSERT INTO tokens (st, email) SELECT i, '' FROM n");
      for (var column : List.of("proxy_url", "ban_reason", "current_project_id", "video_enabled", "image_enabled")) {
        flow.sql("ALTER TABLE tokens ADD COLUMN " + column + " TEXT DEFAULT '" + "x".repeat(9000) + "'");
      }
    }
    assertEquals("the accounts in the database have more than 32 MB of text", complaint());
  }
}
