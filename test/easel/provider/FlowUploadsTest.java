package easel.provider;

import static easel.provider.FlowAccountStage.CREDENTIAL;
import static easel.provider.FlowAccountStage.all;
import static easel.provider.FlowAccountStage.failure;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import easel.core.Failure;
import easel.core.Media;
import easel.core.MediaType;
import easel.upstream.Call;
import easel.upstream.Transport;
import fake.FakeLabs;
import fake.FakeOpenAiPicture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class FlowUploadsTest {
  @TempDir
  private Path folder;
  private FlowAccountStage stage;
  private String project;

  @BeforeEach
  void open() throws Exception {
    stage = new FlowAccountStage();
    project = stage.projects.next(CREDENTIAL);
  }

  @AfterEach
  void close() {
    assertEquals(0, stage.fake.leaks());
    stage.close();
  }

  private Media picture(String name, MediaType type, byte[] bytes) throws Exception {
    var file = folder.resolve(name);
    Files.write(file, bytes);
    var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return new Media("m", "", Media.Role.INPUT, 0, type, bytes.length, 64, 64, hash, file, Optional.empty(), stage.time.instant(), Optional.empty());
  }

  private Media picture(int index) throws Exception {
    return picture("p" + index + ".png", MediaType.PNG, FakeOpenAiPicture.png(64, 64, index));
  }

  private String upload(Media picture) throws InterruptedException {
    return stage.uploads.id(CREDENTIAL, project, picture);
  }

  private int uploads() {
    return stage.fake.calls("uploadImage");
  }

  @Test
  void thePictureArrivesAsItIs() throws Exception {
    var id = upload(picture(1));
    assertArrayEquals(FakeOpenAiPicture.png(64, 64, 1), stage.fake.uploads().get(id));
    var sent = Json.parse(stage.fake.seen().getLast().text()).asObject();
    assertEquals("image/png", sent.getString("mimeType", ""));
    assertEquals("{\"sessionId\":\";1893456000000\",\"tool\":\"PINHOLE\",\"projectId\":\"" + project + "\"}", sent.get("clientContext").toString());
    assertEquals(Set.of("clientContext", "fileName", "imageBytes", "isHidden", "isUserUploaded", "mimeType"), Set.copyOf(sent.names()));
  }

  @Test
  void theSamePictureIsNotUploadedTwiceWhateverFileItIsIn() throws Exception {
    var first = upload(picture(1));
    assertEquals(first, upload(picture("copy.png", MediaType.PNG, FakeOpenAiPicture.png(64, 64, 1))));
    assertEquals(1, uploads());
    assertNotEquals(first, upload(picture(2)));
  }

  @Test
  void fiftyWithTheSamePictureUploadItOnce() throws Exception {
    var picture = picture(1);
    assertEquals(1, new HashSet<>(all(50, () -> upload(picture))).size());
    assertEquals(1, uploads());
  }

  @Test
  void anotherProjectAndAnotherCredentialGetTheirOwn() throws Exception {
    stage.fake.account("st-2");
    var other = FlowAccountStage.credential("st-2");
    var ids = Set.of(upload(picture(1)), stage.uploads.id(CREDENTIAL, stage.projects.next(CREDENTIAL), picture(1)),
        stage.uploads.id(other, stage.projects.next(other), picture(1)));
    assertEquals(3, ids.size());
  }

  @Test
  void afterHalfADayItIsHandedOverAnew() throws Exception {
    var first = upload(picture(1));
    stage.time.advance(Duration.ofHours(12).minusSeconds(1));
    assertEquals(first, upload(picture(1)));
    stage.time.advance(Duration.ofSeconds(2));
    assertNotEquals(first, upload(picture(1)));
  }

  @Test
  void theOlderAnswerIsReadToo() throws Exception {
    stage.fake.oldUploads();
    var id = upload(picture(1));
    assertEquals(Set.of(id), stage.fake.uploads().keySet());
    stage.fake.nextAnswer("uploadImage", 200, "application/json", "{\"media\":[{\"name\":\"in-a-list\"}]}");
    assertEquals("in-a-list", upload(picture(2)));
  }

  @Test
  void aPictureThatIsRefusedForItsMetadataIsTheCallersToMend() throws Exception {
    var odd = picture("odd.jpg", MediaType.JPEG, "\u00ff\u00d8\u00ff odd-metadata".getBytes());
    assertEquals(new Failure.Invalid("image", "image was not accepted by flow; if it is a JPEG, save it anew without its metadata: "
        + "Request contains an invalid argument."), failure(() -> upload(odd)));
  }

  @Test
  void aVideoIsNoPicture() throws Exception {
    var film = picture("film.mp4", MediaType.MP4, new byte[10]);
    assertEquals("image", ((Failure.Invalid) failure(() -> upload(film))).field());
    assertEquals(0, uploads());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"500|application/json|{}", "200|text/html|<html/>", "200|application/json|{}", "0|x|x", "302|x|''"})
  void troubleBuysNothingAndIsNotRemembered(int status, String type, String body) throws Exception {
    var picture = picture(1);
    stage.fake.nextAnswer("uploadImage", status, type, body);
    var failure = failure(() -> upload(picture));
    assertInstanceOf(Failure.NoCapacity.class, failure);
    assertTrue(failure.notAccepted());
    var id = upload(picture);
    assertEquals(Set.of(id), stage.fake.uploads().keySet());
  }

  @Test
  void aFileThatIsGoneBuysNothing() throws Exception {
    var picture = picture(1);
    Files.delete(picture.file());
    assertTrue(failure(() -> upload(picture)).notAccepted());
  }

  @Test
  void aRevokedTokenIsRenewedInTheMiddle() throws Exception {
    stage.token();
    stage.fake.account(FakeLabs.ST).revoke();
    var id = upload(picture(1));
    assertArrayEquals(FakeOpenAiPicture.png(64, 64, 1), stage.fake.uploads().get(id));
    assertEquals(2, uploads());
  }

  @Test
  void filesGoByTheWayForFiles() throws Exception {
    var ways = new ArrayList<Boolean>();
    Transport seen = call -> {
      if (call.body() instanceof Call.Json) ways.add(call.way().media());
      return stage.upstream.send(call);
    };
    var wire = new FlowWire(stage.options, seen, stage.sessions, stage.time);
    new FlowUploads(stage.options, wire, stage.time).id(CREDENTIAL, project, picture(1));
    assertEquals(List.of(true), ways);
  }
}
