package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.store.Terms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a list of tokens over, each by its secret: so a list that is taken over twice changes nothing the second time.
 * What a list does not say of a token that is known stays as it is.
 */
final class TokenImport {
  private record Key(String provider, Secret secret) {}

  private static final List<String> GOOGLE = List.of("google_cookies", "protocol_mode");
  private static final String RENEWED = "Google cookies are not kept: Easel does not sign in to Google. It renews these accounts with the "
      + "session tokens that labs itself gives, every [flow] session_interval minutes.";

  private final CredentialBook book;
  private final Map<Key, CredentialBook.Entry> known = new HashMap<>();
  private final Map<Key, Secret> owns = new HashMap<>();
  private final List<TokenFile.Complaint> complaints = new ArrayList<>();
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
      book.bare().forEach(run::learn);
      run.take(run.owned(file.entries()));
      return true;
    });
    run.unchanged += file.same();
    run.complaints.addAll(file.complaints());
    run.complaints.sort(Comparator.comparingInt(TokenFile.Complaint::index));
    return run.json(file);
  }

  /**
   * A credential is known by what took its secret's place, too, and by what tells which secret that was. A known one
   * that is being taken away is as good as a new one.
   */
  private void learn(CredentialBook.Bare bare) {
    var provider = bare.entry().provider();
    boolean stays = bare.entry().condition().state() != CredentialBook.State.RETIRED;
    if (stays) known.put(new Key(provider, bare.secret()), bare.entry());
    owns.put(new Key(provider, bare.entry().account().current(bare.secret())), bare.secret());
    owns.put(new Key(provider, bare.secret().fingerprint()), bare.secret());
  }

  /** Each with the secret under which it is known here, where it is. */
  private List<TokenFile.Entry> owned(List<TokenFile.Entry> entries) {
    return entries.stream().map(e -> {
      var own = Optional.ofNullable(known.containsKey(key(e)) ? e.secret() : owns.get(key(e)));
      return own.or(() -> e.renewal().map(r -> owns.get(new Key(e.provider(), r.of())))).map(e::of).orElse(e);
    }).toList();
  }

  private void take(List<TokenFile.Entry> entries) {
    var unknown = entries.stream().filter(e -> !known.containsKey(key(e))).toList();
    var entered = book.enter(unknown.stream().map(TokenImport::fresh).toList());
    var rest = new ArrayList<>(entries.stream().filter(e -> known.containsKey(key(e))).toList());
    for (int i = 0; i < unknown.size(); i++) {
      if (entered.get(i)) added++;
      else rest.add(unknown.get(i));
    }
    rest.forEach(this::take);
  }

  private static Key key(TokenFile.Entry entry) {
    return new Key(entry.provider(), entry.secret());
  }

  /** One that is refused keeps no other from being taken. */
  private void take(TokenFile.Entry entry) {
    try {
      var old = known.get(key(entry));
      if (old == null) add(entry);
      else change(entry, old);
    } catch (GatewayException e) {
      if (!(e.failure() instanceof Failure.Invalid wrong)) throw e;
      complaints.add(new TokenFile.Complaint(entry.index(), wrong.field(), entry.secret().hide(wrong.message())));
    }
  }

  private static CredentialBook.Fresh fresh(TokenFile.Entry entry) {
    // Until the provider has been asked, the file alone knows whose it is.
    var remark = entry.remark().orElse(entry.email());
    return new CredentialBook.Fresh(entry.provider(), entry.secret(), remark, entry.enabled().orElse(true), entry.over(Terms.OPEN));
  }

  private void add(TokenFile.Entry entry) {
    var made = book.add(fresh(entry));
    if (!made.fresh()) book.change(made.entry().id(), changes(entry, entry.enabled()));
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
    // To say again that it is on would forgive what its provider holds against it.
    book.change(old.id(), changes(entry, enabled));
    updated++;
  }

  /** Whether the list has a newer token of the same origin than we. */
  private boolean renewed(TokenFile.Entry entry, CredentialBook.Entry old) {
    var ours = old.account().renewal().filter(o -> o.standsFor(entry.secret()));
    var newer = entry.renewal().filter(r -> r.of().equals(entry.secret().fingerprint()))
        .filter(r -> ours.map(o -> o.since().isBefore(r.since()) && !o.token().equals(r.token())).orElse(true));
    newer.ifPresent(r -> book.renewed(old.id(), r));
    return newer.isPresent();
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
