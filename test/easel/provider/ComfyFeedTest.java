package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Kind;
import easel.upstream.LiveSocket;
import fake.FakeComfyRecording;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComfyFeedTest {
  private static final String PREVIEW = "00000001" + "00000001" + "ffd8ffe000104a464946";

  @TempDir
  private Path folder;

  private static ComfyWork work(String prompt) {
    return new ComfyWork(URI.create("http://h"), prompt, "c", List.of("9"), Kind.IMAGE, 1, 2, 0, 0);
  }

  private ComfyFeed feed(String prompt, ProgressLog log) {
    return new ComfyFeed(work(prompt), log);
  }

  private static LiveSocket.Text text(String json) {
    return new LiveSocket.Text(json);
  }

  private static LiveSocket.Bytes bytes(String hex) {
    return new LiveSocket.Bytes(HexFormat.of().parseHex(hex));
  }

  private static LiveSocket.Text step(String prompt, int value) {
    return text("{\"type\":\"progress\",\"data\":{\"value\":" + value + ",\"max\":4,\"prompt_id\":\"" + prompt + "\",\"node\":\"5\"}}");
  }

  @Test
  void previewsOfOtherPeopleAreNotShown() {
    var log = new ProgressLog(folder);
    var feed = feed("mine", log);
    feed.take(step("mine", 2));
    feed.take(step("another", 3));
    feed.take(bytes(PREVIEW));
    var metadata = "{\"prompt_id\":\"another\"}";
    var head = HexFormat.of().formatHex(metadata.getBytes());
    feed.take(bytes("00000004" + String.format("%08x", metadata.length()) + head + "ffd8ffe0"));
    assertEquals(List.of(), log.partials);
    assertEquals(List.of("step 2 of 4"), log.words);
    feed.take(step("mine", 3));
    feed.take(bytes(PREVIEW));
    assertEquals(List.of(0), log.partialIndexes);
  }

  @Test
  void wantedPreviewsAreSpreadOverTheWork() {
    var log = new ProgressLog(folder);
    var feed = feed("mine", log);
    feed.take(step("mine", 1));
    feed.take(bytes(PREVIEW));
    assertEquals(List.of(), log.partials, "a third of the way is not reached");
    for (int i = 2; i <= 4; i++) {
      feed.take(step("mine", i));
      feed.take(bytes(PREVIEW));
    }
    assertEquals(List.of(0, 1), log.partialIndexes);
    assertEquals(work("mine").seen(2, 85), feed.work());
  }

  @Test
  void lineOpenedInTheMiddleKnowsWhoRuns() {
    var lines = FakeComfyRecording.read("reconnect");
    var log = new ProgressLog(folder);
    var feed = feed("4b08e171-1d5c-4db5-961f-2cfe2c51f2bf", log);
    for (var line : lines) assertFalse(feed.take(text(line.split(" ", 2)[1])));
    assertEquals(List.of("step 12 of 40", "step 12 of 40"), log.words);
  }

  @Test
  void onlyTheEndOfItsOwnPromptIsTheEnd() {
    var feed = feed("mine", new ProgressLog(folder));
    assertFalse(feed.take(text("{\"type\":\"executing\",\"data\":{\"node\":null,\"prompt_id\":\"another\"}}")));
    assertFalse(feed.take(text("{\"type\":\"execution_success\",\"data\":{\"prompt_id\":\"mine\"}}")), "the history is not written yet");
    assertTrue(feed.take(text("{\"type\":\"executing\",\"data\":{\"node\":null,\"prompt_id\":\"mine\"}}")));
  }

  @Test
  void nonsenseIsNoProgress() {
    var log = new ProgressLog(folder);
    var feed = feed("mine", log);
    feed.take(step("mine", 4));
    for (var junk : List.of("", "[]", "{", "{\"type\":7,\"data\":[]}", "{\"type\":\"progress\",\"data\":{\"value\":\"x\",\"max\":{}}}",
        "{\"type\":\"progress\",\"data\":{\"value\":9,\"max\":4}}", "{\"type\":\"progress_state\",\"data\":{\"nodes\":{\"5\":3}}}")) {
      assertFalse(feed.take(text(junk)));
    }
    for (var junk : List.of("", "00", "0000000100000001", "00000004ffffffff41", "000000047fffffff41", "0000000400000002" + "5b5d",
        "0000000300000001", PREVIEW.replace("ffd8", "0000"))) {
      assertFalse(feed.take(bytes(junk)));
    }
    assertEquals(List.of("step 4 of 4"), log.words);
    assertEquals(List.of(), log.partials);
  }

  @Test
  void handleIsReadBackWhole() {
    var work = work("mine").seen(1, 42);
    assertEquals(work, ComfyWork.of(work.toString()));
    assertEquals(1, Arrays.stream(work.toString().split("\n")).count());
  }
}
