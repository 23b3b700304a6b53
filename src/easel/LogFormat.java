package easel;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** One line per message, the stack of an exception below it; to standard error. */
final class LogFormat extends Formatter {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

  /** Held here, because the JDK keeps loggers weakly and would forget the level. */
  private static final Logger OURS = Logger.getLogger("easel");

  static void install(boolean debug) {
    for (var old : Logger.getLogger("").getHandlers()) Logger.getLogger("").removeHandler(old);
    var handler = new ConsoleHandler();
    handler.setFormatter(new LogFormat());
    handler.setLevel(Level.ALL);
    Logger.getLogger("").addHandler(handler);
    Logger.getLogger("").setLevel(Level.WARNING);
    debug(debug);
  }

  /** For commands, whose answer is what they print: only what went wrong. */
  static void installQuiet() {
    install(false);
    OURS.setLevel(Level.WARNING);
  }

  static void debug(boolean on) {
    OURS.setLevel(on ? Level.FINE : Level.INFO);
  }

  @Override
  public String format(LogRecord entry) {
    var time = TIME.format(entry.getInstant().atZone(ZoneId.systemDefault()));
    var line = time + " " + word(entry.getLevel()) + " " + entry.getLoggerName() + " " + oneLine(formatMessage(entry));
    return line + System.lineSeparator() + stack(entry.getThrown());
  }

  private static String word(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) return "ERROR";
    if (level.intValue() >= Level.WARNING.intValue()) return "WARN ";
    return level.intValue() >= Level.INFO.intValue() ? "INFO " : "DEBUG";
  }

  /** What came from outside must not be able to look like a line of its own. */
  private static String oneLine(String message) {
    return message.replace('\n', ' ').replace('\r', ' ');
  }

  /** Indented: the messages in it may have lines of their own, from outside too. */
  private static String stack(Throwable thrown) {
    if (thrown == null) return "";
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString().lines().map(line -> "  " + line + System.lineSeparator()).collect(Collectors.joining());
  }
}
