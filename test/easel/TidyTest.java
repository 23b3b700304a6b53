package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The house rules hold in this working tree, and each rule sees what is planted for it. */
class TidyTest {
  @TempDir
  Path root;

  @Test
  void theHouseIsTidy() {
    var tidy = Tidy.of(Path.of("").toAbsolutePath());
    System.out.println(tidy.longest());
    assertEquals("", String.join("\n", tidy.complaints()));
  }

  @Test
  void importsFollowTheTable() throws IOException {
    code("core/A.java", "import easel.store.JobTable;");
    code("http/B.java", "import easel.codec.Fields;");
    code("pool/C.java", "import easel.core.Job; import easel.codec.Fields;");
    code("store/D.java", "import easel.Config;");
    code("Main.java", "import easel.api.OpenAiApi; import easel.provider.Providers;");
    assertComplaints(
        "src/easel/core/A.java:2: core may not import store, only codec",
        "src/easel/pool/C.java:2: pool may not import codec, only core, store",
        "src/easel/store/D.java:2: store may not import easel, which imports it");
  }

  @Test
  void aFullNameIsAnImportToo() throws IOException {
    code("core/A.java", "class A { Object a = easel.store.JobTable.open(\n easel.codec.Fields.of(null)); }");
    assertComplaints("src/easel/core/A.java:2: core may not import store, only codec");
  }

  @Test
  void librariesHaveTheirHomes() throws IOException {
    code("job/A.java", "import java.sql.Connection;\nimport java.net.http.HttpClient;\nimport org.slf4j.Logger;");
    code("store/B.java", "import java.sql.Connection; import org.sqlite.SQLiteConfig;");
    assertComplaints(
        "src/easel/job/A.java:2: java.sql has no place here, only in store",
        "src/easel/job/A.java:3: java.net.http has no place here, only in upstream",
        "src/easel/job/A.java:4: org.slf4j.Logger is not of a library we have");
  }

  @Test
  void packagesAreFlatKnownAndNamedAsTheirFolder() throws IOException {
    file("src/easel/http/inner/A.java", "package easel.http.inner;");
    file("src/easel/util/B.java", "package easel.util;");
    file("src/easel/http/C.java", "package easel.core;");
    assertComplaints(
        "src/easel/http/C.java:1: the package of this folder is easel.http",
        "src/easel/http/inner/A.java:1: packages have no sub-packages",
        "src/easel/http/inner/A.java:1: the package of this folder is easel.http",
        "src/easel/util/B.java:1: util is not a package of the table in ARCHITECTURE.md and TidyRules");
  }

  @Test
  void clocksAndSleepsBelongToTime() throws IOException {
    code("job/A.java", """
        import static java.lang.Thread.sleep;
        class A {
          Object a = java.time.Instant.now();
          java.util.function.Supplier<?> b = Instant::now;
          long c = System.currentTimeMillis(), fine = System.nanoTime();
          void d() throws Exception { sleep(1); Thread
              .sleep(1); }
        }""");
    code("core/Time.java", "class Time { Object now = Instant.now(); }");
    assertComplaints(
        "src/easel/job/A.java:2: Thread.sleep is banned here, use core.Time",
        "src/easel/job/A.java:4: Instant.now is banned here, use core.Time",
        "src/easel/job/A.java:5: Instant.now is banned here, use core.Time",
        "src/easel/job/A.java:6: System.currentTimeMillis is banned here, use core.Time",
        "src/easel/job/A.java:8: Thread.sleep is banned here, use core.Time");
  }

  @Test
  void onlyUpstreamConnects() throws IOException {
    code("provider/A.java", """
        class A {
          Object a = HttpClient.newBuilder().build();
          Object b = new Socket("host", 1);
          Supplier<Object> c = Socket::new;
          Object d = new java.net.ServerSocket(0);
        }""");
    code("upstream/B.java", "class B { Object a = HttpClient.newHttpClient(), b = new Socket(); }");
    assertComplaints(
        "src/easel/provider/A.java:3: HttpClient.newBuilder is banned here, use upstream.Upstream",
        "src/easel/provider/A.java:4: new Socket is banned here, use upstream.Upstream",
        "src/easel/provider/A.java:5: new Socket is banned here, use upstream.Upstream",
        "src/easel/provider/A.java:6: new ServerSocket is banned here, use http.HttpServer");
  }

  @Test
  void onlyEaselPrintsAndReadsTheEnvironment() throws IOException {
    code("api/A.java", """
        class A {
          void a(Exception e) {
            System.out.println("a");
            System.err.println("a");
            e.printStackTrace();
            System.getenv("HOME");
            System.exit(1);
          }
        }""");
    code("Main.java", "class Main { void a() { System.out.println(System.getenv(\"HOME\")); System.exit(0); } }");
    assertComplaints(
        "src/easel/api/A.java:4: System.out is banned here, use a System.Logger",
        "src/easel/api/A.java:5: System.err is banned here, use a System.Logger",
        "src/easel/api/A.java:6: printStackTrace is banned here, use a System.Logger",
        "src/easel/api/A.java:7: System.getenv is banned here, use an options record filled by easel.Config",
        "src/easel/api/A.java:8: System.exit is banned here, use an exception");
  }

  @Test
  void onlyCodecReadsJsonValues() throws IOException {
    code("provider/A.java", """
        class A {
          String a = Json.parse("1").asString();
          Object b = Json.object().add("a", 1);
        }""");
    assertComplaints(
        "src/easel/provider/A.java:3: Json.parse is banned here, use codec.Fields",
        "src/easel/provider/A.java:3: asString is banned here, use codec.Fields");
  }

  @Test
  void locksAreReentrant() throws IOException {
    code("pool/A.java", "class A { synchronized void a() {}\n void b() { synchronized (this) { a(); } } }");
    assertComplaints(
        "src/easel/pool/A.java:2: synchronized pins a virtual thread on JDK 21, use a ReentrantLock",
        "src/easel/pool/A.java:3: synchronized pins a virtual thread on JDK 21, use a ReentrantLock");
  }

  @Test
  void namesSayWhatThingsAre() throws IOException {
    code("job/A.java", """
        import java.util.*;
        class JobManager {
          String getName() { return ""; }
          @Override public String getMessage() { return ""; }
          record JobUtils() {}
        }""");
    assertComplaints(
        "src/easel/job/A.java:2: imports name what they import, not .*",
        "src/easel/job/A.java:3: the name JobManager says nothing, call it what it is",
        "src/easel/job/A.java:4: accessors have no get: getName",
        "src/easel/job/A.java:6: the name JobUtils says nothing, call it what it is");
  }

  @Test
  void exceptionsAreNotSwallowed() throws IOException {
    code("job/A.java", """
        class A {
          void a() {
            try { b(); } catch (IOException e) { }
            try { b(); } catch (IOException e) { /* closing twice is fine */ }
            try { b(); } catch (InterruptedException e) { /* no */ }
            while (c) { try { b(); } catch (InterruptedException e) { continue; } }
            try { b(); } catch (InterruptedException e) { return; }
            try { b(); } catch (InterruptedException e) { Thread.currentThread().interrupt(); }
            try { b(); } catch (IOException | InterruptedException e) { throw new IllegalStateException(e); }
          }
        }""");
    assertComplaints(
        "src/easel/job/A.java:4: an empty catch says in a comment why it may be",
        "src/easel/job/A.java:6: an interrupt travels up, or sets the flag again and stops",
        "src/easel/job/A.java:7: an interrupt travels up, or sets the flag again and stops");
  }

  @Test
  void whatIsLeftToDoHasAnIssue() throws IOException {
    code("job/A.java", "// TODO later\n// TODO #12: later\n");
    file("build.sh", "# FIXME");
    file("build/classes/x.js", "// TODO is not ours to check\n");
    assertComplaints(
        "build.sh:1: what is left to do has an issue number: TODO #12",
        "src/easel/job/A.java:2: what is left to do has an issue number: TODO #12");
  }

  @Test
  void thePageBuildsNodes() throws IOException {
    file("web/js/views/jobs.js", "row.textContent = name\nrow.innerHTML = name\n");
    assertComplaints("web/js/views/jobs.js:2: text enters the page as text nodes, through el() of dom.js");
  }

  @Test
  void noRegistryIsNamed() throws IOException {
    file("deps.txt", "# from https://repo." + "maven.example/x\n");
    assertComplaints("deps.txt:1: no registry host is named in this repository");
  }

  @Test
  void commentsFitOnTheScreen() throws IOException {
    var words = "x".repeat(120);
    file("bench/A.java", "// " + words + "\nclass A {}\n/** https://" + words + " */\n  * " + words + "\n");
    assertComplaints("bench/A.java:1: a comment has at most 120 columns", "bench/A.java:4: a comment has at most 120 columns");
  }

  @Test
  void testsDoNotSleep() throws IOException {
    file("test/easel/job/ATest.java", "package easel.job;\nclass ATest { void a() { Thread.sleep(5); }\n void b() { Thread.onSpinWait(); } }");
    assertComplaints(
        "test/easel/job/ATest.java:2: tests do not sleep: use fake.FakeTime, or wait for the event itself",
        "test/easel/job/ATest.java:3: tests do not spin: fake.Await ends in time, and heeds an interrupt");
  }

  @Test
  void aFileThatDoesNotParseIsAComplaint() throws IOException {
    code("job/A.java", "class A { void a( }");
    var complaints = Tidy.of(root).complaints();
    assertTrue(complaints.stream().anyMatch(c -> c.contains("A.java")), complaints::toString);
  }

  @Test
  void everyRouteIsInTheTableAndTheOtherWayRound() throws IOException {
    code("api/A.java", """
        class A {
          void routes(Router router) {
            router.on("GET /v1/videos", this::list);
            router.on("GET /v1/videos/{id}", this::one);
            router.on("DELETE " + PREFIX, this::drop);
            listeners.on(event);
          }
        }""");
    file("README.md", """
        GET /v1/videos in a sentence is not enough
        | `GET /v1/videos/{id}` | one |
        | `POST /v1/gone` | |
        """);
    assertComplaints(
        "README.md:3: POST /v1/gone is served by nobody",
        "src/easel/api/A.java:4: GET /v1/videos is in no table of README.md or docs/",
        "src/easel/api/A.java:6: a route is written out in quotes, so that it can be searched: \"GET /path\"");
  }

  @Test
  void everyConfigKeyIsInTheSampleAndTheOtherWayRound() throws IOException {
    code("Config.java", """
        class Config {
          Config(Fields all) {
            var server = all.object("server");
            server.integer("port", 8000, 1, 65535);
            server.text("host", "127.0.0.1");
            secret(server, "api_key");
          }
          String secret(Fields fields, String name) { return fields.text(name, ""); }
        }""");
    file("config/setting.toml", """
        [server]
        # prose = not a key
        port = 8000
        prot = 8000
        #api_keys = "x"
        [sevrer]
        """);
    assertComplaints(
        "config/setting.toml:4: nobody reads prot",
        "config/setting.toml:5: nobody reads api_keys",
        "config/setting.toml:6: nobody reads sevrer",
        "src/easel/Config.java:6: the key host is not in config/setting.toml",
        "src/easel/Config.java:7: the key api_key is not in config/setting.toml");
  }

  @Test
  void aConfigWhoseKeysAreNotSeenIsNotSilentlyGreen() throws IOException {
    code("ConfigFile.java", "class ConfigFile { int port(Map<String, Integer> all) { return all.get(\"port\"); } }");
    assertComplaints(
        "config/setting.toml:1: is missing, and configuration is read",
        "config/setting.toml:1: no key was seen being read in src/easel/Config*.java: see TidyPages");
  }

  @Test
  void theLongestAreNamed() throws IOException {
    code("job/A.java", "class A {\n  void a() {\n\n  }\n}");
    assertEquals("longest files: src/easel/job/A.java 6\nlongest methods: A.a 3", Tidy.of(root).longest());
  }

  /** Writes a source file whose first line is the right package statement, so that {@code text} starts at line 2. */
  private void code(String location, String text) throws IOException {
    var slash = location.indexOf('/');
    var house = slash < 0 ? "easel" : "easel." + location.substring(0, slash);
    file("src/easel/" + location, "package " + house + ";\n" + text);
  }

  private void file(String name, String text) throws IOException {
    var file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void assertComplaints(String... expected) {
    var actual = Tidy.of(root).complaints().stream().sorted().toList();
    assertEquals(String.join("\n", List.of(expected)), String.join("\n", actual));
  }
}
