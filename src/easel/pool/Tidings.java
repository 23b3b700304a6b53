package easel.pool;

import easel.core.Credential;
import easel.core.Notice;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a {@link PoolListener} is told: written down under the pool's lock, in the order of things, and told after it,
 * one thing at a time, by whichever thread comes by. The others do not wait for that.
 */
final class Tidings {
  private record Tiding(Credential credential, Standing standing, Optional<Notice> notice) {}

  private final PoolListener listener;
  private final Moments moments;
  private final ConcurrentLinkedQueue<Tiding> untold = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean telling = new AtomicBoolean();

  Tidings(PoolListener listener, Moments moments) {
    this.listener = listener;
    this.moments = moments;
  }

  /** Under the lock. */
  void changed(Slot slot) {
    untold.add(new Tiding(slot.credential(), slot.standing(), Optional.empty()));
  }

  /** Under the lock. */
  void changed(Slot slot, Notice.Kind kind, String words) {
    var credential = slot.credential();
    var notice = new Notice(moments.instant(), kind, credential.provider(), credential.name(), words);
    untold.add(new Tiding(credential, slot.standing(), Optional.of(notice)));
  }

  /** Outside of it. Whoever adds while another tells leaves it to that one, who looks again before it goes. */
  void tell() {
    while (!untold.isEmpty() && telling.compareAndSet(false, true)) {
      try {
        for (var next = untold.poll(); next != null; next = untold.poll()) {
          listener.changed(next.credential(), next.standing(), next.notice());
        }
      } finally {
        telling.set(false);
      }
    }
  }
}
