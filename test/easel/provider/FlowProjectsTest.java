package easel.provider;

import static easel.provider.FlowAccountStage.CREDENTIAL;
import static easel.provider.FlowAccountStage.all;
import static easel.provider.FlowAccountStage.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import fake.Await;
import fake.FakeLabs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class FlowProjectsTest {
  private FlowAccountStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new FlowAccountStage(FlowOptions.HOME, new JsonObject().add("project_pool_size", 2));
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private List<String> next(int times) throws InterruptedException {
    var got = new ArrayList<String>();
    for (int i = 0; i < times; i++) got.add(stage.projects.next(CREDENTIAL));
    return got;
  }

  private List<String> created() {
    return stage.fake.account(FakeLabs.ST).created();
  }

  @Test
  void projectsAreCreatedWhenTheirTurnComesAndThenUsedInTurns() throws Exception {
    var got = next(5);
    assertEquals(2, created().size());
    assertEquals(List.of(created().get(0), created().get(1), created().get(0), created().get(1), created().get(0)), got);
    assertEquals(created(), stage.accounts.of(CREDENTIAL).projects());
    var asked = Json.parse(stage.fake.seen().getFirst().text()).asObject().get("json").asObject();
    assertEquals("{\"projectTitle\":\"Jan 01 - 00:00 P1\",\"toolName\":\"PINHOLE\"}", asked.toString());
  }

  @Test
  void projectsAreCalledAsTheOperatorWishes() throws Exception {
    stage.projects.next(CREDENTIAL.labelled("Studio"));
    var asked = Json.parse(stage.fake.seen().getLast().text()).asObject().get("json").asObject();
    assertEquals("Studio P1", asked.getString("projectTitle", ""));
  }

  @Test
  void fiftyWhoNeedTheFirstAtOnceGetOne() throws Exception {
    stage.fake.hold("createProject");
    var waiting = Thread.ofVirtual().start(() -> {
      Await.until("the first project", () -> stage.fake.calls("createProject") > 0);
      stage.fake.release("createProject");
    });
    var got = new HashSet<>(all(50, () -> stage.projects.next(CREDENTIAL)));
    waiting.join();
    assertTrue(created().size() <= 2, created().toString());
    assertTrue(created().containsAll(got));
    assertEquals(created(), stage.accounts.of(CREDENTIAL).projects());
  }

  @Test
  void whereOneIsEnoughThereIsNoSecond() throws Exception {
    try (var one = new FlowAccountStage(FlowOptions.HOME, new JsonObject().add("project_pool_size", 1))) {
      assertEquals(1, new HashSet<>(all(50, () -> one.projects.next(CREDENTIAL))).size());
      assertEquals(1, one.fake.calls("createProject"));
    }
  }

  @Test
  void theOperatorsOwnComesFirst() throws Exception {
    stage.accounts.keep(CREDENTIAL, a -> a.withProjects(List.of("own")));
    assertEquals("own", next(1).getFirst());
    assertEquals(0, stage.fake.calls("createProject"));
    var then = next(2);
    assertEquals(List.of(created().getFirst(), "own"), then);
  }

  @Test
  void anIdThatIsNoneIsPassedOver() throws Exception {
    stage.accounts.keep(CREDENTIAL, a -> a.withProjects(List.of("my project?", "own")));
    assertEquals("own", next(1).getFirst());
  }

  @Test
  void moreThanNeededAreAllUsed() throws Exception {
    stage.accounts.keep(CREDENTIAL, a -> a.withProjects(List.of("a", "b", "c")));
    assertEquals(List.of("a", "b", "c", "a"), next(4));
    assertEquals(0, stage.fake.calls("createProject"));
  }

  @Test
  void whereAnotherCannotBeCreatedThoseWeHaveAreUsed() throws Exception {
    var first = next(1).getFirst();
    stage.fake.nextAnswer("createProject", 500, "application/json", "{}");
    assertEquals(List.of(first, first, first, first), next(4));
    assertEquals(2, stage.fake.calls("createProject"));
    stage.time.advance(Duration.ofMinutes(2));
    var second = next(1);
    assertEquals(List.of(first, second.getFirst()), created());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"500|application/json|{}", "200|text/html|<html/>", "200|application/json|{}"})
  void withoutAnyNothingIsBought(int status, String type, String body) {
    stage.fake.nextAnswer("createProject", status, type, body);
    var failure = failure(() -> next(1));
    assertInstanceOf(Failure.NoCapacity.class, failure);
    assertTrue(failure.notAccepted());
  }

  @Test
  void aDeadSessionIsTold() {
    stage.fake.account(FakeLabs.ST).die();
    assertInstanceOf(Failure.BadCredential.class, failure(() -> next(1)));
  }

  @Test
  void oneThatIsGoneIsReplaced() throws Exception {
    var first = next(2).getFirst();
    stage.projects.gone(CREDENTIAL, first);
    assertEquals(1, stage.accounts.of(CREDENTIAL).projects().size());
    next(2);
    assertEquals(3, created().size());
    assertEquals(created().subList(1, 3), stage.accounts.of(CREDENTIAL).projects());
  }
}
