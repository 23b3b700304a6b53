package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A workflow as {@code POST /prompt} takes it (ComfyUI's "API format"): nodes by id, each with a class and inputs, an
 * input being a value or a link to another node's output.
 */
record ComfyGraph(Map<String, Node> nodes) {
  /** Not nodes: our own facts, and what other programs keep in such files. */
  private static final String NOT_A_NODE = "_";
  /** A whole value and nothing else: text around it stays text, so a prompt can never become more than a value. */
  private static final Pattern BLANK = Pattern.compile("%[a-z][a-z0-9_]*%");
  private static final Pattern SAVES = Pattern.compile("Save.*|.*(SaveImage|Image Save|VideoCombine).*");
  /** What these save is no picture and no video, or goes over the WebSocket alone. */
  private static final Pattern SAVES_ELSE = Pattern.compile("(?i).*(websocket|latent|audio|glb|lora|svg|text|string|model|clip|vae).*");
  private static final Set<String> SHOWS = Set.of("PreviewImage");

  /** {@code whole}: the node as it is in the file. */
  record Node(String id, String type, JsonObject whole, Fields inputs) {
    /** An input's text where it is a blank. */
    Optional<String> blank(String input) {
      if (!inputs.isText(input) || !BLANK.matcher(inputs.text(input)).matches()) return Optional.empty();
      var text = inputs.text(input);
      return Optional.of(text.substring(1, text.length() - 1));
    }

    boolean number(String input) {
      return inputs.raw().get(input) != null && inputs.raw().get(input).isNumber();
    }

    List<String> names() {
      return inputs.raw().names();
    }

    @Override
    public String toString() {
      return "node " + id + " (" + type + ")";
    }
  }

  /** An input of a node. */
  record Place(String node, String input) {}

  /** Complains about everything that keeps it from being a workflow, the node named. */
  static ComfyGraph read(JsonObject file, Consumer<String> complaints) {
    var nodes = new LinkedHashMap<String, Node>();
    var f = Fields.gathering(file, e -> { });
    if (f.isList("nodes") && f.has("links")) {
      complaints.accept("is in the format of ComfyUI's page; save it with \"Export (API)\"");
      return new ComfyGraph(nodes);
    }
    for (var id : file.names()) {
      if (id.startsWith(NOT_A_NODE)) continue;
      var node = f.optObject(id);
      var type = node.flatMap(n -> n.optText("class_type"));
      var inputs = node.flatMap(n -> n.optObject("inputs"));
      if (type.isEmpty()) complaints.accept("node " + id + " has no class_type");
      else if (inputs.isEmpty()) complaints.accept("node " + id + " (" + type.get() + ") has no inputs");
      else nodes.put(id, new Node(id, type.get(), node.get().raw(), inputs.get()));
    }
    var graph = new ComfyGraph(nodes);
    for (var node : nodes.values()) graph.checkLinks(node, complaints);
    return graph;
  }

  private void checkLinks(Node node, Consumer<String> complaints) {
    for (var name : node.names()) {
      if (!node.inputs.isList(name)) continue;
      var link = link(node.inputs.raw().get(name));
      var words = node + ", input " + name;
      // ComfyUI takes every list for a link
      if (link.isEmpty()) complaints.accept(words + " must be a link [\"node\", output]; a list is written {\"__value__\": [...]}");
      else if (!nodes.containsKey(link.get())) complaints.accept(words + " is linked to node " + link.get() + ", which does not exist");
    }
  }

  private static Optional<String> link(JsonValue list) {
    var row = Fields.gathering(new JsonObject().add("row", new JsonArray().add(list)), e -> { }).rows("row").getFirst();
    if (row.names().size() != 2 || row.optInteger("1", 0, Integer.MAX_VALUE).isEmpty()) return Optional.empty();
    return row.optScalar("0");
  }

  /** The nodes whose files are results; those that only show something where nothing is saved. */
  List<Node> outputs() {
    var saving = nodes.values().stream().filter(n -> SAVES.matcher(n.type).matches())
        .filter(n -> !SAVES_ELSE.matcher(n.type).matches()).toList();
    return saving.isEmpty() ? nodes.values().stream().filter(n -> SHOWS.contains(n.type)).toList() : saving;
  }

  /** What is to be filled in, and where. */
  Map<String, List<Place>> blanks() {
    var blanks = new LinkedHashMap<String, List<Place>>();
    for (var node : nodes.values()) {
      for (var input : node.names()) {
        node.blank(input).ifPresent(b -> blanks.computeIfAbsent(b, k -> new ArrayList<>()).add(new Place(node.id, input)));
      }
    }
    return blanks;
  }

  /** Numbers that stand where ComfyUI's own nodes have a seed. */
  List<Place> seeds() {
    var seeds = new ArrayList<Place>();
    for (var node : nodes.values()) {
      for (var input : List.of("seed", "noise_seed")) if (node.number(input)) seeds.add(new Place(node.id, input));
    }
    return seeds;
  }

  /** The same nodes with other inputs in some places, as new JSON. */
  JsonObject with(Map<Place, JsonValue> values) {
    var json = new JsonObject();
    for (var node : nodes.values()) {
      var inputs = new JsonObject();
      for (var name : node.names()) {
        var value = values.get(new Place(node.id, name));
        inputs.add(name, value == null ? node.inputs.raw().get(name) : value);
      }
      var copy = new JsonObject();
      for (var name : node.whole.names()) copy.add(name, name.equals("inputs") ? inputs : node.whole.get(name));
      json.add(node.id, copy);
    }
    return json;
  }
}
