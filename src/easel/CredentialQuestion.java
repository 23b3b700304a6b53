package easel;

import easel.api.CredentialBook.Check;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import java.util.Optional;

/** Asks a provider about a credential. Nothing that is asked here buys anything. */
final class CredentialQuestion {
  /** What is asked. */
  interface Way {
    Check ask(Credential credential) throws InterruptedException;
  }

  private interface Answer {
    Optional<Balance.Funds> hear() throws InterruptedException;
  }

  private final Credentials.House house;
  private final AccountBook accounts;
  private final Time time;

  CredentialQuestion(Credentials.House house, AccountBook accounts, Time time) {
    this.house = house;
    this.accounts = accounts;
    this.time = time;
  }

  /** What it has left. */
  Check funds(Credential credential) throws InterruptedException {
    var balance = house.balance(credential.provider()).orElseThrow(() -> wrong("The provider " + credential.provider()
        + " has nothing that tries a credential without buying something."));
    return heard(credential, () -> {
      var funds = balance.funds(credential);
      accounts.note(credential, account -> account.with(funds, Optional.empty(), time.instant()));
      return Optional.of(funds);
    });
  }

  /** Whether it can be renewed, by renewing it. */
  Check renewed(Credential credential) throws InterruptedException {
    if (house.refreshing(credential.provider()).isEmpty()) {
      throw wrong("The credentials of " + credential.provider() + " stay good by themselves: there is nothing to renew.");
    }
    return heard(credential, () -> {
      house.renew(credential.provider(), credential.name());
      return accounts.of(credential).funds();
    });
  }

  private static GatewayException wrong(String words) {
    return new GatewayException(new Failure.Invalid("id", words));
  }

  private Check heard(Credential credential, Answer answer) throws InterruptedException {
    try {
      return new Check(answer.hear(), accounts.of(credential), "");
    } catch (GatewayException e) {
      var account = accounts.of(credential);
      return new Check(Optional.empty(), account, account.hide(credential.secret().hide(e.failure().message())));
    }
  }
}
