package easel.core;

import java.nio.file.Path;

/** Something that happened to a job, for everyone who watches it. */
public sealed interface Event {
  Job job();

  /** Its state or progress changed. */
  record Changed(Job job) implements Event {}

  /** A preview came; the file lives as long as the job runs. */
  record Partial(Job job, int index, Path picture) implements Event {}

  /**
   * A credential is gone, and what it has of the job waits; told once of each.
   *
   * @param hold whose it is; a set does not say that itself
   */
  record Stranded(Job job, Job.Hold hold) implements Event {}

  /** It ended; nothing comes after this. */
  record Ended(Job job) implements Event {}

  /** This process stopped working on it before it ended; the next start goes on. Nothing comes after this. */
  record Left(Job job) implements Event {}

  default boolean last() {
    return this instanceof Ended || this instanceof Left;
  }
}
