package easel;

import com.eclipsesource.json.JsonObject;
import easel.api.AdminApi;
import easel.api.AdminSessions;
import easel.api.ApiKeyFilter;
import easel.api.ApiKeys;
import easel.api.CredentialApi;
import easel.api.OpenAiErrors;
import easel.api.TokenFileApi;
import easel.codec.JsonText;
import easel.core.Secret;
import easel.core.Time;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.pool.TokenPool;
import easel.provider.Providers;
import easel.store.AccountTable;
import easel.store.ApiKeyTable;
import easel.store.CounterTable;
import easel.store.CredentialTable;
import easel.store.Database;
import easel.store.JobTable;
import easel.store.Vault;
import easel.upstream.Upstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A data folder on which no server runs, with just enough of one around it to look after credentials: nothing listens,
 * and no job is woken.
 */
final class TokenFolder implements TokenDesk, Furnished {
  private final Config config;
  private final Database database;
  private final AccountBook accounts;
  private final Upstream upstream;
  private final Providers providers;
  private final Credentials credentials;
  private final Router router = new Router();
  private final String cookie;

  private TokenFolder(Config config, Database database, Vault vault, Time time)
      throws ConfigException, IOException, InterruptedException {
    this.config = config;
    this.database = database;
    accounts = new AccountBook(new AccountTable(database, vault), notice -> { }, time);
    upstream = new Upstream(new Blueprint(config).wayOut());
    providers = new Blueprint(config).providers(upstream, accounts, time);
    var shelves = new Lending.Shelves(new CredentialTable(database, vault), new CounterTable(database), new JobTable(database), accounts);
    credentials = new Credentials(this, shelves, new TokenPool(config.pool(), accounts, time), new ReentrantLock(), time);
    credentials.load();
    // Whoever can read the folder needs no password for it.
    var sessions = new AdminSessions((name, password) -> true, time);
    var errors = new OpenAiErrors();
    router.face("/", errors::unknown, errors);
    new AdminApi(sessions, new ApiKeyFilter(new ApiKeyTable(database), ApiKeys.NONE, time), List::of).routes(router);
    new CredentialApi(sessions, credentials).routes(router);
    new TokenFileApi(sessions, credentials, config.storage().data().resolve("import")).routes(router);
    cookie = login();
  }

  /** @throws easel.store.StoreException {@code LOCKED} where a server runs on it */
  static TokenFolder open(Config config) throws ConfigException, IOException, InterruptedException {
    var time = Time.system();
    var vault = Vault.open(config.storage().data(), config.secrets().vaultKey());
    var database = Database.open(new Blueprint(config).store(), time);
    try {
      return new TokenFolder(config, database, vault, time);
    } catch (ConfigException | IOException | InterruptedException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private String login() throws IOException, InterruptedException {
    var body = new JsonObject().add("username", config.access().adminName()).add("password", password().reveal());
    var request = Request.of("POST", "/api/admin/login").header("content-type", "application/json").body(JsonText.bytes(body));
    var response = handled(request);
    return response.header("set-cookie").orElseThrow().split(";")[0];
  }

  @Override
  public Answer ask(String method, String path, Optional<JsonObject> body) throws IOException, InterruptedException {
    var request = Request.of(method, path).header("cookie", cookie);
    if (body.isPresent()) request = request.header("content-type", "application/json").body(JsonText.bytes(body.get()));
    var response = handled(request);
    return new Answer(response.status(), switch (response.body()) {
      case Response.Body.Bytes bytes -> JsonText.object(bytes.content());
      case Response.Body.Stream stream -> {
        var said = new ByteArrayOutputStream();
        stream.writer().write(said);
        yield JsonText.object(said.toByteArray());
      }
      default -> new JsonObject();
    });
  }

  /** The face of these routes answers every failure itself, but for an interrupt. */
  private Response handled(Request request) throws IOException, InterruptedException {
    try {
      return router.handle(request);
    } catch (InterruptedException | IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Override
  public Secret password() {
    return new Secret("none is needed here");
  }

  @Override
  public void close() {
    upstream.close();
    accounts.flush();
    database.close();
  }

  // ---- what there is instead of a gateway -------------------------------------------------------------------------

  @Override
  public Config config() {
    return config;
  }

  @Override
  public Providers providers() {
    return providers;
  }

  @Override
  public void renew(String provider, String name) throws InterruptedException {
    var whose = credentials.working().stream().filter(c -> c.provider().equals(provider) && c.name().equals(name)).findFirst();
    var refreshing = providers.refreshing(provider);
    if (whose.isPresent() && refreshing.isPresent()) refreshing.get().refresh(whose.get());
  }

  @Override
  public void refresh() {
    // Nothing is in force: the next start reads the folder anew.
  }
}
