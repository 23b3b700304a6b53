package easel.provider;

import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonLift;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.MediaType;
import easel.core.Progress;
import easel.upstream.Call;
import easel.upstream.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An answer that may hold a picture or a video as base64, which goes to a draft while it comes.
 *
 * @param draft empty where there was none
 */
record FlowLift(Fields fields, Optional<Path> draft) {
  private static final Set<String> FILES = Set.of("encodedImage", "encodedVideo");
  private static final int REST_MAX = 1 << 20;
  private static final int ERROR_MAX = 64 << 10;

  /**
   * Sends, and reads all of it.
   *
   * @param extension of the draft
   * @throws GatewayException for every answer that is no success, and for a file that is no picture and no video
   */
  static FlowLift send(FlowWire wire, Credential credential, Call call, String extension, Progress progress,
      Instant now) throws InterruptedException {
    try (var reply = wire.open(credential, call)) {
      if (reply.status() / 100 != 2) throw new GatewayException(wire.failures(credential).of(error(reply), now));
      return read(reply, wire.failures(credential), extension, progress);
    } catch (GatewayException e) {
      throw Exchange.unlessInterrupted(e);
    }
  }

  /** The beginning will do; the status alone where it breaks off. */
  private static Exchange.Answer error(Reply reply) {
    byte[] body;
    try {
      body = reply.body().readNBytes(ERROR_MAX);
    } catch (GatewayException | IOException e) {
      body = new byte[0];
    }
    return new Exchange.Answer(reply.status(), reply::header, body);
  }

  private static FlowLift read(Reply reply, FlowFailures failures, String extension, Progress progress) {
    var opened = new ArrayList<Path>();
    JsonLift.Opener opener = index -> open(progress.draft(extension), opened);
    try {
      var lifted = JsonLift.read(reply.body(), FILES, REST_MAX, opener);
      return new FlowLift(Fields.gathering(lifted.object(), e -> { }), whole(opened, lifted, failures));
    } catch (FieldException | IOException | GatewayException e) {
      discard(opened);
      throw named(e, failures, reply.status());
    }
  }

  private static OutputStream open(Path draft, List<Path> opened) throws IOException {
    opened.add(draft);
    return Files.newOutputStream(draft);
  }

  /** The first file; there is never a second. */
  private static Optional<Path> whole(List<Path> opened, JsonLift.Lifted lifted, FlowFailures failures)
      throws IOException {
    if (opened.isEmpty() || lifted.pieces().getFirst().bytes() == 0) {
      discard(opened);
      return Optional.empty();
    }
    try (var in = Files.newInputStream(opened.getFirst())) {
      if (MediaType.sniff(in.readNBytes(MediaType.HEAD)).isPresent()) return Optional.of(opened.getFirst());
    }
    throw new GatewayException(failures.broken(200, "its file is no picture and no video"));
  }

  private static GatewayException named(Exception e, FlowFailures failures, int status) {
    if (e instanceof GatewayException named) return named;
    var failure = e instanceof FieldException ? failures.broken(status, "its answer makes no sense")
        : new Failure.Internal("the result could not be written");
    return new GatewayException(failure, e);
  }

  private static void discard(List<Path> drafts) {
    for (var draft : drafts) {
      try {
        Files.deleteIfExists(draft);
      } catch (IOException e) {
        // it goes with the job
      }
    }
  }
}
