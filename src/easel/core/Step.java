package easel.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a provider answered: the results, or a handle to ask again with. */
public sealed interface Step {
  /**
   * The work is done and its files lie in the job's drafts, complete.
   *
   * @param shortfall why there are fewer than were asked for, or why they are less: not in 4K, not joined
   */
  record Done(List<Output> outputs, Usage usage, Optional<Failure> shortfall) implements Step {
    public Done {
      outputs = List.copyOf(outputs);
    }

    public Done(List<Output> outputs, Usage usage) {
      this(outputs, usage, Optional.empty());
    }
  }

  /**
   * The work was accepted. The engine stores {@code handle} before anything else happens, then asks again with it.
   *
   * @param handle all that {@link Provider#resume} needs, in the adapter's own words (an id, a polling URL, result
   *     links)
   * @param pollAfter how long to wait before asking again
   * @param fetching true once the provider has finished and only the download is left
   */
  record Waiting(String handle, Duration pollAfter, boolean fetching) implements Step {}

  /** One result, as a draft made by {@link Progress#draft}. */
  record Output(Path draft, Optional<String> revisedPrompt) {}
}
