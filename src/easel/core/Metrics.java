package easel.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What has been counted and measured since the process began. Safe from any thread and never in the way: to count takes
 * no lock. Names and labels are those of the Prometheus text format; whoever names a label sees to it that it has few
 * values.
 */
public final class Metrics {
  /** What a watcher may make of a family's numbers. */
  public enum Type { COUNTER, GAUGE, HISTOGRAM }

  /**
   * One number.
   *
   * @param suffix what is added to the family's name: {@code _bucket}, {@code _sum} and {@code _count} of a histogram
   * @param labels in the order in which they are shown
   */
  public record Sample(String suffix, Map<String, String> labels, double value) {
    public Sample(Map<String, String> labels, double value) {
      this("", labels, value);
    }
  }

  /** Numbers of one meaning; {@code help} is one sentence for people. */
  public record Family(String name, Type type, String help, List<Sample> samples) {
    public Family {
      samples = List.copyOf(samples);
    }
  }

  private interface Meter {
    Family read();
  }

  private final List<Meter> meters = new CopyOnWriteArrayList<>();

  /** Everything as it stands, in the order in which it was set up. */
  public List<Family> families() {
    return meters.stream().map(Meter::read).toList();
  }

  /** {@code name} ends with {@code _total}. */
  public Counter counter(String name, String help, String... labels) {
    var counter = new Counter(name, help, labels);
    meters.add(counter::read);
    return counter;
  }

  /** {@code bounds}: the upper ends of its buckets, ascending, in the unit of the name. */
  public Histogram histogram(String name, String help, double[] bounds, String... labels) {
    var histogram = new Histogram(name, help, bounds.clone(), labels);
    meters.add(histogram::read);
    return histogram;
  }

  /** Only grows. */
  public static final class Counter {
    private final String name;
    private final String help;
    private final Series<LongAdder> series;

    private Counter(String name, String help, String... labels) {
      this.name = name;
      this.help = help;
      this.series = new Series<>(LongAdder::new, labels);
    }

    /** One more. {@code values}: those of the labels, in their order. */
    public void count(String... values) {
      series.of(values).increment();
    }

    private Family read() {
      var samples = new ArrayList<Sample>();
      series.each((labels, sum) -> samples.add(new Sample(labels, sum.sum())));
      return new Family(name, Type.COUNTER, help, samples);
    }
  }

  /** How large or long things were. */
  public static final class Histogram {
    private final String name;
    private final String help;
    private final double[] bounds;
    private final Series<Buckets> series;

    private Histogram(String name, String help, double[] bounds, String... labels) {
      this.name = name;
      this.help = help;
      this.bounds = bounds;
      this.series = new Series<>(() -> new Buckets(bounds.length + 1), labels);
    }

    public void observe(double value, String... values) {
      int at = Arrays.binarySearch(bounds, value);
      series.of(values).add(at < 0 ? -at - 1 : at, value);
    }

    private Family read() {
      var samples = new ArrayList<Sample>();
      series.each((labels, buckets) -> read(labels, buckets, samples));
      return new Family(name, Type.HISTOGRAM, help, samples);
    }

    /** Each bucket holds those below it too; the last, which has no end, holds all, so that it is the count. */
    private void read(Map<String, String> labels, Buckets buckets, List<Sample> samples) {
      long sum = 0;
      for (int i = 0; i <= bounds.length; i++) {
        sum += buckets.counts[i].sum();
        var bounded = new LinkedHashMap<>(labels);
        bounded.put("le", i == bounds.length ? "+Inf" : bound(bounds[i]));
        samples.add(new Sample("_bucket", bounded, sum));
      }
      samples.add(new Sample("_sum", labels, buckets.sum.sum()));
      samples.add(new Sample("_count", labels, sum));
    }

    private static String bound(double bound) {
      return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
    }
  }

  private static final class Buckets {
    final LongAdder[] counts;
    final DoubleAdder sum = new DoubleAdder();

    Buckets(int count) {
      counts = new LongAdder[count];
      Arrays.setAll(counts, i -> new LongAdder());
    }

    void add(int bucket, double value) {
      counts[bucket].increment();
      sum.add(value);
    }
  }

  /** One thing for each set of label values that has come so far. */
  private static final class Series<T> {
    private final Supplier<T> first;
    private final List<String> labels;
    private final Map<List<String>, T> things = new ConcurrentHashMap<>();

    Series(Supplier<T> first, String... labels) {
      this.first = first;
      this.labels = List.of(labels);
    }

    T of(String... values) {
      if (values.length != labels.size()) throw new IllegalArgumentException("labels are " + labels);
      return things.computeIfAbsent(List.of(values), v -> first.get());
    }

    void each(BiConsumer<Map<String, String>, T> look) {
      things.keySet().stream().sorted(Comparator.comparing(values -> String.join("\0", values)))
          .forEach(values -> look.accept(named(values), things.get(values)));
    }

    private Map<String, String> named(List<String> values) {
      var named = new LinkedHashMap<String, String>();
      for (int i = 0; i < values.size(); i++) named.put(labels.get(i), values.get(i));
      return named;
    }
  }
}
