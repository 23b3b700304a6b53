package easel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a source file may name, by where it lies. A location is its path below src/easel: {@code http/Router.java}, and
 * {@code Main.java} for the package easel itself. No types are resolved: rules see names, as a reader does.
 */
final class TidyRules {
  /** The table of ARCHITECTURE.md. A new package needs a row in both. */
  private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
      Map.entry("codec", Set.of()),
      Map.entry("core", Set.of("codec")),
      Map.entry("http", Set.of("codec")),
      Map.entry("upstream", Set.of("codec", "core")),
      Map.entry("store", Set.of("codec", "core")),
      Map.entry("prompt", Set.of("codec", "core", "upstream")),
      Map.entry("provider", Set.of("codec", "core", "upstream")),
      Map.entry("pool", Set.of("core", "store")),
      Map.entry("job", Set.of("codec", "core", "pool", "store", "prompt")),
      Map.entry("api", Set.of("codec", "core", "http", "job", "pool", "store", "prompt")));

  private static final String EASEL = "[^/]*";
  private static final String EVERYWHERE = ".*";
  private static final String NOWHERE = "-";

  /** Where a library, or a part of the JDK that reaches outside the process, may be named. */
  private static final Map<String, String> LIBRARY_HOMES = Map.ofEntries(
      Map.entry("java.sql", "store/.*"),
      Map.entry("javax.sql", "store/.*"),
      Map.entry("org.sqlite", "store/.*"),
      Map.entry("java.net.http", "upstream/.*"),
      Map.entry("com.sun.net.httpserver", "http/.*"),
      Map.entry("org.tomlj", "codec/.*"),
      Map.entry("com.eclipsesource.json", EVERYWHERE),
      Map.entry("at.favre.lib.crypto.bcrypt", "api/.*|store/.*|" + EASEL),
      Map.entry("sun.misc.Signal", EASEL),
      Map.entry("java.lang.reflect", "Signals\\.java"),
      Map.entry("java", EVERYWHERE),
      Map.entry("javax", EVERYWHERE),
      Map.entry("easel", EVERYWHERE));

  /**
   * Names that only some locations may use, and what the others use instead. {@code Type.member} is matched on the
   * last two parts of a call, reference or static import, {@code .member} on any receiver, {@code new Type} on a
   * constructor.
   */
  private record Ban(String where, String instead, Set<String> names) {}

  private static final List<Ban> BANS = List.of(
      new Ban("core/\\w*Time\\.java", "core.Time", Set.of("Instant.now", "LocalDate.now", "LocalTime.now",
          "LocalDateTime.now", "ZonedDateTime.now", "OffsetDateTime.now", "YearMonth.now", "Clock.systemUTC",
          "Clock.systemDefaultZone", "Clock.system", "InstantSource.system", "System.currentTimeMillis", "new Date",
          "Thread.sleep", "SECONDS.sleep", "MILLISECONDS.sleep", "MINUTES.sleep", "LockSupport.parkNanos")),
      new Ban("upstream/.*", "upstream.Upstream", Set.of("HttpClient.newHttpClient", "HttpClient.newBuilder",
          "new Socket", "new DatagramSocket", "SocketChannel.open", "AsynchronousSocketChannel.open",
          "DatagramChannel.open", "SocketFactory.getDefault", "SSLSocketFactory.getDefault", ".createSocket",
          "new URL", ".toURL")),
      new Ban("upstream/.*|http/.*", "http.HttpServer", Set.of("new ServerSocket", "ServerSocketChannel.open",
          "HttpServer.create")),
      new Ban(EASEL, "a System.Logger", Set.of("System.out", "System.err", ".printStackTrace")),
      new Ban(EASEL, "an options record filled by easel.Config", Set.of("System.getenv")),
      new Ban(EASEL, "an exception", Set.of("System.exit")),
      new Ban("codec/.*", "codec.Fields", Set.of("Json.parse", ".asString", ".asInt", ".asLong", ".asDouble",
          ".asFloat", ".asBoolean", ".asObject", ".asArray")),
      new Ban(NOWHERE, "an argument that carries the context", Set.of("new ThreadLocal", "ThreadLocal.withInitial",
          "ScopedValue.newInstance")),
      // The JDK has no public way to hear of SIGHUP.
      new Ban("Signals\\.java", "a constructor call: nothing is looked up by name", Set.of("Class.forName",
          "ServiceLoader.load", "MethodHandles.lookup", ".setAccessible")));

  /** Files that may say {@code synchronized}, because nothing inside can block: JDK 21 pins the carrier thread. */
  static final Set<String> SYNCHRONIZED = Set.of();

  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Manager|Helper|Utils?|Service|Impl)|Abstract.*");

  private TidyRules() {}

  /** The package of a location; empty for easel itself. */
  static String packageOf(String location) {
    return location.contains("/") ? location.substring(0, location.indexOf('/')) : "";
  }

  static List<String> place(String location) {
    var house = packageOf(location);
    var wrong = new ArrayList<String>();
    if (location.indexOf('/') != location.lastIndexOf('/')) wrong.add("packages have no sub-packages");
    if (!house.isEmpty() && !MAY_IMPORT.containsKey(house)) {
      wrong.add(house + " is not a package of the table in ARCHITECTURE.md and TidyRules");
    }
    return wrong;
  }

  /** What is wrong with naming {@code dotted}, a plain chain of names, at this location. */
  static Optional<String> dotted(String location, String dotted) {
    var parts = dotted.split("\\.");
    if (parts.length > 1 && parts[0].equals("easel")) return ours(packageOf(location), parts);
    return home(dotted).filter(home -> !location.matches(LIBRARY_HOMES.get(home)))
        .map(home -> home + " has no place here" + (LIBRARY_HOMES.get(home).equals(NOWHERE) ? ""
            : ", only in " + LIBRARY_HOMES.get(home).replace("/.*", "").replace(EASEL, "easel").replace("|", ", ")));
  }

  private static Optional<String> ours(String here, String[] parts) {
    var there = Character.isUpperCase(parts[1].charAt(0)) ? "" : parts[1];
    if (here.isEmpty() || there.equals(here)) return Optional.empty();
    if (there.isEmpty()) return Optional.of(here + " may not import easel, which imports it");
    var may = MAY_IMPORT.getOrDefault(here, Set.of());
    if (may.contains(there)) return Optional.empty();
    return Optional.of(here + " may not import " + there + ", only " + (may.isEmpty() ? "nothing of ours"
        : String.join(", ", may.stream().sorted().toList())));
  }

  /** An import must be of the JDK, of ours or of a library of deps.txt. */
  static Optional<String> imported(String dotted) {
    return home(dotted).isPresent() ? Optional.empty() : Optional.of(dotted + " is not of a library we have");
  }

  private static Optional<String> home(String dotted) {
    for (var prefix = dotted; ; prefix = prefix.substring(0, prefix.lastIndexOf('.'))) {
      if (LIBRARY_HOMES.containsKey(prefix)) return Optional.of(prefix);
      if (!prefix.contains(".")) return Optional.empty();
    }
  }

  static Optional<String> banned(String location, String name) {
    return BANS.stream().filter(ban -> ban.names.contains(name) && !location.matches(ban.where)).findFirst()
        .map(ban -> (name.startsWith(".") ? name.substring(1) : name) + " is banned here, use " + ban.instead);
  }

  static boolean saysNothing(String typeName) {
    return EMPTY_NAME.matcher(typeName).matches();
  }
}
