package easel.sdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The examples of README.md, so that those can be run as they stand. */
final class Readme {
  private static final String ADDRESS = "http://127.0.0.1:8000";

  private Readme() {}

  /** The blocks of code in a language that call Easel, but at this address. */
  static List<String> calls(String language, String root) throws IOException {
    var block = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$");
    return block.matcher(Files.readString(Path.of("README.md"))).results().map(found -> found.group(1))
        .filter(code -> code.contains(ADDRESS + "/v1")).map(code -> code.replace(ADDRESS, root)).toList();
  }
}
