package easel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The command line: {@code easel [COMMAND] [--config FILE] [--data DIR] [--host H] [--port P] [--json]
 * [--check-keys]}, and for {@code token} its own words and flags.
 */
record Flags(String command, Optional<Path> config, Path data, Optional<String> host, OptionalInt port, boolean json,
    boolean checkKeys, List<String> rest, Optional<String> provider, boolean secrets) {
  private static final String JSON = "--json";
  private static final String CHECK_KEYS = "--check-keys";
  private static final String SECRETS = "--secrets";
  private static final String PROVIDER = "--provider";
  private static final List<String> SWITCHES = List.of(JSON, CHECK_KEYS, SECRETS);
  private static final List<String> VALUES = List.of("--config", "--data", "--host", "--port", PROVIDER);
  private static final String TOKEN = "token";
  private static final Path USUAL = Path.of("config", "setting.toml");

  /** Something on the command line that makes no sense. */
  static final class Usage extends Exception {
    private static final long serialVersionUID = 1;

    Usage(String message) {
      super(message, null, false, false);
    }
  }

  static Flags parse(List<String> arguments, Map<String, String> environment) throws Usage {
    var words = new ArrayList<String>();
    var values = new java.util.HashMap<String, String>();
    var rest = arguments.iterator();
    while (rest.hasNext()) {
      var word = rest.next();
      if (word.equals("-h") || word.equals("--help")) words.addFirst("help");
      else if (word.equals("--version")) words.addFirst("version");
      else if (SWITCHES.contains(word)) values.put(word, "");
      else if (word.startsWith("--")) value(word, rest, values);
      else words.add(word);
    }
    var command = words.isEmpty() ? "serve" : words.removeFirst();
    check(command, words, values);
    return new Flags(command, config(values, environment),
        Path.of(values.getOrDefault("--data", environment.getOrDefault("EASEL_DATA", "data"))),
        Optional.ofNullable(values.get("--host")), port(values), values.containsKey(JSON),
        values.containsKey(CHECK_KEYS), List.copyOf(words), Optional.ofNullable(values.get(PROVIDER)), values.containsKey(SECRETS));
  }

  private static void check(String command, List<String> rest, Map<String, String> values) throws Usage {
    boolean token = command.equals(TOKEN);
    if (!rest.isEmpty() && !token && !command.equals("help")) throw new Usage("I do not know what to do with '" + rest.getFirst() + "'.");
    for (var flag : List.of(SECRETS, PROVIDER)) if (values.containsKey(flag) && !token) throw new Usage(flag + " belongs to the command token.");
  }

  private static void value(String word, java.util.Iterator<String> rest, Map<String, String> values) throws Usage {
    int equals = word.indexOf('=');
    var name = equals < 0 ? word : word.substring(0, equals);
    if (!VALUES.contains(name)) throw new Usage(name + " is not a flag I know.");
    if (equals < 0 && !rest.hasNext()) throw new Usage(name + " needs a value.");
    values.put(name, equals < 0 ? rest.next() : word.substring(equals + 1));
  }

  /** A file that was named must exist; the usual one is read where it is. */
  private static Optional<Path> config(Map<String, String> values, Map<String, String> environment) {
    var named = Optional.ofNullable(values.getOrDefault("--config", environment.get("EASEL_CONFIG")));
    if (named.isPresent()) return named.map(Path::of);
    return Files.exists(USUAL) ? Optional.of(USUAL) : Optional.empty();
  }

  private static OptionalInt port(Map<String, String> values) throws Usage {
    var text = values.get("--port");
    if (text == null) return OptionalInt.empty();
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) return OptionalInt.of(port);
    } catch (NumberFormatException e) {
      throw new Usage("--port must be a number between 0 and 65535, not '" + text + "'.");
    }
    throw new Usage("--port must be a number between 0 and 65535, not '" + text + "'.");
  }
}
