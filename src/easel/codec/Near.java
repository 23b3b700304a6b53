package easel.codec;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the name that was probably meant. */
public final class Near {
  private Near() {}

  public static Optional<String> to(String name, Collection<String> known) {
    return most(name, known, 1).stream().findFirst();
  }

  /** The nearest known names, best first: at most {@code count}, none further than a third of the name away. */
  public static List<String> most(String name, Collection<String> known, int count) {
    int allowed = Math.max(1, name.length() / 3);
    return known.stream()
        .filter(k -> Math.abs(k.length() - name.length()) <= allowed && distance(name, k) <= allowed)
        .sorted(Comparator.comparingInt((String k) -> distance(name, k)).thenComparing(k -> k))
        .limit(count)
        .toList();
  }

  /** Edits (insert, delete, replace) that turn one word into the other. */
  static int distance(String a, String b) {
    var row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
