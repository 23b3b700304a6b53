package easel.core;

import java.nio.file.Path;

/** What an adapter may know of, and tell to, the job it works for. */
public interface Progress {
  /** Our own id for this purchase: sent upstream wherever a provider takes one, the same after a restart. */
  String tag();

  /** Says how far the work is, 0-100, with a few words for people. */
  void report(int percent, String words);

  /** Shows a preview; {@code picture} is a draft. */
  void partial(int index, Path picture);

  /** A fresh path in the job's own folder, on the disk where results are kept. What is left there is removed with the job. */
  Path draft(String extension);
}
