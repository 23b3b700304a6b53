package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Job;
import easel.core.Media;
import easel.core.Usage;
import easel.http.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * GenerateContentResponse of the Gemini API: a picture is in it, a video is linked. Each result is a candidate of its
 * own, and so is each that was asked for and did not come.
 */
final class GeminiAnswers {
  private GeminiAnswers() {}

  static Response reply(Job job, Order order, MediaLinks.Base links) throws IOException {
    var json = new PictureJson();
    var candidates = new JsonArray();
    for (var candidate : candidates(job, links, json)) candidates.add(candidate);
    var reply = frame(job).set("candidates", candidates).add("usageMetadata", usage(job.outcome().usage()));
    JobJson.warnings(reply, order.warnings());
    return json.response(reply);
  }

  static List<JsonObject> candidates(Job job, MediaLinks.Base links, PictureJson json) throws IOException {
    var all = new ArrayList<JsonObject>();
    for (var media : OpenAiImages.results(job)) {
      all.add(candidate(part(media, links, json), all.size()).add("finishReason", "STOP"));
    }
    for (int i = all.size(); i < job.task().count() && job.shortfall().isPresent(); i++) {
      all.add(lacking(job.shortfall().get(), i));
    }
    return all;
  }

  static JsonObject candidate(JsonObject part, int index) {
    var content = new JsonObject().add("role", "model").add("parts", new JsonArray().add(part));
    return new JsonObject().add("index", index).add("content", content);
  }

  private static JsonObject part(Media media, MediaLinks.Base links, PictureJson json) throws IOException {
    var part = new JsonObject().add("mimeType", media.type().mime());
    if (media.type().video()) return new JsonObject().add("fileData", part.add("fileUri", links.link(media)));
    return new JsonObject().add("inlineData", part.add("data", OpenAiImages.mark(media, json)));
  }

  /** Google's words for a picture that was refused, or did not come for another reason. */
  private static JsonObject lacking(Failure failure, int index) {
    var reason = failure instanceof Failure.Refused ? "IMAGE_SAFETY" : "IMAGE_OTHER";
    return new JsonObject().add("index", index).add("finishReason", reason).add("finishMessage", failure.message());
  }

  /** All but the candidates: what ran, and the job it was, which {@code GET /v1/jobs/{id}} tells more of. */
  static JsonObject frame(Job job) {
    var ran = job.attempts().isEmpty() ? job.task().model() : job.attempts().getLast().model();
    return new JsonObject().add("candidates", new JsonArray()).add("modelVersion", ran).add("responseId", job.id());
  }

  static JsonObject usage(Usage usage) {
    long in = usage.textIn() + usage.imageIn();
    long out = usage.textOut() + usage.imageOut();
    var json = new JsonObject().add("promptTokenCount", in).add("candidatesTokenCount", out)
        .add("totalTokenCount", in + out);
    if (!usage.counted()) return json;
    return json.add("promptTokensDetails", details(usage.textIn(), usage.imageIn()))
        .add("candidatesTokensDetails", details(usage.textOut(), usage.imageOut()));
  }

  private static JsonArray details(long text, long image) {
    var list = new JsonArray();
    if (text > 0) list.add(new JsonObject().add("modality", "TEXT").add("tokenCount", text));
    if (image > 0) list.add(new JsonObject().add("modality", "IMAGE").add("tokenCount", image));
    return list;
  }
}
