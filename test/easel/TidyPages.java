package easel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the code says and a page says too. Routes: each {@code router.on("GET /path", ...)} is in a table row of
 * README.md or docs/*.md as {@code GET /path}, and each such row is served. Configuration: each key that
 * src/easel/Config*.java reads is in config/setting.toml, and each key there is known to it.
 *
 * <p>A key counts as read where a string is the first argument of a method of {@link #READS}, or is handed to a method
 * of the same files that hands it on to one. In the sample a key that is commented out has no blank after the
 * {@code #}; prose has one. Names are compared, not their sections: reading the sample strictly proves those.
 */
final class TidyPages {
  private static final Set<String> READS = Set.of("has", "text", "optText", "optScalar", "integer", "optInteger",
      "optWhole", "optNumber", "flag", "choice", "optChoice", "duration", "bytes", "optObject", "object", "rawObject",
      "list", "texts", "oneOrMoreTexts", "isText", "isList");
  private static final Pattern KEY = Pattern.compile("^\\s*#?([A-Za-z][\\w-]*)\\s*=");
  private static final Pattern SECTION = Pattern.compile("^\\s*#?\\[+\\s*([\\w.-]+)\\s*]+");
  private static final Pattern ROUTE = Pattern.compile("\\b(GET|POST|PUT|PATCH|DELETE) (/[^\\s`|,;)?]*)");
  private static final String SAMPLE = "config/setting.toml";

  private final Path root;
  private final TidyCode.Found found;
  private final List<Tidy.Complaint> complaints = new ArrayList<>();

  TidyPages(Path root, TidyCode.Found found) {
    this.root = root;
    this.found = found;
  }

  List<Tidy.Complaint> complaints() throws IOException {
    routes();
    if (!found.configStrings().isEmpty() || !found.configMethods().isEmpty()) keys();
    return complaints;
  }

  private void routes() throws IOException {
    var written = new TreeMap<String, TidyCode.Place>();
    for (var page : pages()) {
      int number = 0;
      for (var line : Files.readAllLines(page)) {
        number++;
        if (!line.startsWith("|")) continue;
        var place = new TidyCode.Place(line, root.relativize(page).toString(), number);
        ROUTE.matcher(line).results().map(MatchResult::group).forEach(route -> written.putIfAbsent(route, place));
      }
    }
    var served = found.routes().stream().map(TidyCode.Place::text).collect(Collectors.toSet());
    for (var route : found.routes()) {
      if (!written.containsKey(route.text())) complain(route, route.text() + " is in no table of README.md or docs/");
    }
    for (Map.Entry<String, TidyCode.Place> entry : written.entrySet()) {
      if (!served.contains(entry.getKey())) complain(entry.getValue(), entry.getKey() + " is served by nobody");
    }
  }

  private List<Path> pages() throws IOException {
    var pages = new ArrayList<Path>();
    if (Files.exists(root.resolve("README.md"))) pages.add(root.resolve("README.md"));
    if (!Files.isDirectory(root.resolve("docs"))) return pages;
    try (var docs = Files.list(root.resolve("docs"))) {
      docs.filter(doc -> doc.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  private void keys() throws IOException {
    var read = keysRead();
    if (read.isEmpty()) complain(SAMPLE, 1, "no key was seen being read in src/easel/Config*.java: see TidyPages");
    if (!Files.exists(root.resolve(SAMPLE))) {
      complain(SAMPLE, 1, "is missing, and configuration is read");
      return;
    }
    var written = new LinkedHashSet<String>();
    int number = 0;
    for (var line : Files.readAllLines(root.resolve(SAMPLE))) {
      number++;
      var section = SECTION.matcher(line);
      var key = KEY.matcher(line);
      if (section.find()) {
        var names = List.of(section.group(1).split("\\."));
        written.addAll(names);
        known(names.get(0), number);
      } else if (key.find()) {
        written.add(key.group(1));
        known(key.group(1), number);
      }
    }
    for (var key : read) {
      if (!written.contains(key.text())) complain(key, "the key " + key.text() + " is not in " + SAMPLE);
    }
  }

  private void known(String key, int line) {
    if (!found.configStrings().contains(key)) complain(SAMPLE, line, "nobody reads " + key);
  }

  private List<TidyCode.Place> keysRead() {
    var keys = new ArrayList<TidyCode.Place>();
    for (var call : found.configCalls()) {
      if (READS.contains(call.method())) key(call, 0, keys);
    }
    for (var reader : handingOn().entrySet()) {
      for (var call : found.configCalls()) {
        if (call.method().equals(reader.getKey())) key(call, reader.getValue(), keys);
      }
    }
    return keys;
  }

  private static void key(TidyCode.Named call, int argument, List<TidyCode.Place> keys) {
    if (argument >= call.arguments().size()) return;
    call.arguments().get(argument)
        .ifPresent(text -> keys.add(new TidyCode.Place(text, call.place().file(), call.place().line())));
  }

  /** Methods that pass one of their parameters to a reading call as its name, and which parameter that is. */
  private Map<String, Integer> handingOn() {
    var handing = new TreeMap<String, Integer>();
    for (var call : found.configCalls()) {
      if (!READS.contains(call.method()) || call.arguments().isEmpty() || call.arguments().get(0).isPresent()) continue;
      for (var shape : found.configMethods()) {
        int index = shape.parameters().indexOf(call.words().get(0));
        if (shape.name().equals(call.inside()) && index >= 0) handing.put(shape.name(), index);
      }
    }
    return handing;
  }

  private void complain(TidyCode.Place place, String words) {
    complain(place.file(), place.line(), words);
  }

  private void complain(String file, long line, String words) {
    complaints.add(new Tidy.Complaint(file, line, words));
  }
}
