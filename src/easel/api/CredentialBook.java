package easel.api;

import easel.core.Balance;
import easel.core.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The providers and their credentials, wherever those are kept. Secrets go in here and never come out. */
public interface CredentialBook {
  /** Where a credential is kept: only those of the database can be changed here. */
  enum Source { FILE, ENVIRONMENT, DATABASE }

  /**
   * A credential without what makes it one.
   *
   * @param locked why its secret cannot be read; empty where it can
   * @param retired it was taken away, and stays for its jobs alone
   * @param jobs how many it carries
   * @param created empty for those of the configuration, as is {@code updated}
   */
  record Entry(String id, String provider, String name, String remark, Source source, boolean enabled, String locked,
      boolean retired, long jobs, Optional<Instant> created, Optional<Instant> updated) {}

  /** {@code fresh}: it was not there before. */
  record Added(Entry entry, boolean fresh) {}

  /** What is to be changed; what is empty stays. */
  record Change(Optional<Boolean> enabled, Optional<String> remark, Optional<Secret> secret) {}

  /** {@code error}: why it does not work, or cannot be asked; empty where it works. */
  record Check(Optional<Balance.Funds> funds, String error) {}

  /**
   * A provider as it is set up.
   *
   * @param ready it has what it needs to take work
   * @param balance it can be asked what a credential has left
   */
  record ProviderState(String id, String type, boolean enabled, int models, int credentials, boolean ready, boolean balance) {}

  List<Entry> list();

  /** Keeps a credential; one that is there already is answered, and works again if it was retired. */
  Added add(String provider, Secret secret, String remark);

  Entry change(String id, Change change);

  /** Takes a credential away; answers what has to stay of it until its jobs have ended. */
  Optional<Entry> remove(String id);

  /** Asks the provider what the credential has left, which buys nothing. */
  Check check(String id) throws InterruptedException;

  List<ProviderState> providers();
}
