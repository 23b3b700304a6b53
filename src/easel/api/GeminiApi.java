package easel.api;

import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.GatewayException;
import easel.core.Time;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.job.JobEngine;
import easel.store.MediaStore;
import java.io.IOException;
import java.util.Set;

/**
 * The face for clients of Google's Gemini API, at its own path, at the bare one that older gateways have, and for what
 * is posted, at that of Google's newer clients. Stands behind {@link GeminiErrors} and {@link ApiKeyFilter},
 * in this order.
 *
 * <p>Streams are server-sent events whatever {@code alt} says: Google's JSON list is what none of its clients asks for.
 */
public final class GeminiApi {
  private static final Form.Manner BODY = new Form.Manner(4096 * 1024, Set.of(),
      Set.of("inlineData.data", "inline_data.data"), Set.of("thoughtSignature", "thought_signature"));

  private final JobEngine engine;
  private final Time time;
  private final MediaLinks links;
  private final Orders orders;
  private final Reception reception;

  public GeminiApi(JobEngine engine, MediaStore media, Fetcher fetcher, MediaLinks links, Time time) {
    this.engine = engine;
    this.time = time;
    this.links = links;
    this.orders = new Orders(engine, time);
    this.reception = new Reception(engine, orders, media, fetcher, time);
  }

  /** Takes requests within these limits from now on. */
  public void use(BodyLimits limits) {
    reception.use(limits);
  }

  /** Names have slashes, and clients do not encode them: so what to do is the end of a rest, not of a segment. */
  public void routes(Router router) {
    router.on("GET /v1beta/models", this::models);
    router.on("GET /v1beta/models/{model...}", r -> model(r, r.param("model")));
    router.on("POST /v1beta/models/{call...}", this::call);
    router.on("GET /models", this::models);
    router.on("GET /models/{model...}", r -> model(r, r.param("model")));
    router.on("POST /models/{call...}", this::call);
    router.on("POST /v1/models/{call...}", this::call);
  }

  Response models(Request request) {
    return Response.json(200, JsonText.bytes(GeminiModels.list(engine.catalogue(), request)));
  }

  Response model(Request request, String name) {
    return Response.json(200, JsonText.bytes(GeminiModels.one(engine.catalogue(), name)));
  }

  private Response call(Request request) throws InterruptedException, IOException {
    var call = request.param("call");
    int colon = call.lastIndexOf(':');
    var name = call.substring(0, Math.max(0, colon));
    return switch (call.substring(colon + 1)) {
      case "generateContent" -> generate(request, name, false);
      case "streamGenerateContent" -> generate(request, name, true);
      default -> throw unsupported(name, call.substring(colon + 1));
    };
  }

  private static GatewayException unsupported(String name, String method) {
    var words = name.isEmpty() ? "POST models/MODEL:generateContent is what there is."
        : "models/" + shown(name) + " is not found, or is not supported for " + shown(method)
            + ". Call ListModels to see the available models and their supported methods.";
    return new GatewayException(new Failure.Missing("method_not_found", words));
  }

  private static String shown(String text) {
    return text.substring(0, Math.min(100, text.length()));
  }

  private Response generate(Request request, String name, boolean stream) throws InterruptedException, IOException {
    var base = links.of(request);
    var placed = reception.place(request, base, BODY, form -> GeminiOrder.read(form, engine.catalogue(), name, stream));
    return orders.answer(placed, base,
        job -> GeminiAnswers.reply(job, placed.order(), base),
        job -> new GeminiEvents(engine, job, placed.order(), base, time));
  }
}
