package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Account;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.store.Terms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a list of tokens over, each by its secret: so a list that is taken over twice changes nothing the second time.
 * What a list does not say of a token that is known stays as it is.
 */
final class TokenImport {
  /** What is to be changed of one that is known. */
  private record Edit(TokenFile.Entry entry, CredentialBook.Change change) {}

  private record Key(String provider, Secret secret) {}

  /** Whose a token is: which secret is its own, and whose account that is, where its provider has told. */
  private record Owner(Secret own, String name, String person, boolean leaving) {}

  private static final List<String> GOOGLE = List.of("google_cookies", "protocol_mode");
  private static final String RENEWED = "Google cookies are not kept: Easel does not sign in to Google. It renews these accounts with the "
      + "session tokens that labs itself gives, every [flow] session_interval minutes.";

  private final CredentialBook book;
  private final Map<Key, CredentialBook.Entry> known = new HashMap<>();
  private final Map<Key, Owner> owns = new HashMap<>();
  /** What this list has brought of those that were known. */
  private final Map<Key, Account.Renewal> brought = new HashMap<>();
  private final List<TokenFile.Complaint> complaints = new ArrayList<>();
  private final Map<String, Edit> edits = new LinkedHashMap<>();
  private int added;
  private int updated;
  private int unchanged;

  private TokenImport(CredentialBook book) {
    this.book = book;
  }

  /** What became of it, as JSON: {@code added, updated, unchanged, errors, ignored}. */
  static JsonObject run(CredentialBook book, TokenFile file) {
    var run = new TokenImport(book);
    book.together(() -> {
      // in here: what somebody else was about to take over is known now
      for (var bare : book.bare()) {
        run.learn(bare);
        run.know(bare);
      }
      run.take(run.owned(file.entries()));
      run.amend();
      return true;
    });
    run.unchanged += file.same();
    run.complaints.addAll(file.complaints());
    run.complaints.sort(Comparator.comparingInt(TokenFile.Complaint::index));
    return run.json(file);
  }

  /** A known one that is being taken away is as good as a new one. */
  private void know(CredentialBook.Bare bare) {
    if (!leaving(bare)) known.put(new Key(bare.entry().provider(), bare.secret()), bare.entry());
  }

  private static boolean leaving(CredentialBook.Bare bare) {
    return bare.entry().condition().state() == CredentialBook.State.RETIRED;
  }

  /** A credential is known by what took its secret's place, too, and by what tells which secret that was. */
  private void learn(CredentialBook.Bare bare) {
    var provider = bare.entry().provider();
    var account = bare.entry().account();
    var owner = new Owner(bare.secret(), bare.entry().name(), account.person(), leaving(bare));
    owns.putIfAbsent(new Key(provider, account.current(bare.secret())), owner);
    owns.put(new Key(provider, bare.secret()), owner);
    owns.put(new Key(provider, bare.secret().fingerprint()), owner);
    account.descent(bare.secret()).ifPresent(d -> owns.putIfAbsent(new Key(provider, d.of()), owner));
  }

  /** Each with the secret under which it is known here, or to an earlier one of this list, where it is. */
  private List<TokenFile.Entry> owned(List<TokenFile.Entry> entries) {
    return entries.stream().flatMap(e -> owned(e).stream()).toList();
  }

  /** Empty where that cannot be: one list must not make two accounts one. */
  private Optional<TokenFile.Entry> owned(TokenFile.Entry e) {
    var exactly = owner(e, e.secret());
    var by = exactly.or(() -> owner(e, e.secret().fingerprint()));
    var claimed = e.renewal().flatMap(r -> owner(e, r.of()));
    boolean two = by.isPresent() && claimed.isPresent() && !by.get().own().equals(claimed.get().own());
    // one that is being taken away stands in nobody's way
    if (two && !by.get().leaving() && !claimed.get().leaving()) {
      return refused(e, "is that of " + claimed.get().name() + ", and the token is that of " + by.get().name()
          + ": if both are of one account, remove one of them");
    }
    var owner = two && by.get().leaving() ? claimed : by.or(() -> claimed);
    var other = owner.map(Owner::person).filter(p -> !p.isEmpty() && !e.email().isEmpty() && !p.equalsIgnoreCase(e.email()));
    if (!owner.equals(exactly) && other.isPresent()) return refused(e, "is that of " + owner.get().name() + ", which has another e-mail address");
    if (owner.isEmpty()) remember(e);
    return Optional.of(owner.map(o -> e.of(o.own())).orElse(e));
  }

  private Optional<Owner> owner(TokenFile.Entry entry, Secret sign) {
    return Optional.ofNullable(owns.get(new Key(entry.provider(), sign)));
  }

  private void remember(TokenFile.Entry e) {
    var owner = new Owner(e.secret(), "entry " + e.index(), "", false);
    owns.put(new Key(e.provider(), e.secret().fingerprint()), owner);
    e.renewal().ifPresent(r -> owns.put(new Key(e.provider(), r.of()), owner));
  }

  private Optional<TokenFile.Entry> refused(TokenFile.Entry e, String words) {
    var field = e.renewal().isPresent() ? "renewed_from" : "session_token";
    complaints.add(new TokenFile.Complaint(e.index(), field, field + " " + words));
    return Optional.empty();
  }

  private void take(List<TokenFile.Entry> entries) {
    var first = new HashSet<Key>();
    var unknown = entries.stream().filter(e -> !known.containsKey(key(e)) && first.add(key(e))).toList();
    var entered = book.enter(unknown.stream().map(TokenImport::fresh).toList());
    var done = new HashSet<Integer>();
    for (int i = 0; i < unknown.size(); i++) if (entered.get(i)) done.add(unknown.get(i).index());
    added += done.size();
    // of one account this list may have several tokens
    if (first.size() < entries.stream().filter(e -> !known.containsKey(key(e))).count()) book.bare().forEach(this::know);
    entries.stream().filter(e -> !done.contains(e.index())).forEach(this::take);
  }

  private static Key key(TokenFile.Entry entry) {
    return new Key(entry.provider(), entry.secret());
  }

  private void take(TokenFile.Entry entry) {
    heard(entry, () -> {
      var old = known.get(key(entry));
      if (old == null) add(entry);
      else change(entry, old);
    });
  }

  /** One that is refused keeps no other from being taken. */
  private void heard(TokenFile.Entry entry, Runnable work) {
    try {
      work.run();
    } catch (GatewayException e) {
      if (!(e.failure() instanceof Failure.Invalid wrong)) throw e;
      complaints.add(new TokenFile.Complaint(entry.index(), wrong.field(), entry.secret().hide(wrong.message())));
    }
  }

  private static CredentialBook.Fresh fresh(TokenFile.Entry entry) {
    // Until the provider has been asked, the file alone knows whose it is.
    var remark = entry.remark().orElse(entry.email());
    return new CredentialBook.Fresh(entry.provider(), entry.secret(), remark, entry.enabled().orElse(true), entry.over(Terms.OPEN),
        entry.renewal().filter(r -> r.token().equals(entry.secret())));
  }

  private void add(TokenFile.Entry entry) {
    var made = book.add(fresh(entry));
    var entered = made.fresh() ? made.entry() : book.change(made.entry().id(), changes(entry, entry.enabled()));
    renewed(entry, entered);
    known.put(key(entry), entered);
    added++;
  }

  private void change(TokenFile.Entry entry, CredentialBook.Entry old) {
    var given = old.given();
    var remark = entry.remark().filter(r -> !r.equals(given.remark()));
    var enabled = entry.enabled().filter(e -> e != given.enabled());
    boolean sameTerms = entry.over(given.terms()).equals(given.terms());
    boolean renewed = renewed(entry, old);
    if (remark.isEmpty() && enabled.isEmpty() && sameTerms) {
      if (renewed) updated++;
      else unchanged++;
      return;
    }
    if (edits.containsKey(old.id())) amend();
    // To say again that it is on would forgive what its provider holds against it.
    edits.put(old.id(), new Edit(entry, changes(entry, enabled)));
  }

  /** Many at once: one by one, each would be a commit and a look at all there are. */
  private void amend() {
    var changes = new HashMap<String, CredentialBook.Change>();
    edits.forEach((id, edit) -> changes.put(id, edit.change));
    var made = book.amend(changes);
    updated += made.size();
    edits.keySet().removeAll(made);
    edits.forEach((id, edit) -> heard(edit.entry, () -> {
      book.change(id, edit.change);
      updated++;
    }));
    edits.clear();
  }

  /** Whether the list has a newer token of the same origin than we, or tells that origin. */
  private boolean renewed(TokenFile.Entry entry, CredentialBook.Entry old) {
    var own = entry.secret();
    var ours = Optional.ofNullable(brought.get(key(entry))).or(() -> old.account().lineage(own));
    var news = entry.renewal().filter(r -> r.token().equals(own) ? tells(r, own, old.account()) : newer(r, own, old.account(), ours))
        .map(r -> r.token().equals(own) ? r : Account.Renewal.of(own, r.token(), r.since()));
    news.ifPresent(r -> {
      book.renewed(old.id(), r);
      brought.merge(key(entry), r, (a, b) -> a.since().isBefore(b.since()) ? b : a);
    });
    return news.isPresent();
  }

  /** One of the configuration is known by its own secret, which the list does not have: for that it may be newer. */
  private static boolean tells(Account.Renewal given, Secret own, Account account) {
    var ours = account.renewal().filter(o -> o.of().equals(given.of()));
    return account.descent(own).isEmpty() && !given.standsFor(own) && ours.map(o -> o.since().isBefore(given.since())).orElse(true);
  }

  /** What the own one came of is never newer. */
  private static boolean newer(Account.Renewal given, Secret own, Account account, Optional<Account.Renewal> ours) {
    return account.comesOf(own, given.of()) && !account.comesOf(own, given.token().fingerprint())
        && ours.map(o -> o.since().isBefore(given.since()) && !o.token().equals(given.token())).orElse(true);
  }

  private static CredentialBook.Change changes(TokenFile.Entry entry, Optional<Boolean> enabled) {
    return new CredentialBook.Change(enabled, entry.remark(), Optional.empty(), false, entry::over);
  }

  private JsonObject json(TokenFile file) {
    var errors = new JsonArray();
    for (var c : complaints) {
      errors.add(new JsonObject().add("index", c.index()).add("field", c.field().isEmpty() ? Json.NULL : Json.value(c.field()))
          .add("message", c.message()));
    }
    var ignored = new JsonObject();
    file.ignored().forEach(ignored::add);
    var json = outcome(errors, ignored);
    return GOOGLE.stream().anyMatch(file.ignored()::containsKey) ? json.add("notes", new JsonArray().add(RENEWED)) : json;
  }

  private JsonObject outcome(JsonArray errors, JsonObject ignored) {
    return new JsonObject().add("success", complaints.isEmpty()).add("added", added).add("updated", updated)
        .add("unchanged", unchanged).add("errors", errors).add("ignored", ignored);
  }
}
