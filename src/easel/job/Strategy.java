package easel.job;

/** In which order the candidates of a model are asked. */
public enum Strategy {
  /** As they are written down. */
  ORDER,
  /** The one with the fewest of our jobs first. */
  BALANCED,
  /** The one with the lowest list price for this task first; where none is known, last. */
  CHEAPEST,
  /** The one that has lately been done soonest and failed least first. */
  FASTEST
}
