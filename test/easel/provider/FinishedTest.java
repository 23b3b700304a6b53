package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FinishedTest {
  @Test
  void handleIsReadBackWhole() {
    var handle = new Finished(List.of(new Finished.Result(true, "https://h/a.png?sig=\"x\"",
        Optional.of("two cats\n")),
        new Finished.Result(false, "/data/jobs/1/draft", Optional.empty())), "webp",
        new Usage(1, 2, 3, 4, Optional.of(new BigDecimal("0.0123"))));
    assertEquals(handle, Finished.of(handle.toString()));
    assertEquals(handle.gone(2), Finished.of(handle.gone(2).toString()));
    var listed = new Finished(List.of(), "png", Usage.NONE.atList(new BigDecimal("0.134")));
    assertEquals(listed, Finished.of(listed.toString()));
    var bare = new Finished(List.of(), "png", Usage.NONE);
    assertEquals(bare, Finished.of(bare.toString()));
  }
}
