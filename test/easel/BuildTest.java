package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** build.sh on poor machines: what is missing is told in one sentence. The PATH holds only what a test puts there. */
class BuildTest {
  private static final List<String> TOOLS = List.of("sh", "awk", "sed", "grep", "find", "sort", "cut", "cmp", "cat",
      "head", "rm", "mv", "mkdir", "dirname", "basename", "readlink", "sha256sum", "shasum", "perl");
  private static final String GOOD = "a jar";
  private static final String JAR = "build/lib/run/thing-1.0.jar";

  private record Outcome(int status, String errors) {}

  @TempDir
  Path root;

  @BeforeEach
  void onlyTheScriptOneJarToFetchAndAJdk() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh here");
    Files.copy(Path.of("build.sh"), root.resolve("build.sh"));
    file("deps.txt", "# comment\n\norg.example:thing:1.0  " + sha256(GOOD) + "  run  for the test\n");
    Files.createDirectories(root.resolve("bin"));
    for (var tool : TOOLS) {
      for (var folder : List.of("/usr/bin", "/bin")) {
        var there = Path.of(folder, tool);
        if (Files.isExecutable(there)) {
          Files.createSymbolicLink(root.resolve("bin/" + tool), there);
          break;
        }
      }
    }
    jdk("21.0.4");
  }

  @Test
  void aMissingJdkIsNamed() throws Exception {
    Files.delete(root.resolve("jdk/bin/javac"));
    maven("exit 0");
    assertEquals(new Outcome(1, "build.sh: a JDK 21 or newer is needed: install one, or set JAVA_HOME to it"), fetch());
  }

  @Test
  void anOldJdkIsNamedWithItsPlace() throws Exception {
    jdk("17.0.15");
    maven("exit 0");
    assertEquals(new Outcome(1, "build.sh: a JDK 21 or newer is needed (found only 17 in " + root.resolve("jdk")
        + "): install one, or set JAVA_HOME to it"), fetch());
  }

  @Test
  void aMissingMavenIsNamed() throws Exception {
    assertEquals(new Outcome(1, "build.sh: Maven (mvn) is not on the PATH; it is needed once, to fetch"
        + " the jar thing-1.0.jar of deps.txt"), fetch());
  }

  @Test
  void noNetworkIsOneSentenceAndMavensStackIsKept() throws Exception {
    maven("echo '[ERROR] at org.apache.maven.Something'; echo again >&2; exit 1");
    assertEquals(new Outcome(1, "build.sh: Maven could not fetch the jar thing-1.0.jar of deps.txt;"
        + " without a network none can be had (its own words: build/lib/fetch.log)"), fetch());
    assertTrue(Files.readString(root.resolve("build/lib/fetch.log")).contains("org.apache.maven.Something"));
  }

  @Test
  void aMavenThatFetchesNothingIsNotBelieved() throws Exception {
    maven("exit 0");
    assertTrue(fetch().errors.startsWith("build.sh: Maven could not fetch the jar thing-1.0.jar"));
  }

  @Test
  void aWrongHashIsRefusedAndTheJarThrownAway() throws Exception {
    maven("printf 'another jar' > " + JAR);
    assertEquals(new Outcome(1, "build.sh: thing-1.0.jar has the SHA-256 " + sha256("another jar")
        + ", which is not the one in deps.txt: it was thrown away"), fetch());
    assertFalse(Files.exists(root.resolve(JAR)));
  }

  @Test
  void aPlaceholderHashLetsTheBuildNameTheRightOne() throws Exception {
    file("deps.txt", "org.example:thing:1.0 " + "0".repeat(64) + " test not pinned yet");
    maven("printf '" + GOOD + "' > build/lib/test/thing-1.0.jar");
    assertEquals(new Outcome(1, "build.sh: thing-1.0.jar has the SHA-256 " + sha256(GOOD)
        + ", which is not the one in deps.txt: it was thrown away"), fetch());
  }

  @Test
  void aJarThatWasSpoiltIsFetchedAgain() throws Exception {
    file(JAR, "spoilt");
    maven("[ ! -e " + JAR + " ] && printf '" + GOOD + "' > " + JAR);
    assertEquals(new Outcome(0, ""), fetch());
    assertEquals(GOOD, Files.readString(root.resolve(JAR)));
  }

  @Test
  void whatIsThereAsPinnedNeedsNeitherMavenNorJdk() throws Exception {
    file(JAR, GOOD);
    Files.delete(root.resolve("jdk/bin/javac"));
    assertEquals(new Outcome(0, ""), fetch());
  }

  @Test
  void whoOnlyRunsEaselDoesNotFetchTheJarsOfTests() throws Exception {
    file(JAR, GOOD);
    var deps = Files.readString(root.resolve("deps.txt"));
    file("deps.txt", deps + "org.example:big:1.0 " + sha256("big") + " test big\n");
    assertEquals(new Outcome(0, ""), run("fetch", "run"));
    assertTrue(fetch().errors.contains("to fetch the jar big-1.0.jar"));
  }

  @Test
  void aJarThatDepsNoLongerNamesLeavesTheClassPath() throws Exception {
    file(JAR, GOOD);
    file("build/lib/test/thing-0.9.jar", "old");
    assertEquals(new Outcome(0, ""), fetch());
    assertFalse(Files.exists(root.resolve("build/lib/test/thing-0.9.jar")));
  }

  @Test
  void aLineOfDepsThatCannotBeReadIsNamed() throws Exception {
    file("deps.txt", "# comment\norg.example:thing:1.0 run for the test\n");
    var words = "build.sh: deps.txt line 2 must be: group:artifact:version SHA-256 run|test reason";
    assertEquals(new Outcome(1, words), fetch());
  }

  @Test
  void anUnknownTargetIsNamed() throws Exception {
    assertEquals(new Outcome(1, "build.sh: no target named tset; ./build.sh help lists them"), run("tset"));
  }

  private Outcome fetch() throws IOException, InterruptedException {
    return run("fetch");
  }

  private Outcome run(String... target) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("/bin/sh", "build.sh"));
    command.addAll(List.of(target));
    var builder = new ProcessBuilder(command).directory(root.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("PATH", root.resolve("bin").toString());
    builder.environment().put("HOME", root.toString());
    builder.environment().put("EASEL_JDK_PLACES", root.resolve("jdk").toString());
    var process = builder.start();
    var errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Outcome(process.waitFor(), errors);
  }

  private void jdk(String version) throws IOException {
    file("jdk/release", "JAVA_VERSION=\"" + version + "\"\n");
    executable("jdk/bin/javac", "exit 0");
  }

  private void maven(String script) throws IOException {
    executable("bin/mvn", script);
  }

  private void executable(String name, String script) throws IOException {
    file(name, "#!/bin/sh\n" + script + "\n");
    assertTrue(root.resolve(name).toFile().setExecutable(true));
  }

  private void file(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
