package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lies in easel.jar, as people download it. */
class JarTest {
  private static final Path FILE = Path.of(System.getProperty("easel.jar"));
  private static final long BYTES_MAX = 8 << 20;

  private JarFile jar;

  @BeforeEach
  void open() throws IOException {
    jar = new JarFile(FILE.toFile());
  }

  @AfterEach
  void close() throws IOException {
    jar.close();
  }

  @Test
  void manifestStartsMainAndAllowsTheNativeDriver() throws IOException {
    var main = jar.getManifest().getMainAttributes();
    assertEquals("easel.Main", main.getValue(Attributes.Name.MAIN_CLASS));
    assertEquals("ALL-UNNAMED", main.getValue("Enable-Native-Access"));
    assertEquals("lib/postgresql.jar", main.getValue(Attributes.Name.CLASS_PATH));
    assertTrue(main.getValue(Attributes.Name.IMPLEMENTATION_VERSION).matches("\\d+\\.\\d+\\.\\d+"));
  }

  @Test
  void metaInfHoldsOnlyWhatIsNeeded() {
    assertEquals(Set.of("META-INF/MANIFEST.MF", "META-INF/services/java.sql.Driver",
        "META-INF/maven/org.xerial/sqlite-jdbc/VERSION", "META-INF/licenses/LICENSE", "META-INF/licenses/NOTICE",
        "META-INF/licenses/Apache-2.0.txt"), names("META-INF/.*[^/]"));
    assertEquals(Set.of(), names(".*module-info\\.class"));
  }

  @Test
  void noticeNamesEveryLibraryInside() throws IOException {
    var notice = new String(jar.getInputStream(jar.getEntry("META-INF/licenses/NOTICE")).readAllBytes());
    for (var line : Files.readAllLines(Path.of("deps.txt"))) {
      var words = line.split("\\s+");
      if (line.startsWith("#") || words.length < 4 || !words[2].equals("run")) continue;
      var name = words[0].substring(0, words[0].lastIndexOf(':'));
      assertTrue(notice.contains(name), name);
    }
  }

  @Test
  void nativesAreThoseOfTheMachinesWeServe() {
    assertEquals(Set.of("Linux/x86_64/libsqlitejdbc.so", "Linux/aarch64/libsqlitejdbc.so",
        "Linux/armv7/libsqlitejdbc.so", "Linux-Musl/x86_64/libsqlitejdbc.so", "Linux-Musl/aarch64/libsqlitejdbc.so",
        "Mac/x86_64/libsqlitejdbc.dylib", "Mac/aarch64/libsqlitejdbc.dylib", "Windows/x86_64/sqlitejdbc.dll"), natives());
    assertTrue(FILE.toFile().length() < BYTES_MAX, () -> FILE.toFile().length() + " bytes");
  }

  @Test
  void entriesAreSortedAndDatedAlike() {
    // The jar tool puts these two first.
    var names = jar.stream().map(ZipEntry::getName).skip(2).toList();
    assertEquals(names.stream().sorted().toList(), names);
    var dates = jar.stream().map(ZipEntry::getTimeLocal).distinct().toList();
    assertEquals(List.of(LocalDateTime.of(2026, 1, 1, 0, 0)), dates);
  }

  private Set<String> natives() {
    var found = new TreeSet<String>();
    for (var name : names("org/sqlite/native/.*[^/]")) found.add(name.substring("org/sqlite/native/".length()));
    return found;
  }

  private Set<String> names(String pattern) {
    var found = new TreeSet<String>();
    jar.stream().map(ZipEntry::getName).filter(name -> name.matches(pattern)).forEach(found::add);
    return found;
  }
}
