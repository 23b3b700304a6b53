package easel.sdk;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The scripts of test/sdk, and the npm packages they try. Those are installed once, as the lock file has them, into
 * build/npm/sdk; without node, npm or a registry the tests are skipped and say so.
 */
final class NodeScripts {
  private static final Path SOURCE = Path.of("test", "sdk");
  private static final Path HOME = Path.of("build", "npm", "sdk");
  /** A copy of the lock file, made when all of it was there. */
  private static final Path INSTALLED = HOME.resolve("installed.json");
  private static final String LOCK = "package-lock.json";
  /** The oldest node that has all that the scripts use. */
  private static final int NODE_MIN = 20;

  private NodeScripts() {}

  /** Aborts the test, with the reason, where the packages cannot be had. */
  static NodeScripts installed() throws IOException, InterruptedException {
    int version = nodeVersion();
    assumeTrue(version >= NODE_MIN, "the npm clients need node " + NODE_MIN + " or newer on the PATH, and there is "
        + (version == 0 ? "none" : "only " + version));
    Files.createDirectories(HOME);
    try (var files = Files.newDirectoryStream(SOURCE)) {
      for (var file : files) Files.copy(file, HOME.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(INSTALLED) || Files.mismatch(INSTALLED, HOME.resolve(LOCK)) >= 0) install();
    return new NodeScripts();
  }

  private static int nodeVersion() throws InterruptedException {
    try {
      var said = Program.run(20, "node", "--version").output().strip();
      return said.matches("v\\d+\\..*") ? Integer.parseInt(said.substring(1, said.indexOf('.'))) : 0;
    } catch (IOException none) {
      return 0;
    }
  }

  private static void install() throws IOException, InterruptedException {
    Files.deleteIfExists(INSTALLED);
    try {
      var npm = Program.run(100, "npm", "ci", "--prefix", HOME.toString(), "--ignore-scripts", "--no-audit",
          "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000", "--loglevel=error");
      var why = String.join("; ", npm.errors().lines().limit(3).toList());
      if (npm.status() != 0) abort("npm cannot install the clients of test/sdk: " + why);
    } catch (IOException none) {
      abort("npm is needed once to install the clients of test/sdk, and is not on the PATH");
    }
    Files.copy(HOME.resolve(LOCK), INSTALLED);
  }

  /** Runs this code beside the installed packages. */
  Program.Outcome run(String name, String code, Map<String, String> environment)
      throws IOException, InterruptedException {
    var file = Files.writeString(HOME.resolve(name + ".mjs"), code);
    return Program.run(50, environment, "node", file.toString());
  }

  /** Runs a script with one of the installed clients; each of its {@code ok} and {@code not ok} lines is a test. */
  Stream<DynamicTest> tests(Class<?> test, String client, String script, Map<String, String> environment)
      throws IOException, InterruptedException {
    var all = new HashMap<>(environment);
    all.put("SDK", client);
    var outcome = Program.run(50, all, "node", HOME.resolve(script + ".mjs").toString());
    var source = URI.create("method:" + test.getName() + "#" + script + "()");
    var tests = new ArrayList<DynamicTest>();
    var lines = outcome.output().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("ok ")) tests.add(test(client, lines.get(i).substring(3), source, List.of()));
      if (lines.get(i).startsWith("not ok ")) {
        var why = lines.subList(i + 1, lines.size()).stream().takeWhile(l -> l.startsWith("  ")).toList();
        tests.add(test(client, lines.get(i).substring(7), source, why));
      }
    }
    if (outcome.status() != 0 || tests.isEmpty()) {
      var why = List.of("exit status " + outcome.status(), outcome.errors());
      tests.add(test(client, script + " runs to its end", source, why));
    }
    return tests.stream();
  }

  private static DynamicTest test(String client, String name, URI source, List<String> why) {
    return dynamicTest(client + ": " + name, source, () -> {
      if (!why.isEmpty()) fail(String.join("\n", why));
    });
  }
}
