package easel.api;

import easel.core.Metrics.Family;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The text format 0.0.4 of Prometheus: a line of help and of type for each family, and one for each number. */
final class MetricsText {
  static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private MetricsText() {}

  /** Families without a number are left out. */
  static String of(List<Family> families) {
    var text = new StringBuilder();
    for (var family : families) if (!family.samples().isEmpty()) write(text, family);
    return text.toString();
  }

  private static void write(StringBuilder text, Family family) {
    text.append("# HELP ").append(family.name()).append(' ').append(escaped(family.help())).append('\n');
    text.append("# TYPE ").append(family.name()).append(' ').append(family.type().name().toLowerCase(Locale.ROOT)).append('\n');
    for (var sample : family.samples()) {
      text.append(family.name()).append(sample.suffix()).append(labels(sample.labels())).append(' ')
          .append(number(sample.value())).append('\n');
    }
  }

  private static String labels(Map<String, String> labels) {
    if (labels.isEmpty()) return "";
    return labels.entrySet().stream().map(l -> l.getKey() + "=\"" + escaped(l.getValue()).replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }

  /** Whole numbers without a point or an exponent, as far as they are exact. */
  static String number(double value) {
    if (Double.isNaN(value)) return "NaN";
    if (Double.isInfinite(value)) return value > 0 ? "+Inf" : "-Inf";
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
    return whole ? String.valueOf((long) value) : String.valueOf(value);
  }
}
