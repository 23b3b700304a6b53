package easel.core;

/** Hears of every event of every job; must return at once. */
public interface EventListener {
  void heard(Event event);
}
