package easel.api;

import easel.api.CredentialBook.Condition;
import easel.api.CredentialBook.Count;
import easel.api.CredentialBook.Entry;
import easel.api.CredentialBook.Given;
import easel.api.CredentialBook.Source;
import easel.api.CredentialBook.State;
import easel.api.CredentialBook.Use;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Secret;
import easel.store.Terms;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Credentials as the book would list them, each with secrets that nobody may see. */
record Entries(Entry entry) {
  static final List<String> PRIVATE = List.of("st-secret", "at-secret", "person@example.com", "a remark", "flow#", "proxy-password");

  static Entries of(long number, String provider) {
    var given = new Given("a remark", true, Terms.OPEN, "st-secret", "socks5://u:proxy-password@h:1");
    var account = new Account(Optional.empty(), "person@example.com", Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    var condition = new Condition(State.ACTIVE, "", "", Optional.empty(), Optional.empty(), 0, Optional.empty());
    var use = new Use(0, 0, Count.NONE, Count.NONE, Optional.empty(), 0);
    return new Entries(new Entry("id-" + number, number, provider, provider + "#" + number, Source.DATABASE, given, condition, account,
        use, Optional.empty(), Optional.empty()));
  }

  private Entries with(Condition condition, Account account, Use use) {
    return new Entries(new Entry(entry.id(), entry.number(), entry.provider(), entry.name(), entry.source(), entry.given(), condition,
        account, use, entry.created(), entry.updated()));
  }

  Entries session(Instant ends) {
    var account = entry.account().with(new Account.Session(new Secret("at-secret"), ends), "");
    return with(entry.condition(), account, entry.use());
  }

  Entries funds(String amount, String unit) {
    var account = entry.account().with(new Balance.Funds(new BigDecimal(amount), unit), Optional.empty(), Instant.EPOCH);
    return with(entry.condition(), account, entry.use());
  }

  Entries state(State state, String code) {
    var condition = new Condition(state, code, "person@example.com said no", Optional.empty(), Optional.empty(), 2, Optional.empty());
    return with(condition, entry.account(), entry.use());
  }

  Entries use(int images, int videos, Count today, Count total) {
    return with(entry.condition(), entry.account(), new Use(images, videos, today, total, Optional.of(Instant.ofEpochSecond(1_700_000_000)), 1));
  }
}
