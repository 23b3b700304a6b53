package easel;

import easel.core.Account;
import easel.core.Accounts;
import easel.core.Credential;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** What is known of the credentials, in memory. */
final class AccountBook implements Accounts {
  private record Key(String provider, String name) {}

  private final Map<Key, Account> accounts = new ConcurrentHashMap<>();

  @Override
  public Account of(Credential credential) {
    return accounts.getOrDefault(key(credential), Account.UNKNOWN);
  }

  @Override
  public Account keep(Credential credential, UnaryOperator<Account> change) {
    return accounts.compute(key(credential), (key, now) -> change.apply(now == null ? Account.UNKNOWN : now));
  }

  @Override
  public Account note(Credential credential, UnaryOperator<Account> change) {
    return keep(credential, change);
  }

  private static Key key(Credential credential) {
    return new Key(credential.provider(), credential.name());
  }
}
