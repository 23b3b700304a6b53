package easel.provider;

import easel.core.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Purchases of this process by their prompts. Leonardo's list does not say whose a generation is: where two with the
 * same prompt were under way, one of them alone in the list could be either's.
 */
final class LeonardoTwins {
  /** Farther apart than that, the windows in which two are looked for do not meet. */
  private static final Duration NEAR = Duration.ofHours(1);
  private static final int MAX = 10_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Sent> sent = new LinkedHashMap<>();

  private record Sent(int promptHash, Instant at) {}

  /** About to be sent, or known to have been: after a restart, jobs tell of themselves when they are asked about. */
  void add(Progress purchase, int promptHash) {
    lock.lock();
    try {
      sent.remove(purchase.tag());
      sent.put(purchase.tag(), new Sent(promptHash, purchase.sent()));
      if (sent.size() > MAX) sent.remove(sent.keySet().iterator().next());
    } finally {
      lock.unlock();
    }
  }

  /** Proven to have bought nothing. */
  void remove(Progress purchase) {
    lock.lock();
    try {
      sent.remove(purchase.tag());
    } finally {
      lock.unlock();
    }
  }

  /** Whether no other purchase could have left the same generation behind. */
  boolean alone(Progress purchase, int promptHash) {
    lock.lock();
    try {
      return sent.entrySet().stream().allMatch(e -> e.getKey().equals(purchase.tag())
          || e.getValue().promptHash != promptHash
          || Duration.between(e.getValue().at, purchase.sent()).abs().compareTo(NEAR) > 0);
    } finally {
      lock.unlock();
    }
  }
}
