package easel.core;

import java.util.List;

/**
 * An upstream service. One adapter implements this for each; the engine alone calls it.
 *
 * <p>{@link #start} is called at most once for a purchase. When it throws, the {@link Failure} says whether the work
 * was certainly not accepted ({@link Failure#notAccepted()}); only then may the engine try elsewhere.
 */
public interface Provider {
  /** The name of its section in the configuration, and the first half of {@code provider/model}. */
  String id();

  List<Model> models();

  Step start(Task task, Credential credential, Progress progress) throws InterruptedException;

  /** Goes on from a stored handle alone, in a process that may know nothing else; safe to repeat. */
  Step resume(String handle, Credential credential, Progress progress) throws InterruptedException;
}
