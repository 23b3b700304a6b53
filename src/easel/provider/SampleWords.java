package easel.provider;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds in a prompt the words that {@link SampleMotif}, {@link SampleMood} and {@link SampleHue} know, in their order.
 */
final class SampleWords {
  /** A colour or a number belongs to the next thing named, if it comes within so many characters. */
  private static final int REACH = 24;
  private static final int HAN_LONGEST = 3;
  private static final int FEW = 3;
  private static final int MANY = 5;
  private static final List<String> NUMBERS = List.of("one 1 一", "two 2 couple pair 两 二", "three 3 三",
      "four 4 several 四 几",
      "five 5 many flock 五 许多 群");
  private static final Map<String, Meaning> MEANINGS = meanings();

  /** What one word stands for. */
  private sealed interface Meaning {}

  private record Thing(SampleMotif motif) implements Meaning {}

  private record Light(SampleMood mood) implements Meaning {}

  private record Paint(SampleHue hue) implements Meaning {}

  private record Number(int count) implements Meaning {}

  /** Something to be shown, {@code count} times. */
  record Named(SampleMotif motif, Optional<SampleHue> hue, int count) {}

  /** All that a prompt names; {@code hues} are those that belong to no thing. */
  record Found(List<Named> things, List<SampleMood> moods, List<SampleHue> hues) {}

  private final List<Named> things = new ArrayList<>();
  private final List<SampleMood> moods = new ArrayList<>();
  private final List<SampleHue> hues = new ArrayList<>();
  private Optional<SampleHue> hue = Optional.empty();
  private int count = 1;
  private int heldAt;

  private SampleWords() {}

  static Found in(String prompt) {
    var words = new SampleWords();
    words.read(prompt.toLowerCase(Locale.ROOT));
    words.letGo();
    return new Found(List.copyOf(words.things), List.copyOf(words.moods), List.copyOf(words.hues));
  }

  private void read(String text) {
    int at = 0;
    while (at < text.length()) {
      int end = at + 1;
      if (latin(text.charAt(at))) {
        while (end < text.length() && latin(text.charAt(end))) end++;
        latin(text.substring(at, end));
      } else {
        end = han(text, at);
      }
      heldAt += end - at;
      if (heldAt > REACH) letGo();
      at = end;
    }
  }

  /** The longest known word that begins here; answers where to read on. */
  private int han(String text, int at) {
    for (int n = Math.min(HAN_LONGEST, text.length() - at); n > 0; n--) {
      var meaning = Optional.ofNullable(MEANINGS.get(text.substring(at, at + n)));
      if (meaning.isEmpty()) continue;
      take(meaning.get());
      return at + n;
    }
    return at + 1;
  }

  private static boolean latin(char c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
  }

  /** Takes the word as it is, or without an ending; of what stands in the plural there are a few. */
  private void latin(String word) {
    for (var form : List.of(word, cut(word, "s"), cut(word, "es"), cut(word, "ies") + "y", cut(word, "y"))) {
      if (!MEANINGS.containsKey(form)) continue;
      if (count == 1 && !form.equals(word) && word.endsWith("s")) count = FEW;
      take(MEANINGS.get(form));
      return;
    }
  }

  private static String cut(String word, String ending) {
    return word.endsWith(ending) ? word.substring(0, word.length() - ending.length()) : word;
  }

  private void take(Meaning meaning) {
    switch (meaning) {
      case Light l -> moods.add(l.mood());
      case Number n -> {
        count = n.count();
        heldAt = 0;
      }
      case Paint p -> {
        hue.ifPresent(hues::add);
        hue = Optional.of(p.hue());
        heldAt = 0;
      }
      case Thing t -> {
        things.add(new Named(t.motif(), hue, count));
        hue = Optional.empty();
        count = 1;
      }
    }
  }

  private void letGo() {
    hue.ifPresent(hues::add);
    hue = Optional.empty();
    count = 1;
    heldAt = 0;
  }

  private static Map<String, Meaning> meanings() {
    var all = new HashMap<String, Meaning>();
    for (var motif : SampleMotif.values()) motif.words.forEach(w -> all.put(w, new Thing(motif)));
    for (var mood : SampleMood.values()) mood.words.forEach(w -> all.put(w, new Light(mood)));
    for (var hue : SampleHue.values()) hue.words.forEach(w -> all.put(w, new Paint(hue)));
    for (int i = 0; i < MANY; i++) {
      for (var w : NUMBERS.get(i).split(" ")) all.put(w, new Number(i + 1));
    }
    return Map.copyOf(all);
  }
}
