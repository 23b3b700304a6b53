package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import fake.FakeLabs.Bought;
import fake.FakeLabs.Form;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** One call of the API of {@link FakeLabs}: the body is read by what is in it, whatever type it claims to be. */
final class FakeLabsApi {
  private final FakeLabs labs;
  private final FakeOpenAiExchange to;
  private final String call;

  FakeLabsApi(FakeLabs labs, FakeOpenAiExchange to, String call) {
    this.labs = labs;
    this.to = to;
    this.call = call;
  }

  void answer() throws IOException, InterruptedException {
    var account = labs.bearer(to.request());
    if (account.isEmpty()) FakeLabsErrors.unauthenticated(to);
    else if (to.request().method().equals("GET")) get(account.get());
    else post(account.get(), Json.parse(to.request().text()).asObject());
  }

  private void get(FakeLabsAccount account) throws IOException {
    if (call.equals("credits")) {
      to.json(200, new JsonObject().add("credits", account.creditsLeft()).add("userPaygateTier", account.tier()));
    } else if (call.equals("media")) media(account);
    else FakeLabsErrors.missing(to);
  }

  /** The file itself, as base64: the way that needs no labs. */
  private void media(FakeLabsAccount account) throws IOException {
    var path = to.request().path();
    var item = labs.media.of(account.st, path.substring(path.lastIndexOf('/') + 1));
    if (item.isEmpty() || !FakeLabsMedia.done(item.get(), labs.active)) {
      FakeLabsErrors.missing(to);
      return;
    }
    var file = Base64.getEncoder().encodeToString(FakeLabsMedia.file(item.get()));
    var kind = item.get().video() ? "video" : "image";
    to.json(200, new JsonObject().add("name", item.get().id())
        .add(kind, new JsonObject().add(item.get().video() ? "encodedVideo" : "encodedImage", file)));
  }

  private void post(FakeLabsAccount account, JsonObject body) throws IOException, InterruptedException {
    switch (call) {
      case "uploadImage" -> upload(account, body);
      case "batchGenerateImages", "upsampleImage", "batchAsyncGenerateVideoText", "batchAsyncGenerateVideoStartImage",
          "batchAsyncGenerateVideoStartAndEndImage", "batchAsyncGenerateVideoReferenceImages",
          "batchAsyncGenerateVideoExtendVideo", "batchAsyncGenerateVideoUpsampleVideo" ->
          work(account, new FakeLabsWork(body, call), body);
      case "batchCheckAsyncVideoGenerationStatus" -> poll(account, body);
      case "runVideoFxConcatenation" -> join(account, body);
      case "runVideoFxCheckConcatenationStatus" -> joined(body);
      case "checkAppAvailability" -> to.json(200, new JsonObject().add("availabilityState", "AVAILABLE"));
      default -> FakeLabsErrors.missing(to);
    }
  }

  private void upload(FakeLabsAccount account, JsonObject body) throws IOException, InterruptedException {
    var context = body.get("clientContext") == null ? new JsonObject() : body.get("clientContext").asObject();
    labs.pause("");
    var bytes = Base64.getDecoder().decode(body.getString("imageBytes", ""));
    // some pictures are refused for their metadata alone
    boolean odd = new String(bytes, StandardCharsets.ISO_8859_1).contains("odd-metadata");
    if (bytes.length == 0 || odd || !body.getString("mimeType", "").startsWith("image/")) FakeLabsErrors.invalid(to);
    else if (!account.has(context.getString("projectId", ""))) FakeLabsErrors.missing(to);
    else {
      var item = labs.media.upload(account.st, context.getString("projectId", ""), bytes);
      var told = labs.oldUploads ? new JsonObject().add("mediaGenerationId", new JsonObject().add("mediaGenerationId", item.id()))
          : new JsonObject().add("media", new JsonObject().add("name", item.id()).add("projectId", item.project()));
      to.json(200, told.add("width", 64).add("height", 64));
    }
  }

  private void work(FakeLabsAccount account, FakeLabsWork work, JsonObject body) throws IOException, InterruptedException {
    if (refused(account, work)) return;
    if (!account.pay(work.cost() * work.requests().size())) {
      FakeLabsErrors.credits(to);
      return;
    }
    labs.ledger.add(new Bought(account.st, call, work.prompt(), work.model(), work.requests().size(), work.project(),
        work.sources(), work.captcha(), to.fresh()));
    labs.pause(work.prompt());
    if (FakeLabsMarks.spoilt(to, work.prompt())) return;
    if (call.equals("upsampleImage")) enlarge(account, work, body);
    else if (work.picture()) pictures(account, work);
    else videos(account, work);
  }

  private boolean refused(FakeLabsAccount account, FakeLabsWork work) throws IOException {
    var wrong = work.complaint();
    if (!wrong.isEmpty()) {
      FakeLabsErrors.send(to, 400, "INVALID_ARGUMENT", "", "Request contains an invalid argument. fake: " + wrong);
    } else if (!labs.captcha.test(work.captcha())) FakeLabsErrors.captcha(to);
    else if (!known(account, work)) FakeLabsErrors.missing(to);
    else if (work.rank() > account.rank()) FakeLabsErrors.tier(to);
    else if (upscalingFails(account, work)) FakeLabsErrors.internal(to, 500);
    else return FakeLabsMarks.refused(to, work.prompt()) || once(work.prompt());
    return true;
  }

  private boolean known(FakeLabsAccount account, FakeLabsWork work) {
    boolean here = !work.picture() || to.request().path().contains("/projects/" + work.project() + "/");
    return here && account.has(work.project())
        && work.sources().stream().allMatch(id -> labs.media.of(account.st, id).isPresent());
  }

  private boolean upscalingFails(FakeLabsAccount account, FakeLabsWork work) {
    return work.upscale() && work.sources().stream().flatMap(id -> labs.media.of(account.st, id).stream())
        .anyMatch(item -> FakeLabsMarks.has(item.prompt(), "upfail"));
  }

  private boolean once(String prompt) throws IOException {
    if (!FakeLabsMarks.has(prompt, "once500") || !labs.first(prompt)) return false;
    FakeLabsErrors.internal(to, 500);
    return true;
  }

  private void enlarge(FakeLabsAccount account, FakeLabsWork work, JsonObject body) throws IOException {
    int times = body.getString("targetResolution", "").endsWith("4K") ? 4 : 2;
    var item = labs.media.of(account.st, work.sources().getFirst()).orElseThrow();
    to.json(200, new JsonObject().add("encodedImage", FakeLabsMedia.enlarged(item, times)));
  }

  private void pictures(FakeLabsAccount account, FakeLabsWork work) throws IOException {
    int less = FakeLabsMarks.has(work.prompt(), "empty") ? work.requests().size() : FakeLabsMarks.has(work.prompt(), "fewer") ? 1 : 0;
    var media = new ArrayList<JsonObject>();
    for (int i = 0; i < work.requests().size() - less; i++) {
      var item = labs.media.make(account, work, i);
      media.add(FakeLabsMedia.picture(item, work.requests().get(i), labs.link(item)));
    }
    to.json(200, new JsonObject().add("media", FakeLabsMedia.array(media)).add("workflows", new JsonArray()));
  }

  private void videos(FakeLabsAccount account, FakeLabsWork work) throws IOException {
    var items = new ArrayList<FakeLabsMedia.Item>();
    for (int i = 0; i < work.requests().size(); i++) items.add(labs.media.make(account, work, i));
    var answer = new JsonObject();
    boolean empty = FakeLabsMarks.has(work.prompt(), "empty");
    if (!empty && labs.form != Form.MEDIA) {
      answer.add("operations", FakeLabsMedia.array(items.stream().map(FakeLabsMedia::operation).toList()));
    }
    if (!empty && labs.form != Form.OPERATIONS) {
      answer.add("media", FakeLabsMedia.array(items.stream().map(FakeLabsMedia::pending).toList()));
      var flows = items.stream().map(i -> new JsonObject().add("name", UUID.randomUUID().toString())
          .add("metadata", new JsonObject().add("primaryMediaId", i.id()))).toList();
      answer.add("workflows", FakeLabsMedia.array(flows));
    }
    to.json(200, answer.add("remainingCredits", account.creditsLeft()));
  }

  /** About as many at once as one likes; what is not there is not in the answer. */
  private void poll(FakeLabsAccount account, JsonObject body) throws IOException {
    var asked = ids(body, "media", "name");
    labs.mostPolled.accumulateAndGet(asked.size(), Math::max);
    var told = asked.stream().flatMap(id -> labs.media.of(account.st, id).stream())
        .map(item -> FakeLabsMedia.asked(item, labs.active)).toList();
    if (told.isEmpty()) FakeLabsErrors.missing(to);
    else to.json(200, new JsonObject().add("media", FakeLabsMedia.array(told)));
  }

  private static List<String> ids(JsonObject body, String list, String name) {
    var ids = new ArrayList<String>();
    if (body.get(list) != null) for (JsonValue item : body.get(list).asArray()) ids.add(item.asObject().getString(name, ""));
    return ids;
  }

  private void join(FakeLabsAccount account, JsonObject body) throws IOException {
    var id = labs.media.join(account.st, ids(body, "inputVideos", "mediaGenerationId"));
    if (id.isEmpty()) FakeLabsErrors.invalid(to);
    else to.json(200, operation(id.get()));
  }

  private static JsonObject operation(String id) {
    var named = new JsonObject().add("operation", new JsonObject().add("name", id));
    return new JsonObject().add("operation", named);
  }

  private void joined(JsonObject body) throws IOException {
    var id = body.get("operation").asObject().get("operation").asObject().getString("name", "");
    if (!labs.media.joins(id)) FakeLabsErrors.missing(to);
    else if (!labs.media.joined(id, labs.active)) to.json(200, new JsonObject().add("status", "MEDIA_GENERATION_STATUS_ACTIVE"));
    else {
      var item = labs.media.anybodys(id).orElseThrow();
      var told = new JsonObject().add("status", "MEDIA_GENERATION_STATUS_SUCCESSFUL");
      to.json(200, labs.joinedInline ? told.add("encodedVideo", Base64.getEncoder().encodeToString(FakeLabsMedia.file(item)))
          : told.add("outputUri", labs.link(item)));
    }
  }
}
