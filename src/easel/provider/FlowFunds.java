package easel.provider;

import easel.codec.Fields;
import easel.core.Account.Tier;
import easel.core.Accounts;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Refreshing;
import easel.core.Time;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What an account has left and which class it is of ({@code GET {api}/credits}), and the renewal that hears both. */
final class FlowFunds implements Balance, Refreshing {
  /** From the lowest: the place is the rank. */
  static final List<String> TIERS = List.of("PAYGATE_TIER_NOT_PAID", "PAYGATE_TIER_ONE", "PAYGATE_TIER_TWO");
  static final String UNIT = "credits";

  private final FlowOptions options;
  private final FlowWire wire;
  private final FlowSessions sessions;
  private final Accounts accounts;
  private final Time time;

  FlowFunds(FlowOptions options, FlowWire wire, FlowSessions sessions, Accounts accounts, Time time) {
    this.options = options;
    this.wire = wire;
    this.sessions = sessions;
    this.accounts = accounts;
    this.time = time;
  }

  @Override
  public Optional<Instant> due(Credential credential) {
    return Optional.of(sessions.due(credential));
  }

  @Override
  public void refresh(Credential credential) throws InterruptedException {
    sessions.exchanged(credential);
    funds(credential);
  }

  @Override
  public Funds funds(Credential credential) throws InterruptedException {
    try {
      var answer = wire.api(credential, wire.get(options.api("/credits")));
      if (!answer.good()) throw wire.rejected(credential, answer);
      return heard(credential, answer.object().orElseThrow(FlowFunds::senseless));
    } catch (GatewayException e) {
      throw Exchange.unbought(e, "the account could not be asked for");
    }
  }

  private Funds heard(Credential credential, Fields said) {
    // an account without any may leave them out
    var funds = new Funds(said.optDecimal("credits").orElse(BigDecimal.ZERO), UNIT);
    var word = said.optText("userPaygateTier");
    if (word.isEmpty() && !said.has("credits")) throw senseless();
    accounts.keep(credential, a -> a.with(funds, word.map(FlowFunds::tier), time.instant()));
    return funds;
  }

  /** A class that nobody has heard of may do what everybody may. */
  static Tier tier(String word) {
    return new Tier(Math.max(0, TIERS.indexOf(word)), word);
  }

  private static GatewayException senseless() {
    return new GatewayException(new Failure.UpstreamBroken(200, "its answer has no credits"));
  }
}
