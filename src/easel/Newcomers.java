package easel;

import easel.api.CredentialBook.Fresh;
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
  private final Map<Credential, CredentialTable.Given> chosen = new LinkedHashMap<>();

  /** {@code sections}: by their ids those that may have credentials. */
  Newcomers(Lending lending, AccountBook accounts, Function<String, Optional<ProviderSettings>> sections) {
    this.lending = lending;
    this.accounts = accounts;
    this.sections = sections;
    this.renewals = accounts.renewals();
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
    accounts.flush();
    return entered;
  }

  private boolean chosen(Fresh fresh) {
    var register = registers.computeIfAbsent(fresh.provider(), id -> sections.apply(id).map(s -> lending.roster().register(s)));
    if (register.isEmpty() || !passable(fresh)) return false;
    if (register.get().knows(fresh.secret()) || renewals.contains(fresh.secret())) return false;
    var credential = register.get().named(fresh.secret());
    // A row of this name that cannot be read may be the same.
    if (!taken.add(AccountBook.key(credential))) return false;
    register.get().take(credential);
    chosen.put(credential, new CredentialTable.Given(fresh.remark(), fresh.enabled(), fresh.terms()));
    return true;
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
