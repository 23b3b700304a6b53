package easel.core;

import java.time.LocalDate;
import java.util.Optional;

/**
 * How long a model is offered. Models come and go: a retired one's name means its successor, or tells of it.
 *
 * @param ends the first day on which its provider does not offer it any more
 * @param successor the name of the model of the same provider that does its work best
 */
public record Life(Optional<LocalDate> ends, Optional<String> successor) {
  public static final Life OPEN = new Life(Optional.empty(), Optional.empty());

  /** Where a model is in its life. */
  public enum State { LIVE, RETIRING, RETIRED }

  public State state(LocalDate today) {
    if (ends.isEmpty()) return State.LIVE;
    return today.isBefore(ends.get()) ? State.RETIRING : State.RETIRED;
  }
}
