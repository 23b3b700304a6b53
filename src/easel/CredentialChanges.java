package easel;

import easel.api.CredentialBook.Change;
import easel.api.CredentialBook.Fresh;
import easel.core.Account;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.provider.ProviderSettings;
import easel.store.CredentialTable;
import easel.store.CredentialTable.Row;
import easel.store.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an administrator adds and changes, as rows. Each is part of a {@link Lending#changed}, which puts it into force.
 */
final class CredentialChanges {
  private final Credentials.House house;
  private final Lending lending;
  private final Lending.Shelves shelves;
  private final AccountBook accounts;
  private final Succession succession;

  CredentialChanges(Credentials.House house, Lending.Shelves shelves, Lending lending, Succession succession) {
    this.house = house;
    this.lending = lending;
    this.shelves = shelves;
    this.accounts = shelves.accounts();
    this.succession = succession;
  }

  // ---- another ----------------------------------------------------------------------------------------------------

  /** {@code fresh}: it was not there before. */
  record Done(Row row, boolean fresh) {}

  Done add(Fresh fresh) {
    var credential = lending.roster().named(section(fresh.provider()), succession.own(fresh));
    var old = rowOf(credential);
    return old.map(row -> new Done(again(row, fresh), false)).orElseGet(() -> new Done(inserted(credential, fresh), true));
  }

  private Row inserted(Credential credential, Fresh fresh) {
    var terms = checked(Terms.OPEN, fresh.terms());
    var row = lending.insert(credential, new CredentialTable.Given(fresh.remark(), fresh.enabled(), terms));
    settle(Terms.OPEN, row);
    return row;
  }

  /** It is there already, or was until it was taken away, or could not be read. */
  private Row again(Row old, Fresh fresh) {
    boolean retired = old.retired().isPresent();
    if (retired) lending.forgive(Lending.key(old));
    var next = old.secret().isPresent() ? old : opened(old, old.terms()).with(old.name(), fresh.secret());
    return lending.save(next.with(fresh.remark().isEmpty() ? old.remark() : fresh.remark(), old.enabled() || retired)
        .retired(Optional.empty()));
  }

  /** With these terms. A proxy that is locked is lost with its secret: nobody is to go without one by mistake. */
  private Row opened(Row old, Terms terms) {
    if (!old.locked().isEmpty() && terms.proxy().isEmpty() && shelves.credentials().hasProxy(old.id())) {
      throw wrong("proxy", "proxy was locked together with the secret: give it again");
    }
    return old.with(terms);
  }

  // ---- the same, different ----------------------------------------------------------------------------------------

  Row change(Row old, Change change) {
    if (old.retired().isPresent()) throw wrong("id", "This credential is retired and only finishes its jobs: add it again to use it.");
    var terms = checked(old.terms(), change.terms().apply(old.terms()));
    if (change.secret().isEmpty() && !old.locked().isEmpty() && !terms.proxy().equals(old.terms().proxy())) {
      throw wrong("proxy", "proxy cannot be changed while the credential is locked");
    }
    var next = changed(old, change, terms);
    var saved = change.secret().map(s -> resealed(old, next, succession.own(old.provider(), s), change.sameAccount()))
        .orElseGet(() -> lending.save(next));
    if (change.secret().isPresent() || change.enabled().orElse(false)) lending.forgive(Lending.key(saved));
    settle(saved.name().equals(old.name()) ? old.terms() : Terms.OPEN, saved);
    return saved;
  }

  private static Row changed(Row old, Change change, Terms terms) {
    return old.with(change.remark().orElse(old.remark()), change.enabled().orElse(old.enabled())).with(terms);
  }

  /** Makes those for which a row has to be stored, and no more; answers of which ids they were. */
  Set<String> amend(Map<String, Change> many) {
    var next = lending.rows().stream().filter(row -> many.containsKey(row.id()))
        .flatMap(row -> amended(row, many.get(row.id())).stream()).toList();
    lending.save(next);
    for (var row : next) if (many.get(row.id()).enabled().orElse(false)) lending.forgive(Lending.key(row));
    return next.stream().map(Row::id).collect(Collectors.toSet());
  }

  private static Optional<Row> amended(Row old, Change change) {
    var terms = change.terms().apply(old.terms());
    boolean elsewhereToo = change.secret().isPresent() || !terms.proxy().equals(old.terms().proxy())
        || !terms.projectId().equals(old.terms().projectId());
    boolean plain = old.retired().isEmpty() && old.locked().isEmpty() && !elsewhereToo;
    return plain ? Optional.of(changed(old, change, terms)) : Optional.empty();
  }

  private static Terms checked(Terms old, Terms next) {
    if (next.proxy().equals(old.proxy())) return next;
    try {
      ProxyWords.check(next.proxy());
      return next;
    } catch (IllegalArgumentException e) {
      throw wrong("proxy", "proxy " + e.getMessage());
    }
  }

  /** The project that an operator sets is the first one that the account has. */
  private void settle(Terms old, Row row) {
    var id = row.terms().projectId();
    if (id.equals(old.projectId()) || row.secret().isEmpty()) return;
    accounts.keep(row.credential().orElseThrow(), account -> {
      var projects = new ArrayList<>(account.projects());
      projects.removeAll(List.of(old.projectId(), id));
      if (!id.isEmpty()) projects.addFirst(id);
      return account.withProjects(projects);
    });
  }

  /** Its jobs go on with the secret they began with: what was bought with one may be hidden from another. */
  private Row resealed(Row old, Row next, Secret secret, boolean sameAccount) {
    var credential = lending.roster().named(section(old.provider()), secret);
    var other = rowOf(credential).filter(r -> !r.id().equals(old.id()));
    if (other.isPresent()) throw wrong("secret", "secret is that of another credential, " + credential.name());
    opened(old, next.terms());
    if (!sameAccount && !credential.name().equals(old.name())) return lending.replace(old, next.with(credential.name(), secret));
    // What the old one was exchanged for may be good, and whether the new one is should be seen now.
    boolean renewed = !old.secret().map(secret::equals).orElse(false);
    if (renewed) accounts.keep(new Credential(old.provider(), old.name(), secret), Account::withoutSession);
    return lending.save(next.with(old.name(), secret));
  }

  // ---- where it belongs -------------------------------------------------------------------------------------------

  /** The section of this id, if it takes credentials. */
  Optional<ProviderSettings> able(String provider) {
    return able().filter(p -> p.id().equals(provider)).findFirst();
  }

  private ProviderSettings section(String provider) {
    return able(provider).orElseThrow(() -> wrong("provider",
        "provider must be one of " + String.join(", ", able().map(ProviderSettings::id).toList())));
  }

  /** The sections that take credentials. */
  private Stream<ProviderSettings> able() {
    return house.config().providers().stream().filter(p -> !p.type().equals("sample"));
  }

  private Optional<Row> rowOf(Credential credential) {
    var key = AccountBook.key(credential);
    return lending.rows().stream().filter(r -> Lending.key(r).equals(key)).findFirst();
  }

  private static GatewayException wrong(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, words));
  }
}
