package easel.provider;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Servers that run the same workflows, and how they are asked.
 *
 * @param servers their base URLs; the one with the shortest queue gets the next work
 * @param within total time of one call, uploads and downloads included
 * @param answerMax bytes a result may have
 * @param agent what we call ourselves, {@code Easel/1.0}
 */
record ComfyOptions(String id, List<URI> servers, Duration within, long answerMax, String agent, Pace pace) {
  /**
   * How long we look and how often.
   *
   * @param poll between two questions after work that reports nothing; twice in a row unknown means lost
   * @param watch how long one {@link ComfyProvider#resume} listens: the engine hears of a cancel only in between
   */
  record Pace(Duration poll, Duration watch) {
    static final Pace USUAL = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  ComfyOptions {
    servers = List.copyOf(servers);
  }

  /** True for a link to one of the servers: they may be private, and are sent the key. */
  boolean ours(URI link) {
    return servers.stream().anyMatch(s -> Downloads.sameHost(s, link));
  }
}
