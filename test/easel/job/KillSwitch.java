package easel.job;

import easel.store.Database;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills the store at one of its commits, just before or just after it is on the disk; counts them otherwise. */
final class KillSwitch implements Database.Probe {
  private final int at;
  private final boolean before;
  private final AtomicInteger seen = new AtomicInteger();
  private final CountDownLatch dead = new CountDownLatch(1);

  KillSwitch(int at, boolean before) {
    this.at = at;
    this.before = before;
  }

  int seen() {
    return seen.get();
  }

  void awaitDead() throws InterruptedException {
    dead.await();
  }

  @Override
  public void beforeCommit(long n) {
    if (before) strike();
  }

  @Override
  public void afterCommit(long n) {
    if (!before) strike();
    seen.incrementAndGet();
  }

  private void strike() {
    if (seen.get() != at) return;
    dead.countDown();
    throw new IllegalStateException("killed at commit " + at);
  }
}
