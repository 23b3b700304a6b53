package easel.upstream;

import easel.core.Failure;
import easel.core.GatewayException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** So many calls at one host and port at a time. A host is remembered only while somebody calls it or waits to. */
final class Slots {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private static final class Host {
    final Semaphore free;
    int users; // changed inside compute alone

    Host(int max) {
      free = new Semaphore(max, true);
    }
  }

  private final ConcurrentHashMap<String, Host> hosts = new ConcurrentHashMap<>();
  private final int max;

  Slots(int max) {
    this.max = max;
  }

  /** Waits for a slot; {@link #give} must follow. Throws {@code NoCapacity} when none came free in time. */
  void take(Target target, Duration patience) throws InterruptedException {
    var host = hosts.compute(target.authority(), (key, known) -> {
      var it = known == null ? new Host(max) : known;
      it.users++;
      return it;
    });
    var taken = false;
    try {
      taken = host.free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (!taken) {
        throw new GatewayException(new Failure.NoCapacity(RETRY_AFTER, "too many calls at once to " + target.host()));
      }
    } finally {
      if (!taken) leave(target);
    }
  }

  void give(Target target) {
    hosts.get(target.authority()).free.release();
    leave(target);
  }

  int hosts() {
    return hosts.size();
  }

  private void leave(Target target) {
    hosts.computeIfPresent(target.authority(), (key, host) -> --host.users == 0 ? null : host);
  }
}
