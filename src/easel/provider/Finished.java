package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.FailureJson;
import easel.core.Step;
import easel.core.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Work that a provider has finished but not handed over: links that die soon. As text it is the handle that the engine
 * stores before a download begins.
 *
 * @param extension of the files, without the dot
 * @param shortfall why there are fewer than were asked for, where the provider said so
 */
record Finished(List<Result> results, String extension, Usage usage, Optional<Failure> shortfall) {
  private static final String START = "{\"results\":";

  /** One result: a link to it, or the draft it already lies in. */
  record Result(boolean link, String place, Optional<String> revisedPrompt) {}

  Finished {
    results = List.copyOf(results);
  }

  Finished(List<Result> results, String extension, Usage usage) {
    this(results, extension, usage, Optional.empty());
  }

  /** Of links alone. */
  static Finished links(List<String> links, String extension, Usage usage) {
    return links(links, extension, usage, Optional.empty());
  }

  static Finished links(List<String> links, String extension, Usage usage, Optional<Failure> shortfall) {
    var results = links.stream().map(l -> new Result(true, l, Optional.empty())).toList();
    return new Finished(results, extension, usage, shortfall);
  }

  /** Whether a handle is one of these, and not the provider's own. */
  static boolean is(String handle) {
    return handle.startsWith(START);
  }

  /** Says that only the download is left. */
  Step.Waiting waiting() {
    return new Step.Waiting(toString(), Duration.ZERO, true);
  }

  @Override
  public String toString() {
    var list = new JsonArray();
    for (var result : results) {
      var item = new JsonObject().add(result.link ? "link" : "draft", result.place);
      result.revisedPrompt.ifPresent(p -> item.add("revised_prompt", p));
      list.add(item);
    }
    var tokens = new JsonObject().add("text_in", usage.textIn()).add("image_in", usage.imageIn())
        .add("image_out", usage.imageOut()).add("text_out", usage.textOut());
    usage.cost().ifPresent(c -> tokens.add("cost", c.toPlainString()));
    var json = new JsonObject().add("results", list).add("extension", extension).add("usage", tokens);
    shortfall.ifPresent(s -> json.add("shortfall", FailureJson.write(s)));
    return json.toString();
  }

  static Finished of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    var results = f.list("results", r -> new Result(r.has("link"), r.has("link") ? r.text("link") : r.text("draft"),
        r.optText("revised_prompt")));
    var u = f.object("usage");
    var usage = new Usage(tokens(u, "text_in"), tokens(u, "image_in"), tokens(u, "image_out"), tokens(u, "text_out"),
        u.optText("cost").map(BigDecimal::new));
    return new Finished(results, f.text("extension"), usage, f.optObject("shortfall").map(FailureJson::read));
  }

  static long tokens(Fields usage, String name) {
    return usage.optWhole(name, 0, Long.MAX_VALUE).orElse(0L);
  }
}
