package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Usage;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads a page of the history: which files are results, and where they are. */
final class ComfyResults {
  /**
   * Videos are among the images, as all of ComfyUI's own nodes report them; {@code gifs} are those of VideoHelperSuite.
   */
  private static final List<String> LISTS = List.of("images", "gifs", "videos", "video");

  private final ComfyServer server;

  ComfyResults(ComfyServer server) {
    this.server = server;
  }

  private record Made(String name, String folder, String place, MediaType type) {}

  /** @throws GatewayException {@code WorkFailed} where it ended without the files */
  Finished read(Fields entry, ComfyWork work) {
    var status = entry.object("status");
    if (status.text("status_str", "success").equals("error")) throw new GatewayException(server.failures().failed(status));
    var made = made(entry.object("outputs"), work);
    if (made.isEmpty()) throw new GatewayException(new Failure.WorkFailed("The workflow ran and saved no " + word(work), true));
    var links = made.stream().limit(work.count()).map(this::link).toList();
    var all = Finished.links(links, made.getFirst().type().extension(), Usage.charged(BigDecimal.ZERO));
    return links.size() == work.count() ? all : new Finished(all.results(), all.extension(), all.usage(), Optional.of(
        new Failure.WorkFailed("The workflow made " + links.size() + " of " + work.count() + " results.", true)));
  }

  private static String word(ComfyWork work) {
    return work.kind() == Kind.VIDEO ? "video" : "picture";
  }

  /** The wanted nodes' files first, in their order. What was only shown counts where nothing was saved. */
  private static List<Made> made(Fields outputs, ComfyWork work) {
    var nodes = new LinkedHashSet<>(work.outputs());
    nodes.addAll(outputs.raw().names());
    var all = new ArrayList<Made>();
    for (var node : nodes) {
      var output = outputs.object(node);
      for (var list : LISTS) if (output.isList(list)) output.list(list, f -> f).forEach(f -> made(f).ifPresent(all::add));
    }
    all.removeIf(m -> m.type().video() != (work.kind() == Kind.VIDEO));
    var saved = all.stream().filter(m -> m.place().equals("output")).toList();
    return saved.isEmpty() ? all : saved;
  }

  private static Optional<Made> made(Fields file) {
    var name = file.text("filename", "");
    var ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    var type = MediaType.ofExtension(ending.equals("jpeg") ? "jpg" : ending);
    return type.map(t -> new Made(name, file.text("subfolder", ""), file.text("type", "output"), t));
  }

  private String link(Made made) {
    return server.at("/view?filename=" + encoded(made.name()) + "&subfolder=" + encoded(made.folder()) + "&type=" + encoded(made.place())).toString();
  }

  /** Whatever stands in a name: folders may hold a percent sign that the server has left unread. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
