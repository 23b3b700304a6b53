package easel.upstream;

import easel.core.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** How one proxy does. One that fails rests for a while, longer with each failure, until a call goes through it. */
final class ProxyHealth {
  private static final Duration REST_FIRST = Duration.ofSeconds(15);
  private static final Duration REST_MAX = Duration.ofMinutes(5);

  private final ProxySetting proxy;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private int failures;
  private long failedAt;
  private long restsTo;
  private Instant restsUntil = Instant.EPOCH;
  private String lastError = "";
  private long calls;

  ProxyHealth(ProxySetting proxy, Time time) {
    this.proxy = proxy;
    this.time = time;
  }

  ProxySetting proxy() {
    return proxy;
  }

  boolean rests() {
    lock.lock();
    try {
      return failures > 0 && restsTo - time.nanos() > 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A call did not get through, and that is the proxy's fault.
   *
   * @param began when it set out, on {@link Time#nanos}: calls that fail together are one failure
   * @return for how long it rests now; empty where that was known
   */
  Optional<Duration> failed(long began, String words) {
    lock.lock();
    try {
      lastError = words;
      var now = time.nanos();
      if (failures > 0 && began - failedAt < 0) return Optional.empty();
      var rest = REST_FIRST.multipliedBy(1L << Math.min(failures, 10));
      if (rest.compareTo(REST_MAX) > 0) rest = REST_MAX;
      failures++;
      failedAt = now;
      restsTo = now + rest.toNanos();
      restsUntil = time.instant().plus(rest);
      return Optional.of(rest);
    } finally {
      lock.unlock();
    }
  }

  /** A call did not get through, and the proxy may be well. */
  void noted(String words) {
    lock.lock();
    try {
      lastError = words;
    } finally {
      lock.unlock();
    }
  }

  /** It does its work, whatever came of the call; true where it had failed before. {@code through}: a call went. */
  boolean worked(boolean through) {
    lock.lock();
    try {
      var down = failures > 0;
      failures = 0;
      if (through) calls++;
      return down;
    } finally {
      lock.unlock();
    }
  }

  ProxyReport.Entry report(ProxyReport.Use use) {
    lock.lock();
    try {
      var rest = failures > 0 && restsTo - time.nanos() > 0 ? Optional.of(restsUntil) : Optional.<Instant>empty();
      return new ProxyReport.Entry(proxy.words(), use, rest, failures, lastError, calls);
    } finally {
      lock.unlock();
    }
  }
}
