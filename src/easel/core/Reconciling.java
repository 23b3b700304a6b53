package easel.core;

import java.util.Optional;

/** A provider that can be asked what became of a submit whose answer was lost. */
public interface Reconciling {
  /**
   * Looks for the work by our tag.
   *
   * @return the step it is at; empty if it certainly was never accepted
   * @throws GatewayException if that cannot be told
   */
  Optional<Step> find(Task task, Credential credential, Progress progress) throws InterruptedException;
}
