package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Time;
import easel.upstream.AddressGuard;
import easel.upstream.Call;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Hands the caller's pictures to Leonardo before anything is bought (API reference, "Upload init image"): it is asked
 * for a form that lives two minutes, and the form is posted to the storage it names. That host is Leonardo's choice, so
 * it must prove its name by TLS, and neither sees the key nor is followed elsewhere.
 */
final class LeonardoUpload {
  private static final Set<MediaType> TAKEN = Set.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP);
  private static final AddressGuard GUARD = new AddressGuard(List.of());

  private final Exchange exchange;
  private final Function<JsonObject, Call> ask;
  private final URI base;
  private final LeonardoFailures failures;
  private final Time time;

  /** An input as Leonardo knows it. */
  record Uploaded(Input.Role role, String id) {}

  /** {@code ask}: the call for a form, with the key; {@code base}: the operator's own address. */
  LeonardoUpload(Exchange exchange, Function<JsonObject, Call> ask, URI base, LeonardoFailures failures, Time time) {
    this.exchange = exchange;
    this.ask = ask;
    this.base = base;
    this.failures = failures;
    this.time = time;
  }

  /** All of them. @throws GatewayException whose failure says that nothing was accepted, whatever went wrong */
  List<Uploaded> all(List<Input> inputs, Progress progress) throws InterruptedException {
    var uploaded = new ArrayList<Uploaded>();
    for (var input : inputs) {
      progress.report(0, "handing over picture " + (uploaded.size() + 1) + " of " + inputs.size());
      try {
        uploaded.add(new Uploaded(input.role(), one(input.media())));
      } catch (GatewayException e) {
        throw Exchange.unbought(e, "nothing was bought, as the picture could not be handed over");
      }
    }
    return uploaded;
  }

  private String one(Media picture) throws InterruptedException {
    if (!TAKEN.contains(picture.type())) {
      throw new GatewayException(new Failure.Invalid("image", "image must be PNG, JPEG or WebP for leonardo"));
    }
    var answer = exchange.send(ask.apply(new JsonObject().add("extension", picture.type().extension())));
    if (!answer.good()) throw new GatewayException(failures.of(answer, time.instant()));
    var form = answer.object().map(o -> o.object("uploadInitImage"));
    var id = form.flatMap(f -> f.optText("id"));
    var url = form.flatMap(f -> f.optText("url")).flatMap(this::storage);
    if (id.isEmpty() || url.isEmpty()) throw broken(answer.status(), "gave no place to put a picture that can be used");
    put(url.get(), fields(form.get().text("fields", "")), picture);
    return id.get();
  }

  /** The form's fields come as JSON inside of text. */
  private static List<Call.Part> fields(String text) {
    var parts = new ArrayList<Call.Part>();
    try {
      var fields = Fields.of(JsonText.object(text));
      for (var name : fields.raw().names()) {
        fields.optScalar(name).ifPresent(v -> parts.add(new Call.TextPart(name, v)));
      }
    } catch (FieldException e) {
      throw broken(200, "gave a form that cannot be read");
    }
    return parts;
  }

  /** The file goes last: the storage ignores every field behind it, and refuses a key of ours. */
  private void put(URI storage, List<Call.Part> parts, Media picture) throws InterruptedException {
    var name = "image." + picture.type().extension();
    parts.add(new Call.FilePart("file", name, picture.type().mime(), picture.file()));
    var answer = exchange.send(exchange.post(storage, new Call.Form(parts)).carryingMedia());
    if (answer.good()) return;
    if (new String(answer.body(), StandardCharsets.UTF_8).contains("EntityTooLarge")) {
      throw new GatewayException(new Failure.Invalid("image", "image is larger than leonardo takes"));
    }
    throw broken(answer.status(), "did not take the picture, its storage answered " + answer.status());
  }

  private static GatewayException broken(int status, String words) {
    return new GatewayException(new Failure.UpstreamBroken(status, "leonardo " + words));
  }

  /**
   * The operator's own host, or a public name over TLS. A private machine cannot answer for a public name: it has no
   * certificate for it. A bare address proves nothing.
   */
  private Optional<URI> storage(String text) {
    try {
      var uri = URI.create(text.strip());
      if (uri.getHost() == null) return Optional.empty();
      boolean name = uri.getHost().matches("(?i)[a-z0-9.-]+\\.[a-z][a-z0-9-]*\\.?");
      boolean safe = "https".equalsIgnoreCase(uri.getScheme()) && name && GUARD.complaint(uri).isEmpty();
      return safe || Downloads.sameHost(base, uri) ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
