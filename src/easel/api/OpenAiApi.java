package easel.api;

import easel.codec.JsonText;
import easel.core.Fetcher;
import easel.core.Time;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.job.JobEngine;
import easel.store.MediaStore;
import java.io.IOException;
import java.util.Set;

/**
 * The face for clients of OpenAI: its models, images and chat completions. Stands behind {@link OpenAiErrors} and
 * {@link ApiKeyFilter}, in this order.
 */
public final class OpenAiApi {
  private static final int KB = 1 << 10;
  /** A conversation is longer than a picture's description. */
  private static final Form.Manner IMAGES = new Form.Manner(1024 * KB, OpenAiImages.FILES);
  private static final Form.Manner CHAT = new Form.Manner(4096 * KB, Set.of(),
      Set.of("b64_json", "inlineData.data"), Set.of());

  private final JobEngine engine;
  private final MediaLinks links;
  private final Orders orders;
  private final Reception reception;

  public OpenAiApi(JobEngine engine, MediaStore media, Fetcher fetcher, MediaLinks links, Time time) {
    this.engine = engine;
    this.links = links;
    this.orders = new Orders(engine, time);
    this.reception = new Reception(engine, orders, media, fetcher, time);
  }

  /** Takes requests within these limits from now on. */
  public void use(BodyLimits limits) {
    reception.use(limits);
  }

  public void routes(Router router) {
    router.on("GET /v1/models", this::models);
    router.on("GET /v1/models/aliases", this::aliases);
    router.on("GET /v1/models/{id...}", this::model);
    router.on("POST /v1/images/generations", r -> images(r, OpenAiImages.Route.GENERATION));
    router.on("POST /v1/images/edits", r -> images(r, OpenAiImages.Route.EDIT));
    router.on("POST /v1/images/variations", r -> images(r, OpenAiImages.Route.VARIATION));
    router.on("POST /v1/chat/completions", this::chat);
  }

  private Response models(Request request) {
    return Response.json(200, JsonText.bytes(OpenAiModels.list(engine.catalogue())));
  }

  private Response aliases(Request request) {
    return Response.json(200, JsonText.bytes(OpenAiModels.aliases(engine.catalogue())));
  }

  private Response model(Request request) {
    return Response.json(200, JsonText.bytes(OpenAiModels.one(engine.catalogue(), request.param("id"))));
  }

  private Response images(Request request, OpenAiImages.Route route) throws InterruptedException, IOException {
    var base = links.of(request);
    boolean file = wantsFile(request);
    var placed = reception.place(request, base, IMAGES, form -> OpenAiImages.order(route, form, engine.catalogue()));
    return orders.answer(placed, base,
        job -> file ? OpenAiImages.file(job) : OpenAiImages.reply(job, placed.order(), base),
        job -> new ImageEvents(engine, job, route, base));
  }

  /** {@code Accept: image/*} asks for the picture itself: what a person with curl wants. */
  private static boolean wantsFile(Request request) {
    return request.header("accept").orElse("").strip().startsWith("image/");
  }

  private Response chat(Request request) throws InterruptedException, IOException {
    var base = links.of(request);
    var placed = reception.place(request, base, CHAT, form -> OpenAiChat.order(form, engine.catalogue()));
    return orders.answer(placed, base,
        job -> OpenAiChat.reply(job, base, placed.order().warnings()),
        job -> new ChatEvents(engine, job, placed.order(), base));
  }
}
