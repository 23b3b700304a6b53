package easel;

import com.eclipsesource.json.JsonObject;
import easel.api.FlowSettings;
import easel.api.TokenText;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Secret;
import easel.store.FlowDatabase;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code easel token ...}: credentials from files and into files, by hand. */
final class TokenCommand {
  static final String HELP = """
      easel token: the tokens and keys that are kept in the database

        token import FILE [--provider P]   take over a list of tokens, or a database of Flow2API (data/flow.db); - reads the
                                           list from standard input. Lists: JSON of Flow2API or of Easel, or a line for each
                                           token, with a remark after it. What is there already stays.
        token export [FILE] [--secrets]    write them as JSON; the tokens themselves only with --secrets. Without, it
                                           replaces no file but an export that has none either.
        token list                         what there is, and how it fares
        token test [ID]                    ask the provider of one, or of each, whether it works; this buys nothing

      Where a server runs on the data folder, this goes through it, as its administrator: with the password of the
      configuration, of EASEL_ADMIN_PASSWORD, or as typed. Otherwise it works in the folder. --config, --data, --host and
      --port mean what they mean for the server; --json answers in JSON; --provider is "flow" where it is not said.
      Exit codes: 0 well, 1 not, or not all of it, 64 usage, 74 disk, 75 the folder is in use, 78 configuration.""";

  private static final String ROUTES = "/api/admin/credentials";
  private static final int SOME = 1;
  private static final String LIST = "-";
  private static final int HEAD = 16;

  private final Flags flags;
  private final Config config;
  private final PrintStream out;
  private final PrintStream err;

  private TokenCommand(Flags flags, Config config, PrintStream out, PrintStream err) {
    this.flags = flags;
    this.config = config;
    this.out = out;
    this.err = err;
  }

  static int run(Flags flags, Map<String, String> environment, PrintStream out, PrintStream err)
      throws Flags.Usage, ConfigException, IOException, InterruptedException {
    var words = flags.rest();
    var order = words.isEmpty() ? "" : words.getFirst();
    int least = order.equals("import") ? 2 : 1;
    if (!List.of("import", "export", "list", "test").contains(order)) {
      throw new Flags.Usage(order.isEmpty() ? "token needs to be told what to do." : "token does not know '" + order + "'.");
    }
    if (words.size() < least) throw new Flags.Usage("token import needs a FILE.");
    if (words.size() > (order.equals("list") ? 1 : 2)) {
      throw new Flags.Usage("I do not know what to do with '" + words.getLast() + "'.");
    }
    if (flags.secrets() && !order.equals("export")) throw new Flags.Usage("--secrets belongs to token export.");
    LogFormat.installQuiet();
    var command = new TokenCommand(flags, ConfigReader.read(flags, environment), out, err);
    return command.run(order, words.size() > 1 ? Optional.of(words.get(1)) : Optional.empty());
  }

  private int run(String order, Optional<String> word) throws ConfigException, IOException, InterruptedException {
    try {
      // What a file says is looked at before anybody is asked for a password.
      var list = order.equals("import") ? Optional.of(read(word.orElseThrow())) : Optional.<Source>empty();
      if (order.equals("export") && word.isPresent() && !flags.secrets()) spare(Path.of(word.get()));
      try (var desk = TokenDesk.open(config, TokenCommand::typed)) {
        return switch (order) {
          case "import" -> take(desk, list.orElseThrow());
          case "export" -> export(desk, word);
          case "list" -> list(desk);
          default -> test(desk, word);
        };
      }
    } catch (FieldException e) {
      return failed(word.orElse("") + ": " + e.getMessage());
    } catch (TokenDesk.Refused e) {
      return failed(e.getMessage());
    }
  }

  private int failed(String words) {
    err.println(words);
    return SOME;
  }

  /** On a terminal, and not shown. */
  private static Optional<Secret> typed() {
    // JDK 22 to 24 else give a console where nobody sits, and would wait for what never comes.
    System.setProperty("jdk.console", "java.base");
    return Optional.ofNullable(System.console())
        .flatMap(c -> Optional.ofNullable(c.readPassword("The administrator's password: ")))
        .map(p -> new Secret(new String(p)));
  }

  private String query() {
    return flags.provider().map(p -> "?provider=" + URLEncoder.encode(p, StandardCharsets.UTF_8)).orElse("");
  }

  // ---- in ---------------------------------------------------------------------------------------------------------

  /** @param settings what a database says besides */
  private record Source(JsonObject list, List<FlowSettings.Line> settings) {
    /** Without the tokens. */
    @Override
    public String toString() {
      return "a list of tokens";
    }
  }

  private static Source read(String name) throws IOException, InterruptedException, TokenDesk.Refused {
    if (name.equals(LIST)) return new Source(TokenText.list(System.in), List.of());
    var file = Path.of(name);
    if (!Files.isRegularFile(file)) throw new TokenDesk.Refused(file + " does not exist, or is not a file.");
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      in.mark(HEAD);
      boolean database = FlowDatabase.recognises(in.readNBytes(HEAD));
      in.reset();
      if (!database) return new Source(TokenText.list(in), List.of());
    }
    // One inside: it is removed and made anew, and in a folder for all somebody else could be faster.
    var ours = Files.createTempDirectory("easel-import");
    try {
      var content = FlowDatabase.read(file, ours.resolve("copy"));
      return new Source(new JsonObject().add("tokens", content.accounts()), FlowSettings.lines(content.settings()));
    } finally {
      Files.deleteIfExists(ours);
    }
  }

  private int take(TokenDesk desk, Source source) throws IOException, InterruptedException, TokenDesk.Refused {
    var answer = desk.ask("POST", ROUTES + "/import" + query(), Optional.of(source.list()));
    var outcome = Fields.gathering(answer.body(), e -> { });
    if (!answer.good() && !outcome.has("errors")) throw new TokenDesk.Refused(answer.words());
    if (flags.json()) out.println(answer.body().add("settings", FlowSettings.json(source.settings())));
    else tell(outcome, source.settings());
    return outcome.flag("success", false) ? 0 : SOME;
  }

  private void tell(Fields outcome, List<FlowSettings.Line> settings) {
    var errors = outcome.list("errors", e -> "  tokens[" + count(e, "index") + "]: " + e.text("message", ""));
    out.println("added " + count(outcome, "added") + ", updated " + count(outcome, "updated") + ", unchanged "
        + count(outcome, "unchanged") + ", not taken " + errors.size());
    errors.forEach(out::println);
    var ignored = outcome.object("ignored").names().stream().sorted().toList();
    if (!ignored.isEmpty()) out.println("fields that mean nothing here: " + String.join(", ", ignored));
    outcome.texts("notes").forEach(out::println);
    if (settings.isEmpty()) return;
    out.println();
    out.println("That database also has settings, which are not taken over. In setting.toml they are:");
    var section = "";
    for (var line : settings) {
      if (!line.section().equals(section)) out.println("[" + line.section() + "]");
      section = line.section();
      var words = line.words().isEmpty() ? "" : "   # " + line.words();
      var value = line.value().map(Object::toString).orElse("\"\"");
      out.println((line.value().isEmpty() ? "#" : "") + line.key() + " = " + value + words);
    }
  }

  private static int count(Fields outcome, String name) {
    return outcome.integer(name, 0, 0, Integer.MAX_VALUE);
  }

  // ---- out --------------------------------------------------------------------------------------------------------

  private int export(TokenDesk desk, Optional<String> file) throws IOException, InterruptedException, TokenDesk.Refused {
    var order = new JsonObject().add("secrets", true).add("password", desk.password().reveal());
    var answer = flags.secrets() ? desk.ask("POST", ROUTES + "/export" + query(), Optional.of(order))
        : desk.ask("GET", ROUTES + "/export" + query(), Optional.empty());
    if (!answer.good()) throw new TokenDesk.Refused(answer.words());
    if (file.isEmpty()) {
      out.println(answer.body());
      return 0;
    }
    write(Path.of(file.get()), JsonText.bytes(answer.body()));
    out.println(file.get() + (flags.secrets() ? ": whoever has this file has the accounts; keep it to yourself"
        : ": without the tokens themselves (--secrets)"));
    return 0;
  }

  /** A file that may hold what this export does not is not lost to it: it may be the only copy. */
  private static void spare(Path file) throws IOException, TokenDesk.Refused {
    if (!Files.isRegularFile(file) || Files.size(file) == 0) return;
    if (secretless(file)) return;
    throw new TokenDesk.Refused(file + " is there and may hold secrets, which an export without --secrets has not: it was left as it is."
        + " Take another name, or remove it.");
  }

  private static boolean secretless(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return !Fields.of(TokenText.list(in)).flag("secrets", true);
    } catch (FieldException e) {
      return false;
    }
  }

  /** Nobody else's to read from its first byte on, also where it replaces one that was. */
  private static void write(Path file, byte[] bytes) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // a device or pipe is written to: one that is replaced is gone for the whole machine
      Files.write(file, bytes, StandardOpenOption.WRITE);
      return;
    }
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    var owners = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var mode = posix ? new FileAttribute<?>[] {owners} : new FileAttribute<?>[0];
    var fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".easel-export", ".tmp", mode);
    try {
      Files.write(fresh, bytes);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  // ---- looks ------------------------------------------------------------------------------------------------------

  /** One credential as the list tells it. */
  private record Line(String id, String name, String state, String whose, JsonObject json) {
    static Line of(Fields f) {
      var person = f.text("person", "");
      var remark = f.text("remark", "");
      var whose = person.equals(remark) ? person : (person + " " + remark).strip();
      return new Line(f.text("id", ""), f.text("name", ""), f.text("state", ""), whose, f.raw());
    }
  }

  /** All pages of the list. */
  private List<Line> lines(TokenDesk desk) throws IOException, InterruptedException, TokenDesk.Refused {
    var lines = new ArrayList<Line>();
    for (boolean more = true; more;) {
      var after = lines.isEmpty() ? "" : (query().isEmpty() ? "?" : "&") + "after=" + lines.getLast().id();
      var answer = desk.ask("GET", ROUTES + query() + after, Optional.empty());
      if (!answer.good()) throw new TokenDesk.Refused(answer.words());
      var page = Fields.gathering(answer.body(), e -> { });
      lines.addAll(page.list("credentials", Line::of));
      more = page.flag("has_more", false);
    }
    return lines;
  }

  private int list(TokenDesk desk) throws IOException, InterruptedException, TokenDesk.Refused {
    var lines = lines(desk);
    for (var l : lines) {
      var row = String.format(Locale.ROOT, "%-22s %-20s %-9s %s", l.id(), l.name(), l.state(), l.whose()).stripTrailing();
      out.println(flags.json() ? l.json() : row);
    }
    return 0;
  }

  /** One by its id or name, or each that is kept in the database. */
  private int test(TokenDesk desk, Optional<String> wanted) throws IOException, InterruptedException, TokenDesk.Refused {
    var chosen = new ArrayList<>(lines(desk));
    wanted.ifPresent(w -> chosen.removeIf(l -> !l.id().equals(w) && !l.name().equals(w)));
    if (wanted.isPresent() && chosen.isEmpty()) throw new TokenDesk.Refused("There is no " + wanted.get() + " here; see: easel token list");
    int code = 0;
    for (var line : chosen) {
      var answer = desk.ask("POST", ROUTES + "/" + line.id() + "/test", Optional.empty());
      boolean well = answer.good() && answer.body().getBoolean("ok", false);
      if (flags.json()) out.println(new JsonObject().add("id", line.id()).add("name", line.name()).merge(answer.body()));
      else out.println(String.format(Locale.ROOT, "%-4s %-20s %s", well ? "ok" : "bad", line.name(), verdict(answer)).stripTrailing());
      if (!well) code = SOME;
    }
    return code;
  }

  private static String verdict(TokenDesk.Answer answer) {
    if (!answer.good()) return answer.words();
    var error = answer.body().getString("error", "");
    return error.isEmpty() ? left(answer.body()) : error;
  }

  private static String left(JsonObject body) {
    var balance = Fields.gathering(body, e -> { }).object("balance");
    return balance.optScalar("amount").map(a -> a + " " + balance.text("unit", "") + " left").orElse("works");
  }
}
