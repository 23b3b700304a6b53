package easel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import easel.core.Metrics.Family;
import easel.core.Metrics.Sample;
import easel.core.Metrics.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void aCounterCountsEachSetOfLabelsByItself() {
    var counter = metrics.counter("jobs_total", "Jobs.", "kind", "result");
    counter.count("video", "failed");
    counter.count("image", "succeeded");
    counter.count("image", "succeeded");

    assertEquals(List.of(new Family("jobs_total", Type.COUNTER, "Jobs.", List.of(
        new Sample(Map.of("kind", "image", "result", "succeeded"), 2),
        new Sample(Map.of("kind", "video", "result", "failed"), 1)))), metrics.families());
  }

  @Test
  void aHistogramsBucketsHoldThoseBelowThem() {
    var histogram = metrics.histogram("seconds", "How long.", new double[] {0.1, 1, 5});
    for (double value : new double[] {0.05, 0.1, 0.5, 1.5, 99}) histogram.observe(value);

    var samples = metrics.families().getFirst().samples();
    assertEquals(List.of(new Sample("_bucket", Map.of("le", "0.1"), 2), new Sample("_bucket", Map.of("le", "1"), 3),
        new Sample("_bucket", Map.of("le", "5"), 4), new Sample("_bucket", Map.of("le", "+Inf"), 5)), samples.subList(0, 4));
    assertEquals(101.15, samples.get(4).value(), 1e-9);
    assertEquals(new Sample("_count", Map.of(), 5), samples.get(5));
  }

  @Test
  void whatWasNeverCountedHasNoNumbers() {
    metrics.counter("a_total", "A.");

    assertEquals(List.of(), metrics.families().getFirst().samples());
  }

  @Test
  void everyLabelHasAValue() {
    var counter = metrics.counter("a_total", "A.", "kind");

    assertThrows(IllegalArgumentException.class, counter::count);
  }

  @Test
  void nothingIsLostBetweenThreads() throws Exception {
    var counter = metrics.counter("a_total", "A.", "kind");
    var histogram = metrics.histogram("seconds", "S.", new double[] {1});
    Callable<Void> work = () -> {
      for (int n = 0; n < 1000; n++) {
        counter.count("k" + n % 2);
        histogram.observe(2);
      }
      return null;
    };
    var all = new ArrayList<Callable<Void>>();
    for (int i = 0; i < 4; i++) all.add(work);
    try (var threads = Executors.newFixedThreadPool(4)) {
      threads.invokeAll(all);
    }

    assertEquals(4000, metrics.families().get(0).samples().stream().mapToDouble(Sample::value).sum());
    assertEquals(4000, metrics.families().get(1).samples().getLast().value());
  }
}
