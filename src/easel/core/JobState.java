package easel.core;

/**
 * Where a job is. Only the engine moves it, and never out of an end state; {@code UNKNOWN} (sent, and nobody can tell
 * whether it was accepted) is left by evidence or by a person alone.
 */
public enum JobState {
  QUEUED, SUBMITTING, RUNNING, FETCHING, SUCCEEDED, FAILED, CANCELLED, UNKNOWN;

  /** Nobody works on it any more. */
  public boolean ended() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED || this == UNKNOWN;
  }
}
