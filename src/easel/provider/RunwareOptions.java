package easel.provider;

import java.net.URI;
import java.time.Duration;

/**
 * Runware, or something that speaks for it.
 *
 * @param base where its REST API is, {@code /v1} included
 * @param within total time of a call that carries pictures or may wait for them, and of the downloads of one job
 * @param answerMax bytes a download may have
 * @param agent what we call ourselves, {@code Easel/1.0}
 */
record RunwareOptions(String id, URI base, Duration within, long answerMax, String agent) {
  static final URI HOME = URI.create("https://api.runware.ai/v1");
}
