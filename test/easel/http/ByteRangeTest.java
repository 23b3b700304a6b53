package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "bytes=0-0|10|0-0", "bytes=0-9|10|0-9", "bytes=0-|10|0-9", "bytes=5-|10|5-9", "bytes=9-|10|9-9",
      "bytes=3-99|10|3-9",
      "bytes=-1|10|9-9", "bytes=-10|10|0-9", "bytes=-99|10|0-9", "Bytes=1-2|10|1-2", "bytes= 1 - 2 |10|1-2",
      "bytes=10-|10|416", "bytes=10-12|10|416", "bytes=-0|10|416", "bytes=0-|0|416", "bytes=-5|0|416",
      "bytes=99999999999999999999-|10|416", "bytes=0-99999999999999999999|10|0-9",
      "bytes=2-1|10|whole", "bytes=-|10|whole", "bytes=|10|whole", "bytes|10|whole", "items=0-1|10|whole",
      "bytes=0-1,3-4|10|whole", "bytes=a-b|10|whole", "bytes=1--2|10|whole", "bytes=+1-2|10|whole", "bytes=-|0|whole",
      "bytes=0x1-2|10|whole", "'bytes=١-٢'|10|whole"})
  void followsTheStandard(String header, long size, String expected) {
    assertEquals(expected, switch (ByteRange.wish(header, size)) {
      case ByteRange.Wish.Whole whole -> "whole";
      case ByteRange.Wish.Unsatisfiable not -> "416";
      case ByteRange.Wish.Part part -> part.range().first() + "-" + part.range().last();
    });
  }

  @Test
  void saysWhereItLies() {
    assertEquals("bytes 2-5/10", new ByteRange(2, 5).of(10));
    assertEquals(4, new ByteRange(2, 5).length());
  }
}
