package easel.api;

import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.GatewayException;
import easel.core.Media;
import easel.store.MediaStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The pictures of one request on their way into the store. What no job has taken over is removed again when this is
 * closed.
 */
final class Inputs implements AutoCloseable {
  private final MediaStore media;
  private final Fetcher fetcher;
  private final MediaLinks.Base links;
  private final Form form;
  private final long bytesMax;
  private final Predicate<Media> own;
  private final List<Path> taken = new ArrayList<>();

  /** @param bytesMax of one picture */
  Inputs(MediaStore media, Fetcher fetcher, MediaLinks.Base links, Form form, long bytesMax) {
    this(media, fetcher, links, form, bytesMax, m -> false);
  }

  /** {@code own}: whether a result that is stored here is the caller's, and can still be had. */
  Inputs(MediaStore media, Fetcher fetcher, MediaLinks.Base links, Form form, long bytesMax, Predicate<Media> own) {
    this.own = own;
    this.media = media;
    this.fetcher = fetcher;
    this.links = links;
    this.form = form;
    this.bytesMax = bytesMax;
  }

  /** A picture from the body; {@code field} names it in complaints. */
  Media upload(String field, Form.Upload upload) {
    return take(field, upload.file(), upload.type());
  }

  /** A picture by what a JSON field says: one of the body's own, a result of ours, or a link to fetch. */
  Media link(String field, String text) throws InterruptedException {
    var inBody = form.picture(text);
    if (inBody.isPresent()) return upload(field, inBody.get());
    var ours = links.mediaId(text);
    if (ours.isPresent()) return result(field, ours.get());
    if (text.startsWith("data:")) return decoded(field, text);
    return fetched(field, text);
  }

  /**
   * A picture that an earlier answer holds or links to.
   *
   * @throws GatewayException {@code Invalid}, saying what to do, where the link leads to no picture any more
   */
  Media shown(String field, String text) throws InterruptedException {
    boolean linked = form.picture(text).isEmpty() && !text.startsWith("data:");
    try {
      return link(field, text);
    } catch (FieldException e) {
      throw linked ? gone(field, e) : e;
    } catch (GatewayException e) {
      throw linked && e.failure() instanceof Failure.Invalid ? gone(field, e) : e;
    }
  }

  private static GatewayException gone(String field, Throwable cause) {
    return new GatewayException(new Failure.Invalid(field, field
        + ": the picture of that message is no longer there; send the picture again, or begin a new conversation"), cause);
  }

  /** Such a link never leaves the house, and what is not a result cannot be reached by one. */
  private Media result(String field, String id) {
    var found = media.find(id).filter(m -> m.role() == Media.Role.RESULT).orElseThrow(() -> new FieldException(field,
        Complaint.VALUE, "is a picture that is no longer stored here"));
    return picture(field, found);
  }

  /** A video that was made here for this caller. */
  Media video(String field, String id) {
    return media.find(id).filter(m -> m.role() == Media.Role.RESULT && own.test(m)).filter(m -> m.type().video())
        .orElseThrow(() -> new FieldException(field, Complaint.VALUE, "is not a video of yours that is stored here"));
  }

  private Media decoded(String field, String dataUrl) {
    int comma = dataUrl.indexOf(";base64,");
    if (comma < 0) throw new FieldException(field, Complaint.VALUE, "must have its data as base64");
    var file = media.incoming();
    try {
      Files.write(file, Base64.getMimeDecoder().decode(dataUrl.substring(comma + ";base64,".length())));
      return take(field, file, Optional.of(dataUrl.substring("data:".length(), comma)));
    } catch (IllegalArgumentException e) {
      throw new FieldException(field, Complaint.VALUE, "is not base64");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Form.drop(file);
    }
  }

  private Media fetched(String field, String text) throws InterruptedException {
    var link = web(field, text);
    var file = media.incoming();
    try {
      fetcher.fetch(link, field, bytesMax, file);
      return take(field, file, Optional.empty());
    } finally {
      Form.drop(file);
    }
  }

  private static URI web(String field, String text) {
    try {
      var link = new URI(text);
      boolean web = "http".equalsIgnoreCase(link.getScheme()) || "https".equalsIgnoreCase(link.getScheme());
      if (web && link.getHost() != null) return link;
    } catch (URISyntaxException e) {
      // The same complaint as for a link of another kind.
    }
    throw new FieldException(field, Complaint.VALUE, "must be an http or https link, or a data: URL");
  }

  private Media take(String field, Path file, Optional<String> declared) {
    try {
      var input = media.takeInput(file, declared);
      taken.add(input.file());
      if (input.bytes() > bytesMax) {
        throw new FieldException(field, Complaint.VALUE, "is larger than " + bytesMax + " bytes");
      }
      return picture(field, input);
    } catch (GatewayException e) {
      if (!(e.failure() instanceof Failure.BadMedia bad)) throw e;
      throw new FieldException(field, Complaint.VALUE, "is not a picture that can be used: " + bad.message());
    }
  }

  private static Media picture(String field, Media media) {
    if (media.type().video()) throw new FieldException(field, Complaint.VALUE, "must be a picture, not a video");
    return media;
  }

  /** A job has them now. */
  void keep() {
    taken.clear();
  }

  @Override
  public void close() {
    taken.forEach(Form::drop);
  }
}
