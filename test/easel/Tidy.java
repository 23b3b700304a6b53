package easel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The house rules as a program: every complaint is one line with its place and what to do instead. It needs nothing but
 * the JDK, so that it can run before anything else compiles. What is long is named, never refused.
 */
final class Tidy {
  private static final Set<String> NOT_OURS = Set.of(".git", "build", "data", "storage", "node_modules");
  private static final int LONGEST = 5;
  /** Where jars come from is the business of whoever runs Maven. */
  private static final Pattern REGISTRY = Pattern.compile("https?://[\\w.-]*(maven|npm|debian|sonatype|gradle)");
  private static final int COLUMNS = 120;
  /** A long literal or call may be easier to read in one line; prose never is, but for an address. */
  private static final Pattern COMMENT = Pattern.compile("^\\s*(//|/\\*|\\*)(?!.*://)");
  private static final Pattern LATER = Pattern.compile("\\b(TODO|FIXME)\\b(?!.*#\\d)");
  private static final Pattern RAW_HTML =
      Pattern.compile("\\b(innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\()");

  /** A line of a file, counted from 1, and what is wrong there. */
  record Complaint(String file, long line, String words) {
    @Override
    public String toString() {
      return file + ":" + line + ": " + words;
    }
  }

  /** Something that has a length, in lines. */
  record Sized(String name, long lines) {}

  private final Path root;
  private final List<String> complaints = new ArrayList<>();
  private final List<Sized> files = new ArrayList<>();
  private final List<Sized> methods = new ArrayList<>();

  private Tidy(Path root) {
    this.root = root;
  }

  /** Checks the working tree at the first argument; exit status 1 if there are complaints. */
  public static void main(String[] args) {
    var tidy = of(Path.of(args[0]));
    tidy.complaints.forEach(System.err::println);
    System.out.println(tidy.longest());
    System.exit(tidy.complaints.isEmpty() ? 0 : 1);
  }

  static Tidy of(Path root) {
    var tidy = new Tidy(root);
    try {
      tidy.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tidy;
  }

  List<String> complaints() {
    return List.copyOf(complaints);
  }

  String longest() {
    return "longest files: " + longest(files) + "\nlongest methods: " + longest(methods);
  }

  private static String longest(List<Sized> sized) {
    var top = sized.stream().sorted(Comparator.comparingLong(Sized::lines).reversed()).limit(LONGEST);
    return String.join(", ", top.map(s -> s.name + " " + s.lines).toList());
  }

  private void read() throws IOException {
    var sources = paths(root.resolve("src"), ".java");
    var found = TidyCode.read(root, sources, paths(root.resolve("test"), ".java"));
    found.complaints().forEach(c -> complaints.add(c.toString()));
    methods.addAll(found.methods());
    for (var file : sources) files.add(new Sized(name(file), Files.readAllLines(file).size()));
    new TidyPages(root, found).complaints().forEach(c -> complaints.add(c.toString()));
    for (var file : paths(root, "")) words(file);
  }

  private void words(Path file) throws IOException {
    var name = name(file);
    int number = 0;
    for (var line : text(file)) {
      number++;
      if (REGISTRY.matcher(line).find()) complain(name, number, "no registry host is named in this repository");
      if (name.matches("test/easel/Tidy\\w*\\.java")) continue;
      if (name.matches("(src|test|bench)/.*\\.java") && line.length() > COLUMNS && COMMENT.matcher(line).find()) {
        complain(name, number, "a comment has at most " + COLUMNS + " columns");
      }
      if (LATER.matcher(line).find()) complain(name, number, "what is left to do has an issue number: TODO #12");
      if (name.matches("web/.*\\.js") && RAW_HTML.matcher(line).find()) {
        complain(name, number, "text enters the page as text nodes, through el() of dom.js");
      }
    }
  }

  private void complain(String file, int line, String words) {
    complaints.add(new Complaint(file, line, words).toString());
  }

  /** The lines of a text file; of a picture or another binary none. */
  private static List<String> text(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (MalformedInputException e) {
      return List.of();
    }
  }

  private String name(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static List<Path> paths(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    var found = new ArrayList<Path>();
    try (Stream<Path> children = Files.list(folder)) {
      for (var child : children.sorted().toList()) {
        var name = child.getFileName().toString();
        if (Files.isSymbolicLink(child) || NOT_OURS.contains(name)) continue;
        if (Files.isDirectory(child)) found.addAll(paths(child, ending));
        else if (name.endsWith(ending)) found.add(child);
      }
    }
    return found;
  }
}
