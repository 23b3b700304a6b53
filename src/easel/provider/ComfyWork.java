package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Kind;
import easel.core.Step;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A prompt at a server. As text it is the handle that the engine stores.
 *
 * @param prompt the server's id of it
 * @param client whom the server tells about it
 * @param outputs ids of the nodes whose files are results
 * @param partials how many previews are wanted
 * @param shown how many there were already
 * @param percent what was reported of it
 */
record ComfyWork(URI server, String prompt, String client, List<String> outputs, Kind kind, int count, int partials,
    int shown, int percent) {
  ComfyWork {
    outputs = List.copyOf(outputs);
  }

  static ComfyWork of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    return new ComfyWork(URI.create(f.text("server")), f.text("prompt_id"), f.text("client_id"), f.texts("outputs"),
        f.choice("kind", Kind.class, Kind.IMAGE), f.integer("count", 1, 1, 1000), f.integer("partials", 0, 0, 1000),
        f.integer("shown", 0, 0, 1000), f.integer("percent", 0, 0, 100));
  }

  ComfyWork seen(int nowShown, int nowPercent) {
    return new ComfyWork(server, prompt, client, outputs, kind, count, partials, nowShown, nowPercent);
  }

  Step.Waiting waiting(Duration pollAfter) {
    return new Step.Waiting(toString(), pollAfter, false);
  }

  @Override
  public String toString() {
    return new JsonObject().add("server", server.toString()).add("prompt_id", prompt).add("client_id", client)
        .add("outputs", JsonText.strings(outputs)).add("kind", kind.name().toLowerCase(Locale.ROOT)).add("count", count)
        .add("partials", partials).add("shown", shown).add("percent", percent).toString();
  }
}
