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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Work that a provider has finished but not handed over: links that die soon. As text it is the handle that the engine
 * stores before a download begins.
 *
 * @param extension of the files, without the dot
 * @param shortfall why there are fewer than were asked for, where the provider said so
 * @param gone how many times in a row some of the links were dead, and others were not
 */
record Finished(List<Result> results, String extension, Usage usage, Optional<Failure> shortfall, int gone) {
  private static final String START = "{\"results\":";

  /**
   * One result.
   *
   * @param link whether {@code place} is a link to it, or the draft it already lies in
   * @param fetched the draft that the link was fetched to; while that is there, the link may die
   */
  record Result(boolean link, String place, Optional<String> revisedPrompt, Optional<String> fetched) {
    Result(boolean link, String place, Optional<String> revisedPrompt) {
      this(link, place, revisedPrompt, Optional.empty());
    }

    Result at(String other) {
      return new Result(link, other, revisedPrompt, fetched);
    }

    Result in(Path draft) {
      return new Result(link, place, revisedPrompt, Optional.of(draft.toString()));
    }
  }

  Finished {
    results = List.copyOf(results);
  }

  Finished(List<Result> results, String extension, Usage usage, Optional<Failure> shortfall) {
    this(results, extension, usage, shortfall, 0);
  }

  Finished(List<Result> results, String extension, Usage usage) {
    this(results, extension, usage, Optional.empty());
  }

  Finished gone(int times) {
    return new Finished(results, extension, usage, shortfall, times);
  }

  /** The same at other places. */
  Finished at(List<Result> places) {
    return new Finished(places, extension, usage, shortfall, gone);
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
      result.fetched.ifPresent(p -> item.add("fetched", p));
      list.add(item);
    }
    var tokens = new JsonObject().add("text_in", usage.textIn()).add("image_in", usage.imageIn())
        .add("image_out", usage.imageOut()).add("text_out", usage.textOut());
    usage.cost().ifPresent(c -> tokens.add("cost", c.toPlainString()).add("listed", usage.listed()));
    var json = new JsonObject().add("results", list).add("extension", extension).add("usage", tokens);
    shortfall.ifPresent(s -> json.add("shortfall", FailureJson.write(s)));
    if (gone > 0) json.add("gone", gone);
    return json.toString();
  }

  static Finished of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    var results = f.list("results", r -> new Result(r.has("link"), r.has("link") ? r.text("link") : r.text("draft"),
        r.optText("revised_prompt"), r.optText("fetched")));
    var u = f.object("usage");
    var usage = new Usage(tokens(u, "text_in"), tokens(u, "image_in"), tokens(u, "image_out"), tokens(u, "text_out"),
        u.optText("cost").map(BigDecimal::new), u.flag("listed", false));
    return new Finished(results, f.text("extension"), usage, f.optObject("shortfall").map(FailureJson::read),
        f.integer("gone", 0, 0, Integer.MAX_VALUE));
  }

  static long tokens(Fields usage, String name) {
    return usage.optWhole(name, 0, Long.MAX_VALUE).orElse(0L);
  }
}
