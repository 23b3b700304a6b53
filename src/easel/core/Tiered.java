package easel.core;

/** A provider that does some work for accounts of a better class alone. */
public interface Tiered {
  /** The lowest {@link Account.Tier#rank()} that may do this; the task is in the provider's words. */
  int tier(Task task);
}
