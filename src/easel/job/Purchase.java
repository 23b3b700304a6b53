package easel.job;

import easel.core.Attempt;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Reconciling;
import easel.core.Step;
import easel.pool.Lease;
import easel.pool.Place;
import easel.pool.Ticket;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds somebody who takes a job's work: one attempt after the other, each only where it is proven that the one before
 * bought nothing, and no more than the {@link Budget} allows.
 */
final class Purchase {
  private static final System.Logger LOG = System.getLogger("easel.job");
  private static final int ATTEMPTS_MAX = 12;
  /** After these the same provider may be asked again, by another credential or when this one has rested. */
  private static final Set<String> AGAIN = Set.of("rate_limit_exceeded", "insufficient_quota", "upstream_unauthorized", "upstream_unfit", Attempt.NOT_RECEIVED);
  private static final String UNFIT = new Failure.Unfit("").code();
  private static final String UNREACHABLE = new Failure.Unreachable("").code();
  /** After these it is no use to wait for the same credential: a person has to do something first. */
  private static final Set<String> HOPELESS = Set.of("insufficient_quota", "upstream_unauthorized");

  /** Work that somebody has: follow it, then close the lease. */
  record Bought(Step step, Candidate candidate, Lease lease) {}

  private final Parts parts;
  private final Ledger ledger;
  private final Pause pause;
  private final Budget.Loan loan;
  /** Those who could not be reached by a way of their own: others of their provider may be. */
  private final Set<Credential> astray = new HashSet<>();
  /** Those who may not do this work: the pool lends the last one of a provider all the same. */
  private final Set<Credential> unfit = new HashSet<>();
  /** Providers of whom only such are left. */
  private final Set<String> lost = new HashSet<>();
  private Failure failure;
  private int sent;
  private Optional<Wishes> wishes;
  private volatile Optional<Ticket> waiting = Optional.empty();

  /**
   * {@code wishes}: of the job's task; where its row says that it is being sent, nothing may fail to be read before it
   * is.
   */
  Purchase(Parts parts, Ledger ledger, Pause pause, Optional<Wishes> wishes) {
    this.parts = parts;
    this.ledger = ledger;
    this.pause = pause;
    this.wishes = wishes;
    this.loan = parts.dispatcher().budget().loan();
    var attempts = ledger.job().attempts();
    var words = attempts.isEmpty() || attempts.getLast().words().isEmpty() ? "No provider is free." : attempts.getLast().words();
    this.failure = new Failure.NoCapacity(Duration.ofSeconds(10), words);
  }

  /** Where the job stands in the queue, while it does. */
  Optional<Place> place() {
    return waiting.flatMap(Ticket::place);
  }

  /** What the next candidate is asked in spite of; the job ends with it where there is none. */
  void failed(Failure why) {
    loan.failed();
    failure = why;
  }

  /** The job came to an end, or was left. */
  void over() {
    loan.over(ledger.job().state() == JobState.SUCCEEDED);
  }

  /** The job with an attempt on its way. */
  static Job submitting(Job queued, Candidate candidate, Lease lease, Instant now) {
    var model = candidate.model();
    return queued.submitting(Attempt.begun(model.provider(), model.upstreamName(), lease.credential().name(), now));
  }

  /** One attempt; empty when it came to nothing, and then the job has ended or is queued again. */
  Optional<Bought> attempt(List<Candidate> candidates, Optional<Entry> entry) throws InterruptedException {
    if (ledger.job().state() != JobState.QUEUED) return attempt(candidates, entry.orElseThrow().lease().orElseThrow());
    var left = remaining(candidates);
    if (pause.cancelled()) return ended(JobState.CANCELLED, new Failure.Cancelled("The job was cancelled before anything was sent."));
    if (left.isEmpty() || ledger.job().attempts().size() >= ATTEMPTS_MAX || tooLate()) return ended(JobState.FAILED, failure);
    var lease = lease(left, entry.flatMap(Entry::ticket));
    if (lease.isEmpty()) return Optional.empty();
    if (astray.contains(lease.get().credential()) || unfit.contains(lease.get().credential())) {
      lost.add(lease.get().credential().provider());
      lease.get().close();
      return Optional.empty();
    }
    if (sent == 0 || worth(lease.get())) return attempt(left, lease.get());
    return Optional.empty();
  }

  /**
   * Whether one more attempt is in the budget; if not, the lease has gone back, and the job has ended or is cancelled.
   */
  private boolean worth(Lease lease) throws InterruptedException {
    var may = Optional.<Boolean>empty();
    try {
      may = pause.unlessCancelled(() -> loan.take(parts.options().patience(ledger.job().kind())));
      if (may.isPresent() && !may.get()) ledger.end(JobState.FAILED, failure);
    } finally {
      if (!may.orElse(false)) lease.close();
    }
    return may.orElse(false);
  }

  /** Nobody waits for work that is begun when its time is over. */
  private boolean tooLate() {
    var kind = ledger.job().kind();
    return ledger.age().compareTo(parts.options().total(kind).plus(parts.options().patience(kind))) > 0;
  }

  private Optional<Bought> ended(JobState state, Failure why) throws InterruptedException {
    ledger.end(state, why);
    return Optional.empty();
  }

  /** Who could not be reached, or does not know the model, is not asked again for this job. */
  private List<Candidate> remaining(List<Candidate> candidates) {
    var job = ledger.job();
    var open = candidates.stream().filter(c -> job.attempts().stream().noneMatch(a -> gaveUp(a, c))).toList();
    var whole = open.stream().filter(c -> c.model().capability().countMax() >= job.task().count()).toList();
    var left = whole.isEmpty() ? open : whole;
    return parts.dispatcher().order(left, parts.catalogue().strategy(job.task().model()), job.task());
  }

  private boolean gaveUp(Attempt attempt, Candidate candidate) {
    boolean same = attempt.provider().equals(candidate.provider().id()) && attempt.model().equals(candidate.model().upstreamName());
    return same && (!AGAIN.contains(attempt.outcome()) || nobodyFit(attempt)) && !wentAstray(attempt);
  }

  private boolean nobodyFit(Attempt attempt) {
    return lost.contains(attempt.provider()) && attempt.outcome().equals(UNFIT);
  }

  private boolean wentAstray(Attempt attempt) {
    return !lost.contains(attempt.provider()) && attempt.outcome().equals(UNREACHABLE) && astray.stream()
        .anyMatch(c -> c.provider().equals(attempt.provider()) && c.name().equals(attempt.credential()));
  }

  // ---- waiting ----------------------------------------------------------------------------------------------------

  /** @throws GatewayException as {@link Wishes} does, for a job that another process took in */
  List<Candidate> able(List<Candidate> candidates) {
    return wishes().able(candidates);
  }

  private Wishes wishes() {
    if (wishes.isEmpty()) wishes = Optional.of(new Wishes(parts, ledger.job().task()));
    return wishes.get();
  }

  /** Whoever is free first, in order; where nobody is, waits in the queue. Empty where that ended the job. */
  private Optional<Lease> lease(List<Candidate> candidates, Optional<Ticket> queued) throws InterruptedException {
    var owner = ledger.job().origin().owner();
    try {
      if (queued.isPresent()) return stand(queued.get());
      var free = parts.pool().tryLease(wishes().wish(candidates, owner));
      if (free.isPresent()) return free;
      var worth = candidates.stream().filter(c -> !hopeless(c.provider().id())).toList();
      if (!worth.isEmpty()) return stand(parts.pool().queue(wishes().wish(worth, owner)));
      ledger.end(JobState.FAILED, failure);
      return Optional.empty();
    } catch (GatewayException e) {
      // Waiting for the rest of the pool would be no use: the failure that led here says more than "nobody is free".
      ledger.end(JobState.FAILED, ledger.job().attempts().isEmpty() ? e.failure() : failure);
      return Optional.empty();
    }
  }

  private boolean hopeless(String provider) {
    var tries = ledger.job().attempts().stream().filter(a -> a.provider().equals(provider)).toList();
    return !tries.isEmpty() && HOPELESS.contains(tries.getLast().outcome());
  }

  private Optional<Lease> stand(Ticket ticket) throws InterruptedException {
    waiting = Optional.of(ticket);
    ledger.report(0, "waiting for a free provider");
    try (ticket) {
      var lease = pause.unlessCancelled(() -> ticket.await(parts.options().patience(ledger.job().kind())));
      if (!pause.cancelled()) return lease;
      lease.ifPresent(Lease::close);
      return Optional.empty();
    } finally {
      waiting = Optional.empty();
    }
  }

  // ---- sending ----------------------------------------------------------------------------------------------------

  private Optional<Bought> attempt(List<Candidate> candidates, Lease lease) throws InterruptedException {
    try {
      var candidate = wishes().lent(candidates, lease);
      var bought = send(candidate, lease);
      if (bought.isEmpty()) lease.close();
      return bought;
    } catch (InterruptedException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private Optional<Bought> send(Candidate candidate, Lease lease) throws InterruptedException {
    var job = ledger.job();
    if (job.state() == JobState.QUEUED && !ledger.store(submitting(job, candidate, lease, parts.time().instant()))) return unsaid();
    ledger.publish();
    parts.dispatcher().began(candidate);
    Optional<Step> step = Optional.empty();
    try {
      step = start(candidate, lease);
    } finally {
      if (step.isEmpty()) parts.dispatcher().ended(candidate);
    }
    if (step.isEmpty()) {
      loan.failed();
      return Optional.empty();
    }
    lease.succeeded();
    // Where the one before took the work too and gave it up, being taken means little.
    if (!(failure instanceof Failure.WorkFailed)) loan.accepted();
    return Optional.of(new Bought(step.get(), candidate, lease));
  }

  /** No row says that it is being sent: so it is not. One that somebody took out of the database ends here. */
  private Optional<Bought> unsaid() throws InterruptedException {
    if (ledger.ended()) return Optional.empty();
    return ended(JobState.CANCELLED, new Failure.Cancelled("The job was taken out of the database before it was sent."));
  }

  /** Sends the work; empty when that failed, and then the job has ended or is queued again. */
  private Optional<Step> start(Candidate candidate, Lease lease) throws InterruptedException {
    sent++;
    try {
      return Optional.of(candidate.provider().start(candidate.prepare(ledger.job().task()), lease.credential(), ledger));
    } catch (GatewayException e) {
      lease.failed(e.failure());
      if (e.failure() instanceof Failure.Unreachable && !lease.credential().proxy().isEmpty()) astray.add(lease.credential());
      if (e.failure() instanceof Failure.Unfit) unfit.add(lease.credential());
      parts.dispatcher().failed(candidate, e.failure());
      return refused(candidate, lease, e.failure());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "adapter broke job=" + ledger.job().id() + " provider=" + candidate.provider().id(), e);
      return refused(candidate, lease, new Failure.Internal("Easel made a mistake while it sent this job."));
    }
  }

  private Optional<Step> refused(Candidate candidate, Lease lease, Failure why) throws InterruptedException {
    failure = why;
    switch (parts.options().next(why)) {
      case STOP -> ledger.end(JobState.FAILED, why);
      case OTHER_CREDENTIAL, OTHER_PROVIDER -> ledger.back(why);
      case UNKNOWN -> {
        return reconcile(candidate.provider().id(), lease, why);
      }
    }
    return Optional.empty();
  }

  // ---- doubt ------------------------------------------------------------------------------------------------------

  /** Asks the provider what became of a submit without an answer; where it cannot tell, the job is unknown. */
  Optional<Step> reconcile(String provider, Lease lease, Failure why) throws InterruptedException {
    var asks = parts.catalogue().reconciling(provider);
    if (asks.isEmpty()) {
      ledger.end(JobState.UNKNOWN, unknown(why));
      return Optional.empty();
    }
    var found = lookFor(asks.get(), lease, why);
    if (found.isEmpty() && !ledger.ended()) {
      failure = new Failure.NoCapacity(Duration.ofSeconds(1), why.message());
      ledger.notReceived();
    }
    return found;
  }

  private Optional<Step> lookFor(Reconciling asks, Lease lease, Failure why) throws InterruptedException {
    try {
      var job = ledger.job();
      return asks.find(parts.catalogue().sent(job), lease.credential(), ledger);
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "not reconciled job={0} code={1} message={2}", ledger.job().id(), e.failure().code(), e.failure().message());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "adapter broke while it looked for lost work job=" + ledger.job().id(), e);
    }
    ledger.end(JobState.UNKNOWN, unknown(why));
    return Optional.empty();
  }

  Failure unknown(Failure why) {
    return new Failure.OutcomeUnknown("The work was sent to " + ledger.job().hold().provider()
        + " and no clear answer came back: it may have been done and charged. (" + why.message() + ")");
  }
}
