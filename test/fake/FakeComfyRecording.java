package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What ComfyUI 0.3.64 said about one prompt, byte by byte; of a preview the head and the length are kept, the rest is
 * zeros. One line a message: {@code prompt STATUS JSON}, {@code text JSON}, {@code binary LENGTH HEX}, {@code history
 * JSON}.
 *
 * @param prompt the id it had then
 * @param client whom it was told to
 */
public record FakeComfyRecording(String prompt, String client, List<String> lines) {
  public static FakeComfyRecording of(String name) {
    var lines = read(name);
    var prompt = Json.parse(lines.getFirst().split(" ", 3)[2]).asObject().getString("prompt_id", "");
    var first = Json.parse(lines.get(1).split(" ", 2)[1]).asObject().get("data").asObject();
    return new FakeComfyRecording(prompt, first.getString("sid", "nobody"), lines);
  }

  /** The answer to a submit that was refused so. */
  public static Rejection rejection(String name) {
    var line = read("rejections").stream().filter(l -> l.startsWith(name + " ")).findFirst().orElseThrow();
    var words = line.split(" ", 3);
    return new Rejection(Integer.parseInt(words[1]), words[2]);
  }

  public record Rejection(int status, String body) {}

  /** The {@code outputs} of a history entry, by the kind of node that made them. */
  public static JsonObject outputs(String name) {
    var line = read("outputs").stream().filter(l -> l.startsWith(name + " ")).findFirst().orElseThrow();
    return Json.parse(line.split(" ", 2)[1]).asObject();
  }

  /** Every line of a recording. */
  public static List<String> read(String name) {
    try (var in = FakeComfyRecording.class.getResourceAsStream("comfyui/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One message, the ids replaced by today's: a text or, where {@code binary}, the bytes of a frame. */
  record Frame(String text, Optional<byte[]> binary) {}

  List<Frame> frames(String promptNow, String clientNow) {
    var frames = new ArrayList<Frame>();
    for (var line : lines) {
      var words = line.split(" ", 2);
      if (words[0].equals("text")) frames.add(new Frame(now(words[1], promptNow, clientNow), Optional.empty()));
      if (words[0].equals("binary")) frames.add(new Frame("", Optional.of(binary(words[1], promptNow))));
    }
    return frames;
  }

  private byte[] binary(String line, String promptNow) {
    var words = line.split(" ");
    var head = new String(HexFormat.of().parseHex(words[1]), StandardCharsets.ISO_8859_1);
    int length = Integer.parseInt(words[0]) - prompt.length() + promptNow.length();
    return Arrays.copyOf(head.replace(prompt, promptNow).getBytes(StandardCharsets.ISO_8859_1), Math.max(length, head.length()));
  }

  private String now(String text, String promptNow, String clientNow) {
    return text.replace(prompt, promptNow).replace(client, clientNow);
  }

  /** The prompt's page of the history; where none was kept, it is made of what was said. */
  JsonObject entry(String promptNow, String clientNow) {
    for (var line : lines) {
      if (!line.startsWith("history ")) continue;
      return Json.parse(now(line.split(" ", 2)[1], promptNow, clientNow)).asObject().get(promptNow).asObject();
    }
    var outputs = new JsonObject();
    for (var frame : frames(promptNow, clientNow)) {
      if (!frame.text().contains("\"executed\"")) continue;
      var data = Json.parse(frame.text()).asObject().get("data").asObject();
      if (data.get("output") != null) outputs.add(data.getString("node", ""), data.get("output"));
    }
    return new JsonObject().add("outputs", outputs)
        .add("status", new JsonObject().add("status_str", "success").add("completed", true).add("messages", Json.array()));
  }
}
