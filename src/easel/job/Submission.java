package easel.job;

import easel.core.Caller;
import easel.core.Task;
import java.util.Optional;

/**
 * A task on its way to become a job.
 *
 * @param face the route it came in by
 * @param project groups results; empty for none
 * @param provider the only provider that may be asked, if the caller said so
 * @param idempotencyKey the caller's own name for this request
 * @param bodyHash of the canonical request
 * @param repeat the client says that it sends this for the second time or more (its SDK retried)
 */
public record Submission(Caller caller, String face, String project, Task task, Optional<String> provider,
    Optional<String> idempotencyKey, String bodyHash, boolean repeat) {}
