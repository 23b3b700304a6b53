package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonInlay;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Media;
import easel.core.Time;
import easel.upstream.Call;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands the caller's pictures to Flow before anything is bought ({@code POST {api}/flow/uploadImage}), each once per
 * credential and project: by what is in it, for as long as we dare to rely on its id.
 */
final class FlowUploads {
  private static final Duration LIFE = Duration.ofHours(12);
  private static final int REMEMBERED = 4096;
  private static final String UNBOUGHT = "nothing was bought, as the picture could not be handed over";

  private final FlowOptions options;
  private final FlowWire wire;
  private final Time time;
  private final SingleFlight<Place, String> flight = new SingleFlight<>("flow-upload");
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Place, Uploaded> uploaded = new LinkedHashMap<>(16, 0.75f, true);

  /** A picture in a project of a credential. */
  private record Place(String credential, String project, String sha256) {}

  private record Uploaded(String id, Instant until) {}

  FlowUploads(FlowOptions options, FlowWire wire, Time time) {
    this.options = options;
    this.wire = wire;
    this.time = time;
  }

  /** Flow's id of this picture. @throws GatewayException whose failure says that nothing was bought */
  String id(Credential credential, String project, Media picture) throws InterruptedException {
    var place = new Place(credential.name(), project, picture.sha256());
    var known = known(place);
    if (known.isPresent()) return known.get();
    return flight.join(place, options.timeout().multipliedBy(2), () -> {
      var now = known(place);
      return now.isPresent() ? now.get() : upload(credential, place, picture);
    });
  }

  private Optional<String> known(Place place) {
    lock.lock();
    try {
      return Optional.ofNullable(uploaded.get(place)).filter(u -> u.until.isAfter(time.instant())).map(Uploaded::id);
    } finally {
      lock.unlock();
    }
  }

  /** These are handed over anew when they are needed next, in whatever project. */
  void forget(Credential credential, List<Media> pictures) {
    var hashes = pictures.stream().map(Media::sha256).toList();
    lock.lock();
    try {
      uploaded.keySet().removeIf(p -> p.credential.equals(credential.name()) && hashes.contains(p.sha256));
    } finally {
      lock.unlock();
    }
  }

  private void remember(Place place, String id) {
    lock.lock();
    try {
      uploaded.put(place, new Uploaded(id, time.instant().plus(LIFE)));
      if (uploaded.size() > REMEMBERED) uploaded.remove(uploaded.keySet().iterator().next());
    } finally {
      lock.unlock();
    }
  }

  private String upload(Credential credential, Place place, Media picture) throws InterruptedException {
    if (picture.type().video()) throw invalid("image must be a picture, and not a video");
    try {
      var call = wire.post(options.api("/flow/uploadImage"), new Call.Json(document(place.project, picture))).carryingMedia();
      var answer = wire.api(credential, call);
      if (!answer.good()) throw rejected(credential, answer);
      var id = answer.object().flatMap(FlowUploads::id).filter(i -> !i.isBlank())
          .orElseThrow(() -> new GatewayException(new Failure.UpstreamBroken(answer.status(), "its answer has no id")));
      remember(place, id);
      return id;
    } catch (IOException gone) {
      throw Exchange.unbought(new GatewayException(new Failure.Internal("it could not be read"), gone), UNBOUGHT);
    } catch (GatewayException e) {
      throw Exchange.unbought(e, UNBOUGHT);
    }
  }

  private JsonInlay.Document document(String project, Media picture) throws IOException {
    var inlay = new JsonInlay();
    long millis = time.instant().toEpochMilli();
    var context = new JsonObject().add("sessionId", ";" + millis).add("tool", "PINHOLE").add("projectId", project);
    return inlay.document(new JsonObject().add("clientContext", context)
        .add("fileName", "upload_" + millis + "." + picture.type().extension())
        .add("imageBytes", inlay.mark(picture.file())).add("isHidden", false).add("isUserUploaded", true)
        .add("mimeType", picture.type().mime()));
  }

  /** {@code media} is an object or a list of one; older answers name it elsewhere. */
  private static Optional<String> id(Fields said) {
    var media = said.isList("media") ? said.list("media", m -> m).stream().findFirst() : said.optObject("media");
    return media.flatMap(m -> m.optText("name"))
        .or(() -> said.object("mediaGenerationId").optText("mediaGenerationId"));
  }

  /**
   * Some pictures that every viewer shows are refused for what else is in the file (a reported quirk of the service).
   */
  private GatewayException rejected(Credential credential, Exchange.Answer answer) {
    var told = wire.rejected(credential, answer);
    if (!(told.failure() instanceof Failure.Invalid i)) return told;
    return invalid("image was not accepted by " + options.id() + "; if it is a JPEG, save it anew without its metadata: "
        + i.message());
  }

  private static GatewayException invalid(String words) {
    return new GatewayException(new Failure.Invalid("image", words));
  }
}
