package easel.provider;

import easel.codec.Fields;
import easel.codec.JsonLift;
import easel.core.Failure;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An answer with status 200: its facts, and its pictures and videos as drafts, decoded while they came. A fact of a
 * wrong type counts as absent.
 */
final class GeminiAnswer implements JsonLift.Opener {
  /** Bytes an answer may have besides its files and signatures. */
  private static final int REST_MAX = 4 << 20;
  private static final Set<String> FILES =
      Set.of("data", "bytesBase64Encoded", "encodedVideo", "bytes_base64_encoded", "encoded_video");
  /** Base64 of up to megabytes that only a next turn of the conversation would need. */
  private static final Set<String> SIGNATURES = Set.of("thoughtSignature", "thought_signature", "signature");

  private final Progress progress;
  private final String extension;
  private final Instant now;
  private final List<Path> drafts = new ArrayList<>();
  private final List<Path> complete = new ArrayList<>();
  private JsonLift.Lifted lifted;
  private Fields fields;

  GeminiAnswer(Progress progress, String extension, Instant now) {
    this.progress = progress;
    this.extension = extension;
    this.now = now;
  }

  /** @throws easel.codec.FieldException for what is no JSON object */
  void read(InputStream in) throws IOException {
    lifted = JsonLift.read(in, FILES, SIGNATURES, REST_MAX, this);
    fields = Fields.gathering(lifted.object(), e -> { });
  }

  @Override
  public OutputStream open(int index) throws IOException {
    drafts.add(progress.draft(extension));
    return Files.newOutputStream(drafts.getLast());
  }

  @Override
  public void lifted(JsonLift.Piece piece) {
    if (piece.bytes() > 0) complete.add(drafts.get(piece.index()));
  }

  Fields fields() {
    return fields;
  }

  Progress progress() {
    return progress;
  }

  String extension() {
    return extension;
  }

  /** Nobody tells how far a video is, and 4K may take a quarter of an hour: each minute that it is at work is news. */
  String age() {
    long minutes = Duration.between(progress.sent(), now).toMinutes();
    return minutes > 0 ? " for " + minutes + " min" : "";
  }

  /** The files that came whole, also where the answer broke off later. */
  List<Path> complete() {
    return List.copyOf(complete);
  }

  /** The draft that the base64 in an object went to, under any of the names it goes by. */
  Optional<Path> draft(Fields f) {
    for (var name : FILES) {
      var piece = lifted.piece(f.text(name, "")).filter(p -> p.bytes() > 0);
      if (piece.isPresent()) return piece.map(p -> drafts.get(p.index()));
    }
    return Optional.empty();
  }

  /** Hands over these drafts; the others (thoughts, inputs sent back) are removed. */
  Step.Done done(List<Path> results, Usage usage, Optional<Failure> shortfall) {
    keep(results);
    return new Step.Done(results.stream().map(r -> new Step.Output(r, Optional.empty())).toList(), usage, shortfall);
  }

  /** Work that is asked about a hundred times may send its inputs back each time. */
  void keep(Collection<Path> results) {
    var others = new HashSet<>(drafts);
    results.forEach(others::remove);
    for (var draft : others) {
      try {
        Files.deleteIfExists(draft);
      } catch (IOException e) {
        // it goes with the job
      }
    }
  }
}
