package bench;

import java.util.concurrent.ThreadFactory;

/**
 * What the bench's clients run on: a few platform threads answer soonest and cost least, and many would make each other
 * wait (of 256 on two cores, some got no turn for two seconds).
 */
final class Threads {
  private static final int PLATFORM_MAX = 32;

  private Threads() {}

  static ThreadFactory factory(int connections) {
    return connections <= PLATFORM_MAX ? Thread.ofPlatform().daemon().name("client").factory()
        : Thread.ofVirtual().name("client").factory();
  }
}
