package easel.upstream;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The one timer behind all calls. Its thread comes with the first call and goes when there was none for a while. */
final class Watchdog {
  private static final int IDLE_SECONDS = 10;

  private final ScheduledThreadPoolExecutor timer;
  private final UpstreamOptions options;

  Watchdog(UpstreamOptions options) {
    this.options = options;
    timer = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("easel-upstream-watchdog").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /** Begins to watch a call; {@link Watch#end} must follow. */
  Watch watch(Call call) {
    return new Watch(timer, options, call).begin();
  }
}
