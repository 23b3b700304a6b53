package easel.api;

import easel.core.Account;
import easel.core.Balance;
import easel.core.Secret;
import easel.store.Terms;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The providers and their credentials, wherever those are kept. Secrets go in here, and come out of {@link #bare}
 * alone.
 */
public interface CredentialBook {
  /** Where a credential is kept: only those of the database can be changed here. */
  enum Source { FILE, ENVIRONMENT, DATABASE }

  /**
   * How a credential fares, in one word. {@code OFF}: a person has switched it off; {@code DISABLED}: its provider has
   * refused it too often; {@code NONE}: its limits allow nothing; {@code LOCKED}: what is sealed of it cannot be read;
   * {@code RETIRED}: it was taken away, and stays for its jobs alone.
   */
  enum State { ACTIVE, RESTING, DISABLED, OFF, LOCKED, RETIRED, NONE }

  /**
   * A credential without what makes it one.
   *
   * @param number small and stable, for logs and metrics; 0 where none could be given yet
   * @param name {@link easel.core.Credential#name()}
   * @param account what was learned of it, as last heard
   * @param created empty for those of the configuration, as is {@code updated}
   */
  record Entry(String id, long number, String provider, String name, Source source, Given given, Condition condition,
      Account account, Use use, Optional<Instant> created, Optional<Instant> updated) {}

  /**
   * What an operator has set.
   *
   * @param hint both ends of the secret; empty where it is too short to show any of it, or cannot be read
   * @param proxy that of the terms, fit to be shown: without its password
   */
  record Given(String remark, boolean enabled, Terms terms, String hint, String proxy) {}

  /**
   * How it fares.
   *
   * @param code why, for machines: a failure's code, or {@code locked}; empty where there is nothing to say
   * @param words the same for people
   * @param since when it became so, where that is known
   * @param restingUntil when it is lent again
   * @param refusals how often in a row its provider has refused it
   * @param refresh when its session is renewed next
   */
  record Condition(State state, String code, String words, Optional<Instant> since, Optional<Instant> restingUntil, int refusals,
      Optional<Instant> refresh) {}

  /**
   * What it does and has done.
   *
   * @param images leases out for pictures
   * @param videos the same for videos
   * @param today since midnight where the server stands
   * @param last when it was used last
   * @param jobs how many it carries
   */
  record Use(int images, int videos, Count today, Count total, Optional<Instant> last, long jobs) {}

  record Count(long images, long videos, long errors) {
    public static final Count NONE = new Count(0, 0, 0);
  }

  /**
   * What is to be kept.
   *
   * @param descent where whoever brings it says which secret this one took the place of
   */
  record Fresh(String provider, Secret secret, String remark, boolean enabled, Terms terms, Optional<Account.Renewal> descent) {
    public Fresh(String provider, Secret secret, String remark, boolean enabled, Terms terms) {
      this(provider, secret, remark, enabled, terms, Optional.empty());
    }
  }

  /** {@code fresh}: it was not there before. */
  record Added(Entry entry, boolean fresh) {}

  /**
   * What is to be changed; what is empty stays.
   *
   * @param sameAccount the secret is a renewed one of the same account: its name, counters and jobs go on with it
   * @param terms answers the new terms for the old
   */
  record Change(Optional<Boolean> enabled, Optional<String> remark, Optional<Secret> secret, boolean sameAccount,
      UnaryOperator<Terms> terms) {
    public static final Change NOTHING = new Change(Optional.empty(), Optional.empty(), Optional.empty(), false, t -> t);

    public Change enabled(boolean now) {
      return new Change(Optional.of(now), remark, secret, sameAccount, terms);
    }

    public Change remark(String now) {
      return new Change(enabled, Optional.of(now), secret, sameAccount, terms);
    }

    public Change secret(Secret now, boolean same) {
      return new Change(enabled, remark, Optional.of(now), same, terms);
    }

    public Change terms(UnaryOperator<Terms> now) {
      return new Change(enabled, remark, secret, sameAccount, now);
    }
  }

  /**
   * What a provider said of a credential that was tried.
   *
   * @param account what is known of it now
   * @param error why it does not work, or cannot be asked; empty where it works
   */
  record Check(Optional<Balance.Funds> funds, Account account, String error) {}

  /** A credential with what an operator gave to make it one, for an export that a person has expressly asked for. */
  record Bare(Entry entry, Secret secret) {}

  /**
   * A provider as it is set up.
   *
   * @param ready it has what it needs to take work
   * @param balance it can be asked what a credential has left
   */
  record ProviderState(String id, String type, boolean enabled, int models, int credentials, boolean ready, boolean balance) {}

  List<Entry> list();

  Optional<Entry> find(String id);

  /**
   * Keeps a credential. One with this secret that is there already is answered as it is, but for its remark; it works
   * again if it was retired. Whether it is any good is heard by {@link #check} or {@link #refresh}.
   */
  Added add(Fresh fresh);

  /**
   * Keeps many at once, if nothing is known of them; answers of each whether it was kept. The others are passed over,
   * also those with which something is wrong: {@link #add} them one by one to hear what.
   */
  List<Boolean> enter(List<Fresh> many);

  /** For those of the database. Enabling forgives what is held against it, and so does another secret. */
  Entry change(String id, Change change);

  /**
   * Makes many changes at once, if they are simple: of remarks, limits and switches. Answers of which ids it made them;
   * the others are passed over: {@link #change} them one by one, also to hear what is wrong.
   *
   * @param many by their ids
   */
  Set<String> amend(Map<String, Change> many);

  /** Forgives what is held against a credential, wherever it is kept, and switches one of the database on. */
  Entry enable(String id);

  /** Takes a credential away; answers what has to stay of it until its jobs have ended. */
  Optional<Entry> remove(String id);

  /** Asks the provider what the credential has left, which buys nothing. */
  Check check(String id) throws InterruptedException;

  /** Renews what the credential was exchanged for, now. */
  Check refresh(String id) throws InterruptedException;

  /**
   * What its provider has given in place of its secret, or what that itself was given in place of; of a renewal of
   * another secret nothing is kept.
   */
  void renewed(String id, Account.Renewal renewal);

  /** Many changes, which take effect all at once when they are made. */
  <T> T together(Supplier<T> changes);

  /** Those of the database whose secrets can be read. */
  List<Bare> bare();

  List<ProviderState> providers();
}
