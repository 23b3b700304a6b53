package easel.provider;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Capability;
import easel.core.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A workflow with blanks: one model. What it can do is read off its blanks and its output nodes; what cannot be read
 * off stands in the file under {@code _easel}, in the words of {@link ModelFile}.
 *
 * @param outputs ids of the nodes whose files are results
 * @param defaults what blanks get that the caller leaves open
 * @param fps of a video, for the number of its frames
 */
record ComfyWorkflow(String name, ComfyGraph graph, List<String> outputs, Map<String, JsonValue> defaults, int fps,
    Capability capability) {
  static final String FACTS = "_easel";
  private static final Set<String> FILLED = Set.of("prompt", "width", "height", "batch_size", "seed", "mask", "seconds", "frames");
  private static final String PICTURE = "input_image";
  private static final int BATCH_MAX = 8;
  private static final int PARTIALS_MAX = 3;
  /** Models of {@link ModelFile} have these too, but here the graph says it. */
  private static final Set<String> READ_OFF = Set.of("inputs", "inputs_min", "roles", "ratios", "name", "upstream");
  private static final Set<String> FACT_NAMES = Set.of("title", "kind", "n", "prompt", "partials", "formats", "sizes", "free",
      "seconds", "seconds_from", "seconds_to", "fps", "outputs", "defaults");

  /** @throws FieldException with all that is wrong, each complaint naming the node */
  static ComfyWorkflow read(String name, byte[] file) {
    var complaints = new ArrayList<String>();
    var workflow = new Reader(name, JsonText.object(file), complaints::add).workflow();
    if (!complaints.isEmpty()) throw FieldException.body(String.join("; ", complaints));
    return workflow;
  }

  /** The same work with another model file in the blank {@code %model%}. */
  ComfyWorkflow like(String model) {
    var own = new LinkedHashMap<>(defaults);
    own.put("model", Json.value(model));
    return new ComfyWorkflow(model, graph, outputs, own, fps, capability);
  }

  boolean has(String blank) {
    return graph.blanks().containsKey(blank);
  }

  /** The blanks for pictures that are handed in, in order: {@code input_image}, {@code input_image_2} and so on. */
  List<String> pictures() {
    return graph.blanks().keySet().stream().filter(ComfyWorkflow::picture).sorted().toList();
  }

  private static boolean picture(String blank) {
    return blank.equals(PICTURE) || blank.matches(PICTURE + "_[2-9]");
  }

  /** One file on its way to a workflow. */
  private static final class Reader {
    private final String name;
    private final ComfyGraph graph;
    private final Fields facts;
    private final Consumer<String> complaints;

    Reader(String name, JsonObject file, Consumer<String> complaints) {
      this.name = name;
      this.complaints = complaints;
      this.graph = ComfyGraph.read(file, complaints);
      this.facts = Fields.gathering(new JsonObject().add(FACTS, Fields.gathering(file, e -> { }).rawObject(FACTS)),
          e -> complaints.accept(e.getMessage())).object(FACTS);
    }

    ComfyWorkflow workflow() {
      for (var fact : facts.names()) {
        if (READ_OFF.contains(fact)) complaints.accept(FACTS + "." + fact + " is read off the workflow itself");
        else if (!FACT_NAMES.contains(fact)) complaints.accept(FACTS + "." + fact + " is not a known field");
      }
      var outputs = outputs();
      var defaults = defaults();
      blanks(defaults);
      return new ComfyWorkflow(name, graph, outputs, defaults, facts.integer("fps", 16, 1, 240), capability(outputs));
    }

    private List<String> outputs() {
      var named = facts.texts("outputs");
      for (var id : named) if (!graph.nodes().containsKey(id)) complaints.accept(FACTS + ".outputs names node " + id + ", which does not exist");
      if (!named.isEmpty()) return named;
      var found = graph.outputs().stream().map(ComfyGraph.Node::id).toList();
      if (found.isEmpty() && !graph.nodes().isEmpty()) {
        complaints.accept("has no output node (SaveImage, SaveVideo and the like); others are named in " + FACTS + ".outputs");
      }
      if (graph.nodes().isEmpty()) complaints.accept("has no nodes");
      return found;
    }

    private Map<String, JsonValue> defaults() {
      var defaults = new LinkedHashMap<String, JsonValue>();
      defaults.put("negative_prompt", Json.value(""));
      defaults.put("steps", Json.value(20));
      defaults.put("width", Json.value(1024));
      defaults.put("height", Json.value(1024));
      var given = facts.rawObject("defaults");
      for (var blank : given.names()) defaults.put(blank, given.get(blank));
      return defaults;
    }

    private void blanks(Map<String, JsonValue> defaults) {
      graph.blanks().forEach((blank, places) -> {
        if (FILLED.contains(blank) || defaults.containsKey(blank) || picture(blank)) return;
        for (var place : places) {
          // the server fills %date% and the like in file names itself
          if (place.input().equals("filename_prefix")) continue;
          complaints.accept(graph.nodes().get(place.node()) + ", input " + place.input() + ": %" + blank
              + "% is not a known placeholder, and " + FACTS + ".defaults has no value for it");
        }
      });
    }

    private Capability capability(List<String> outputs) {
      var row = facts(outputs);
      for (var fact : facts.names()) if (!READ_OFF.contains(fact)) row.set(fact, facts.raw().get(fact));
      try {
        return ModelFile.capability(Fields.gathering(row, e -> complaints.accept(FACTS + "." + e.getMessage())));
      } catch (IllegalArgumentException | NoSuchElementException e) {
        complaints.accept(FACTS + " has a format or size that is none");
        return ModelFile.capability(Fields.of(new JsonObject()));
      }
    }

    /** What the nodes tell, in the words of {@link ModelFile}. */
    private JsonObject facts(List<String> outputs) {
      var formats = new LinkedHashSet<String>();
      for (var id : outputs) if (graph.nodes().containsKey(id)) formats.add(format(graph.nodes().get(id)));
      boolean video = formats.contains("mp4") || formats.contains("webm");
      if (video) formats.retainAll(Set.of("mp4", "webm"));
      var row = new JsonObject().add("kind", (video ? Kind.VIDEO : Kind.IMAGE).name().toLowerCase(Locale.ROOT))
          .add("formats", JsonText.strings(List.copyOf(formats)));
      if (graph.blanks().containsKey("batch_size") && !video) row.add("n", BATCH_MAX);
      if (!video) row.add("partials", PARTIALS_MAX);
      inputs(row, video);
      sizes(row);
      return row;
    }

    private static String format(ComfyGraph.Node node) {
      var type = node.type();
      var said = node.inputs().isText("format") ? node.inputs().text("format") : "";
      if (type.contains("WEBM") || said.contains("webm")) return "webm";
      if (said.startsWith("image/")) return said.contains("gif") ? "gif" : "webp";
      if (type.contains("Video")) return "mp4";
      return type.contains("AnimatedWEBP") ? "webp" : "png";
    }

    /** A blank that nobody fills would leave the graph broken, so all of them are needed. */
    private void inputs(JsonObject row, boolean video) {
      int pictures = (int) graph.blanks().keySet().stream().filter(ComfyWorkflow::picture).count();
      boolean mask = graph.blanks().containsKey("mask");
      if (mask && pictures == 0) complaints.accept("has a %mask%, but no %" + PICTURE + "% that it belongs to");
      if (pictures == 0) return;
      var roles = new JsonArray().add("reference");
      if (video) roles.add("first_frame");
      if (video && pictures > 1) roles.add("last_frame");
      if (mask) roles.add("mask");
      row.add("inputs", pictures).add("inputs_min", pictures).add("roles", roles);
    }

    /** Sides of 16 pixels, as the latent pictures of today's models want them; without blanks, what the file says. */
    private void sizes(JsonObject row) {
      if (graph.blanks().containsKey("width") && graph.blanks().containsKey("height")) {
        row.add("free", new JsonObject().add("step", 16).add("min", 64).add("max", 2048).add("ratio", 8));
        return;
      }
      var sizes = new LinkedHashSet<String>();
      for (var node : graph.nodes().values()) {
        if (!node.type().startsWith("Empty") || !node.number("width") || !node.number("height")) continue;
        sizes.add(node.inputs().raw().get("width") + "x" + node.inputs().raw().get("height"));
      }
      if (!sizes.isEmpty()) row.add("sizes", JsonText.strings(List.copyOf(sizes)));
    }
  }
}
