package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Notice;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticesTest {
  private static Notice at(int second) {
    return new Notice(Instant.ofEpochSecond(second), Notice.Kind.RESTED, "flow", "flow#1", "n" + second);
  }

  private static List<String> words(List<Notice> notices) {
    return notices.stream().map(Notice::words).toList();
  }

  @Test
  void theLatestComeFirstAndTheOldestGo() {
    var notices = new Notices();
    for (int i = 0; i < Notices.KEPT + 5; i++) notices.heard(at(i));
    assertEquals(List.of("n504", "n503"), words(notices.latest(2, Instant.EPOCH)));
    assertEquals(List.of("n504", "n503", "n502"), words(notices.latest(99, Instant.ofEpochSecond(502))));
    var all = notices.latest(1000, Instant.EPOCH);
    assertEquals(List.of(Notices.KEPT, "n5"), List.of(all.size(), all.getLast().words()));
  }
}
