package easel;

import easel.api.CredentialBook.Fresh;
import easel.core.Account;
import easel.core.Credential;
import easel.core.Secret;
import easel.provider.ProviderSettings;
import easel.store.AccountTable;
import easel.store.CredentialTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Many credentials that come at once. Those of which nothing is here yet are stored together, which takes one look at
 * what there is and a commit for some hundreds of them; all others are passed over.
 */
final class Newcomers {
  private final Lending lending;
  private final AccountBook accounts;
  private final Function<String, Optional<ProviderSettings>> sections;
  private final Map<String, Optional<Roster.Register>> registers = new HashMap<>();
  private final Set<AccountTable.Key> taken = new HashSet<>();
  private final Set<Secret> renewals;
  private final Set<Secret> ancestors;
  private final Map<String, Set<Secret>> prints = new HashMap<>();
  private final Map<Credential, CredentialTable.Given> chosen = new LinkedHashMap<>();
  private final Map<Credential, Account.Renewal> descents = new HashMap<>();

  /** {@code sections}: by their ids those that may have credentials. */
  Newcomers(Lending lending, AccountBook accounts, Function<String, Optional<ProviderSettings>> sections) {
    this.lending = lending;
    this.accounts = accounts;
    this.sections = sections;
    this.renewals = accounts.renewals();
    this.ancestors = accounts.ancestors();
    for (var row : lending.rows()) taken.add(Lending.key(row));
  }

  /** Answers of each whether it was stored. */
  List<Boolean> enter(List<Fresh> many) {
    var entered = new ArrayList<Boolean>();
    for (var fresh : many) entered.add(chosen(fresh));
    lending.insert(chosen);
    chosen.forEach((credential, given) -> {
      var project = given.terms().projectId();
      if (!project.isEmpty()) accounts.note(credential, account -> account.withProjects(List.of(project)));
    });
    descents.forEach((credential, descent) -> accounts.note(credential, account -> account.from(Optional.of(descent))));
    accounts.flush();
    return entered;
  }

  private boolean chosen(Fresh fresh) {
    var register = registers.computeIfAbsent(fresh.provider(), id -> sections.apply(id).map(s -> lending.roster().register(s)));
    if (register.isEmpty() || !passable(fresh)) return false;
    if (register.get().knows(fresh.secret()) || known(fresh, register.get())) return false;
    var credential = register.get().named(fresh.secret());
    // A row of this name that cannot be read may be the same.
    if (!taken.add(AccountBook.key(credential))) return false;
    register.get().take(credential);
    fresh.descent().ifPresent(d -> descents.put(credential, d));
    chosen.put(credential, new CredentialTable.Given(fresh.remark(), fresh.enabled(), fresh.terms()));
    return true;
  }

  /** By what took the place of one that is here, or by one whose place that has taken. */
  private boolean known(Fresh fresh, Roster.Register register) {
    if (renewals.contains(fresh.secret())) return true;
    if (!ancestors.isEmpty() && ancestors.contains(fresh.secret().fingerprint())) return true;
    var of = fresh.descent().map(Account.Renewal::of);
    return of.isPresent() && (ancestors.contains(of.get())
        || prints.computeIfAbsent(fresh.provider(), any -> register.fingerprints()).contains(of.get()));
  }

  private static boolean passable(Fresh fresh) {
    try {
      ProxyWords.check(fresh.terms().proxy());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
