package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * Work that OpenAI's imitators have finished but not handed over: links that die soon. As text it is the handle that
 * the engine stores before a download begins.
 *
 * @param extension of the files, without the dot
 */
record OpenAiHandle(List<Result> results, String extension, Usage usage) {
  /** One result: a link to it, or the draft it already lies in. */
  record Result(boolean link, String place, Optional<String> revisedPrompt) {}

  OpenAiHandle {
    results = List.copyOf(results);
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
    return new JsonObject().add("results", list).add("extension", extension).add("usage", tokens).toString();
  }

  static OpenAiHandle of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    var results = f.list("results", r -> new Result(r.has("link"), r.has("link") ? r.text("link") : r.text("draft"),
        r.optText("revised_prompt")));
    var u = f.object("usage");
    var usage = new Usage(tokens(u, "text_in"), tokens(u, "image_in"), tokens(u, "image_out"), tokens(u, "text_out"),
        u.optText("cost").map(BigDecimal::new));
    return new OpenAiHandle(results, f.text("extension"), usage);
  }

  static long tokens(Fields usage, String name) {
    return usage.optWhole(name, 0, Long.MAX_VALUE).orElse(0L);
  }
}
