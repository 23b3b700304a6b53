package easel;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.JsonText;
import easel.codec.JsonTree;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.store.StoreException;
import easel.upstream.Call;
import easel.upstream.Upstream;
import easel.upstream.UpstreamOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where the command line does what an administrator can do: at the server, where one runs on the data folder, and
 * otherwise in the folder itself. Both are asked the same way, over the routes of the admin API, and answer the same.
 */
interface TokenDesk extends AutoCloseable {
  /** @param body what it said, whatever the status */
  record Answer(int status, JsonObject body) {
    boolean good() {
      return status < 300;
    }

    /** What went wrong, for people. */
    String words() {
      var error = JsonTree.object(body, "error");
      return error.getString("message", "the answer was " + status);
    }

    /** Without what it said: an export holds secrets. */
    @Override
    public String toString() {
      return "answer " + status;
    }
  }

  /** It did not work out; the message is for people. */
  final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message, null, false, false);
    }
  }

  Answer ask(String method, String path, Optional<JsonObject> body) throws IOException, InterruptedException, Refused;

  /** The administrator's password, which an export of secrets needs once more. */
  Secret password();

  @Override
  void close();

  /**
   * Opens one.
   *
   * @param typed asks a person for the administrator's password; empty where nobody is there
   */
  static TokenDesk open(Config config, Supplier<Optional<Secret>> typed)
      throws ConfigException, IOException, InterruptedException, Refused {
    try {
      return TokenFolder.open(config);
    } catch (StoreException e) {
      if (e.trouble() != StoreException.Trouble.LOCKED) throw e;
      return Server.login(config, typed, e.getMessage());
    }
  }

  /** The one that runs. */
  final class Server implements TokenDesk {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int ANSWER_MAX = 64 << 20;

    private final Upstream upstream = new Upstream(UpstreamOptions.defaults());
    private final URI base;
    private final Secret password;
    private Optional<String> cookie = Optional.empty();

    private Server(URI base, Secret password) {
      this.base = base;
      this.password = password;
    }

    private static TokenDesk login(Config config, Supplier<Optional<Secret>> typed, String locked)
        throws ConfigException, IOException, InterruptedException, Refused {
      var password = config.access().adminPassword().or(typed);
      if (password.isEmpty()) {
        throw new ConfigException(List.of(locked + ", and this goes through it: set EASEL_ADMIN_PASSWORD"));
      }
      var server = new Server(URI.create(Gateway.address(config.server().host(), config.server().port())), password.get());
      try {
        server.login(config.access().adminName());
        return server;
      } catch (GatewayException e) {
        server.close();
        if (!(e.failure() instanceof Failure.Unreachable)) throw new Refused(e.failure().message());
        throw new ConfigException(List.of(locked + ", but nobody answers at " + server.base
            + ": say where with --config, or with --host and --port"));
      } catch (IOException | RuntimeException | Refused e) {
        server.close();
        throw e;
      }
    }

    private void login(String name) throws IOException, InterruptedException, Refused {
      var call = Call.post(base.resolve("/api/admin/login"), json(new JsonObject().add("username", name)
          .add("password", password.reveal())), PATIENCE, ANSWER_MAX);
      try (var reply = upstream.send(call)) {
        var answer = answer(reply.status(), reply.body().readAllBytes());
        cookie = reply.header("set-cookie").map(c -> c.split(";")[0]);
        if (answer.good() && cookie.isPresent()) return;
        throw new Refused("The server at " + base + " does not let me in: " + answer.words());
      }
    }

    private static Call.Bytes json(JsonObject body) {
      return new Call.Bytes("application/json", JsonText.bytes(body));
    }

    private static Answer answer(int status, byte[] body) throws Refused {
      try {
        return new Answer(status, body.length == 0 ? new JsonObject() : JsonText.object(body));
      } catch (FieldException e) {
        throw new Refused("What answers there is no Easel: " + status + " "
            + new String(body, 0, Math.min(80, body.length), StandardCharsets.UTF_8).replaceAll("\\s+", " "));
      }
    }

    @Override
    public Answer ask(String method, String path, Optional<JsonObject> body) throws IOException, InterruptedException, Refused {
      var link = base.resolve(path);
      var call = method.equals("GET") ? Call.get(link, PATIENCE, ANSWER_MAX)
          : Call.post(link, body.<Call.Body>map(Server::json).orElseGet(Call.None::new), PATIENCE, ANSWER_MAX);
      try (var reply = upstream.send(call.with("Cookie", cookie.orElseThrow()))) {
        return answer(reply.status(), reply.body().readAllBytes());
      } catch (GatewayException e) {
        throw new Refused(e.failure().message());
      }
    }

    @Override
    public Secret password() {
      return password;
    }

    @Override
    public void close() {
      upstream.close();
    }
  }
}
