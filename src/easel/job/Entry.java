package easel.job;

import easel.pool.Lease;
import easel.pool.Ticket;
import java.util.Optional;

/** What a new job begins with: a credential it was stored with as submitting, or a place in the queue. */
record Entry(Optional<Lease> lease, Optional<Ticket> ticket) {
  /** Lets both go, for a job that did not come to be. */
  void close() {
    lease.ifPresent(Lease::close);
    ticket.ifPresent(Ticket::close);
  }
}
