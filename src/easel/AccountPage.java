package easel;

import easel.core.Account;
import easel.core.Credential;
import easel.core.Secret;
import easel.store.AccountTable.Row;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** What the {@link AccountBook} knows of one credential, and what of it is on the disk. */
final class AccountPage {
  /** Held by whoever asks the provider for a session. */
  final ReentrantLock turn = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  volatile Row row;
  volatile Row stored;
  volatile boolean gone;
  /** The one that is lent, where that is known. */
  volatile Optional<Secret> secret = Optional.empty();

  AccountPage(Row row) {
    this.row = row;
    this.stored = row;
  }

  Row change(UnaryOperator<Row> change) {
    lock.lock();
    try {
      var next = change.apply(row);
      row = next;
      return next;
    } finally {
      lock.unlock();
    }
  }

  boolean is(Credential credential) {
    return secret.map(credential.secret()::equals).orElse(true);
  }

  /**
   * What is learned with a secret that was replaced meanwhile is of the same account, but what was given for that
   * secret is not for the one that has its name now.
   */
  Account own(Credential learned, Account was, Account next) {
    boolean given = next.session().isPresent() && !next.session().equals(was.session())
        || next.renewal().isPresent() && !next.renewal().equals(was.renewal());
    if (!given || is(learned)) return next;
    var kept = next.withoutSession().renewed(was.renewal()).from(was.descent());
    return was.session().map(s -> kept.with(s, "")).orElse(kept);
  }

  Optional<Row> wanted() {
    return gone ? Optional.empty() : Optional.of(row);
  }
}
