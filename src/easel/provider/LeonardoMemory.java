package easel.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What this process knows of its own purchases at Leonardo, which has no place for an id of ours: when each was sent,
 * and which generations are already somebody's. It only ever narrows a search; without it, as after a restart, the
 * search says "unknown" more often.
 */
final class LeonardoMemory {
  private static final int CLAIMS_MAX = 10_000;
  private static final Duration FORGOTTEN = Duration.ofHours(6);

  private record Sent(Instant at, String what) {}

  private final Map<String, Sent> open = new ConcurrentHashMap<>();
  private final Set<String> claimed = ConcurrentHashMap.newKeySet();
  private final Queue<String> oldest = new ConcurrentLinkedQueue<>();

  /** Before it leaves; {@code what} is the same for purchases that a listing cannot tell apart. */
  void sending(String tag, Instant now, String what) {
    open.values().removeIf(s -> s.at.isBefore(now.minus(FORGOTTEN)));
    open.put(tag, new Sent(now, what));
  }

  /** It is known what came of it. */
  void settled(String tag) {
    open.remove(tag);
  }

  Optional<Instant> sentAt(String tag) {
    return Optional.ofNullable(open.get(tag)).map(Sent::at);
  }

  /** Whether another purchase, just like this one, has no answer either. */
  boolean rivalled(String tag, String what) {
    return open.entrySet().stream().anyMatch(e -> !e.getKey().equals(tag) && e.getValue().what.equals(what));
  }

  /** The generation belongs to a job. */
  void claim(String generation) {
    if (claimed.add(generation)) oldest.add(generation);
    if (claimed.size() > CLAIMS_MAX) claimed.remove(oldest.poll());
  }

  boolean claimed(String generation) {
    return claimed.contains(generation);
  }
}
