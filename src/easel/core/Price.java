package easel.core;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What a provider's price list says, in US dollars. For choosing and for showing: what a job has cost comes from the
 * provider's own answer wherever that tells.
 *
 * @param rows from the smallest to the largest; the first that fits counts
 * @param source where the figures were read
 * @param asOf when
 */
public record Price(Per per, List<Row> rows, String source, LocalDate asOf) {
  /** What is paid for. {@code MEGAPIXEL} and {@code SECOND} are of what comes out. */
  public enum Per { IMAGE, MEGAPIXEL, SECOND, VIDEO }

  /**
   * @param pixelsMax size up to which it counts; {@link Long#MAX_VALUE} for any
   * @param quality for which it counts; empty for any
   */
  public record Row(BigDecimal usd, long pixelsMax, Optional<String> quality) {}

  private static final long USUAL_PIXELS = 1024 * 1024;
  private static final long USUAL_VIDEO_PIXELS = 1280 * 720;
  private static final int USUAL_SECONDS = 5;

  public Price {
    rows = List.copyOf(rows);
  }

  /** The same price whatever is asked for. */
  public static Price flat(Per per, String usd, String source, String asOf) {
    var row = new Row(new BigDecimal(usd), Long.MAX_VALUE, Optional.empty());
    return new Price(per, List.of(row), source, LocalDate.parse(asOf));
  }

  /** What the task should cost; what it leaves open is taken to be a square megapixel, or five seconds of 720p. */
  public BigDecimal estimate(Task task) {
    return estimate(task, task.count());
  }

  /** The same for so many results. */
  public BigDecimal estimate(Task task, int count) {
    var usd = row(task).usd();
    return switch (per) {
      case IMAGE -> usd.multiply(BigDecimal.valueOf(count));
      case MEGAPIXEL -> usd.multiply(megapixels(task)).multiply(BigDecimal.valueOf(count));
      case SECOND -> usd.multiply(BigDecimal.valueOf(seconds(task)));
      case VIDEO -> usd;
    };
  }

  private Row row(Task task) {
    var quality = task instanceof Task.Image image ? image.look().quality() : Optional.<String>empty();
    return rows.stream().filter(r -> pixels(task) <= r.pixelsMax())
        .filter(r -> r.quality().isEmpty() || quality.isEmpty() || r.quality().equals(quality)).findFirst()
        .orElse(rows.getLast());
  }

  private static long pixels(Task task) {
    return task.size().map(Size::pixels).orElse(task instanceof Task.Video ? USUAL_VIDEO_PIXELS : USUAL_PIXELS);
  }

  private static BigDecimal megapixels(Task task) {
    return BigDecimal.valueOf((pixels(task) + USUAL_PIXELS - 1) / USUAL_PIXELS);
  }

  private static int seconds(Task task) {
    return task instanceof Task.Video video ? video.seconds().orElse(USUAL_SECONDS) : 0;
  }
}
