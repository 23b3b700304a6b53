package easel;

import easel.store.StoreException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The command line. Exit codes follow sysexits: 0, 64 usage, 74 disk, 75 already running, 78 configuration. */
public final class Main {
  static final int USAGE = 64;
  static final int DISK = 74;
  static final int BUSY = 75;
  static final int CONFIG = 78;

  private static final AtomicBoolean STOPPING = new AtomicBoolean();

  private Main() {}

  public static void main(String[] arguments) {
    Logs.keepOpen();
    // Otherwise a TLS connection that was cut looks like an answer that ended.
    System.setProperty("com.sun.net.ssl.requireCloseNotify", "true");
    int code = run(List.of(arguments), System.getenv(), readable(System.out, FileDescriptor.out),
        readable(System.err, FileDescriptor.err));
    if (code >= 0) System.exit(code);
  }

  /** Without a locale, as in many containers, Java would write question marks for all that is not ASCII. */
  private static PrintStream readable(PrintStream stream, FileDescriptor behind) {
    if (!stream.charset().equals(StandardCharsets.US_ASCII)) return stream;
    return new PrintStream(new FileOutputStream(behind), true, StandardCharsets.UTF_8);
  }

  /** Answers the exit code, or -1 while the server runs. */
  static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    try {
      var flags = Flags.parse(arguments, environment);
      return switch (flags.command()) {
        case "serve" -> serve(flags, environment, out);
        case "doctor" -> Doctor.run(flags, environment, out);
        case "token" -> TokenCommand.run(flags, environment, out, err);
        case "version" -> say(out, "easel " + Version.text());
        case "help" -> say(out, flags.rest().contains("token") ? TokenCommand.HELP : HELP);
        default -> throw new Flags.Usage("'" + flags.command() + "' is not a command I know.");
      };
    } catch (Flags.Usage e) {
      err.println(e.getMessage() + " Try: easel help");
      return USAGE;
    } catch (ConfigException e) {
      e.complaints().forEach(err::println);
      return CONFIG;
    } catch (StoreException e) {
      err.println(e.getMessage());
      return switch (e.trouble()) {
        case LOCKED -> BUSY;
        case SEALED -> CONFIG;
        default -> DISK;
      };
    } catch (IOException e) {
      err.println(e.getMessage());
      return DISK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DISK;
    }
  }

  private static int say(PrintStream out, String text) {
    out.println(text);
    return 0;
  }

  private static int serve(Flags flags, Map<String, String> environment, PrintStream out)
      throws ConfigException, IOException, InterruptedException {
    var config = ConfigReader.read(flags, environment);
    LogFormat.install(config.debug());
    var gateway = Gateway.start(config, () -> ConfigReader.read(flags, environment));
    gateway.welcome(out);
    Signals.on("HUP", gateway::reload);
    Signals.on("TERM", () -> stop(gateway));
    Signals.on("INT", () -> stop(gateway));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(gateway::close));
    return -1;
  }

  /** Stops in order the first time, at once the second: then the answers to what is being sent are lost. */
  private static void stop(Gateway gateway) {
    if (STOPPING.getAndSet(true)) Runtime.getRuntime().halt(0);
    // Not a daemon, as the thread that hears signals is: the process must not end before this has.
    Thread.ofPlatform().daemon(false).name("stop").start(() -> {
      gateway.close();
      System.exit(0);
    });
  }

  private static final String HELP = """
      easel: one API in front of every image and video model

        java -jar easel.jar [COMMAND] [FLAGS]

      serve      start (this is what happens without a command)
      doctor     check configuration, folders, database, disk, clock and providers
      token      tokens and keys in the database: import, export, list, test (easel help token)
      version    say which version this is
      help       this text

        --config FILE   settings, TOML (default: config/setting.toml where it exists; or EASEL_CONFIG)
        --data DIR      database and results (default: data; or EASEL_DATA)
        --host H        address to listen on (default: 127.0.0.1)
        --port P        port to listen on, 0 for any free one (default: 8000)
        --json          doctor: answer in JSON
        --check-keys    doctor: try every provider's key, where that costs nothing

      Every setting can be an environment variable: EASEL_<SECTION>_<KEY>. EASEL_API_KEY and EASEL_ADMIN_PASSWORD set
      those two, EASEL_SECRET_KEY the key that seals secrets in the database. Exit codes: 0 well, 64 usage, 74 disk,
      75 already running, 78 configuration.""";
}
