package easel.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What we have learned of a credential at its provider. It outlives the process; nothing in it was set by the operator
 * but the first project, if there is one.
 *
 * @param session what the credential was exchanged for, where a provider has such a thing
 * @param renewal a newer secret that the provider has given in place of the operator's, where it does so
 * @param descent how the operator's secret, its token, took the place of an older one, where it came with that word
 * @param person whose it is, as the provider says: an e-mail address; empty where it does not tell
 * @param funds what it has left, as last heard
 * @param tier what it may do, where the provider has such classes
 * @param projects ids of the containers its work goes into, where the provider has such a thing; oldest first
 * @param heard when funds and tier were heard
 */
public record Account(Optional<Session> session, Optional<Renewal> renewal, Optional<Renewal> descent, String person,
    Optional<Balance.Funds> funds, Optional<Tier> tier, List<String> projects, Optional<Instant> heard) {
  public static final Account UNKNOWN =
      new Account(Optional.empty(), "", Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  /**
   * A short-lived token that stands for the credential, and when it ends.
   *
   * @param since when it was given; empty where that is not known
   */
  public record Session(Secret token, Instant expires, Optional<Instant> since) {
    public Session(Secret token, Instant expires) {
      this(token, expires, Optional.empty());
    }
  }

  /**
   * A secret that takes the place of another.
   *
   * @param of fingerprint of the one that the operator gave: one given later never meets what came of an older one
   * @param since when it was given
   */
  public record Renewal(Secret token, Secret of, Instant since) {
    /** Of this secret. */
    public static Renewal of(Secret own, Secret token, Instant since) {
      return new Renewal(token, own.fingerprint(), since);
    }

    public boolean standsFor(Secret own) {
      return of.equals(own.fingerprint());
    }
  }

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

  /** Of a credential that was never renewed. */
  public Account(Optional<Session> session, String person, Optional<Balance.Funds> funds, Optional<Tier> tier,
      List<String> projects, Optional<Instant> heard) {
    this(session, Optional.empty(), Optional.empty(), person, funds, tier, projects, heard);
  }

  /** What is presented for this secret: what took its place, or else itself. */
  public Secret current(Secret own) {
    return renewal.filter(r -> r.standsFor(own)).map(Renewal::token).orElse(own);
  }

  /** What the newest token took the place of as far back as is known; empty where nothing took any place. */
  public Optional<Renewal> lineage(Secret own) {
    var first = descent(own);
    var last = renewal.filter(r -> r.standsFor(own));
    return last.map(l -> new Renewal(l.token(), first.map(Renewal::of).orElse(l.of()), l.since())).or(() -> first);
  }

  /** How this secret took the place of another, if that is known. */
  public Optional<Renewal> descent(Secret own) {
    return descent.filter(d -> d.token().equals(own));
  }

  /** Whether the secret with this fingerprint is this own one, or the one that it came of. */
  public boolean comesOf(Secret own, Secret fingerprint) {
    return descent(own).map(d -> d.of().equals(fingerprint)).orElse(false) || own.fingerprint().equals(fingerprint);
  }

  /** Somebody else's words without any secret of this account in them. */
  public String hide(String words) {
    var open = session.map(s -> s.token().hide(words)).orElse(words);
    return renewal.map(r -> r.token().hide(open)).orElse(open);
  }

  /** The same with another session, and whose it is. */
  public Account with(Session newSession, String whose) {
    return new Account(Optional.of(newSession), renewal, descent, whose.isEmpty() ? person : whose, funds, tier, projects, heard);
  }

  /** The same with this in place of the operator's secret; empty: with that itself. */
  public Account renewed(Optional<Renewal> now) {
    return new Account(session, now, descent, person, funds, tier, projects, heard);
  }

  /** The same whose secret came of another one. */
  public Account from(Optional<Renewal> older) {
    return new Account(session, renewal, older, person, funds, tier, projects, heard);
  }

  /** Without all that stands for the credential or its secret. */
  public Account withoutSession() {
    return new Account(Optional.empty(), Optional.empty(), Optional.empty(), person, funds, tier, projects, heard);
  }

  /** The same with what the provider has just said. */
  public Account with(Balance.Funds left, Optional<Tier> now, Instant when) {
    return new Account(session, renewal, descent, person, Optional.of(left), now.or(() -> tier), projects, Optional.of(when));
  }

  public Account withProjects(List<String> all) {
    return new Account(session, renewal, descent, person, funds, tier, all, heard);
  }
}
