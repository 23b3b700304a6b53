package easel.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What we have learned of a credential at its provider. It outlives the process; nothing in it was set by the operator
 * but the first project, if there is one.
 *
 * @param session what the credential was exchanged for, where a provider has such a thing
 * @param person whose it is, as the provider says: an e-mail address; empty where it does not tell
 * @param funds what it has left, as last heard
 * @param tier what it may do, where the provider has such classes
 * @param projects ids of the containers its work goes into, where the provider has such a thing; oldest first
 * @param heard when funds and tier were heard
 */
public record Account(Optional<Session> session, String person, Optional<Balance.Funds> funds, Optional<Tier> tier,
    List<String> projects, Optional<Instant> heard) {
  public static final Account UNKNOWN =
      new Account(Optional.empty(), "", Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  /** A short-lived token that stands for the credential, and when it ends. */
  public record Session(Secret token, Instant expires) {}

  /**
   * A class of accounts.
   *
   * @param rank 0 is the lowest; a higher one may do what a lower one may
   * @param word the provider's own: {@code PAYGATE_TIER_ONE}
   */
  public record Tier(int rank, String word) {}

  public Account {
    projects = List.copyOf(projects);
  }

  /** The same with another session, and whose it is. */
  public Account with(Session newSession, String whose) {
    return new Account(Optional.of(newSession), whose.isEmpty() ? person : whose, funds, tier, projects, heard);
  }

  public Account withoutSession() {
    return new Account(Optional.empty(), person, funds, tier, projects, heard);
  }

  /** The same with what the provider has just said. */
  public Account with(Balance.Funds left, Optional<Tier> now, Instant when) {
    return new Account(session, person, Optional.of(left), now.or(() -> tier), projects, Optional.of(when));
  }

  public Account withProjects(List<String> all) {
    return new Account(session, person, funds, tier, all, heard);
  }
}
