package easel;

import easel.api.PluginApi;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.core.Time;
import easel.upstream.Upstream;
import java.util.function.Supplier;

/**
 * Asks Flow whose a session token is, on a page of its own: what is learned of a token that is not kept is forgotten.
 */
final class Persons implements PluginApi.Persons {
  private static final String PROVIDER = "flow";

  private final Supplier<Config> config;
  private final Supplier<Upstream> upstream;
  private final Time time;

  /** Those of the moment. */
  Persons(Supplier<Config> config, Supplier<Upstream> upstream, Time time) {
    this.config = config;
    this.upstream = upstream;
    this.time = time;
  }

  @Override
  public String of(Secret token) throws InterruptedException {
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
    return apart.of(credential).person();
  }

  private static GatewayException nobody() {
    return new GatewayException(new Failure.Invalid("provider", "There is no enabled provider flow to ask."));
  }
}
