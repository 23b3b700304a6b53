package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.JsonInlay;
import easel.core.Cancelling;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Life;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Step;
import easel.core.Task;
import easel.upstream.Call;
import easel.upstream.Reply;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Pictures and videos from Google's Gemini API, from Vertex AI with an API key, or from a relay of either. Each model
 * has one {@link GeminiWay} of being bought.
 *
 * <p>Google takes no id of ours and has no list of what was bought: an answer that is lost is money lost, and nobody
 * can ask again. So a submit goes out once; the pictures come in its answer, a video is asked for by the name it got
 * there.
 */
public final class GeminiProvider implements Provider, Cancelling {
  /** Google takes no larger request (Gemini API changelog, January 2026), and may hang up in the middle of one. */
  private static final long REQUEST_MAX = 100_000_000;

  private final String id;
  private final GeminiAddress address;
  private final ModelFile file;
  private final Providers.Outside outside;

  static Provider make(ProviderSettings settings, Providers.Outside outside) {
    return new GeminiProvider(settings, settings.address(GeminiAddress.HOME), outside);
  }

  /** {@code base} as in {@link GeminiAddress}. */
  GeminiProvider(ProviderSettings settings, URI base, Providers.Outside outside) {
    this.id = settings.id();
    this.address = new GeminiAddress(base);
    this.file = ModelFile.read("gemini.json", settings);
    this.outside = outside;
  }

  @Override
  public String id() {
    return id;
  }

  /** Imagen and Veo live on at Vertex and at relays; at Google's own address they are names of their successors. */
  @Override
  public List<Model> models() {
    return file.models().stream().flatMap(m -> offered(m).stream()).toList();
  }

  private Optional<Model> offered(Model m) {
    var wire = file.wire(m.upstreamName());
    if (!wire.flag("relay", false)) {
      // where Vertex has its Interactions is not documented
      boolean there = !address.vertex() || !way(m.upstreamName()).equals(GeminiInteraction.WAY);
      return Optional.of(m).filter(x -> there);
    }
    if (address.home()) return Optional.of(m).filter(x -> x.life().ends().isPresent());
    return Optional.of(new Model(m.name(), m.provider(), m.upstreamName(), m.capability(), m.aliases(), m.created(),
        Life.OPEN, m.price()));
  }

  private String way(String model) {
    return file.wire(model).text("way", GeminiContent.WAY);
  }

  // ---- buying -----------------------------------------------------------------------------------------------------

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    var model = file.model(task.model()).orElseThrow(() -> new GatewayException(
        new Failure.Missing("model_not_found", id + " has no model " + task.model())));
    check(task, model);
    var failures = new GeminiFailures(id, credential.secret());
    var way = GeminiWay.of(way(task.model()), file.wire(task.model()), failures);
    var uri = way.address(address, task.model());
    var call = Call.submit(uri, body(way, task, model), within(task), outside.answerMax())
        .with("User-Agent", outside.agent()).with("Idempotency-Key", progress.tag());
    progress.report(0, "sent to " + id);
    var order = GeminiOrder.of(task, model, way(task.model()));
    try (var reply = outside.transport().send(signed(call, credential))) {
      if (!good(reply)) throw new GatewayException(failures.of(beginning(reply), now()));
      return read(reply, way, order, new GeminiAnswer(progress, extension(model), now()), failures);
    } catch (GatewayException e) {
      throw Exchange.unlessInterrupted(e);
    }
  }

  /** What the models' capabilities cannot say. */
  private static void check(Task task, Model model) {
    boolean picture = task instanceof Task.Image;
    if (model.capability().kind() != (picture ? Kind.IMAGE : Kind.VIDEO)) {
      throw invalid("model", "makes " + (picture ? "videos, not pictures" : "pictures, not videos"));
    }
    if (task instanceof Task.Image image && image.look().background().filter("transparent"::equals).isPresent()) {
      throw invalid("background", "cannot be transparent with " + model.name());
    }
    if (!task.inputs(Input.Role.LAST_FRAME).isEmpty() && task.inputs(Input.Role.FIRST_FRAME).isEmpty()) {
      throw invalid("image", "as the last frame needs one as the first frame");
    }
  }

  private static GatewayException invalid(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, field + " " + words));
  }

  private static Call.Body body(GeminiWay way, Task task, Model model) {
    var inlay = new JsonInlay();
    try {
      var document = inlay.document(way.body(task, model, inlay));
      if (document.length() <= REQUEST_MAX) return new Call.Json(document);
      throw new GatewayException(new Failure.TooLarge("the inputs are larger than Google takes"));
    } catch (FieldException e) {
      throw new GatewayException(new Failure.Invalid("provider_params", e.getMessage()), e);
    } catch (IOException e) {
      throw new GatewayException(new Failure.Unreachable("nothing was sent: an input cannot be read"), e);
    }
  }

  /** A relay may not know work in the background, and answer a submit only when the video is done. */
  private Duration within(Task task) {
    return task instanceof Task.Image ? outside.imageTimeout() : outside.videoTimeout();
  }

  private static String extension(Model model) {
    return model.capability().formats().getFirst().extension();
  }

  private static Call signed(Call call, Credential credential) {
    return Exchange.keyed(call, credential, "x-goog-api-key", "");
  }

  private Instant now() {
    return outside.time().instant();
  }

  private static boolean good(Reply reply) {
    return reply.status() >= 200 && reply.status() < 300;
  }

  /** What an error says; the status alone where that breaks off, as the status was heard. */
  private static Exchange.Answer beginning(Reply reply) {
    byte[] body;
    try {
      body = reply.body().readNBytes(GeminiFailures.BODY_MAX);
    } catch (GatewayException | IOException e) {
      body = new byte[0];
    }
    return new Exchange.Answer(reply.status(), reply::header, body);
  }

  private Step read(Reply reply, GeminiWay way, GeminiOrder order, GeminiAnswer answer, GeminiFailures failures) {
    try {
      answer.read(reply.body());
    } catch (IOException | FieldException | GatewayException e) {
      var rescued = way.rescue(answer, order);
      if (rescued.isEmpty() || Thread.currentThread().isInterrupted()) {
        answer.keep(List.of());
        throw named(e, reply.status(), failures);
      }
      return rescued.get();
    }
    return way.read(answer, order);
  }

  private static GatewayException named(Exception e, int status, GeminiFailures failures) {
    if (e instanceof GatewayException named) return named;
    var failure = e instanceof FieldException ? failures.broken(status, "its answer makes no sense")
        : new Failure.Internal("the result could not be written");
    return new GatewayException(failure, e);
  }

  // ---- asking -----------------------------------------------------------------------------------------------------

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    if (Finished.is(handle)) return downloads(credential).by(credential).fetch(downloadable(Finished.of(handle)), progress);
    var order = GeminiOrder.of(handle);
    var failures = new GeminiFailures(id, credential.secret());
    var way = GeminiWay.of(order.way(), file.wire(order.model()), failures);
    try (var reply = outside.transport().send(signed(question(order), credential))) {
      if (!good(reply)) return missing(order, failures.ofPoll(beginning(reply), now()), progress);
      return read(reply, way, order, new GeminiAnswer(progress, "mp4", now()), failures);
    } catch (GatewayException e) {
      throw Exchange.unlessInterrupted(e);
    }
  }

  /** What one server of many does not know may still be at work, and is paid for. */
  private static Step missing(GeminiOrder order, Failure failure, Progress progress) {
    if (!(failure instanceof Failure.Missing) || order.believed(progress)) throw new GatewayException(failure);
    progress.report(10, failure.message());
    return order.nothingAgain();
  }

  private Call question(GeminiOrder order) {
    if (order.way().equals(GeminiInteraction.WAY)) return get(address.at("interactions/" + order.id()));
    if (!address.vertex()) return get(address.at(order.id()));
    // the answer holds the video
    var body = Exchange.json(new JsonObject().add("operationName", order.id()));
    return Call.post(address.fetchOperation(order.id()), body, outside.imageTimeout(), outside.answerMax())
        .with("User-Agent", outside.agent());
  }

  private Call get(URI uri) {
    return Call.get(uri, outside.imageTimeout(), outside.answerMax()).with("User-Agent", outside.agent());
  }

  private Exchange exchange() {
    return new Exchange(id, outside.transport(), outside.imageTimeout(), outside.agent());
  }

  private Finished downloadable(Finished work) {
    var results = work.results().stream().map(r -> r.link()
        ? r.at(address.download(r.place())) : r).toList();
    return work.at(results);
  }

  private Downloads downloads(Credential credential) {
    return new Downloads(id, address.base(), address::keyed, link -> headers(link, credential), outside.transport(),
        outside.fetcher(), outside.time(), outside.answerMax(), outside.videoTimeout());
  }

  private List<Call.Header> headers(URI link, Credential credential) {
    return signed(get(link), credential).headers();
  }

  // ---- giving up --------------------------------------------------------------------------------------------------

  /** Only Interactions can be told to stop. */
  @Override
  public boolean cancel(String handle, Credential credential) throws InterruptedException {
    if (Finished.is(handle)) return false;
    var order = GeminiOrder.of(handle);
    if (!order.way().equals(GeminiInteraction.WAY)) return false;
    var call = exchange().post(address.at("interactions/" + order.id() + "/cancel"), new JsonObject());
    var answer = exchange().send(signed(call, credential));
    return answer.good() && answer.object().map(f -> f.text("status", "")).orElse("").equals("cancelled");
  }
}
