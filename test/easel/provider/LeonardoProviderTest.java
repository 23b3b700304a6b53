package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Secret;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import fake.FakeLeonardo;
import fake.Script;
import fake.Sent;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class LeonardoProviderTest {
  private static final String OTHER = "5b0a8f0e-0000-4000-8000-000000000002";

  @TempDir
  private Path folder;

  /** A job of another name, or one whose time is up. */
  private record Job(Path folder, String tag, boolean last, Instant sent) implements Progress {
    @Override
    public void report(int percent, String words) {}

    @Override
    public void partial(int index, Path picture) {}

    @Override
    public Path draft(String extension) {
      return folder.resolve("draft." + extension);
    }
  }

  private static Step start(LeonardoStage stage, Task task, ProgressLog log) throws InterruptedException {
    return stage.provider().start(task, LeonardoStage.CREDENTIAL, log);
  }

  private ProgressLog log() {
    return new ProgressLog(folder);
  }

  private static Step ask(LeonardoStage stage, Step step, ProgressLog log) throws InterruptedException {
    return stage.provider().resume(((Step.Waiting) step).handle(), LeonardoStage.CREDENTIAL, log);
  }

  private Step.Done run(LeonardoStage stage) throws InterruptedException {
    var log = log();
    var step = start(stage, stage.task(), log);
    for (int i = 0; i < 30 && step instanceof Step.Waiting; i++) step = ask(stage, step, log);
    return (Step.Done) step;
  }

  private static Failure failure(Executable call) {
    return assertThrows(GatewayException.class, call).failure();
  }

  private static LeonardoStage picture() throws IOException {
    return LeonardoStage.of(LeonardoStage.task(Kind.IMAGE));
  }

  private Input input(Input.Role role, String words) throws IOException {
    var file = Files.writeString(folder.resolve(words + ".png"), words);
    return LeonardoStage.input(file, role, MediaType.PNG);
  }

  @Test
  void costIsThatOfTheAnswer() throws Exception {
    try (var stage = picture()) {
      assertEquals(Usage.charged(new BigDecimal("0.036")), run(stage).usage());
    }
  }

  @Test
  void creditsAreNoDollars() throws Exception {
    var credits = new JsonObject().add("amount", "18").add("unit", "CREDITS");
    for (var cost : List.of(Json.NULL, credits, FakeLeonardo.dollars("plenty"), Json.value(3))) {
      try (var stage = picture()) {
        stage.fake.costs(cost);
        assertEquals(Usage.NONE, run(stage).usage());
      }
    }
  }

  @Test
  void purchaseCarriesTheKeyAndOurTagOnAFreshConnection() throws Exception {
    try (var stage = picture()) {
      run(stage);
      var buy = stage.fake.buys().getFirst();
      assertEquals(Optional.of("Bearer " + LeonardoStage.CREDENTIAL.secret().reveal()), buy.header("Authorization"));
      assertEquals(Optional.of(log().tag()), buy.header("Idempotency-Key"));
      assertEquals(Optional.of("close"), buy.header("Connection"));
      for (var file : stage.fake.server().sent("GET /cdn/*")) assertEquals(Optional.empty(), file.header("Authorization"));
    }
  }

  @Test
  void addressMayBeGivenWithItsVersion() throws Exception {
    try (var stage = picture()) {
      var provider = stage.restarted(URI.create(stage.fake.base() + "/v1/"));
      provider.start(stage.task(), LeonardoStage.CREDENTIAL, log());
      assertEquals("/api/rest/v1/generations", stage.fake.buys().getFirst().path());
    }
  }

  @Test
  void picturesAreHandedOverBeforeAnythingIsBought() throws Exception {
    var task = LeonardoStage.image(LeonardoStage.DIFFUSION, 1, input(Input.Role.REFERENCE, "room"));
    try (var stage = LeonardoStage.of(task)) {
      run(stage);
      assertEquals(List.of("POST /api/rest/v1/init-image", "POST /storage/", "POST /api/rest/v1/generations"),
          stage.fake.server().sent().stream().filter(s -> s.method().equals("POST")).map(s -> s.method() + " " + s.path()).toList());
      var uploaded = stage.fake.uploads().entrySet().iterator().next();
      assertArrayEquals("room".getBytes(), uploaded.getValue());
      assertEquals(uploaded.getKey(), body(stage).getString("init_image_id", ""));
    }
  }

  private static JsonObject body(LeonardoStage stage) {
    return Json.parse(stage.fake.buys().getFirst().text()).asObject();
  }

  @Test
  void framesOfAVideoGoToTheirPlaces() throws Exception {
    var task = LeonardoStage.video("veo-3.1-lite", input(Input.Role.LAST_FRAME, "end"), input(Input.Role.FIRST_FRAME, "begin"));
    try (var stage = LeonardoStage.of(task)) {
      assertEquals(1, run(stage).outputs().size());
      var guidances = body(stage).get("parameters").asObject().get("guidances").asObject();
      assertArrayEquals("begin".getBytes(), stage.fake.uploads().get(frame(guidances, "start_frame")));
      assertArrayEquals("end".getBytes(), stage.fake.uploads().get(frame(guidances, "end_frame")));
    }
  }

  private static String frame(JsonObject guidances, String name) {
    return guidances.get(name).asArray().get(0).asObject().get("image").asObject().getString("id", "");
  }

  @Test
  void uploadThatFailsBoughtNothing() throws Exception {
    var task = LeonardoStage.image(LeonardoStage.DIFFUSION, 1, input(Input.Role.REFERENCE, "room"));
    for (var broken : List.of(Script.empty(500), Script.reset(), Script.json(200, "{}"), Script.json(200, """
        {"uploadInitImage": {"id": "u", "url": "http://127.0.0.1:1/", "fields": "not json"}}"""))) {
      try (var stage = LeonardoStage.of(task)) {
        stage.fake.breakUploads(broken);
        assertInstanceOf(Failure.NoCapacity.class, failure(() -> start(stage, task, log())));
        assertEquals(0, stage.submits());
      }
    }
  }

  @Test
  void storageThatRefusesThePictureBoughtNothing() throws Exception {
    var task = LeonardoStage.image(LeonardoStage.DIFFUSION, 1, input(Input.Role.REFERENCE, "room"));
    try (var stage = LeonardoStage.of(task)) {
      stage.fake.breakStorage(Script.answer(400, "application/xml", "<Error><Code>EntityTooLarge</Code></Error>".getBytes()));
      assertEquals(new Failure.Invalid("image", "image is larger than leonardo takes"), failure(() -> start(stage, task, log())));
      stage.fake.breakStorage(Script.empty(403));
      assertInstanceOf(Failure.NoCapacity.class, failure(() -> start(stage, task, log())));
      assertEquals(0, stage.submits());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://image-upload.s3.amazonaws.com/", "https://10.0.0.1/", "https://[::1]/", "https://0x7f000001/",
      "https://localhost/", "https://user@s3.amazonaws.com/", "https://s3.amazonaws.com:22/", "file:///etc/passwd", "no link", ""})
  void pictureIsNotSentToJustAnybody(String url) throws Exception {
    var task = LeonardoStage.image(LeonardoStage.DIFFUSION, 1, input(Input.Role.REFERENCE, "room"));
    try (var stage = LeonardoStage.of(task)) {
      stage.fake.storage(url);
      var failure = failure(() -> start(stage, task, log()));
      assertTrue(failure.message().contains("gave no place to put a picture"), failure.message());
      assertTrue(failure.notAccepted());
      assertEquals(0, stage.submits());
    }
  }

  @Test
  void pictureOfATypeLeonardoDoesNotTakeIsNamed() throws Exception {
    var gif = LeonardoStage.input(Files.writeString(folder.resolve("a.gif"), "a"), Input.Role.REFERENCE, MediaType.GIF);
    var task = LeonardoStage.image(LeonardoStage.DIFFUSION, 1, gif);
    try (var stage = LeonardoStage.of(task)) {
      assertEquals(new Failure.Invalid("image", "image must be PNG, JPEG or WebP for leonardo"), failure(() -> start(stage, task, log())));
      assertEquals(List.of(), stage.fake.server().sent());
    }
  }

  @Test
  void keyThatIsNoUuidIsABadCredentialAlthoughTheyAnswer500() throws Exception {
    try (var stage = picture()) {
      var credential = new Credential("leonardo", "leonardo#2", new Secret("my-key"));
      assertInstanceOf(Failure.BadCredential.class, failure(() -> stage.provider().start(stage.task(), credential, log())));
    }
  }

  @Test
  void unknownStatusIsStillRunning() throws Exception {
    try (var stage = picture()) {
      var log = log();
      var step = start(stage, stage.task(), log);
      stage.fake.answerPolls(generation("RENDERING"), generation(""), Script.json(200, "{\"generations_by_pk\": {}}"));
      for (int i = 0; i < 3; i++) {
        step = ask(stage, step, log);
        assertFalse(((Step.Waiting) step).fetching());
      }
      assertTrue(log.words.contains("leonardo says: rendering"), log.words.toString());
    }
  }

  private static Script generation(String status, String... images) {
    return Script.json(200, "{\"generations_by_pk\": {\"status\": \"" + status + "\", \"generated_images\": ["
        + String.join(", ", images) + "]}}");
  }

  @Test
  void completeAndEmptyIsAskedAboutAFewTimes() throws Exception {
    try (var stage = picture()) {
      var log = log();
      var step = start(stage, stage.task(), log);
      for (int i = 0; i < 4; i++) {
        stage.fake.answerPolls(generation("COMPLETE"));
        step = ask(stage, step, log);
      }
      var last = step;
      stage.fake.answerPolls(generation("COMPLETE"));
      var failure = (Failure.WorkFailed) failure(() -> ask(stage, last, log));
      assertFalse(failure.free());
      assertTrue(((Step.Waiting) ask(stage, ask(stage, last, log), log)).fetching());
    }
  }

  @Test
  void workThatIsNotKnownYetIsMissing() throws Exception {
    try (var stage = picture()) {
      var step = start(stage, stage.task(), log());
      stage.fake.answerPolls(Script.json(200, "{\"generations_by_pk\": null}"), Script.json(200, "[]"), Script.json(200, "{}"));
      assertInstanceOf(Failure.Missing.class, failure(() -> ask(stage, step, log())));
      assertInstanceOf(Failure.UpstreamBroken.class, failure(() -> ask(stage, step, log())));
      assertInstanceOf(Failure.UpstreamBroken.class, failure(() -> ask(stage, step, log())));
      assertInstanceOf(Step.Waiting.class, ask(stage, step, log()));
    }
  }

  @Test
  void fewerPicturesAreHandedOverAndTheRestIsTold() throws Exception {
    try (var stage = picture()) {
      stage.fake.bend(json -> {
        json.get("generated_images").asArray().remove(1);
        return json;
      });
      var done = run(stage);
      assertEquals(1, done.outputs().size());
      assertEquals(Optional.of(new Failure.WorkFailed("leonardo made 1 of 2")), done.shortfall());
    }
  }

  @Test
  void failedWithPicturesInItStillHandsThemOver() throws Exception {
    try (var stage = picture()) {
      stage.fake.bend(json -> json.set("status", "FAILED"));
      assertEquals(2, run(stage).outputs().size());
    }
  }

  @Test
  void whatIsThereIsHandedOverWhenTimeIsUp() throws Exception {
    try (var stage = picture()) {
      var step = start(stage, stage.task(), log());
      stage.fake.answerPolls(generation("PENDING", "{\"url\": \"https://h/a.jpg\"}"));
      var last = new Job(folder, log().tag(), true, stage.time.instant());
      var finished = Finished.of(((Step.Waiting) stage.provider().resume(((Step.Waiting) step).handle(), LeonardoStage.CREDENTIAL, last)).handle());
      assertEquals(List.of("https://h/a.jpg"), finished.results().stream().map(Finished.Result::place).toList());
      assertTrue(finished.shortfall().isPresent());
    }
  }

  @Test
  void flaggedPicturesAreDeliveredAndToldOf() throws Exception {
    try (var stage = picture()) {
      stage.fake.bend(json -> {
        json.get("generated_images").asArray().get(0).asObject().set("nsfw", true);
        return json;
      });
      var log = log();
      var step = start(stage, stage.task(), log);
      while (step instanceof Step.Waiting) step = ask(stage, step, log);
      assertEquals(2, ((Step.Done) step).outputs().size());
      assertTrue(log.words.contains("done at leonardo, 1 marked as not safe for work"), log.words.toString());
    }
  }

  @Test
  void videoIsWhereThisModelPutsIt() throws Exception {
    try (var stage = LeonardoStage.of(LeonardoStage.video("MOTION2"))) {
      var log = log();
      var step = start(stage, stage.task(), log);
      stage.fake.answerPolls(generation("COMPLETE", "{\"url\": \"https://h/first.JPG?x=.mp4\", \"motionMP4URL\": null}"),
          generation("COMPLETE", "{\"url\": \"https://h/v.mp4\", \"motionMP4URL\": null}"),
          generation("COMPLETE", "{\"url\": \"https://h/first.jpg\", \"motionMP4URL\": \"https://h/m.mp4\"}"));
      assertFalse(((Step.Waiting) ask(stage, step, log)).fetching());
      assertTrue(((Step.Waiting) ask(stage, step, log)).handle().contains("https://h/v.mp4"));
      assertTrue(((Step.Waiting) ask(stage, step, log)).handle().contains("https://h/m.mp4"));
    }
  }

  @Test
  void pollTroubleSaysNothingOfTheWork() throws Exception {
    try (var stage = picture()) {
      var step = start(stage, stage.task(), log());
      stage.fake.answerPolls(FakeLeonardo.error(401, "access-denied", "Authentication hook unauthorized this request"),
          FakeLeonardo.error(429, "unexpected", "rate limit exceeded", "Retry-After: 9"),
          FakeLeonardo.error(400, "unexpected", "content moderation filter: dot"), Script.json(200, "nonsense"));
      assertInstanceOf(Failure.BadCredential.class, failure(() -> ask(stage, step, log())));
      assertEquals(Duration.ofSeconds(9), ((Failure.Limited) failure(() -> ask(stage, step, log()))).retryAfter());
      for (int i = 0; i < 2; i++) assertInstanceOf(Failure.UpstreamBroken.class, failure(() -> ask(stage, step, log())));
      assertInstanceOf(Step.Waiting.class, ask(stage, step, log()));
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void answerCutAnywhereIsNeverARejection() throws Exception {
    for (int cut = 1; cut < 320; cut += 23) {
      int bytes = cut;
      try (var stage = picture()) {
        stage.fake.take(answer -> answer.cutAfter(Math.min(bytes, answer.length() - 1)));
        assertFalse(failure(() -> start(stage, stage.task(), log())).notAccepted());
        assertEquals(1, stage.submits());
      }
    }
  }

  @Test
  void idThatCouldLeadElsewhereIsNoId() throws Exception {
    try (var stage = picture()) {
      stage.fake.take(answer -> Script.json(200, "{\"sdGenerationJob\": {\"generationId\": \"../me?x=\"}}"));
      assertInstanceOf(Failure.UpstreamBroken.class, failure(() -> start(stage, stage.task(), log())));
    }
  }

  @Test
  void balanceIsWhatThePlanAndTheWalletHold() throws Exception {
    try (var stage = picture()) {
      assertEquals(new Balance.Funds(new BigDecimal("1212.5"), "tokens"), stage.provider().funds(LeonardoStage.CREDENTIAL));
      var wrong = new Credential("leonardo", "leonardo#2", new Secret("my-key"));
      assertInstanceOf(Failure.BadCredential.class, failure(() -> stage.provider().funds(wrong)));
    }
  }

  @Test
  void priceOfAPictureCanBeAskedForInCredits() throws Exception {
    try (var stage = picture()) {
      assertEquals(OptionalLong.of(18), stage.provider().credits((Task.Image) stage.task(), LeonardoStage.CREDENTIAL));
      assertEquals(OptionalLong.empty(), stage.provider().credits(LeonardoStage.image("lucid-origin", 1), LeonardoStage.CREDENTIAL));
    }
  }

  // ---- doubt ------------------------------------------------------------------------------------------------------

  /** A model without a seed, so that nothing of ours marks what it makes. */
  private static LeonardoStage unmarked() throws IOException {
    return LeonardoStage.of(LeonardoStage.video("kling-3.0"));
  }

  /** A purchase that was taken, and whose answer was lost. */
  private Job lose(LeonardoStage stage) {
    stage.fake.take(answer -> answer.cutAfter(0));
    return doubt(stage, log().tag());
  }

  /** One that was not, and nobody said so. */
  private Job vanish(LeonardoStage stage) {
    stage.fake.refuse(Script.empty(500));
    return doubt(stage, log().tag());
  }

  private Job doubt(LeonardoStage stage, String tag) {
    var job = new Job(folder, tag, false, stage.time.instant());
    assertEquals(Failure.Next.UNKNOWN, failure(() -> buy(stage, job)).next());
    return job;
  }

  private static Step buy(LeonardoStage stage, Job job) throws InterruptedException {
    return stage.provider().start(stage.task(), LeonardoStage.CREDENTIAL, job);
  }

  private static String find(LeonardoStage stage, Job job) throws InterruptedException {
    return found(stage.provider(), stage, job);
  }

  private static String found(LeonardoProvider provider, LeonardoStage stage, Job job) throws InterruptedException {
    var step = provider.find(stage.task(), LeonardoStage.CREDENTIAL, job);
    return LeonardoOrder.of(((Step.Waiting) step.orElseThrow()).handle()).generation();
  }

  private static void unknown(LeonardoStage stage, Job job) {
    unknown(stage.provider(), stage, job);
  }

  private static void unknown(LeonardoProvider provider, LeonardoStage stage, Job job) {
    assertInstanceOf(Failure.OutcomeUnknown.class, failure(() -> found(provider, stage, job)));
  }

  private static String made(LeonardoStage stage, int index) {
    return stage.fake.generations().get(index).id();
  }

  private static JsonObject foreign(LeonardoStage stage, String id, String prompt) {
    return new JsonObject().add("id", id).add("status", "COMPLETE").add("createdAt", stage.time.instant().toString())
        .add("prompt", prompt).add("modelId", Json.NULL).add("seed", Json.NULL).add("generated_images", new JsonArray());
  }

  @Test
  void lostAnswerIsFoundByOurSeedAmongEqualPurchases() throws Exception {
    for (var task : List.of(LeonardoStage.task(Kind.IMAGE), LeonardoStage.task(Kind.VIDEO))) {
      try (var stage = LeonardoStage.of(task)) {
        stage.fake.elsewhere(foreign(stage, "twin-1", task.prompt()));
        var job = lose(stage);
        stage.fake.elsewhere(foreign(stage, "twin-2", task.prompt()));
        assertEquals(made(stage, 1), find(stage, job));
        assertEquals(made(stage, 1), found(stage.restarted(), stage, job));
        assertEquals(List.of(), stage.time.slept());
        assertEquals(1, stage.submits());
      }
    }
  }

  @Test
  void twinIsNeverTakenForAPurchaseWithASeedOfOurs() throws Exception {
    try (var stage = picture()) {
      stage.fake.elsewhere(foreign(stage, "twin-1", stage.task().prompt()).set("modelId", LeonardoStage.PHOENIX));
      var job = vanish(stage);
      stage.fake.elsewhere(foreign(stage, "twin-2", stage.task().prompt()).set("seed", 7));
      unknown(stage, job);
      unknown(stage.restarted(), stage, job);
    }
  }

  @Test
  void seedMayBeListedAsText() throws Exception {
    try (var stage = picture()) {
      stage.fake.bendListed(json -> json.set("seed", json.get("seed").toString()));
      var job = lose(stage);
      assertEquals(made(stage, 0), find(stage, job));
    }
  }

  @Test
  void seedThatIsThereTwiceTellsNothing() throws Exception {
    try (var stage = picture()) {
      var job = lose(stage);
      stage.fake.elsewhere(foreign(stage, "twin", "x").set("seed", LeonardoWire.seed(job.tag())));
      unknown(stage, job);
    }
  }

  @Test
  void withoutASeedTheOnlyOneThatStaysTheOnlyOneIsTaken() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      assertEquals(made(stage, 0), find(stage, job));
      assertEquals(List.of(LeonardoSearch.PAUSE), stage.time.slept());
      assertEquals(made(stage, 0), found(stage.restarted(), stage, job));
    }
  }

  @Test
  void oneMoreAtTheNextLookMeansNone() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      var early = new JsonArray().add(stage.fake.generations().getFirst().listed());
      stage.fake.elsewhere(foreign(stage, "twin", stage.task().prompt()));
      stage.fake.answerLists(list(early), list(new JsonArray()));
      unknown(stage, job);
    }
  }

  private static Script list(JsonArray page) {
    return Script.json(200, new JsonObject().add("generations", page).toString());
  }

  @Test
  void twoThatCouldBeItAreNone() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      stage.fake.elsewhere(foreign(stage, "twin", stage.task().prompt()));
      unknown(stage, job);
    }
  }

  @Test
  void oneThatIsAndOneThatCouldBeItAreNone() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      stage.fake.elsewhere(foreign(stage, "timeless", stage.task().prompt()).set("createdAt", Json.NULL));
      unknown(stage, job);
    }
  }

  @Test
  void equalPurchaseWithoutAnAnswerMakesBothUnknown() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      stage.fake.refuse(Script.empty(500));
      var other = doubt(stage, OTHER);
      unknown(stage, job);
      unknown(stage, other);
      unknown(stage, job);
    }
  }

  @Test
  void equalPurchasesOfAnEarlierProcessMakeEachOtherUnknown() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      stage.fake.refuse(Script.empty(500));
      var other = doubt(stage, OTHER);
      var restarted = stage.restarted();
      stage.fake.answerLists(list(new JsonArray()), list(new JsonArray()), list(new JsonArray()), list(new JsonArray()));
      unknown(restarted, stage, other);
      unknown(restarted, stage, job);
    }
  }

  @Test
  void equalPurchaseThatWasRejectedIsNoRival() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      stage.fake.refuse(FakeLeonardo.error(429, "unexpected", "rate limit exceeded"));
      var other = new Job(folder, OTHER, false, stage.time.instant());
      assertTrue(failure(() -> buy(stage, other)).notAccepted());
      assertEquals(made(stage, 0), find(stage, job));
    }
  }

  @Test
  void whatBelongsToAnotherJobIsNotTaken() throws Exception {
    try (var stage = unmarked()) {
      var others = buy(stage, new Job(folder, OTHER, false, stage.time.instant()));
      var job = vanish(stage);
      unknown(stage, job);
      var restarted = stage.restarted();
      restarted.resume(((Step.Waiting) others).handle(), LeonardoStage.CREDENTIAL, new Job(folder, OTHER, false, job.sent()));
      unknown(restarted, stage, job);
    }
  }

  @Test
  void equalPurchaseOfLongAgoIsNoRival() throws Exception {
    try (var stage = unmarked()) {
      buy(stage, new Job(folder, OTHER, false, stage.time.instant()));
      stage.time.advance(Duration.ofHours(2));
      var job = lose(stage);
      assertEquals(made(stage, 1), find(stage, job));
    }
  }

  @Test
  void nothingInTheListProvesNothing() throws Exception {
    for (var stage : List.of(picture(), unmarked())) {
      try (stage) {
        unknown(stage, vanish(stage));
        assertEquals(List.of(LeonardoSearch.PAUSE, LeonardoSearch.PAUSE, LeonardoSearch.PAUSE), stage.time.slept());
        assertEquals(LeonardoSearch.LOOKS, lists(stage).size());
      }
    }
  }

  private static List<Sent> lists(LeonardoStage stage) {
    return stage.fake.server().sent("GET /api/rest/v1/generations/user/*");
  }

  @Test
  void lateEntryInTheListIsStillFound() throws Exception {
    for (var stage : List.of(picture(), unmarked())) {
      try (stage) {
        var job = lose(stage);
        stage.fake.answerLists(list(new JsonArray()), list(new JsonArray()));
        assertEquals(made(stage, 0), find(stage, job));
      }
    }
  }

  /** Who lost an answer a moment ago may well lose the next one. */
  @Test
  void listThatCannotBeReadIsLookedAtAgain() throws Exception {
    for (var broken : List.of(Script.empty(503), Script.reset(), Script.json(200, "{}"), Script.json(200, "[]"),
        Script.json(200, "{\"generations\": 3}"))) {
      try (var stage = picture()) {
        var job = lose(stage);
        stage.fake.answerLists(broken, broken, broken);
        assertEquals(made(stage, 0), find(stage, job));
        // a question that finds a dead connection is asked once more on a fresh one
        for (int i = 0; i < 2 * LeonardoSearch.LOOKS; i++) stage.fake.answerLists(broken);
        unknown(stage, job);
      }
    }
  }

  @Test
  void looksOfWhichOneFailedDoNotFollowEachOther() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      var early = new JsonArray().add(stage.fake.generations().getFirst().listed());
      stage.fake.answerLists(list(early), list(new JsonArray()), Script.empty(503), list(early), list(new JsonArray()), Script.empty(503));
      unknown(stage, job);
    }
  }

  @Test
  void listIsReadOnUntilItIsOlderThanThePurchase() throws Exception {
    try (var stage = unmarked()) {
      for (int i = 0; i < 30; i++) {
        stage.fake.elsewhere(foreign(stage, "old-" + i, stage.task().prompt()));
        stage.time.advance(Duration.ofMinutes(1));
      }
      stage.time.advance(Duration.ofMinutes(10));
      var job = lose(stage);
      for (int i = 0; i < 4; i++) stage.fake.elsewhere(foreign(stage, "new-" + i, "something else"));
      stage.fake.listsAtMost(5);
      assertEquals(made(stage, 30), find(stage, job));
      assertEquals(2 * 2, lists(stage).size(), "the second page shows that the rest is older");
    }
  }

  @Test
  void onlyOneInAListWithoutEndIsNotTheOnlyOneUnlessItHasOurSeed() throws Exception {
    try (var marked = picture(); var unmarked = unmarked()) {
      var found = endless(marked);
      assertEquals(made(marked, 1), find(marked, found));
      var job = endless(unmarked);
      unknown(unmarked, job);
      assertEquals(LeonardoSearch.LOOKS * LeonardoSearch.PAGES_MAX, lists(unmarked).size());
    }
  }

  /** Loses an answer among more than is read. */
  private Job endless(LeonardoStage stage) {
    stage.fake.elsewhere(foreign(stage, "first", "something else"));
    var job = lose(stage);
    for (int i = 1; i < LeonardoSearch.PAGES_MAX; i++) stage.fake.elsewhere(foreign(stage, "more-" + i, "something else"));
    stage.fake.listsAtMost(1);
    return job;
  }

  @Test
  void listThatMovesOnWhileItIsReadShowsNobodyTwice() throws Exception {
    try (var stage = unmarked()) {
      var job = lose(stage);
      var ours = new JsonArray().add(stage.fake.generations().getFirst().listed());
      for (int i = 0; i < 2; i++) stage.fake.answerLists(list(ours), list(ours), list(new JsonArray()));
      assertEquals(made(stage, 0), find(stage, job));
    }
  }

  @Test
  void twinOfAnotherTimeIsNotTakenForTheLostOne() throws Exception {
    try (var stage = unmarked()) {
      stage.fake.elsewhere(foreign(stage, "yesterday", stage.task().prompt()));
      stage.time.advance(Duration.ofDays(1));
      var job = vanish(stage);
      stage.time.advance(Duration.ofHours(1));
      stage.fake.elsewhere(foreign(stage, "later", stage.task().prompt()));
      unknown(stage.restarted(), stage, job);
    }
  }

  @Test
  void idThatCouldLeadElsewhereIsNotAdopted() throws Exception {
    try (var stage = unmarked()) {
      var job = vanish(stage);
      stage.fake.elsewhere(foreign(stage, "../me?x=", stage.task().prompt()));
      unknown(stage, job);
    }
  }

  @Test
  void callersOwnSeedIsNoMarkOfOurs() throws Exception {
    var task = new Task.Image(LeonardoStage.PHOENIX, "a red dot", 1, Optional.empty(), easel.core.Look.ANY, 0, List.of(),
        new JsonObject().add("seed", 42));
    try (var stage = LeonardoStage.of(task)) {
      var job = lose(stage);
      stage.fake.elsewhere(foreign(stage, "twin", "a red dot").set("seed", 42).set("modelId", LeonardoStage.PHOENIX));
      unknown(stage, job);
    }
  }

  @Test
  void rewrittenPromptsProveNothing() throws Exception {
    var task = new Task.Video("kling-3.0", "it flies", Optional.empty(), java.util.OptionalInt.empty(), List.of(),
        new JsonObject().add("prompt_enhance", "ON"));
    try (var stage = LeonardoStage.of(task)) {
      unknown(stage, lose(stage));
    }
  }
}
