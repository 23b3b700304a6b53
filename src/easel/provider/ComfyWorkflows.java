package easel.provider;

import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.core.Kind;
import easel.core.Life;
import easel.core.Model;
import easel.core.Price;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The workflows of one section: those in the jar, those in the operator's folder, and those with other model files. */
final class ComfyWorkflows {
  private static final Map<String, String> IN_THE_JAR = new TreeMap<>(Map.of(
      "flux-dev", "comfyui-flux-dev.json", "comfyui-try", "comfyui-try.json"));
  private static final String ENDING = ".json";

  private final Map<String, ComfyWorkflow> workflows = new LinkedHashMap<>();
  private final List<String> complaints = new ArrayList<>();

  private ComfyWorkflows() {}

  /**
   * @throws FieldException naming every file that is no workflow, with its nodes; a good one is not hidden by a bad one
   */
  static ComfyWorkflows read(ProviderSettings settings) {
    var all = new ComfyWorkflows();
    IN_THE_JAR.forEach((name, file) -> all.workflows.put(name, ComfyWorkflow.read(name, ofTheJar(file))));
    settings.folder().ifPresent(folder -> all.addFolder(folder, settings));
    if (!all.complaints.isEmpty()) {
      throw settings.complaint("folder", Complaint.VALUE, "has workflows that cannot be used: " + String.join(" | ", all.complaints));
    }
    for (var added : settings.added()) all.add(added, settings);
    return all;
  }

  private static byte[] ofTheJar(String file) {
    try (var in = ComfyWorkflows.class.getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addFolder(Path folder, ProviderSettings settings) {
    try (var files = Files.list(folder)) {
      for (var file : files.filter(f -> f.toString().endsWith(ENDING)).sorted().toList()) addFile(file);
    } catch (IOException e) {
      throw settings.complaint("folder", Complaint.VALUE, "cannot be read: " + folder + " (" + e.getClass().getSimpleName() + ")");
    }
  }

  private void addFile(Path file) throws IOException {
    var full = file.getFileName().toString();
    var name = full.substring(0, full.length() - ENDING.length());
    try {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) throw FieldException.body("is a name that no model can have");
      workflows.put(name, ComfyWorkflow.read(name, Files.readAllBytes(file)));
    } catch (FieldException e) {
      complaints.add(full + ": " + e.getMessage().replaceFirst("^body ", ""));
    }
  }

  private void add(ProviderSettings.Added added, ProviderSettings settings) {
    var like = workflows.get(added.like());
    if (like != null && like.has("model")) {
      workflows.put(added.name(), like.like(added.name()));
      return;
    }
    var able = workflows.values().stream().filter(w -> w.has("model")).map(ComfyWorkflow::name).toList();
    throw settings.complaint("models", Complaint.VALUE, "has " + added.name() + ", which cannot be like " + added.like()
        + ": that must be a workflow with %model%, one of " + String.join(", ", able));
  }

  Optional<ComfyWorkflow> workflow(String model) {
    return Optional.ofNullable(workflows.get(model));
  }

  List<Model> models(String provider) {
    return workflows.values().stream().map(w -> {
      var per = w.capability().kind() == Kind.VIDEO ? Price.Per.VIDEO : Price.Per.IMAGE;
      var price = Price.flat(per, "0", "a machine of one's own", "2026-11-21");
      return new Model(w.name(), provider, w.name(), w.capability(), List.of(), Instant.EPOCH, Life.OPEN, Optional.of(price));
    }).toList();
  }
}
