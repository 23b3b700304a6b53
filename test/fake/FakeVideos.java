package fake;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that speaks OpenAI's Videos API as third parties serve it: a submit, polls, and the file from the content
 * route (which wants the key) or from a link in the video object (which must not get it).
 */
public final class FakeVideos implements AutoCloseable {
  /** What every video is. */
  public static final byte[] MP4 = FakeLeonardo.film();
  private static final String SECRET_HEADER = "authorization";

  private final FakeUpstream upstream = new FakeUpstream();
  private final AtomicInteger polls = new AtomicInteger();
  private final int pollsNeeded;
  private volatile String done = "\"status\":\"completed\"";
  private volatile boolean stumble;

  public FakeVideos(int pollsNeeded) throws IOException {
    this.pollsNeeded = pollsNeeded;
    upstream.on("GET /v1/videos/*", this::look);
    upstream.on("GET /files/film.mp4", sent -> sent.header(SECRET_HEADER).isPresent()
        ? Script.json(400, "{\"error\":\"the key is none of my business\"}") : Script.answer(200, "video/mp4", MP4));
  }

  /** What {@code POST /v1/videos} is answered. */
  public FakeVideos submit(Script script) {
    upstream.on("POST /v1/videos", script);
    return this;
  }

  public FakeVideos works() {
    return submit(Script.json(200, video("\"status\":\"queued\",\"progress\":0")));
  }

  /** How the finished (or failed) video object goes on. */
  public FakeVideos ends(String members) {
    done = members;
    return this;
  }

  /** The first question after the submit is answered 503. */
  public FakeVideos stumbles() {
    stumble = true;
    return this;
  }

  private static String video(String members) {
    return "{\"id\":\"video_0001\",\"object\":\"video\",\"model\":\"wan\",\"created_at\":1795000100,\"seconds\":\"4\","
        + "\"size\":\"1280x720\"," + members + "}";
  }

  private Script look(Sent sent) {
    if (sent.path().endsWith("/content")) {
      return sent.header(SECRET_HEADER).isPresent() ? Script.answer(200, "video/mp4", MP4) : Script.json(401, "{}");
    }
    if (stumble) {
      stumble = false;
      return Script.json(503, "{\"error\":{\"message\":\"busy\"}}");
    }
    int poll = polls.incrementAndGet();
    if (poll < pollsNeeded) return Script.json(200, video("\"status\":\"processing\",\"progress\":" + 10 * poll), "openai-poll-after-ms: 500");
    return Script.json(200, video(done));
  }

  public URI base() {
    return upstream.uri("/v1");
  }

  public FakeUpstream upstream() {
    return upstream;
  }

  @Override
  public void close() {
    upstream.close();
  }
}
