package easel.api;

import easel.codec.JsonText;
import easel.core.Caller;
import easel.core.Fetcher;
import easel.core.Media;
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
  /** Bytes of a body besides its pictures; a conversation is longer than a picture's description. */
  private static final int IMAGES_TEXT_MAX = 1024 * KB;
  private static final int CHAT_TEXT_MAX = 4096 * KB;

  private final JobEngine engine;
  private final MediaStore media;
  private final Fetcher fetcher;
  private final MediaLinks links;
  private final Orders orders;
  private final Time time;
  private volatile BodyLimits limits = BodyLimits.USUAL;

  public OpenAiApi(JobEngine engine, MediaStore media, Fetcher fetcher, MediaLinks links, Time time) {
    this.engine = engine;
    this.media = media;
    this.fetcher = fetcher;
    this.links = links;
    this.orders = new Orders(engine, time);
    this.time = time;
  }

  /** Takes requests within these limits from now on. */
  public void use(BodyLimits limits) {
    this.limits = limits;
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
    var placed = place(request, base, IMAGES_TEXT_MAX, OpenAiImages.FILES,
        form -> OpenAiImages.order(route, form, engine.catalogue()));
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
    var placed = place(request, base, CHAT_TEXT_MAX, Set.of(), form -> OpenAiChat.order(form, engine.catalogue()));
    return orders.answer(placed, base,
        job -> OpenAiChat.reply(job, base, placed.order().warnings()),
        job -> new ChatEvents(engine, job, placed.order(), base));
  }

  /** What expires while the request is read is as good as gone. */
  private boolean lasts(Media result, Caller caller) {
    return result.expires().map(e -> e.isAfter(time.instant())).orElse(true)
        && engine.find(result.job(), caller).isPresent();
  }

  private interface Reader {
    Order read(Form form);
  }

  /**
   * Reads the order, fetches what it points to, and has it stored. What no job needs after that is gone: files of bad
   * requests, and of repeats. Nothing may complain of the request any more once there is a job.
   */
  private Orders.Placed place(Request request, MediaLinks.Base base, int textMax, Set<String> files, Reader reader)
      throws InterruptedException, IOException {
    var manner = Orders.manner(request);
    var most = limits;
    try (var form = Form.read(request, media, textMax, most.body(), files);
        var inputs = new Inputs(media, fetcher, base, form, most.picture(), m -> lasts(m, manner.caller()))) {
      var order = reader.read(form);
      // An SDK that lost patience while links were fetched asks again: it must find this job, not make another.
      var claim = orders.claim(manner, order, form.hash());
      try {
        var joined = orders.joined(manner, order, form.hash());
        if (joined.isPresent()) return new Orders.Placed(manner, order, joined.get());
        var accepted = orders.place(manner, order, order.taken(inputs), form.hash());
        if (!accepted.replayed()) inputs.keep();
        return new Orders.Placed(manner, order, accepted);
      } finally {
        claim.close();
      }
    }
  }
}
