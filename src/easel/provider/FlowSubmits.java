package easel.provider;

import easel.codec.Fields;
import easel.core.Account;
import easel.core.Accounts;
import easel.core.Balance.Funds;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Media;
import easel.core.Progress;
import easel.core.Time;
import easel.upstream.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A purchase: a project, the pictures that were handed in, then the one call that buys. Until that call nothing is
 * bought, whatever goes wrong. The page makes five more calls before each video, which only tell Google what a person
 * clicks; they change nothing, so they are left out.
 */
final class FlowSubmits {
  private final FlowOptions options;
  private final FlowWire wire;
  private final FlowFunds funds;
  private final FlowProjects projects;
  private final FlowUploads uploads;
  private final Accounts accounts;
  private final Time time;

  FlowSubmits(FlowOptions options, FlowWire wire, FlowFunds funds, Accounts accounts, Time time) {
    this.options = options;
    this.wire = wire;
    this.funds = funds;
    this.projects = new FlowProjects(options, wire, accounts, time);
    this.uploads = new FlowUploads(options, wire, time);
    this.accounts = accounts;
    this.time = time;
  }

  /** {@code inputs}: Flow's ids of what was handed in. {@code tier}: the account's class. */
  interface Order {
    Call call(FlowRequest.Context context, List<String> inputs, Account.Tier tier);
  }

  /** What Flow answered, and what was said of the purchase. */
  record Taken(Fields answer, FlowRequest.Context context) {}

  /**
   * Buys, once. Where Flow says that it does not know the project, another one is taken and the call sent again: that
   * answer is a documented rejection.
   *
   * @param project where it has to be; empty: wherever it is the next one's turn
   */
  Taken send(Order order, List<Media> pictures, Optional<String> project, Credential credential, Progress progress)
      throws InterruptedException {
    var tier = tier(credential);
    var first = context(project.isPresent() ? project.get() : projects.next(credential), progress);
    var answer = project.isPresent() ? Optional.of(send(order, first, pictures, tier, credential, progress))
        : unlessGone(order, first, pictures, tier, credential, progress);
    if (answer.isPresent()) return taken(answer.get(), first, credential);
    // what it does not know may be a picture that was handed over earlier
    uploads.forget(credential, pictures);
    projects.gone(credential, first.project());
    var second = context(projects.next(credential), progress);
    return taken(send(order, second, pictures, tier, credential, progress), second, credential);
  }

  /** Empty where Flow does not know the project: pictures are handed over into it too, before anything is bought. */
  private Optional<Exchange.Answer> unlessGone(Order order, FlowRequest.Context context, List<Media> pictures,
      Account.Tier tier, Credential credential, Progress progress) throws InterruptedException {
    try {
      var answer = send(order, context, pictures, tier, credential, progress);
      boolean gone = !answer.good() && wire.failures(credential).projectGone(answer);
      return gone ? Optional.empty() : Optional.of(answer);
    } catch (GatewayException e) {
      if (e.failure() instanceof Failure.Missing) return Optional.empty();
      throw e;
    }
  }

  private FlowRequest.Context context(String project, Progress progress) {
    var session = ";" + progress.sent().toEpochMilli();
    return new FlowRequest.Context(options.recaptcha(), session, project, Optional.empty());
  }

  private Exchange.Answer send(Order order, FlowRequest.Context context, List<Media> pictures, Account.Tier tier,
      Credential credential, Progress progress) throws InterruptedException {
    var inputs = new ArrayList<String>();
    for (var picture : pictures) {
      progress.report(0, "handing over " + (inputs.size() + 1) + " of " + pictures.size() + " pictures");
      inputs.add(uploads.id(credential, context.project(), picture));
    }
    progress.report(0, "sent to " + options.id());
    return wire.api(credential, order.call(context, inputs, tier));
  }

  private Taken taken(Exchange.Answer answer, FlowRequest.Context context, Credential credential) {
    if (!answer.good()) throw wire.rejected(credential, answer);
    var body = answer.object().orElseThrow(() -> broken(credential, answer.status(), "its answer makes no sense"));
    FlowAnswer.left(body).ifPresent(left -> accounts.note(credential,
        a -> a.with(new Funds(left, FlowFunds.UNIT), Optional.empty(), time.instant())));
    return new Taken(body, context);
  }

  GatewayException broken(Credential credential, int status, String words) {
    return new GatewayException(wire.failures(credential).broken(status, words));
  }

  /** An account nobody has asked about yet is asked first: keys depend on its class. Not knowing it stops nothing. */
  Account.Tier tier(Credential credential) throws InterruptedException {
    var known = accounts.of(credential).tier();
    if (known.isPresent()) return known.get();
    try {
      funds.funds(credential);
    } catch (GatewayException e) {
      if (e.failure() instanceof Failure.BadCredential) throw e;
    }
    return accounts.of(credential).tier().orElseGet(() -> FlowFunds.tier(FlowFunds.TIERS.getFirst()));
  }
}
