package easel;

import java.util.logging.LogManager;

/**
 * The JDK's log manager closes every log as soon as the process is told to stop, before the last jobs have been put
 * away. This one stays open: what happens during a stop is what an operator most wants to read.
 */
public final class Logs extends LogManager {
  /** Called by the JDK, which is told the class by its name. */
  public Logs() {}

  /** Must come before the first use of any logger. */
  static void keepOpen() {
    System.setProperty("java.util.logging.manager", Logs.class.getName());
  }

  @Override
  public void reset() {
    // Nothing: see above.
  }
}
