package bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What the bench says: details as they come, and at the end Markdown tables for the README. Both also go to a file. */
final class Report implements AutoCloseable {
  private final PrintStream file;
  private final List<String> tables = new ArrayList<>();
  private final Errors errors = new Errors();

  Report(Path path) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    file = new PrintStream(Files.newOutputStream(path), true, "UTF-8");
  }

  void say(String format, Object... values) {
    var line = String.format(Locale.ROOT, format, values);
    System.out.println(line);
    file.println(line);
  }

  /** One line of the tables at the end. */
  void table(String format, Object... values) {
    tables.add(String.format(Locale.ROOT, format, values));
  }

  /** Shows what went wrong at once, and at the end again. */
  void wrong(String where, Errors more) {
    if (more.count() == 0) return;
    errors.addAll(where, more);
    say("!! %s went wrong:%n%s", where, more);
  }

  void wrong(String where, String words) {
    var one = new Errors();
    one.add(words);
    wrong(where, one);
  }

  static String megabytes(OptionalLong bytes) {
    return bytes.isPresent() ? megabytes(bytes.getAsLong()) : "not known here";
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / 1048576.0);
  }

  /** Prints the tables and all errors; returns how many of those there were. */
  int finish() {
    say("");
    tables.forEach(line -> say("%s", line));
    if (errors.count() > 0) say("%n!! %d ERRORS: these numbers are worth nothing%n%s", errors.count(), errors);
    return errors.count();
  }

  @Override
  public void close() {
    file.close();
  }
}
