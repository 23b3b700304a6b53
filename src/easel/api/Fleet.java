package easel.api;

import easel.api.CredentialBook.Entry;
import easel.api.CredentialBook.State;
import easel.core.Account;
import easel.core.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All credentials at one moment, in the numbers that an operator watches.
 *
 * @param entries each once, the retired left out
 * @param missing those that need a session and have none
 * @param expired those whose session has ended
 * @param expiring those whose session ends within an hour
 */
record Fleet(List<Entry> entries, long missing, long expired, long expiring) {
  private static final Duration SOON = Duration.ofHours(1);
  private static final String LIMITED = new Failure.Limited(Duration.ZERO, "").code();

  /** {@code sessions}: the providers whose credentials are exchanged for a session. */
  static Fleet of(List<Entry> all, Set<String> sessions, Instant now) {
    var seen = new HashSet<List<String>>();
    var entries = all.stream().filter(e -> e.condition().state() != State.RETIRED)
        .filter(e -> seen.add(List.of(e.provider(), e.name()))).toList();
    var needing = entries.stream().filter(e -> sessions.contains(e.provider())).toList();
    var ends = needing.stream().flatMap(e -> end(e).stream()).toList();
    long expired = ends.stream().filter(end -> !end.isAfter(now)).count();
    long soon = ends.stream().filter(end -> !end.isAfter(now.plus(SOON))).count();
    return new Fleet(entries, needing.size() - ends.size(), expired, soon - expired);
  }

  private static Optional<Instant> end(Entry e) {
    return e.account().session().map(Account.Session::expires);
  }

  long active() {
    return entries.stream().filter(e -> e.condition().state() == State.ACTIVE).count();
  }

  /** Those that rest because they were used too much. */
  long limited() {
    var resting = entries.stream().map(Entry::condition).filter(c -> c.state() == State.RESTING);
    return resting.filter(c -> c.code().equals(LIMITED)).count();
  }
}
