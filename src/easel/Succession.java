package easel;

import easel.api.CredentialBook.Fresh;
import easel.api.PluginApi;
import easel.core.Account;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Refreshing;
import easel.core.Secret;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What providers have given in the place of secrets: the old one and the new one are one credential, whoever brings it.
 */
final class Succession {
  private final Lending lending;
  private final AccountBook accounts;

  Succession(Lending lending, AccountBook accounts) {
    this.lending = lending;
    this.accounts = accounts;
  }

  /** The secret in whose place this one was given, the one that came of it, or else itself. */
  Secret own(String provider, Secret secret) {
    var renewed = accounts.renewed(provider, secret);
    if (renewed.isEmpty() || everybody(provider).anyMatch(c -> c.secret().equals(secret))) return secret;
    return everybody(provider).filter(c -> AccountBook.key(c).equals(renewed.get()))
        .filter(c -> known(c, secret)).map(Credential::secret).findFirst().orElse(secret);
  }

  private boolean known(Credential credential, Secret secret) {
    var account = accounts.of(credential);
    return account.current(credential.secret()).equals(secret) || account.comesOf(credential.secret(), secret.fingerprint());
  }

  /** The same where it is said of which one it came. */
  Secret own(Fresh fresh) {
    var own = own(fresh.provider(), fresh.secret());
    boolean here = fresh.descent().isEmpty() || everybody(fresh.provider()).anyMatch(c -> c.secret().equals(own));
    return here ? own : everybody(fresh.provider()).filter(c -> accounts.of(c).comesOf(c.secret(), fresh.descent().get().of()))
        .map(Credential::secret).findFirst().orElse(own);
  }

  /** Those of the configuration and those of the database. */
  private Stream<Credential> everybody(String provider) {
    var keys = lending.roster().keys().stream().map(Roster.Key::credential);
    return Stream.concat(keys, lending.rows().stream().flatMap(r -> r.credential().stream())).filter(c -> c.provider().equals(provider));
  }

  /** From now on it is known by this too, or by what it came of; of a renewal of another secret nothing is kept. */
  void renewed(Credential credential, Account.Renewal renewal) {
    boolean later = renewal.standsFor(credential.secret());
    if (!later && !renewal.token().equals(credential.secret())) return;
    // its secret may be new too, and not in force yet
    accounts.meet(List.of(), List.of(credential));
    accounts.keep(credential, account -> later ? account.renewed(Optional.of(renewal)) : account.from(Optional.of(renewal)));
  }

  /**
   * Whose that credential is which has this secret or what took its place; empty where nobody here has it.
   *
   * @throws GatewayException {@code BadCredential} where it is nobody's any more
   */
  Optional<PluginApi.Person> person(String provider, Secret secret, Refreshing refreshing) throws InterruptedException {
    var own = own(provider, secret);
    var held = everybody(provider).filter(c -> c.secret().equals(own)).findFirst();
    if (held.isEmpty()) return Optional.empty();
    try {
      refreshing.refresh(held.get());
    } catch (GatewayException e) {
      boolean known = !accounts.of(held.get()).person().isEmpty();
      if (!known || e.failure() instanceof Failure.BadCredential) throw e;
    }
    return Optional.of(new PluginApi.Person(accounts.of(held.get()).person(), own, Optional.empty()));
  }
}
