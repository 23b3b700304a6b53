package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.JsonInlay;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Task;
import easel.upstream.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Hands the pictures of a task over before the task itself (image upload reference), so that the submit stays small.
 * Whatever goes wrong here, nothing has been bought.
 */
final class RunwareInputs {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final RunwareWire wire;
  private final Progress progress;

  RunwareInputs(RunwareWire wire, Progress progress) {
    this.wire = wire;
    this.progress = progress;
  }

  /** The ids Runware knows them by, in the order of {@link Task#pictures}, the mask's last. */
  List<String> hand(Task task) throws InterruptedException {
    // a mask that is none is refused before anything is sent
    var masks = task.inputs(Input.Role.MASK).stream().map(m -> turned(m, task.pictures().getFirst())).toList();
    var ids = new ArrayList<String>();
    for (var picture : task.pictures()) ids.add(hand(picture.file(), picture.type().mime()));
    for (var mask : masks) ids.add(hand(mask, MediaType.PNG.mime()));
    return ids;
  }

  private Path turned(Media mask, Media picture) {
    return WhiteMask.write(mask, picture, () -> progress.draft("png"));
  }

  private String hand(Path file, String mime) throws InterruptedException {
    progress.report(0, "handing over a picture");
    try {
      return upload(file, mime);
    } catch (GatewayException e) {
      throw Exchange.unbought(e, "a picture could not be handed over");
    } catch (IOException e) {
      throw new GatewayException(new Failure.NoCapacity(SOON, "a picture could not be read"), e);
    }
  }

  private String upload(Path file, String mime) throws InterruptedException, IOException {
    var inlay = new JsonInlay();
    var id = UUID.randomUUID().toString();
    var json = new JsonObject().add("taskType", "imageUpload").add("taskUUID", id)
        .add("image", "data:" + mime + ";base64," + inlay.mark(file));
    var heard = wire.hand(new Call.Json(inlay.document(new JsonArray().add(json))));
    // the link is not always there
    var handed = heard.object().stream().flatMap(b -> b.list("data", f -> f).stream())
        .flatMap(f -> f.optText("imageUUID").or(() -> f.optText("imageURL")).stream()).findFirst();
    return handed.orElseThrow(() -> wire.rejected(heard, RunwareAnswer.read(heard, id)));
  }
}
