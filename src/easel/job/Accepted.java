package easel.job;

import easel.core.Job;

/** The job a submission became; {@code replayed} if it was there already. */
public record Accepted(Job job, boolean replayed) {}
