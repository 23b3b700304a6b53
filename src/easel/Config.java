package easel;

import easel.api.PluginApi;
import easel.core.Secret;
import easel.job.ModelEntry;
import easel.job.Strategy;
import easel.pool.PoolOptions;
import easel.provider.ProviderSettings;
import easel.store.VaultKey;
import easel.upstream.ProxyOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Everything the operator has set, checked. Nobody but this package sees it: each part of Easel gets its own options.
 *
 * @param where the file and line of a path, to begin a complaint with that comes up later
 */
record Config(Access access, Server server, Storage storage, Generation generation, Limits limits, ProxyOptions proxies,
    PoolOptions pool, Dispatch dispatch, boolean debug, List<ProviderSettings> providers, List<Name> names, Secrets secrets,
    PluginApi.Options plugin, UnaryOperator<String> where) {

  /** Keys applications may use and the administrator's name; an absent password or empty key list means: make one. */
  record Access(List<Secret> apiKeys, String adminName, Optional<Secret> adminPassword) {}

  /**
   * @param vaultKey what seals the secrets in the database; empty: a file in the data folder
   * @param fromEnvironment names of the providers' credentials that variables have set
   */
  record Secrets(Optional<VaultKey> vaultKey, Set<String> fromEnvironment) {}

  record Server(String host, int port, Set<String> hosts, boolean trustForwarded, Duration drain) {}

  record Storage(Path data, Path results, long bytesMax, long reserve, Duration life, Optional<URI> baseUrl) {}

  record Generation(Duration imageTimeout, Duration videoTimeout, Duration noProgress, Duration fetchGrace,
      Duration imagePatience, Duration videoPatience) {}

  /** @param fallbackOnRefusal asks the next provider too where one refuses the content */
  record Dispatch(Strategy strategy, boolean fallbackOnRefusal) {}

  /** A name of the operator's for models; {@code path} is where it stands, for complaints. */
  record Name(String path, ModelEntry entry) {}

  record Limits(int jobsOpenMax, long bodyMax, long inputMax, long pixelsMax, long answerMax, List<String> allowPrivate) {}
}
