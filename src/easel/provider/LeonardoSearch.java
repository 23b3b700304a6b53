package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Looks for a purchase whose answer was lost in the list of all generations of the account, the only trace there is.
 *
 * <p>Our own seed is as good as an id. Otherwise it takes exactly one generation that is like the purchase, and is
 * still the only one at the next look. Everything else stays unknown: that something is not in the list proves nothing,
 * as nobody documents what is listed, and when.
 */
final class LeonardoSearch {
  static final Duration PAUSE = Duration.ofSeconds(20);
  static final int LOOKS = 4;
  static final int PAGE = 50;
  static final int PAGES_MAX = 20;

  private final Account account;
  private final LeonardoTraces traces;
  private final BooleanSupplier alone;
  private final Time time;

  /** Opens the list for one look; the newest come first as far as anybody has seen. */
  interface Account {
    Pages list() throws InterruptedException;
  }

  /** Its generations from one on; it may give fewer than fit on a page, so only an empty page is the end. */
  interface Pages {
    List<Fields> from(int offset) throws InterruptedException;
  }

  /** {@code alone}: whether no other purchase of ours could have left the same traces. */
  LeonardoSearch(Account account, LeonardoTraces traces, BooleanSupplier alone, Time time) {
    this.account = account;
    this.traces = traces;
    this.alone = alone;
    this.time = time;
  }

  /**
   * The id of the generation. Takes a minute where it is not found.
   *
   * @throws GatewayException {@code OutcomeUnknown} unless there is exactly one
   */
  String find() throws InterruptedException {
    var words = "leonardo does not list exactly one generation that is like it";
    var unknown = new GatewayException(new Failure.OutcomeUnknown(words));
    var before = Optional.<String>empty();
    for (int look = 0; look < LOOKS; look++) {
      if (look > 0) time.sleep(PAUSE);
      var now = Optional.<String>empty();
      try {
        now = theOnlyOne();
      } catch (GatewayException e) {
        unknown.addSuppressed(e);
      }
      boolean sure = traces.planted() || now.equals(before) && alone.getAsBoolean();
      if (now.isPresent() && sure) return now.get();
      before = now;
    }
    throw unknown;
  }

  /** Empty if there are several or none, if another one may be it too, or if the list has no end. */
  private Optional<String> theOnlyOne() throws InterruptedException {
    var found = new HashSet<Optional<String>>();
    var list = account.list();
    for (int page = 0, offset = 0; page < PAGES_MAX; page++) {
      var listed = list.from(offset);
      for (var generation : listed) {
        switch (traces.of(generation)) {
          // while it is read, what is new moves the others on: one may be seen twice
          case SAME -> found.add(LeonardoAnswer.id(generation, "id"));
          case PERHAPS -> found.add(Optional.empty());
          case NONE -> { }
        }
      }
      if (listed.stream().allMatch(traces::before)) return only(found);
      offset += listed.size();
    }
    return traces.planted() ? only(found) : Optional.empty();
  }

  private static Optional<String> only(Set<Optional<String>> found) {
    return found.size() == 1 ? found.iterator().next() : Optional.empty();
  }
}
