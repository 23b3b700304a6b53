package easel.provider;

import easel.core.Progress;
import easel.core.Time;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A job's side of an adapter that writes down all it is told; drafts go to one folder. */
final class ProgressLog implements Progress {
  private final Path folder;
  private final AtomicInteger drafts = new AtomicInteger();
  final List<Integer> percents = new CopyOnWriteArrayList<>();
  final List<String> words = new CopyOnWriteArrayList<>();
  final List<Path> partials = new CopyOnWriteArrayList<>();
  final List<Integer> partialIndexes = new CopyOnWriteArrayList<>();

  /** When the purchase was sent, by the fake's clock where it has one. */
  Instant sent = Time.system().instant();

  ProgressLog(Path folder) {
    this.folder = folder;
  }

  @Override
  public String tag() {
    return "0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10";
  }

  @Override
  public Instant sent() {
    return sent;
  }

  @Override
  public void report(int percent, String saying) {
    percents.add(percent);
    words.add(saying);
  }

  @Override
  public void partial(int index, Path picture) {
    partialIndexes.add(index);
    partials.add(picture);
  }

  @Override
  public Path draft(String extension) {
    return folder.resolve("draft" + drafts.incrementAndGet() + "." + extension);
  }
}
