package easel.core;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A stored picture or video.
 *
 * @param id unguessable, and the only name the outside ever uses for it
 * @param job the job that made it, or for which it was handed in; empty until that job exists
 * @param role whether it was handed in or made here
 * @param position its place among the job's pictures, from 0
 * @param bytes size of the file
 * @param width in pixels, 0 where the header does not tell
 * @param sha256 lower-case hex of the file's bytes
 * @param file where it lies now (absolute)
 * @param revisedPrompt what the provider made of the prompt, where it says so
 * @param expires when it may be removed; empty: stays until deleted
 */
public record Media(String id, String job, Role role, int position, MediaType type, long bytes, int width, int height,
    String sha256, Path file, Optional<String> revisedPrompt, Instant created, Optional<Instant> expires) {

  /** Which side of a job a file is on. */
  public enum Role { INPUT, RESULT }

  public Optional<Size> size() {
    return width > 0 && height > 0 ? Optional.of(new Size(width, height)) : Optional.empty();
  }
}
