package easel.job;

import easel.core.Failure;
import easel.core.Task;
import easel.core.Time;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Decides in which order candidates are asked, and remembers how they did. */
final class Dispatcher {
  /** How much the latest job counts against all before it. */
  private static final double NEWS = 0.2;

  /** Seconds a failure of one who never succeeded counts for. */
  private static final double IN_VAIN = 60;

  /** Idle time after which a slow or failing candidate is worth twice as much again: it may have recovered. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  /**
   * How one candidate did lately.
   *
   * @param busy jobs of ours it has now
   * @param seconds it took for a job, a moving mean; 0 before the first
   * @param success share of jobs that came to a good end, a moving mean
   * @param last when it was asked, in {@link Time#nanos}
   */
  private record Score(int busy, double seconds, double success, long last) {
    static final Score NEW = new Score(0, 0, 1, 0);

    Score began(long now) {
      return new Score(busy + 1, seconds, success, now);
    }

    Score ended() {
      return new Score(Math.max(0, busy - 1), seconds, success, last);
    }

    Score succeeded(double took) {
      return new Score(busy, seconds == 0 ? took : mix(seconds, took), mix(success, 1), last);
    }

    /** One that never succeeded is not known to be fast. */
    Score failed() {
      return new Score(busy, seconds == 0 ? IN_VAIN : seconds, mix(success, 0), last);
    }

    private static double mix(double old, double now) {
      return old + NEWS * (now - old);
    }

    /** Seconds to a result, tries in vain counted; nothing for one that is not known yet, so that it is tried. */
    double expected(long now) {
      double idle = (now - last) / (double) FORGOTTEN.toNanos();
      return seconds / Math.max(success, 0.05) * Math.pow(0.5, idle);
    }
  }

  private final Map<String, Score> scores = new ConcurrentHashMap<>();
  private final Budget budget = new Budget();
  private final Time time;

  Dispatcher(Time time) {
    this.time = time;
  }

  Budget budget() {
    return budget;
  }

  /** The first shall be asked first. */
  List<Candidate> order(List<Candidate> candidates, Strategy strategy, Task task) {
    long now = time.nanos();
    return switch (strategy) {
      case ORDER -> candidates;
      case BALANCED -> sorted(candidates, Comparator.comparingInt(c -> score(c).busy()));
      case CHEAPEST -> sorted(candidates, Comparator.comparing(c -> price(c, task), Dispatcher::cheaper));
      case FASTEST -> sorted(candidates, Comparator.comparingDouble(c -> score(c).expected(now)));
    };
  }

  /** Keeps the written order among equals. */
  private static List<Candidate> sorted(List<Candidate> candidates, Comparator<Candidate> by) {
    return candidates.stream().sorted(by).toList();
  }

  private static Optional<BigDecimal> price(Candidate candidate, Task task) {
    return candidate.model().price().map(p -> p.estimate(candidate.prepare(task)));
  }

  private static int cheaper(Optional<BigDecimal> a, Optional<BigDecimal> b) {
    if (a.isEmpty() || b.isEmpty()) return Boolean.compare(a.isEmpty(), b.isEmpty());
    return a.get().compareTo(b.get());
  }

  private Score score(Candidate candidate) {
    return scores.getOrDefault(candidate.model().address(), Score.NEW);
  }

  void began(Candidate candidate) {
    // Asked before: who waits for a lock inside of the map's own would hold a carrier thread on JDK 21.
    long now = time.nanos();
    scores.compute(candidate.model().address(), (a, r) -> (r == null ? Score.NEW : r).began(now));
  }

  void ended(Candidate candidate) {
    scores.computeIfPresent(candidate.model().address(), (a, r) -> r.ended());
  }

  void succeeded(Candidate candidate, Duration took) {
    scores.computeIfPresent(candidate.model().address(), (a, r) -> r.succeeded(took.toMillis() / 1000.0));
  }

  /** What the caller got wrong, or may not have, says nothing of who was asked. */
  void failed(Candidate candidate, Failure why) {
    if (why instanceof Failure.Invalid || why instanceof Failure.Refused || why instanceof Failure.Cancelled) return;
    scores.computeIfPresent(candidate.model().address(), (a, r) -> r.failed());
  }
}
