package easel.pool;

import easel.core.Notice;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a {@link PoolListener} is told, and what goes to the log: written down under the pool's lock, in the order of
 * things, and told after it, one thing at a time, by whichever thread comes by. The others do not wait for that.
 */
final class Tidings {
  private static final System.Logger LOG = System.getLogger("easel.pool");

  private final PoolListener listener;
  private final Moments moments;
  private final ConcurrentLinkedQueue<Runnable> untold = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean telling = new AtomicBoolean();

  Tidings(PoolListener listener, Moments moments) {
    this.listener = listener;
    this.moments = moments;
  }

  /** Under the lock. */
  void changed(Slot slot) {
    changed(slot, Optional.empty());
  }

  /** Under the lock. */
  void changed(Slot slot, Notice.Kind kind, String words) {
    var credential = slot.credential();
    var notice = new Notice(moments.instant(), kind, credential.provider(), credential.name(), words);
    changed(slot, Optional.of(notice));
  }

  private void changed(Slot slot, Optional<Notice> notice) {
    var credential = slot.credential();
    var standing = slot.standing();
    untold.add(() -> listener.changed(credential, standing, notice));
  }

  /** A line for the log, whose disk may be slow. Under the lock. */
  void said(Level level, String words, Object... values) {
    untold.add(() -> LOG.log(level, words, values));
  }

  /** Outside of it. Whoever adds while another tells leaves it to that one, who looks again before it goes. */
  void tell() {
    while (!untold.isEmpty() && telling.compareAndSet(false, true)) {
      try {
        for (var next = untold.poll(); next != null; next = untold.poll()) next.run();
      } finally {
        telling.set(false);
      }
    }
  }
}
