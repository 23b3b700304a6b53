package easel.pool;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Kind;

/** The temporary right to use a credential. Say how the call ended before closing; closing twice does no harm. */
public final class Lease implements AutoCloseable {
  private final TokenPool pool;
  private final Lane lane;
  private final Slot slot;
  private final Terms terms;
  private final Credential credential;
  private boolean judged;
  private boolean closed;
  private boolean told;

  /**
   * What it was lent for.
   *
   * @param fresh for new work, which limits and the breaker count; not for work that is already upstream
   */
  record Terms(String owner, Kind kind, Wish.Ask ask, boolean fresh, Breaker.Pass pass, long since) {}

  Lease(TokenPool pool, Lane lane, Slot slot, Terms terms) {
    this.pool = pool;
    this.lane = lane;
    this.slot = slot;
    this.terms = terms;
    this.credential = slot.credential();
    this.judged = !terms.fresh();
  }

  public Credential credential() {
    return credential;
  }

  /** Which of the wish it is the answer to; for work that is already upstream, its provider and 0. */
  public Wish.Ask ask() {
    return terms.ask();
  }

  /** The provider took the work: what was counted against it and the credential is forgiven. */
  public void succeeded() {
    pool.succeeded(this);
  }

  /**
   * Rests or disables the credential where the failure is its fault, and only there. The first outcome of new work also
   * tells whether the provider is in trouble; what comes later, while the work is followed, no more does.
   */
  public void failed(Failure failure) {
    pool.failed(this, failure);
  }

  @Override
  public void close() {
    pool.back(this);
  }

  @Override
  public String toString() {
    return "lease credential=" + credential.name() + " owner=" + terms.owner();
  }

  /** Its secret has not been replaced since: what becomes of it says something of the one that has its name now. */
  boolean current() {
    return credential.secret().equals(slot.credential().secret());
  }

  Lane lane() {
    return lane;
  }

  Slot slot() {
    return slot;
  }

  Terms terms() {
    return terms;
  }

  /** True the first time for new work: its outcome counts. */
  boolean judge() {
    boolean first = !judged;
    judged = true;
    return first;
  }

  boolean judged() {
    return judged;
  }

  /** True the first time. */
  boolean end() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  /** True the first time: it has been out for too long. */
  boolean tell() {
    boolean first = !told;
    told = true;
    return first;
  }
}
