package easel.core;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What an adapter may know of, and tell to, the job it works for. */
public interface Progress {
  /** Our own id for this purchase: sent upstream wherever a provider takes one, the same after a restart. */
  String tag();

  /** When this purchase was sent, or is about to be. */
  Instant sent();

  /** Says how far the work is, 0-100, with a few words for people. */
  void report(int percent, String words);

  /** Shows a preview; {@code picture} is a draft. */
  void partial(int index, Path picture);

  /**
   * True when the work is not asked about again: a provider that has some of the results hands them over now, and tells
   * of the rest in {@link Step.Done#shortfall}.
   */
  default boolean last() {
    return false;
  }

  /** How many times in a row asking about this work has gone wrong so far. */
  default int troubles() {
    return 0;
  }

  /**
   * Who has made this file here, and under which handle; empty for what was handed in. Asked before anything is sent.
   *
   * @throws GatewayException whose failure says that nothing was bought, where that cannot be told just then
   */
  default Optional<Job.Hold> made(Media media) {
    return Optional.empty();
  }

  /**
   * A fresh path in the job's own folder, on the disk where results are kept. What is left there is removed with the
   * job.
   */
  Path draft(String extension);
}
