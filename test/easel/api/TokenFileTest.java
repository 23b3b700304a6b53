package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.api.TokenFile.Complaint;
import easel.api.TokenFile.Entry;
import easel.codec.FieldException;
import easel.core.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFileTest {
  private static final String ONE = "eyJhbGciOiJkaXIi..one";
  private static final String TWO = "eyJhbGciOiJkaXIi..two";

  private static TokenFile read(byte[] bytes) {
    try {
      return TokenFile.of(TokenText.list(new ByteArrayInputStream(bytes)), "flow");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TokenFile read(String text) {
    return read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static Entry plain(int index, String secret, Optional<String> remark) {
    return new Entry(index, "flow", new Secret(secret), "", remark, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static final Entry FULL = new Entry(0, "flow", new Secret(ONE), "ann@example.com", Optional.of("main account"), Optional.of(false),
      Optional.of("p-1"), Optional.of("Nov 21"), Optional.of(true), Optional.of(false), Optional.of(3), Optional.of(-1),
      Optional.of(new Secret("socks5://u:p@h:1")));

  @Test
  void everyShapeOfFlow2ApiIsRead() {
    var exported = read("""
        [{'id':7,'session_token':'%s','access_token':'ya29','email':'ann@example.com','remark':'main\\n account','is_active':false,
          'current_project_id':'p-1','current_project_name':'Nov 21','image_enabled':true,'video_enabled':false,'image_concurrency':3,
          'video_concurrency':-1,'proxy_url':'socks5://u:p@h:1','google_cookies':'hush','credits':920}]""".formatted(ONE));
    assertEquals(List.of(FULL), exported.entries());
    assertEquals(Map.of("id", 1, "access_token", 1, "google_cookies", 1, "credits", 1), exported.ignored());
    var stored = read("""
        {'tokens':[{'st':'%s','at':null,'email':'ann@example.com','remark':'main account','is_active':0,'project_id':'p-1',
          'project_name':'Nov 21','image_enabled':1,'video_enabled':0,'image_concurrency':3,'video_concurrency':0,
          'proxy_url':'socks5://u:p@h:1'}]}""".formatted(ONE));
    assertEquals(List.of(FULL), stored.entries(), "without a version 0 means any number");
    assertEquals(List.of(), stored.complaints());
  }

  @Test
  void linesOfTextAreTokensWithRemarks() {
    var file = read("\ufeff# of the team\r\n\r\n" + ONE + "\r\n" + TWO + ", the second one\n__Secure-next-auth.session-token=" + ONE + "x; third\n");
    assertEquals(List.of(plain(2, ONE, Optional.empty()), plain(3, TWO, Optional.of("the second one")), plain(4, ONE + "x", Optional.of("third"))),
        file.entries());
    var wide = read(("\ufeff" + ONE + " Ä\n").getBytes(StandardCharsets.UTF_16LE));
    assertEquals(List.of(plain(0, ONE, Optional.of("Ä"))), wide.entries());
    assertEquals(List.of(plain(0, ONE, Optional.empty())), read("{'tokens':['" + ONE + "']}").entries());
    assertEquals(List.of(plain(0, ONE, Optional.empty())), read("{'st':'" + ONE + "'}").entries());
  }

  @Test
  void inOurOwnListNoneMeansNone() {
    var list = "{'version':1,'tokens':[{'provider':'box','session_token':'" + ONE + "','image_concurrency':0,'name':'box#1'}]}";
    var entry = read(list).entries().getFirst();
    assertEquals(Optional.of(0), entry.images());
    assertEquals("box", entry.provider());
    assertEquals(Map.of(), read(list).ignored());
    assertEquals("version is that of a newer Easel",
        assertThrows(FieldException.class, () -> read("{'version':2,'tokens':[]}")).getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'email':'a@b.example'}                    | session_token     | session_token is required",
      "{'st':''}                                  | st                | st is too short to be a token",
      "{'st':7}                                   | st                | st must be text",
      "{'st':'two words of it are no token'}      | st                | st must be visible ASCII without blanks",
      "{'st':'T','remark':7}                      | remark            | remark must be text",
      "{'st':'T','remark':'it is T'}              | remark            | remark must not hold the token",
      "{'st':'T','is_active':'yes'}               | is_active         | is_active must be true or false",
      "{'st':'T','image_concurrency':-2}          | image_concurrency | image_concurrency must be between -1 and 1000",
      "{'st':'T','video_concurrency':1.5}         | video_concurrency | video_concurrency must be a whole number",
      "{'st':'T','current_project_id':'../x'}     | current_project_id| current_project_id must be a project's id",
      "7                                          |                   | must be an object, or text"})
  void whatIsWrongWithAnEntryIsSaidAndTheOthersAreRead(String entry, String field, String message) {
    var file = read("[{'st':'" + TWO + "'}," + entry.replace("T'", ONE + "'").replace("is T", "is " + ONE) + ",{'st':'" + TWO + "x'}]");
    assertEquals(List.of(new Complaint(1, field == null ? "" : field, message)), file.complaints());
    assertEquals(List.of(0, 2), file.entries().stream().map(Entry::index).toList());
    assertFalse(file.toString().contains(ONE) || file.toString().contains(TWO), "no token is ever printed");
  }

  @Test
  void aTokenIsTakenOnceAndAContradictionIsTold() {
    var file = read("[{'st':'%s'},{'session_token':'%s'},{'st':'%s','is_active':false}]".formatted(ONE, ONE, ONE));
    assertEquals(1, file.entries().size());
    assertEquals(1, file.same());
    assertEquals(List.of(new Complaint(2, "st", "st is that of entry 0, which says something else of it")), file.complaints());
  }

  @Test
  void anAccountThatRestedIsTakenAsActive() {
    assertEquals(Optional.of(true), read("[{'st':'" + ONE + "','is_active':0,'ban_reason':'429_rate_limit'}]").entries().getFirst().enabled());
    assertEquals(Optional.of(false), read("[{'st':'" + ONE + "','is_active':0,'ban_reason':''}]").entries().getFirst().enabled());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{}                 | tokens is required: a list of tokens",
      "{'tokens':'x'}     | tokens must be a list",
      "[{]                | body is not JSON, line 1 column 3"})
  void whatIsNoListIsRefused(String text, String message) {
    assertEquals(message, assertThrows(FieldException.class, () -> read(text)).getMessage());
  }

  @Test
  void shortValuesAreBoundedTooBecauseInMemoryTheyAreNot() {
    var values = "{\"tokens\":[" + "\"\",".repeat(TokenText.VALUES_MAX) + "\"\"]}";
    assertEquals("the list has more than 800000 values", assertThrows(FieldException.class, () -> read(values)).getMessage());
    var nested = "[" + "[[[]]],".repeat(TokenText.VALUES_MAX / 4) + "[]]";
    assertEquals("the list has more than 800000 values", assertThrows(FieldException.class, () -> read(nested)).getMessage());
    var lines = "\n".repeat(TokenText.VALUES_MAX) + ONE;
    assertEquals("the list has more than 800000 lines", assertThrows(FieldException.class, () -> read("x" + lines)).getMessage());
  }

  @Test
  void listsAreBounded() {
    var many = new StringBuilder();
    for (int i = 0; i < 20_000; i++) many.append(ONE).append(i).append('\n');
    assertEquals(20_000, read(many + "\n\n# no token\n").entries().size());
    assertEquals("the list has more than 20000 tokens", assertThrows(FieldException.class, () -> read(many + TWO)).getMessage());
    var endless = new InputStream() {
      @Override
      public int read() {
        return ' ';
      }
    };
    assertEquals("the list is larger than 48 MB", assertThrows(FieldException.class, () -> TokenText.list(endless)).getMessage());
    assertEquals("the list is not UTF-8 text", assertThrows(FieldException.class, () -> read(new byte[] {(byte) 0x80})).getMessage());
  }
}
