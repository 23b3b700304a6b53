package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import easel.provider.LeonardoTraces.Likeness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Looks for a purchase whose answer was lost in the list of all generations of the account, the only trace there is.
 *
 * <p>"Found" takes our own seed, or exactly one generation that fits, is nobody else's, and is still the only one at
 * the next look. "Never accepted" takes a list that was read far enough, and shows nothing like it in four looks over a
 * minute. Everything else stays unknown: to buy twice is worse.
 */
final class LeonardoSearch {
  static final Duration PAUSE = Duration.ofSeconds(20);
  static final int LOOKS = 4;
  static final int PAGE = 50;
  private static final int PAGES_MAX = 20;
  /** How far our clock and Leonardo's may be apart. */
  private static final Duration SKEW = Duration.ofMinutes(5);
  /** Where nobody knows when it was sent: older than that, a likeness is a coincidence. */
  private static final Duration RECENT = Duration.ofHours(1);

  private final Pages pages;
  private final LeonardoTraces traces;
  private final Optional<Instant> sent;
  private final Predicate<String> claimed;
  private final Time time;

  /** The list, newest first as far as anybody has seen. */
  interface Pages {
    List<Fields> at(int offset) throws InterruptedException;
  }

  /** {@code sent}: when, where this process knows; {@code claimed}: whether a generation is another job's. */
  LeonardoSearch(Pages pages, LeonardoTraces traces, Optional<Instant> sent, Predicate<String> claimed, Time time) {
    this.pages = pages;
    this.traces = traces;
    this.sent = sent;
    this.claimed = claimed;
    this.time = time;
  }

  /** What one look showed. {@code whole}: the list was read far enough to say what is not in it. */
  private record Look(List<String> certain, List<String> strong, int perhaps, boolean whole) {
    boolean nothing() {
      return certain.isEmpty() && strong.isEmpty() && perhaps == 0;
    }
  }

  /**
   * The id of the generation; empty if it certainly was never accepted.
   *
   * @param alone whether no other purchase of ours could have left the same traces
   * @throws GatewayException if that cannot be told
   */
  Optional<String> find(BooleanSupplier alone) throws InterruptedException {
    var before = List.<String>of();
    int quiet = 0;
    for (int look = 1; ; look++) {
      var seen = look();
      if (seen.certain.size() == 1) return Optional.of(seen.certain.getFirst());
      boolean only = seen.certain.isEmpty() && seen.strong.size() == 1 && seen.perhaps == 0 && alone.getAsBoolean();
      if (only && seen.strong.equals(before)) return Optional.of(before.getFirst());
      quiet = seen.nothing() && seen.whole ? quiet + 1 : 0;
      if (quiet == LOOKS) return Optional.empty();
      // what is somebody else's may be claimed in the meantime, so there is a second chance
      if (look == 2 * LOOKS - 1 || seen.nothing() && !seen.whole) throw unknown(seen);
      before = only ? seen.strong : List.of();
      time.sleep(PAUSE);
    }
  }

  private static GatewayException unknown(Look seen) {
    int alike = seen.certain.size() + seen.strong.size() + seen.perhaps;
    return new GatewayException(new Failure.OutcomeUnknown(alike == 0
        ? "leonardo lists no such generation, but more than can be read"
        : "leonardo lists " + alike + " generations that could be the one"));
  }

  private Look look() throws InterruptedException {
    var certain = new ArrayList<String>();
    var strong = new ArrayList<String>();
    int perhaps = 0;
    var order = new Order();
    for (int page = 0, offset = 0; page < PAGES_MAX; page++) {
      var listed = pages.at(offset);
      // it may give fewer than were asked for, so only an empty page is the end
      if (listed.isEmpty()) return new Look(certain, strong, perhaps, true);
      offset += listed.size();
      for (var generation : listed) {
        var id = generation.text("id", "");
        order.add(LeonardoTraces.created(generation));
        switch (likeness(generation, id)) {
          case CERTAIN -> certain.add(id);
          case STRONG -> strong.add(id);
          case PERHAPS -> perhaps++;
          case NONE -> { }
        }
      }
      if (order.passed(sent.map(s -> s.minus(SKEW)))) return new Look(certain, strong, perhaps, true);
    }
    return new Look(certain, strong, perhaps, false);
  }

  private Likeness likeness(Fields generation, String id) {
    var likeness = traces.of(generation);
    if (likeness == Likeness.CERTAIN || likeness == Likeness.NONE) return likeness;
    if (claimed.test(id)) return Likeness.NONE;
    var created = LeonardoTraces.created(generation);
    if (sent.isPresent()) {
      return created.isPresent() && created.get().isBefore(sent.get().minus(SKEW)) ? Likeness.NONE : likeness;
    }
    boolean recent = created.map(c -> c.isAfter(time.instant().minus(RECENT))).orElse(false);
    return recent ? likeness : Likeness.PERHAPS;
  }

  /** Whether the list really goes from new to old: only then what is older than the submit ends the search. */
  private static final class Order {
    private Optional<Instant> last = Optional.empty();
    private boolean falls;
    private boolean broken;

    void add(Optional<Instant> created) {
      if (created.isEmpty()) broken = true;
      if (created.isPresent() && last.isPresent()) {
        broken |= created.get().isAfter(last.get());
        falls |= created.get().isBefore(last.get());
      }
      last = created;
    }

    boolean passed(Optional<Instant> moment) {
      return falls && !broken && moment.isPresent() && last.isPresent() && last.get().isBefore(moment.get());
    }
  }
}
