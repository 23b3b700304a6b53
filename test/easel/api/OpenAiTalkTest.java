package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiTalkTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "![a](https://x.example/a.png) | https://x.example/a.png",
      "text ![a](http://x.example/a.png) text | http://x.example/a.png",
      "![](https://x.example/a.png \"title\") | https://x.example/a.png",
      "![a](/media/12.png) | /media/12.png",
      "![a](https://x.example/1.png)![b](https://x.example/2.png) | https://x.example/2.png",
      "![a](https://x.example/1.png) [a link](https://x.example/2) | https://x.example/1.png",
      "![a](ftp://x.example/a.png) | ``",
      "[a](https://x.example/a.png) | ``",
      "![a](https://x.example/a.png | ``",
      "![a] (https://x.example/a.png) | ``",
      "no picture | ``",
      "![ ]( ) | ``"})
  void theLastPictureOfAMarkdownTextIsFound(String text, String link) {
    assertEquals(Optional.of(link).filter(l -> !l.isEmpty()), OpenAiTalk.markdown(text));
  }

  @Test
  void noTextTakesLong() {
    for (var piece : new String[] {"![", "](", "![](", "![x](https://a.example/b", "!", "![]()"}) {
      assertTimeoutPreemptively(Duration.ofSeconds(5), () -> OpenAiTalk.markdown(piece.repeat(500_000)));
    }
  }
}
