package easel.core;

/** A provider that can be told to stop. */
public interface Cancelling {
  /** Asks upstream to give up the work; true if it said that it did. */
  boolean cancel(String handle, Credential credential) throws InterruptedException;
}
