package easel.provider;

import easel.codec.Fields;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Media;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Videos: bought by one call, then followed through the stages of {@link FlowFilm}. From the moment Flow has made one
 * the caller gets it: what goes wrong with a larger or a longer one afterwards is told, and costs no more than that.
 *
 * <p>An order for a larger one may cost credits (nobody documents it), so it goes out once, and only by the process
 * that has just stored that it will: after a restart nobody could tell whether it was sent.
 */
final class FlowVideos {
  /** A batch may hold back a poll so long for others. */
  private static final Duration GATHER = Duration.ofMillis(300);
  private static final Duration POLL_MAX = Duration.ofSeconds(45);
  /** Questions in a row after which a video that Flow does not know is given up. */
  private static final int MISSING_MAX = 5;
  private static final int TRIES = 4;
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final Duration JOIN_MAX = Duration.ofMinutes(5);
  private static final Duration MAKING = Duration.ofSeconds(90);
  private static final Duration UPSCALING = Duration.ofMinutes(4);

  private static final Failure LATE = new Failure.TimedOut("there was no time left for more");

  private final FlowOptions options;
  private final FlowWire wire;
  private final FlowSubmits submits;
  private final FlowFetch fetch;
  private final ModelFile models;
  private final Time time;
  private final FlowPolls polls;
  private final Set<String> announced = ConcurrentHashMap.newKeySet();

  FlowVideos(FlowOptions options, FlowWire wire, FlowSubmits submits, FlowFetch fetch, ModelFile models, Time time) {
    this.options = options;
    this.wire = wire;
    this.submits = submits;
    this.fetch = fetch;
    this.models = models;
    this.time = time;
    this.polls = new FlowPolls(this::polled, time, options.pollInterval(), GATHER);
  }

  // ---- buying -----------------------------------------------------------------------------------------------------

  Step start(Task.Video task, Model model, Credential credential, Progress progress) throws InterruptedException {
    check(task);
    var source = source(task, credential, progress);
    var shape = FlowShape.of(task, model);
    FlowSubmits.Order order = (context, inputs, tier) -> {
      var key = FlowKey.of(task, models.wire(task.model()), tier.rank(), k -> models.model(k).isPresent());
      if (!key.name().equals(task.model())) progress.report(0, "made by " + key.name());
      var media = source.map(s -> List.of(s.work().made().media())).orElse(inputs);
      var body = FlowRequest.video(context.as(tier.word()), task, key, shape, media, progress.tag());
      return wire.submit(options.api(key.way().path()), FlowWire.text(body));
    };
    var pictures = source.isPresent() ? List.<Media>of() : FlowKey.pictures(task);
    var taken = submits.send(order, pictures, source.map(s -> s.work().project()), credential, progress);
    var name = FlowAnswer.taken(taken.answer())
        .orElseThrow(() -> submits.broken(credential, 200, "there is no video in its answer"));
    var made = new FlowFilm.Piece(name, model.capability().seconds().stream().findFirst().orElse(8));
    var work = new FlowFilm.Work(taken.context().project(), taken.context().session(), made, shape,
        source.map(FlowVideos::before).orElse(List.of()));
    return FlowFilm.taken(work, time.instant()).waiting(polls.pause(credential));
  }

  /** What the models' capabilities cannot say. */
  private static void check(Task.Video task) {
    if (!task.inputs(Input.Role.LAST_FRAME).isEmpty() && task.inputs(Input.Role.FIRST_FRAME).isEmpty()) {
      throw invalid("image", "as the last frame needs one as the first frame");
    }
  }

  /** The video to go on with, as the job that made it has left it. */
  private Optional<FlowFilm> source(Task.Video task, Credential credential, Progress progress) {
    var given = task.inputs(Input.Role.SOURCE).stream().findFirst();
    if (given.isEmpty()) return Optional.empty();
    var hold = progress.made(given.get()).filter(h -> h.provider().equals(options.id()));
    var film = hold.flatMap(h -> FlowFilm.of(h.handle()));
    if (film.isEmpty()) throw invalid("video", "to go on with must be one that " + options.id() + " has made here");
    if (!hold.get().credential().equals(credential.name())) {
      var words = "the video to go on with belongs to another account of " + options.id();
      throw new GatewayException(new Failure.Unfit(words));
    }
    return film;
  }

  /** Where the parts could not be joined, the caller has the last one alone. */
  private static List<FlowFilm.Piece> before(FlowFilm source) {
    return source.note().isPresent() ? List.of(source.work().made()) : source.work().pieces();
  }

  private static GatewayException invalid(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, field + " " + words));
  }

  // ---- following --------------------------------------------------------------------------------------------------

  Step resume(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    boolean made = film.stage() != FlowFilm.Stage.MAKING && film.stage() != FlowFilm.Stage.FETCH;
    if (progress.last() && made) {
      // nothing larger is ordered for it any more
      announced.remove(progress.tag());
      return fetch.late(film.lesser(LATE, now()), credential, progress);
    }
    return switch (film.stage()) {
      case MAKING -> making(film, credential, progress);
      case UPSCALE -> upscale(film, credential, progress);
      case UPSCALING -> upscaling(film, credential, progress);
      case JOIN -> join(film, credential, progress);
      case JOINING -> joining(film, credential, progress);
      case FETCH -> fetch.fetch(film, credential, progress);
    };
  }

  private Step making(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    var item = polls.ask(credential, film.film());
    if (item.isEmpty()) return missed(film, credential, progress);
    return switch (FlowAnswer.standing(item.get(), wire.failures(credential))) {
      case FlowAnswer.Working working -> {
        var word = working.waiting() ? " has the video in its queue" : " makes the video";
        progress.report(percent(progress.sent(), MAKING, 5, plain(film) ? 85 : 55),
            options.id() + word + age(progress.sent()));
        yield film.found().waiting(polls.pause(credential));
      }
      case FlowAnswer.Failed failed -> throw new GatewayException(failed.why());
      case FlowAnswer.Ready ready -> made(film, progress);
    };
  }

  private static boolean plain(FlowFilm film) {
    return film.work().before().isEmpty() && film.work().shape().upscale().isEmpty();
  }

  private Step made(FlowFilm film, Progress progress) {
    if (plain(film)) return film.to(FlowFilm.Stage.FETCH, "", now()).waiting(Duration.ZERO);
    if (progress.last()) return film.lesser(LATE, now()).waiting(Duration.ZERO);
    if (!film.work().before().isEmpty()) return film.to(FlowFilm.Stage.JOIN, "", now()).waiting(Duration.ZERO);
    announced.add(progress.tag());
    return film.to(FlowFilm.Stage.UPSCALE, "", now()).waiting(Duration.ZERO);
  }

  /** Asked about again, each time twice as long after; what was bought is not given up for an answer or two. */
  private Step missed(FlowFilm film, Credential credential, Progress progress) {
    if (film.missing() >= MISSING_MAX) {
      throw new GatewayException(new Failure.Missing("not_found", options.id() + " does not know the video any more"));
    }
    progress.report(0, options.id() + " does not find the video");
    return film.missed().waiting(polls.pause(credential).multipliedBy(1L << film.missing()));
  }

  /** One call about many videos. */
  private Fields polled(Credential credential, List<FlowPolls.Film> films) throws InterruptedException {
    var uri = options.api("/video:batchCheckAsyncVideoGenerationStatus");
    var call = wire.post(uri, FlowWire.text(FlowRequest.poll(films))).within(POLL_MAX);
    var answer = wire.api(credential, call);
    var failures = wire.failures(credential);
    if (!answer.good()) throw new GatewayException(failures.polled(answer, now()));
    return answer.object().orElseThrow(() -> submits.broken(credential, answer.status(), "its answer makes no sense"));
  }

  // ---- larger -----------------------------------------------------------------------------------------------------

  private Step upscale(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    if (!announced.remove(progress.tag())) {
      var words = "nobody can tell whether a larger one was ordered before a restart";
      return lesser(film, new Failure.OutcomeUnknown(words), progress);
    }
    progress.report(60, "a larger one is ordered (" + film.work().shape().upscale().orElseThrow() + ")");
    try {
      var answer = wire.api(credential, upscaleCall(film, credential, progress));
      if (!answer.good()) throw wire.rejected(credential, answer);
      var name = answer.object().flatMap(FlowAnswer::taken)
          .orElseThrow(() -> submits.broken(credential, answer.status(), "there is no video in its answer"));
      return film.to(FlowFilm.Stage.UPSCALING, name, now()).waiting(polls.pause(credential));
    } catch (GatewayException e) {
      if (again(e.failure()) && film.tries() + 1 < TRIES) return announce(film, e.failure(), progress);
      return lesser(film, e.failure(), progress);
    }
  }

  private Call upscaleCall(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    var work = film.work();
    var context = new FlowRequest.Context(options.recaptcha(), work.session(), work.project(), Optional.empty())
        .as(submits.tier(credential).word());
    var body = FlowRequest.larger(context, work.made().media(), work.shape(), progress.tag());
    return wire.submit(options.api(FlowKey.Way.UPSCALE.path()), FlowWire.text(body));
  }

  /** It is proven that nothing was ordered, and a little later it may be. */
  private static boolean again(Failure why) {
    return why instanceof Failure.Limited || why instanceof Failure.NoCapacity || why instanceof Failure.Unreachable;
  }

  private Step announce(FlowFilm film, Failure why, Progress progress) {
    progress.report(60, "a larger one is ordered again soon: " + why.message());
    announced.add(progress.tag());
    var pause = why instanceof Failure.Limited l && l.retryAfter().compareTo(AGAIN) > 0 ? l.retryAfter() : AGAIN;
    return film.tried().waiting(pause);
  }

  private Step upscaling(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    var item = polls.ask(credential, film.film());
    if (item.isEmpty() && film.missing() < MISSING_MAX) return missed(film, credential, progress);
    if (item.isEmpty()) {
      return lesser(film, new Failure.WorkFailed(options.id() + " does not know the larger one"), progress);
    }
    return switch (FlowAnswer.standing(item.get(), wire.failures(credential))) {
      case FlowAnswer.Working working -> {
        progress.report(percent(film.since(), UPSCALING, 60, 85),
            options.id() + " makes it larger" + age(film.since()));
        yield film.found().waiting(polls.pause(credential));
      }
      case FlowAnswer.Failed failed -> lesser(film, failed.why(), progress);
      case FlowAnswer.Ready ready -> film.to(FlowFilm.Stage.FETCH, film.at(), now()).waiting(Duration.ZERO);
    };
  }

  // ---- longer -----------------------------------------------------------------------------------------------------

  /** Joins what was there with what is new. Nothing is generated for it, so it may be repeated. */
  private Step join(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    progress.report(60, "joined with what it goes on with");
    try {
      var body = FlowWire.json(FlowRequest.joined(film.work().pieces()));
      var call = wire.post(options.api(":runVideoFxConcatenation"), body);
      var answer = wire.api(credential, call);
      if (!answer.good()) throw wire.rejected(credential, answer);
      var name = answer.object().flatMap(FlowAnswer::joining)
          .orElseThrow(() -> submits.broken(credential, answer.status(), "it does not name what it joins"));
      return film.to(FlowFilm.Stage.JOINING, name, now()).waiting(options.pollInterval());
    } catch (GatewayException e) {
      boolean mends = again(e.failure()) || e.failure().next() == Failure.Next.UNKNOWN;
      return mends && film.tries() + 1 < TRIES ? film.tried().waiting(AGAIN) : lesser(film, e.failure(), progress);
    }
  }

  private Step joining(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    progress.report(percent(film.since(), MAKING, 60, 85), options.id() + " joins the videos" + age(film.since()));
    try {
      return joined(film, credential, progress);
    } catch (GatewayException e) {
      boolean mends = again(e.failure()) || e.failure().next() == Failure.Next.UNKNOWN;
      if (!joinsTooLong(film) && (mends || e.failure() instanceof Failure.BadCredential)) throw e;
      return lesser(film, e.failure(), progress);
    }
  }

  private Step joined(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    var call = Call.post(options.api(":runVideoFxCheckConcatenationStatus"), FlowWire.json(FlowRequest.join(film.at())),
        options.timeout(), options.answerMax()).with("User-Agent", options.agent());
    var answer = FlowLift.send(wire, credential, call, "mp4", progress, now());
    if (answer.draft().isPresent()) return fetch.done(film, answer.draft().get(), progress);
    var link = answer.fields().text("outputUri", "");
    if (!link.isBlank()) return film.to(FlowFilm.Stage.FETCH, link, now()).waiting(Duration.ZERO);
    boolean failed = answer.fields().text("status", "").endsWith("FAILED");
    if (failed) return lesser(film, new Failure.WorkFailed(options.id() + " could not join the videos"), progress);
    if (!joinsTooLong(film)) return film.waiting(options.pollInterval());
    return lesser(film, new Failure.TimedOut(options.id() + " did not join the videos in time"), progress);
  }

  /** Only after it was asked about: Easel may have been away meanwhile. */
  private boolean joinsTooLong(FlowFilm film) {
    return Duration.between(film.since(), now()).compareTo(JOIN_MAX) > 0;
  }

  // ---- words ------------------------------------------------------------------------------------------------------

  /** What there is goes to the caller. */
  private Step lesser(FlowFilm film, Failure why, Progress progress) {
    fetch.tell(film, why, 86, progress);
    return film.lesser(why, now()).waiting(Duration.ZERO);
  }

  private Instant now() {
    return time.instant();
  }

  /** Flow does not say how far it is; this only says how long such work takes. */
  private int percent(Instant since, Duration usual, int from, int to) {
    double share = (double) Duration.between(since, now()).toMillis() / usual.toMillis();
    return from + (int) ((to - from) * Math.clamp(share, 0.0, 1.0));
  }

  /** The engine gives up work whose words stay what they are for long, and each minute of it is news. */
  private String age(Instant since) {
    long minutes = Duration.between(since, now()).toMinutes();
    return minutes > 0 ? " for " + minutes + " min" : "";
  }
}
