package easel.core;

import java.util.function.UnaryOperator;

/** Where adapters keep what they learn of credentials. Safe from any thread. */
public interface Accounts {
  /** As it is known now, from memory; {@link Account#UNKNOWN} of a credential nobody has heard of. */
  Account of(Credential credential);

  /**
   * Changes it, and answers when that is on the disk; {@code change} is short, and may be called again. Where the disk
   * does not take it just then it is known all the same, and stored later: nobody's work stops for it, and trouble of
   * ours must not look like a provider's.
   */
  Account keep(Credential credential, UnaryOperator<Account> change);

  /** Changes it in memory at once and on the disk some time later: for what may be lost in a crash. */
  Account note(Credential credential, UnaryOperator<Account> change);

  /**
   * The right to exchange this credential, which one has at a time, whichever adapter it is: around a reload there are
   * two. Whoever had to wait looks first whether there is still need.
   */
  Turn turn(Credential credential) throws InterruptedException;

  /** Ended by the thread that has it. */
  interface Turn {
    void end();
  }
}
