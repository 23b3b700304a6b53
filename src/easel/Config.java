package easel;

import easel.core.Secret;
import easel.pool.PoolOptions;
import easel.provider.ProviderSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everything the operator has set, checked. Nobody but this package sees it: each part of Easel gets its own options. */
record Config(Access access, Server server, Storage storage, Generation generation, Limits limits, PoolOptions pool,
    boolean debug, List<ProviderSettings> providers) {

  /** Keys applications may use and the administrator's name; an absent password or empty key list means: make one. */
  record Access(List<Secret> apiKeys, String adminName, Optional<Secret> adminPassword) {}

  record Server(String host, int port, Set<String> hosts, boolean trustForwarded, Duration drain) {}

  record Storage(Path data, Path results, long bytesMax, long reserve, Duration life, Optional<URI> baseUrl) {}

  record Generation(Duration imageTimeout, Duration videoTimeout, Duration noProgress, Duration fetchGrace,
      Duration imagePatience, Duration videoPatience) {}

  record Limits(int jobsOpenMax, long bodyMax, long inputMax, long pixelsMax, long answerMax, List<String> allowPrivate) {}
}
