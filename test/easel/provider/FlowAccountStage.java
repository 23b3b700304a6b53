package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Account;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.upstream.Upstream;
import easel.upstream.UpstreamOptions;
import fake.FakeAccounts;
import fake.FakeLabs;
import fake.FakeTime;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** The account half of Flow before the fake, over the real way out of the process. */
final class FlowAccountStage implements AutoCloseable {
  static final Credential CREDENTIAL = credential(FakeLabs.ST);

  final FakeLabs fake = new FakeLabs();
  final FakeTime time = new FakeTime();
  final FakeAccounts accounts = new FakeAccounts();
  final Upstream upstream = new Upstream(UpstreamOptions.defaults());
  final FlowOptions options;
  final FlowSessions sessions;
  final FlowWire wire;
  final FlowFunds funds;
  final FlowProjects projects;
  final FlowUploads uploads;

  FlowAccountStage() throws IOException {
    this(FlowOptions.HOME, new JsonObject());
  }

  /** {@code labs}: where sessions are asked for, unless it is Google's own address. */
  FlowAccountStage(URI labs, JsonObject own) throws IOException {
    fake.time(time);
    var at = labs.equals(FlowOptions.HOME) ? fake.labs() : labs;
    var named = new JsonObject().add("labs_base_url", at.toString()).add("api_base_url", fake.api().toString()).merge(own);
    options = options(named);
    sessions = new FlowSessions(options, upstream, accounts, time);
    wire = new FlowWire(options, upstream, sessions, time);
    funds = new FlowFunds(options, wire, sessions, accounts, time);
    projects = new FlowProjects(options, wire, accounts, time);
    uploads = new FlowUploads(options, wire, time);
  }

  static FlowOptions options(JsonObject named) {
    var outside = new Providers.Outside(null, null, null, null, null, Duration.ofSeconds(20), Duration.ofSeconds(20), 1 << 20, "Easel/test");
    return FlowOptions.of(ProviderSettings.of("flow", "flow").withOptions(named), outside);
  }

  static Credential credential(String st) {
    return new Credential("flow", "flow#" + st, new Secret(st));
  }

  /** As if it had been exchanged before. */
  Secret holds(Credential credential, Duration left) {
    var token = new Secret("ya29.from-before");
    accounts.keep(credential, a -> a.with(new Account.Session(token, time.instant().plus(left)), ""));
    return token;
  }

  /** A token that the fake accepts, as if it had been exchanged before. */
  Secret token() throws InterruptedException {
    return sessions.token(CREDENTIAL);
  }

  /** The same asked for by so many at once; answers what each of them got. */
  static <T> List<T> all(int many, Callable<T> what) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<T>>();
      for (int i = 0; i < many; i++) tasks.add(what);
      var got = new ArrayList<T>();
      for (var answer : threads.invokeAll(tasks)) got.add(answer.get());
      return got;
    }
  }

  interface Act {
    void go() throws Exception;
  }

  static Failure failure(Act act) {
    try {
      act.go();
    } catch (GatewayException e) {
      return e.failure();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("it went well");
  }

  @Override
  public void close() {
    upstream.close();
    fake.close();
  }
}
