package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Event;
import easel.core.Job;
import easel.core.Look;
import easel.core.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeedTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final List<Event> heard = new ArrayList<>();
  private final ProgressHub hub = new ProgressHub(heard::add);

  private static Job job(String id) {
    var origin = new Job.Origin("key", "", "videos", Optional.empty(), "hash", Instant.EPOCH);
    return Job.queued(id, origin, new Task.Image("m", "p", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject()));
  }

  @Test
  void ofEachJobTheLastWordIsHeard() throws Exception {
    try (var feed = hub.feed()) {
      hub.begun(job("a"));
      hub.publish(new Event.Changed(job("b")));
      hub.publish(new Event.Partial(job("b"), 0, Path.of("preview")));
      hub.publish(new Event.Changed(job("a").progressed(10, "")));
      hub.publish(new Event.Left(job("a").progressed(20, "")));

      assertEquals(new Feed.News(List.of(job("a").progressed(20, ""), job("b")), false), feed.next(SOON));
      assertEquals(new Feed.News(List.of(), false), feed.next(Duration.ZERO));
    }
    assertEquals(4, heard.size(), "what is begun is news for nobody else");
  }

  @Test
  void partsAreTheirSetsNews() throws Exception {
    try (var feed = hub.feed()) {
      var set = job("set").set(2);
      hub.publish(new Event.Changed(set.part(0, set.task())));
      hub.publish(new Event.Changed(set));
      assertEquals(List.of(set), feed.next(SOON).jobs());
    }
  }

  @Test
  void whoListensNoMoreHearsNothing() throws Exception {
    var feed = hub.feed();
    feed.close();
    hub.publish(new Event.Changed(job("a")));
    assertEquals(List.of(), feed.next(Duration.ZERO).jobs());
  }

  @Test
  void tooMuchNewsAreThrownAwayAndThatIsSaid() throws Exception {
    try (var feed = hub.feed()) {
      for (int i = 0; i <= Feed.MAX; i++) hub.begun(job("job-" + i));
      var news = feed.next(SOON);
      assertTrue(news.missed());
      assertEquals(List.of(job("job-" + Feed.MAX)), news.jobs());
    }
  }
}
