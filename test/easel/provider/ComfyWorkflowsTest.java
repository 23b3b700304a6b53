package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.codec.FieldException;
import easel.core.Capability;
import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Size;
import easel.core.SizeRule;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComfyWorkflowsTest {
  private static final String SAVE = "\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {\"images\": [\"1\", 0], \"filename_prefix\": \"x\"}}";

  @TempDir
  private Path folder;

  private static ProviderSettings settings(Optional<Path> folder, ProviderSettings.Added... added) {
    return new ProviderSettings("comfyui", "comfyui", List.of(), List.of(), List.of(), List.of(), List.of(added), folder, true, Optional.empty(),
        ProviderSettings.Limits.NONE);
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  private static List<String> names(ComfyWorkflows workflows) {
    return workflows.models("comfyui").stream().map(Model::name).toList();
  }

  private String complaint() {
    return assertThrows(FieldException.class, () -> ComfyWorkflows.read(settings(Optional.of(folder)))).getMessage();
  }

  private static Capability capability(String json) {
    return ComfyWorkflow.read("x", json.getBytes(StandardCharsets.UTF_8)).capability();
  }

  @Test
  void twoWorkflowsAreInTheJar() {
    var workflows = ComfyWorkflows.read(settings(Optional.empty()));
    assertEquals(List.of("comfyui-try", "flux-dev"), names(workflows));
    var flux = workflows.models("comfyui").getLast();
    assertEquals(new SizeRule.Free(16, 256, 2048, 4, 1, 2048L * 2048), flux.capability().sizes());
    assertEquals(8, flux.capability().countMax());
    assertEquals(BigDecimal.ZERO, flux.price().orElseThrow().rows().getFirst().usd());
  }

  @Test
  void everyFileOfTheFolderIsAModelAndMayReplaceOneOfTheJar() throws IOException {
    write("mine.json", "{\"1\": {\"class_type\": \"EmptyImage\", \"inputs\": {\"width\": 320, \"height\": 200}}, " + SAVE + "}");
    write("flux-dev.json", "{\"1\": {\"class_type\": \"X\", \"inputs\": {\"t\": \"%prompt%\"}}, " + SAVE + "}");
    write("notes.txt", "not one");
    var workflows = ComfyWorkflows.read(settings(Optional.of(folder)));
    assertEquals(List.of("comfyui-try", "flux-dev", "mine"), names(workflows));
    assertEquals(new SizeRule.OneOf(List.of(new Size(320, 200))), workflows.models("comfyui").getLast().capability().sizes());
    assertTrue(workflows.workflow("flux-dev").orElseThrow().graph().nodes().containsKey("1"));
  }

  @Test
  void addedModelIsTheSameWorkWithAnotherFile() {
    var workflows = ComfyWorkflows.read(settings(Optional.empty(), new ProviderSettings.Added("krea.safetensors", "flux-dev")));
    assertEquals("\"krea.safetensors\"", workflows.workflow("krea.safetensors").orElseThrow().defaults().get("model").toString());
    assertEquals("\"flux1-dev.safetensors\"", workflows.workflow("flux-dev").orElseThrow().defaults().get("model").toString());
    var wrong = assertThrows(FieldException.class,
        () -> ComfyWorkflows.read(settings(Optional.empty(), new ProviderSettings.Added("krea", "comfyui-try"))));
    assertEquals("providers.comfyui.models has krea, which cannot be like comfyui-try: that must be a workflow with %model%, one of flux-dev",
        wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{\"1\": | is not JSON, line 1 column 6",
      "{\"nodes\": [], \"links\": [], \"version\": 0.4} | is in the format of ComfyUI's page; save it with \"Export (API)\"; has no nodes",
      "{\"1\": {\"inputs\": {}}, \"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}}} | node 1 has no class_type",
      "{\"9\": {\"class_type\": \"SaveImage\"}} | node 9 (SaveImage) has no inputs; has no nodes",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {\"images\": [\"7\", 0]}}} | node 9 (SaveImage), input images is linked to node 7, which does not exist",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {\"x\": [1, 2, 3]}}} | node 9 (SaveImage), input x must be a link [\"node\", output]; a list is written {\"__value__\": [...]}",
      "{\"1\": {\"class_type\": \"EmptyImage\", \"inputs\": {}}} | has no output node (SaveImage, SaveVideo and the like); others are named in _easel.outputs",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {\"x\": \"%stpes%\"}}} | node 9 (SaveImage), input x: %stpes% is not a known placeholder, and _easel.defaults has no value for it",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {\"x\": \"%model%\"}}} | node 9 (SaveImage), input x: %model% is not a known placeholder, and _easel.defaults has no value for it",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {\"x\": \"%mask%\"}}} | has a %mask%, but no %input_image% that it belongs to",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}}, \"_easel\": {\"outputs\": [\"8\"]}} | _easel.outputs names node 8, which does not exist",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}}, \"_easel\": {\"knd\": \"video\"}} | _easel.knd is not a known field",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}}, \"_easel\": {\"inputs\": 1}} | _easel.inputs is read off the workflow itself",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}}, \"_easel\": {\"kind\": \"film\"}} | _easel.kind must be one of image, video",
      "{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}}, \"_easel\": {\"formats\": [\"tiff\"]}} | _easel has a format or size that is none"})
  void badFileIsToldWithItsNode(String json, String words) throws IOException {
    write("bad.json", json);
    assertEquals("providers.comfyui.folder has workflows that cannot be used: bad.json: " + words, complaint());
  }

  @Test
  void everyBadFileIsTold() throws IOException {
    write("a.json", "[]");
    write("b c.json", "{}");
    write("good.json", "{\"1\": {\"class_type\": \"X\", \"inputs\": {}}, " + SAVE + "}");
    assertEquals("providers.comfyui.folder has workflows that cannot be used: a.json: must be a JSON object"
        + " | b c.json: is a name that no model can have", complaint());
  }

  @Test
  void folderThatIsNotThereIsTold() {
    var gone = folder.resolve("gone");
    var complaint = assertThrows(FieldException.class, () -> ComfyWorkflows.read(settings(Optional.of(gone)))).getMessage();
    assertEquals("providers.comfyui.folder cannot be read: " + gone + " (NoSuchFileException)", complaint);
  }

  @Test
  void capabilityIsReadOffTheWorkflow() {
    var edit = capability(ComfyStage.EDIT);
    assertEquals(new Capability.Inputs(1, 1, Set.of(Input.Role.REFERENCE, Input.Role.MASK)), edit.inputs());
    assertEquals(List.of(MediaType.PNG), edit.formats());
    assertEquals(1, edit.countMax());
    var video = capability(ComfyStage.VIDEO);
    assertEquals(Kind.VIDEO, video.kind());
    assertEquals(List.of(MediaType.MP4), video.formats());
    assertEquals(0, video.partialsMax());
  }

  @ParameterizedTest
  @CsvSource({"SaveVideo,'',MP4", "SaveWEBM,'',WEBM", "SaveAnimatedWEBP,'',WEBP", "VHS_VideoCombine,video/h264-mp4,MP4",
      "VHS_VideoCombine,image/gif,GIF", "VHS_VideoCombine,video/webm,WEBM", "PreviewImage,'',PNG", "Image Save,'',PNG"})
  void formatIsThatOfTheOutputNode(String type, String format, MediaType made) {
    var json = "{\"9\": {\"class_type\": \"" + type + "\", \"inputs\": {\"format\": \"" + format + "\"}}}";
    assertEquals(List.of(made), capability(json).formats());
    assertEquals(made.video() ? Kind.VIDEO : Kind.IMAGE, capability(json).kind());
  }

  @ParameterizedTest
  @CsvSource({"SaveImageWebsocket", "SaveLatent", "SaveAudio", "CLIPSave"})
  void whatSavesNoFileOfOursIsNoOutput(String type) {
    var json = "{\"9\": {\"class_type\": \"" + type + "\", \"inputs\": {}}}";
    assertTrue(assertThrows(FieldException.class, () -> capability(json)).getMessage().startsWith("has no output node"));
  }
}
