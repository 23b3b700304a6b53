package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.provider.SampleWords.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SampleWordsTest {
  private static Named plain(SampleMotif motif) {
    return new Named(motif, Optional.empty(), 1);
  }

  private static Named of(SampleHue hue, SampleMotif motif, int count) {
    return new Named(motif, Optional.of(hue), count);
  }

  @Test
  void colourAndNumberBelongToTheNextThing() {
    var found = SampleWords.in("Two red cats, one BLUE circle and a tree");
    assertEquals(List.of(of(SampleHue.RED, SampleMotif.CAT, 2), of(SampleHue.BLUE, SampleMotif.CIRCLE, 1),
        plain(SampleMotif.TREE)),
        found.things());
    assertEquals(List.of(), found.hues());
  }

  @Test
  void chineseWordsAreFoundWithoutSpacesTheLongestFirst() {
    var found = SampleWords.in("两只红色的猫和熊猫在金字塔前，黄昏");
    assertEquals(List.of(of(SampleHue.RED, SampleMotif.CAT, 2), plain(SampleMotif.PANDA), plain(SampleMotif.TRIANGLE)),
        found.things());
    assertEquals(List.of(SampleMood.SUNSET), found.moods());
    assertEquals(List.of(), found.hues());
  }

  @Test
  void pluralWithoutANumberIsAFew() {
    assertEquals(List.of(new Named(SampleMotif.FLOWER, Optional.empty(), 3)), SampleWords.in("flowers").things());
    assertEquals(List.of(new Named(SampleMotif.BUTTERFLY, Optional.empty(), 3)), SampleWords.in("butterflies")
        .things());
  }

  @Test
  void colourOfNothingIsTheColourOfAll() {
    assertEquals(List.of(SampleHue.GREEN), SampleWords.in("everything in green, please").hues());
    assertEquals(List.of(SampleHue.RED), SampleWords.in("red is what I would like to see, and a cat").hues());
  }

  @Test
  void wordsInsideWordsMeanNothing() {
    assertEquals(List.of(), SampleWords.in("concatenate scared sunken starboard").things());
    assertEquals(List.of(), SampleWords.in("concatenate scared").hues());
  }

  @Test
  void noWordStandsForTwoThings() {
    var words = new ArrayList<String>();
    for (var motif : SampleMotif.values()) words.addAll(motif.words);
    for (var mood : SampleMood.values()) words.addAll(mood.words);
    for (var hue : SampleHue.values()) words.addAll(hue.words);
    assertEquals(words.stream().distinct().sorted().toList(), words.stream().sorted().toList());
  }
}
