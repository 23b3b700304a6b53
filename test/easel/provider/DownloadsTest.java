package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Usage;
import easel.upstream.Upstream;
import easel.upstream.UpstreamOptions;
import fake.FakeOpenAiPicture;
import fake.FakeTime;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DownloadsTest {
  private static final Script PICTURE = Script.answer(200, "image/png", FakeOpenAiPicture.png(8, 8, 1));

  @TempDir
  Path folder;

  private FakeUpstream files;
  private Upstream out;
  private Finished both;

  @BeforeEach
  void open() throws IOException {
    files = new FakeUpstream();
    out = new Upstream(UpstreamOptions.defaults());
    files.on("GET /1.png", PICTURE);
    var links = List.of(files.uri("/1.png").toString(), files.uri("/2.png").toString());
    both = Finished.links(links, "png", Usage.NONE);
  }

  @AfterEach
  void close() {
    out.close();
    files.close();
  }

  /** A job whose questions have gone wrong all day, which says nothing of a link. */
  private record Tired(ProgressLog log, boolean last) implements Progress {
    @Override
    public int troubles() {
      return 9;
    }

    @Override
    public String tag() {
      return log.tag();
    }

    @Override
    public Instant sent() {
      return log.sent();
    }

    @Override
    public void report(int percent, String words) {
      log.report(percent, words);
    }

    @Override
    public void partial(int index, Path picture) {
      log.partial(index, picture);
    }

    @Override
    public Path draft(String extension) {
      return log.draft(extension);
    }
  }

  private ProgressLog log;

  private Step fetch(Finished order, boolean last) throws InterruptedException {
    var base = files.uri("");
    var downloads = new Downloads("box", base, link -> Downloads.sameHost(base, link), link -> List.of(), out, out.fetcher(),
        new FakeTime(), 1 << 20, Duration.ofSeconds(20));
    if (log == null) log = new ProgressLog(folder);
    return downloads.fetch(order, new Tired(log, last));
  }

  private Finished again(Finished order) throws InterruptedException {
    var waiting = assertInstanceOf(Step.Waiting.class, fetch(order, false));
    assertEquals(true, waiting.fetching() && waiting.pollAfter().isPositive());
    return Finished.of(waiting.handle());
  }

  private void second(Script script) {
    files.on("GET /2.png", script);
  }

  @Test
  void deadLinkIsFollowedSomeMoreTimesBeforeTheOthersAreHandedOver() throws Exception {
    second(Script.empty(404));
    var order = both;
    for (int i = 1; i <= 3; i++) {
      order = again(order);
      assertEquals(i, order.gone());
    }
    assertEquals(1, files.sent("GET /1.png").size(), "what came is not fetched twice");
    var done = assertInstanceOf(Step.Done.class, fetch(order, false));
    assertEquals(1, done.outputs().size());
    assertEquals(Optional.of(new Failure.UpstreamBroken(404, "box answered a result's link with 404")), done.shortfall());
  }

  @Test
  void linkThatComesBackIsNotLostToAnOutageBefore() throws Exception {
    second(Script.empty(404));
    var order = again(again(again(both)));
    second(Script.empty(503));
    order = again(order);
    assertEquals(0, order.gone());
    second(PICTURE);
    assertEquals(2, ((Step.Done) fetch(order, false)).outputs().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 503})
  void serverThatGivesNothingNowIsTrouble(int status) throws Exception {
    second(Script.empty(status));
    files.on("GET /1.png", Script.empty(status));
    var failure = assertThrows(GatewayException.class, () -> fetch(both, false)).failure();
    assertEquals(status, ((Failure.UpstreamBroken) failure).status());
    assertEquals(0, folder.toFile().list().length);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 503})
  void pictureThatCameOutlivesItsLinkWhileTheOtherIsInTrouble(int status) throws Exception {
    second(Script.empty(status));
    var order = again(again(both));
    files.on("GET /1.png", Script.empty(403));
    second(PICTURE);
    assertEquals(2, ((Step.Done) fetch(order, false)).outputs().size());
  }

  @Test
  void whereNothingComesNothingIsHandedOver() {
    files.on("GET /1.png", Script.empty(404));
    second(Script.empty(404));
    assertThrows(GatewayException.class, () -> fetch(both.gone(9), false));
  }

  @Test
  void whatThereIsIsHandedOverWhenNobodyAsksAgain() throws Exception {
    second(Script.empty(503));
    assertEquals(1, ((Step.Done) fetch(both, true)).outputs().size());
  }

  @Test
  void draftThatTheHandleNamesStays() throws Exception {
    second(Script.empty(404));
    var draft = Files.write(folder.resolve("kept.png"), FakeOpenAiPicture.png(8, 8, 1));
    var order = new Finished(List.of(new Finished.Result(false, draft.toString(), Optional.empty()), both.results().getLast()),
        "png", Usage.NONE);
    assertEquals(order.gone(1), Finished.of(((Step.Waiting) fetch(order, false)).handle()));
    assertEquals(true, Files.exists(draft));
  }

  @ParameterizedTest
  @CsvSource({"https://relay.example/v1,https://relay.example/x,true", "https://relay.example,HTTPS://Relay.example:443/x,true",
      "https://relay.example/v1,http://relay.example:443/x,false", "http://relay.example:443,https://relay.example/x,false",
      "http://relay.example,http://relay.example:81/x,false", "http://relay.example,ftp://relay.example:80/x,false",
      "http://relay.example,/x,false"})
  void hostIsTheSameOnlyWhenItIsSpokenToTheSameWay(URI base, URI link, boolean same) {
    assertEquals(same, Downloads.sameHost(base, link));
  }
}
