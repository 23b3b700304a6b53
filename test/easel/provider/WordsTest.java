package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Secret;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final String KEY = "sk-proj-4711-very/secret+key";
  private final Words words = new Words(new Secret(KEY));

  @Test
  void messagesAreFitForTheCallersEyes() {
    assertEquals("Incorrect API key provided: ***.", words.clean("Incorrect API key provided: " + KEY + "."));
    assertEquals("key sk-*** and Bearer *** end", words.clean("key sk-other-key_123 and Bearer abc.def end"));
    assertEquals("a b c d e", words.clean("a\nb\r\n\tc\u0000\u001b d\u202e\u200b\u2028e"));
    assertEquals("x".repeat(500) + "...", words.clean("x".repeat(100_000)));
    assertEquals("", words.clean(" \n "));
  }

  @Test
  void providerWithoutAKeyHasNothingToHide() {
    assertEquals("as it is", new Words(new Secret("")).clean("as it is"));
  }
}
