package fake;

import easel.core.Account;
import easel.core.Accounts;
import easel.core.Credential;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** What is known of credentials, in memory alone. */
public final class FakeAccounts implements Accounts {
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

  @Override
  public Account of(Credential credential) {
    return accounts.getOrDefault(credential.name(), Account.UNKNOWN);
  }

  @Override
  public Account keep(Credential credential, UnaryOperator<Account> change) {
    return accounts.compute(credential.name(), (name, now) -> change.apply(now == null ? Account.UNKNOWN : now));
  }

  @Override
  public Account note(Credential credential, UnaryOperator<Account> change) {
    return keep(credential, change);
  }

  @Override
  public Turn turn(Credential credential) throws InterruptedException {
    var turn = turns.computeIfAbsent(credential.name(), name -> new ReentrantLock());
    turn.lockInterruptibly();
    return turn::unlock;
  }
}
