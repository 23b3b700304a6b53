package fake;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A graph as ComfyUI checks it, for the nodes that these tests use: the complaints are shaped as the recorded ones. */
final class FakeComfyGraph {
  private static final Set<String> KNOWN = Set.of("EmptyImage", "ImageScale", "ImageInvert", "SaveImage", "PreviewImage", "UNETLoader",
      "DualCLIPLoader", "VAELoader", "CLIPTextEncode", "FluxGuidance", "ConditioningZeroOut", "EmptySD3LatentImage", "KSampler",
      "VAEDecode", "LoadImage", "LoadImageMask", "VAEEncode", "CreateVideo", "SaveVideo", "SaveWEBM", "SaveAnimatedWEBP");
  private static final Map<String, List<String>> FILES = Map.of("unet_name", List.of("flux1-dev.safetensors", "krea.safetensors"),
      "vae_name", List.of("ae.safetensors"));
  private static final Map<String, String> MAXIMA = Map.of("width", "16384", "height", "16384", "steps", "10000", "batch_size", "4096",
      "seed", "18446744073709551615", "noise_seed", "18446744073709551615");

  private final JsonObject graph;

  FakeComfyGraph(JsonObject graph) {
    this.graph = graph;
  }

  List<String> outputs() {
    var all = new ArrayList<String>();
    for (var node : graph) if (type(node.getName()).matches("Save.*|PreviewImage")) all.add(node.getName());
    return all;
  }

  String type(String id) {
    return graph.get(id).asObject().getString("class_type", "");
  }

  JsonObject inputs(String id) {
    return graph.get(id).asObject().get("inputs").asObject();
  }

  /** The body of a 400. */
  Optional<JsonObject> complaint(Set<String> uploaded) {
    for (var node : graph) {
      if (KNOWN.contains(type(node.getName()))) continue;
      return Optional.of(refusal("invalid_prompt", "Cannot execute because node " + type(node.getName()) + " does not exist.",
          "Node ID '#" + node.getName() + "'", new JsonObject()));
    }
    if (outputs().isEmpty()) return Optional.of(refusal("prompt_no_outputs", "Prompt has no outputs", "", new JsonObject()));
    var errors = new JsonObject();
    for (var node : graph) for (var input : inputs(node.getName())) check(node.getName(), input.getName(), input.getValue(), uploaded, errors);
    return errors.isEmpty() ? Optional.empty()
        : Optional.of(refusal("prompt_outputs_failed_validation", "Prompt outputs failed validation", "", errors));
  }

  private static JsonObject refusal(String type, String message, String details, JsonObject errors) {
    return new JsonObject().add("error", new JsonObject().add("type", type).add("message", message).add("details", details)
        .add("extra_info", new JsonObject())).add("node_errors", errors);
  }

  private void check(String id, String name, JsonValue value, Set<String> uploaded, JsonObject errors) {
    if (FILES.containsKey(name) && !FILES.get(name).contains(value.asString())) {
      add(errors, id, name, value, "value_not_in_list", "Value not in list", name + ": '" + value.asString() + "' not in " + FILES.get(name));
    }
    if (MAXIMA.containsKey(name) && value.isNumber() && new BigInteger(value.toString()).compareTo(new BigInteger(MAXIMA.get(name))) > 0) {
      add(errors, id, name, value, "value_bigger_than_max", "Value " + value + " bigger than max of " + MAXIMA.get(name), name);
    }
    if (type(id).startsWith("LoadImage") && name.equals("image") && !uploaded.contains(value.asString())) {
      add(errors, id, name, value, "custom_validation_failed", "Custom validation failed for node", "image - Invalid image file: " + value.asString());
    }
  }

  private void add(JsonObject errors, String id, String input, JsonValue value, String type, String message, String details) {
    var error = new JsonObject().add("type", type).add("message", message).add("details", details)
        .add("extra_info", new JsonObject().add("input_name", input).add("received_value", value));
    var outputs = new JsonArray();
    outputs().forEach(outputs::add);
    errors.set(id, new JsonObject().add("errors", new JsonArray().add(error)).add("dependent_outputs", outputs).add("class_type", type(id)));
  }

  /** The {@code node_errors} of a 200 that drops every output. */
  static JsonObject dropped(JsonObject graph) {
    var all = new FakeComfyGraph(graph);
    var errors = new JsonObject();
    for (var id : all.outputs()) all.add(errors, id, "images", graph, "required_input_missing", "Required input is missing", "images");
    return errors;
  }
}
