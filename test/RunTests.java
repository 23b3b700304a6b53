import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the JUnit tests of build/tests: all of them, or those whose {@code Class#method} contains one of the arguments.
 * The last line is always {@code N passed, N failed}, also when a test hangs; the exit status is 0 only if none failed.
 *
 * <p>All of them run in three processes: the tests of the whole program, which mostly wait for the processes that they
 * start, beside all others. Within a process one test runs after the other, so that none has to share a JVM.
 */
public final class RunTests implements TestExecutionListener {
  /** JUnit interrupts a test after this long, unless its own {@code @Timeout} says otherwise. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  /** A test that does not even heed the interrupt ends the run. */
  private static final Duration HANGING = Duration.ofSeconds(300);
  private static final int SLOWEST = 5;
  /** The packages whose tests start the jar; those of all others are of one package of it. */
  private static final List<String> APART = List.of("easel", "easel.sdk");
  /** Before a package's name: an argument that asks for its tests. */
  private static final String IN = "--in=";

  private record Timed(String name, long millis) {}

  private final Map<TestIdentifier, Long> running = new ConcurrentHashMap<>();
  private final List<Timed> timed = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final RecentLog log = new RecentLog();
  private final List<OtherTests> beside;
  private int passed;
  private int failed;

  private RunTests(List<OtherTests> beside) {
    this.beside = beside;
  }

  public static void main(String[] names) throws IOException {
    // As easel.Main does, and as early: the JDK reads it once, at its first TLS connection.
    System.setProperty("com.sun.net.ssl.requireCloseNotify", "true");
    System.exit(names.length == 0 ? all() : some(List.of(names)));
  }

  private static int all() throws IOException {
    var beside = new ArrayList<OtherTests>();
    for (var name : APART) beside.add(OtherTests.start(name, IN + name));
    return new RunTests(beside).run(test -> !APART.contains(packageOf(test)), "");
  }

  private static int some(List<String> names) {
    var tests = new RunTests(List.of());
    var first = names.getFirst();
    if (first.startsWith(IN)) return tests.run(test -> packageOf(test).equals(first.substring(IN.length())), " " + first);
    return tests.run(test -> names.stream().anyMatch(test::contains), " with a name like " + String.join(" or ", names));
  }

  private int run(Predicate<String> wanted, String kind) {
    // Process tests start the jar on the same JVM that runs them.
    if (System.getProperty("easel.java") == null) System.setProperty("easel.java", OtherTests.java());
    log.install();
    Thread.ofPlatform().daemon().name("test-watch").start(this::watch);
    var request = LauncherDiscoveryRequestBuilder.request()
        .selectors(selectClasspathRoots(Set.of(Path.of("build", "tests"))))
        .filters(only(wanted))
        .configurationParameter("junit.jupiter.execution.timeout.default", PATIENCE.toSeconds() + " s")
        .build();
    try {
      LauncherFactory.create().execute(request, this);
    } catch (RuntimeException e) {
      failed("the tests could not be found", e);
    }
    if (passed + failed + skipped.size() == 0) failed("there is no test" + kind, null);
    return summary();
  }

  private static PostDiscoveryFilter only(Predicate<String> wanted) {
    return test -> FilterResult.includedIf(fullName(test).map(wanted::test).orElse(true));
  }

  private static String packageOf(String name) {
    var type = name.substring(0, name.indexOf('#'));
    return type.substring(0, Math.max(0, type.lastIndexOf('.')));
  }

  private static Optional<String> fullName(TestDescriptor test) {
    return test.getSource().map(RunTests::sourceName).filter(name -> name.contains("#"));
  }

  private static String sourceName(TestSource source) {
    return switch (source) {
      case MethodSource m -> m.getClassName() + "#" + m.getMethodName();
      case ClassSource c -> c.getClassName();
      default -> "";
    };
  }

  private static String name(TestIdentifier test) {
    var source = test.getSource().map(RunTests::sourceName).orElse("");
    return source.endsWith("#" + test.getDisplayName().replaceAll("\\(.*", "")) ? source
        : source + " " + test.getDisplayName();
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    if (test.isTest()) {
      log.clear();
      running.put(test, System.nanoTime());
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    skipped.add(name(test) + ": " + reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    var started = running.remove(test);
    if (started != null) timed.add(new Timed(name(test), (System.nanoTime() - started) / 1_000_000));
    switch (result.getStatus()) {
      case FAILED -> failed(name(test), result.getThrowable().orElse(null));
      case ABORTED -> executionSkipped(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason"));
      case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
    }
  }

  private void failed(String name, Throwable cause) {
    failed++;
    System.out.println("FAILED " + name);
    for (var t = cause; t != null; t = t.getCause()) print(t);
    log.show();
  }

  /** The message, and of the stack only what is ours. */
  private static void print(Throwable t) {
    var words = t instanceof AssertionError && t.getMessage() != null ? t.getMessage() : t.toString();
    System.out.println(words.indent(2).stripTrailing());
    for (var frame : t.getStackTrace()) {
      var type = frame.getClassName();
      if (type.startsWith("easel.") || type.startsWith("fake.")) System.out.println("    at " + frame);
    }
  }

  private int summary() {
    beside.forEach(this::add);
    timed.sort(Comparator.comparingLong(Timed::millis).reversed());
    System.out.println("slowest:");
    timed.stream().limit(SLOWEST).forEach(t -> System.out.printf(Locale.ROOT, "%6d ms  %s%n", t.millis, t.name));
    for (var test : skipped) System.out.println("SKIPPED " + test);
    if (!skipped.isEmpty()) System.out.println("!! " + skipped.size() + " SKIPPED, named above: they prove nothing");
    System.out.println(passed + " passed, " + failed + " failed");
    return failed == 0 ? 0 : 1;
  }

  /** What the other process said, but for its last line; its counts are added to ours. */
  private void add(OtherTests other) {
    var counts = other.await();
    passed += counts.passed();
    failed += counts.failed();
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(1000);
        for (var test : running.entrySet()) {
          if (System.nanoTime() - test.getValue() > HANGING.toNanos()) halt(test.getKey());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void halt(TestIdentifier test) {
    Thread.getAllStackTraces().forEach((thread, frames) -> {
      System.out.println(thread);
      for (var frame : frames) {
        if (!frame.getClassName().startsWith("org.junit")) System.out.println("    at " + frame);
      }
    });
    failed(name(test) + " hangs; the threads are above, the rest was not run", null);
    Runtime.getRuntime().halt(summary());
  }

  /** Keeps the last lines that the code under test logged, and shows them only when the test fails. */
  private static final class RecentLog extends Handler {
    private static final int LINES = 40;
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final Deque<LogRecord> entries = new ArrayDeque<>();

    void install() {
      LogManager.getLogManager().reset();
      var root = LogManager.getLogManager().getLogger("");
      root.setLevel(Level.INFO);
      root.addHandler(this);
    }

    synchronized void clear() {
      entries.clear();
    }

    synchronized void show() {
      for (var entry : entries) {
        var words = formatter.formatMessage(entry);
        System.out.println("    log " + entry.getLevel() + " " + entry.getLoggerName() + " " + words);
        for (var t = entry.getThrown(); t != null; t = t.getCause()) print(t);
      }
    }

    @Override
    public synchronized void publish(LogRecord entry) {
      if (entry.getLoggerName() != null && entry.getLoggerName().startsWith("org.junit")) return;
      if (entries.size() == LINES) entries.removeFirst();
      entries.addLast(entry);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
