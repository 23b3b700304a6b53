package easel;

import easel.core.Notice;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/** Tells operators what they want to hear of: in the log, and to whoever asks for the last {@value #KEPT}. */
final class Notices implements Notice.Listener {
  static final int KEPT = 500;
  private static final System.Logger LOG = System.getLogger("easel");

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Notice> latest = new ArrayDeque<>();

  @Override
  public void heard(Notice notice) {
    LOG.log(level(notice.kind()), "notice kind={0} provider={1} credential={2}: {3}", notice.kind().name().toLowerCase(Locale.ROOT),
        notice.provider(), notice.credential(), notice.words());
    lock.lock();
    try {
      latest.addFirst(notice);
      if (latest.size() > KEPT) latest.removeLast();
    } finally {
      lock.unlock();
    }
  }

  private static Level level(Notice.Kind kind) {
    return switch (kind) {
      case DISABLED, RESTED, EXPIRING, LEAKED, STRANDED, PROXY_DOWN, DIRECT -> Level.WARNING;
      case RECOVERED, REFRESHED, PROXY_UP -> Level.INFO;
    };
  }

  /** Newest first, none older than {@code since}. */
  List<Notice> latest(int limit, Instant since) {
    lock.lock();
    try {
      var list = new ArrayList<Notice>();
      for (var notice : latest) if (list.size() < limit && !notice.at().isBefore(since)) list.add(notice);
      return list;
    } finally {
      lock.unlock();
    }
  }
}
