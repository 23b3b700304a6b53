package easel.api;

import easel.core.Account;
import easel.core.Balance;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.store.Terms;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Credentials in memory, for what is done with many of them. */
final class Shelf implements CredentialBook {
  private record Held(Entry entry, Secret secret) {}

  private final Map<String, Held> held = new LinkedHashMap<>();
  final List<String> done = new ArrayList<>();
  int together;
  /** What somebody else still does before changes can be made. */
  Runnable before = () -> { };

  private static Entry entry(String id, String provider, Given given, State state, Account account) {
    return new Entry(id, 1, provider, provider + "#" + id, Source.DATABASE, given,
        new Condition(state, "", "", Optional.empty(), Optional.empty(), 0, Optional.empty()), account,
        new Use(0, 0, Count.NONE, Count.NONE, Optional.empty(), 0), Optional.empty(), Optional.empty());
  }

  /** How one fares, and whose it is. */
  void is(String id, State state, Account account) {
    var was = held.get(id);
    held.put(id, new Held(entry(id, was.entry().provider(), was.entry().given(), state, account), was.secret()));
  }

  Secret secret(String id) {
    return held.get(id).secret();
  }

  @Override
  public List<Entry> list() {
    return held.values().stream().map(Held::entry).toList();
  }

  @Override
  public Optional<Entry> find(String id) {
    return Optional.ofNullable(held.get(id)).map(Held::entry);
  }

  @Override
  public Added add(Fresh fresh) {
    if (fresh.terms().proxy().reveal().startsWith("bad")) throw new GatewayException(new Failure.Invalid("proxy", "proxy is none"));
    var id = String.valueOf(held.size() + 1);
    var given = new Given(fresh.remark(), fresh.enabled(), fresh.terms(), "", fresh.terms().proxy().isEmpty() ? "" : "socks5://h:1");
    held.put(id, new Held(entry(id, fresh.provider(), given, fresh.enabled() ? State.ACTIVE : State.OFF, Account.UNKNOWN.from(fresh.descent())),
        fresh.secret()));
    done.add("add " + id);
    return new Added(held.get(id).entry(), true);
  }

  @Override
  public List<Boolean> enter(List<Fresh> many) {
    return many.stream().map(fresh -> {
      boolean good = !fresh.terms().proxy().reveal().startsWith("bad");
      if (good) add(fresh);
      return good;
    }).toList();
  }

  @Override
  public Entry change(String id, Change change) {
    var was = held.get(id);
    var given = was.entry().given();
    var next = new Given(change.remark().orElse(given.remark()), change.enabled().orElse(given.enabled()),
        change.terms().apply(given.terms()), "", given.proxy());
    var state = next.enabled() ? was.entry().condition().state() : State.OFF;
    held.put(id, new Held(entry(id, was.entry().provider(), next, state, was.entry().account()), change.secret().orElse(was.secret())));
    done.add("change " + id + change.enabled().map(e -> " " + e).orElse("") + (change.sameAccount() ? " same" : ""));
    return held.get(id).entry();
  }

  /** Here those of limits alone are simple. */
  @Override
  public Set<String> amend(Map<String, Change> many) {
    var simple = new HashSet<>(many.keySet());
    simple.removeIf(id -> many.get(id).remark().isPresent() || many.get(id).enabled().isPresent());
    simple.forEach(id -> change(id, many.get(id)));
    return simple;
  }

  @Override
  public Entry enable(String id) {
    done.add("enable " + id);
    return held.get(id).entry();
  }

  @Override
  public Optional<Entry> remove(String id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Check check(String id) {
    return new Check(Optional.<Balance.Funds>empty(), Account.UNKNOWN, "");
  }

  @Override
  public Check refresh(String id) {
    return check(id);
  }

  @Override
  public void renewed(String id, Account.Renewal renewal) {
    var was = held.get(id).entry();
    var account = was.account();
    var now = renewal.standsFor(secret(id)) ? account.renewed(Optional.of(renewal)) : account.from(Optional.of(renewal));
    is(id, was.condition().state(), now);
    done.add("renewed " + id);
  }

  @Override
  public <T> T together(Supplier<T> changes) {
    together++;
    before.run();
    return changes.get();
  }

  @Override
  public List<Bare> bare() {
    return held.values().stream().map(h -> new Bare(h.entry(), h.secret())).toList();
  }

  @Override
  public List<ProviderState> providers() {
    return List.of(new ProviderState("flow", "flow", true, 1, 1, true, true), new ProviderState("bfl", "bfl", true, 1, 1, true, true));
  }

  void clear() {
    held.clear();
    done.clear();
  }

  /** One that is there already. */
  Shelf with(String provider, String secret, String remark, boolean enabled, Terms terms) {
    add(new Fresh(provider, new Secret(secret), remark, enabled, terms));
    done.clear();
    return this;
  }
}
