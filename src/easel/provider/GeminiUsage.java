package easel.provider;

import easel.codec.Fields;
import easel.core.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tokens as Google counts them, and what they cost by the model's list prices ({@code wire.tokens}, US dollars per
 * million). Counts may be texts: Google writes 64-bit numbers so.
 */
final class GeminiUsage {
  private GeminiUsage() {}

  /** {@code usageMetadata} of generateContent. Thoughts are paid for as text that comes out. */
  static Usage content(Fields answer, Fields prices, Optional<BigDecimal> list) {
    var u = answer.object("usageMetadata");
    long in = count(u, "promptTokenCount") + count(u, "toolUsePromptTokenCount");
    long imageIn = of(u, "promptTokensDetails", "tokenCount", m -> !m.equals("TEXT"));
    long out = count(u, "candidatesTokenCount");
    boolean told = u.isList("candidatesTokensDetails");
    long imageOut = told ? of(u, "candidatesTokensDetails", "tokenCount", "IMAGE"::equals) : out;
    long textOut = rest(out, imageOut) + count(u, "thoughtsTokenCount");
    return priced(new Usage(rest(in, imageIn), imageIn, imageOut, textOut, Optional.empty()), prices, list);
  }

  /** {@code usage} of Interactions; videos that come out are counted as pictures are. */
  static Usage interaction(Fields answer, Fields prices, Optional<BigDecimal> list) {
    var u = answer.object("usage");
    long in = count(u, "total_input_tokens") + count(u, "total_tool_use_tokens");
    long imageIn = of(u, "input_tokens_by_modality", "tokens", m -> !m.equals("TEXT"));
    long out = count(u, "total_output_tokens");
    long imageOut = of(u, "output_tokens_by_modality", "tokens", m -> !m.equals("TEXT"));
    long textOut = rest(out, imageOut) + count(u, "total_thought_tokens");
    return priced(new Usage(rest(in, imageIn), imageIn, imageOut, textOut, Optional.empty()), prices, list);
  }

  /** True if video was made, and so paid for. */
  static boolean video(Fields answer) {
    return of(answer.object("usage"), "output_tokens_by_modality", "tokens", "VIDEO"::equals) > 0;
  }

  private static long rest(long all, long part) {
    return Math.max(0, all - part);
  }

  private static long count(Fields f, String name) {
    return Math.max(0, f.optDecimal(name).map(BigDecimal::longValue).orElse(0L));
  }

  private static long of(Fields usage, String list, String number, Predicate<String> modality) {
    List<Long> counts = usage.list(list, m -> modality.test(m.text("modality", "").toUpperCase(Locale.ROOT))
        ? count(m, number) : 0L);
    return counts.stream().mapToLong(c -> c).sum();
  }

  /** The same with the list's price, if there is one, which is not Google's word for what it charged. */
  static Usage listed(Usage usage, Optional<BigDecimal> list) {
    return list.map(usage::atList).orElse(usage);
  }

  private static Usage priced(Usage usage, Fields prices, Optional<BigDecimal> list) {
    if (!usage.counted() || !prices.has("in")) return listed(usage, list);
    var cost = cost(usage.textIn() + usage.imageIn(), prices, "in").add(cost(usage.imageOut(), prices, "image_out"))
        .add(cost(usage.textOut(), prices, "text_out")).stripTrailingZeros();
    return new Usage(usage.textIn(), usage.imageIn(), usage.imageOut(), usage.textOut(), Optional.of(cost));
  }

  private static BigDecimal cost(long tokens, Fields prices, String name) {
    return new BigDecimal(prices.text(name)).multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
  }
}
