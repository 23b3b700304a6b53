package easel;

import easel.api.PluginApi;
import easel.core.Account;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.core.Time;
import easel.upstream.Upstream;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks Flow whose a session token is: of one that we have, the way we always ask; of any other on a page of its own,
 * where what is learned of a token that is not kept is forgotten.
 */
final class Persons implements PluginApi.Persons {
  private static final String PROVIDER = "flow";

  /** The credentials that there are. */
  interface Ours {
    /** Whose this one is, if one of them has it. */
    Optional<PluginApi.Person> person(String provider, Secret token) throws InterruptedException;
  }

  private final Supplier<Config> config;
  private final Supplier<Upstream> upstream;
  private final Ours ours;
  private final Time time;

  /** Those of the moment. */
  Persons(Supplier<Config> config, Supplier<Upstream> upstream, Ours ours, Time time) {
    this.config = config;
    this.upstream = upstream;
    this.ours = ours;
    this.time = time;
  }

  @Override
  public PluginApi.Person of(Secret token) throws InterruptedException {
    // Asked apart, labs might take back what we have of it.
    var known = ours.person(PROVIDER, token);
    return known.isPresent() ? known.get() : stranger(token);
  }

  private PluginApi.Person stranger(Secret token) throws InterruptedException {
    var now = config.get();
    var section = now.providers().stream().filter(p -> p.id().equals(PROVIDER) && p.enabled()).findFirst()
        .orElseThrow(Persons::nobody);
    var credential = section.credential(token);
    var apart = new AccountBook();
    try {
      var flow = new Blueprint(now).providers(upstream.get(), apart, time).refreshing(PROVIDER);
      flow.orElseThrow(Persons::nobody).refresh(credential);
    } catch (ConfigException e) {
      throw new IllegalStateException("this configuration is in force", e);
    } catch (GatewayException e) {
      // Whose it is was heard before whatever failed after it.
      if (apart.of(credential).person().isEmpty()) throw e;
    }
    var learned = apart.of(credential);
    return new PluginApi.Person(learned.person(), token, learned.renewal().map(Account.Renewal::token));
  }

  private static GatewayException nobody() {
    return new GatewayException(new Failure.Invalid("provider", "There is no enabled provider flow to ask."));
  }
}
