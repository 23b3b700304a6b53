package bench;

import java.util.Map;
import java.util.TreeMap;

/** Counts what went wrong by its words. The bench shows all of it, and then fails. */
final class Errors {
  private final Map<String, Integer> counts = new TreeMap<>();

  synchronized void add(String words) {
    counts.merge(brief(words), 1, Integer::sum);
  }

  synchronized void addAll(String where, Errors others) {
    others.counts.forEach((words, n) -> counts.merge(where + ": " + words, n, Integer::sum));
  }

  synchronized int count() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public synchronized String toString() {
    var text = new StringBuilder();
    counts.forEach((words, n) -> text.append(n).append(" x ").append(words).append('\n'));
    return text.toString();
  }

  /** Ids and numbers differ from answer to answer: without them the same trouble has the same words. */
  static String brief(String words) {
    var plain = words.replaceAll("\\s+", " ").replaceAll("[A-Za-z]+[_-][0-9A-Za-z_-]{12,}", "ID");
    return plain.length() > 240 ? plain.substring(0, 240) + "..." : plain;
  }
}
