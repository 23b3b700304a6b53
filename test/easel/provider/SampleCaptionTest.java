package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Size;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleCaptionTest {
  private static String drawn(int character) {
    var canvas = new SampleCanvas(6, 8);
    SampleFont.draw(canvas, Character.toString(character), 0, 0, 1, 0xffffff);
    return Arrays.toString(canvas.pixels);
  }

  @Test
  void everyLetterLooksDifferent() {
    var letters = IntStream.rangeClosed(' ', '~').mapToObj(SampleCaptionTest::drawn).toList();
    assertEquals(95, letters.stream().distinct().count());
  }

  @Test
  void lettersWithMarksShowAsTheirPlainLetter() {
    assertEquals(drawn('e'), drawn('é'));
    assertEquals(drawn('A'), drawn('Ａ'));
  }

  @Test
  void otherCharactersHaveASignOfTheirOwn() {
    var signs = "你好世界猫狗山海日月水火Жщ☃😀🎨".codePoints().mapToObj(SampleCaptionTest::drawn).toList();
    assertEquals(signs.size(), signs.stream().distinct().count());
    assertTrue(signs.stream().noneMatch(drawn(' ')::equals));
  }

  @Test
  void textBreaksAtSpacesAndEndsInDots() {
    assertEquals(List.of("a red", "cat"), SampleCaption.wrapped("  a red\n\tcat ", 6, 2));
    assertEquals(List.of("one two", "thre..."), SampleCaption.wrapped("one two threefold", 7, 2));
    assertEquals(List.of("aaaa", "a..."), SampleCaption.wrapped("aaaaaaaaaaaaaaaa", 4, 2));
    assertEquals(List.of(), SampleCaption.wrapped("", 4, 2));
  }

  @Test
  void endlessPromptIsCutWithoutReadingItAll() {
    assertEquals(List.of("xxxxx", "xx..."), SampleCaption.wrapped("x".repeat(32_000), 5, 2));
  }

  @Test
  void captionLeavesRoomForThePictureAtEverySize() {
    for (int side = SampleWork.SIDE_MIN; side <= SampleWork.SIDE_MAX; side += 62) {
      int height = SampleCaption.of("a long prompt ".repeat(50), new Size(side, side)).height();
      assertTrue(height < side * 0.36, "band of " + height + " at " + side);
    }
  }
}
