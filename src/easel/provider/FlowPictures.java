package easel.provider;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Call;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Pictures: one call buys them all. Making them larger comes afterwards, costs nothing and may be repeated, so it
 * belongs to what is done with a handle; where it comes to nothing, the pictures are handed over as they were made.
 */
final class FlowPictures {
  private static final System.Logger LOG = System.getLogger("easel.provider");
  /** A larger picture is made while we wait. */
  private static final Duration ENLARGING = Duration.ofSeconds(300);
  /** Pauses between tries to make a picture larger; one more try than there are pauses. */
  private static final List<Duration> PAUSES =
      List.of(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60));
  private static final int TRIES = PAUSES.size() + 1;
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private static final Failure LATE = new Failure.TimedOut("there was no time left to make it larger");

  private final FlowOptions options;
  private final FlowWire wire;
  private final FlowSubmits submits;
  private final Downloads downloads;
  private final Time time;

  FlowPictures(FlowOptions options, FlowWire wire, FlowSubmits submits, Downloads downloads, Time time) {
    this.options = options;
    this.wire = wire;
    this.submits = submits;
    this.downloads = downloads;
    this.time = time;
  }

  Step start(Task.Image task, Model model, Credential credential, Progress progress) throws InterruptedException {
    var shape = FlowShape.of(task, model);
    FlowSubmits.Order order = (context, inputs, tier) -> wire.submit(
        options.api("/projects/" + context.project() + "/flowMedia:batchGenerateImages"),
        FlowWire.json(FlowRequest.pictures(context, task, shape, inputs, progress.tag())));
    var taken = submits.send(order, FlowKey.pictures(task), Optional.empty(), credential, progress);
    var made = FlowAnswer.pictures(taken.answer());
    if (made.isEmpty()) throw submits.broken(credential, 200, "there is no picture in its answer");
    var all = made.stream().limit(task.count()).map(FlowStills.Still::made).toList();
    progress.report(60, all.size() + (all.size() == 1 ? " picture is" : " pictures are") + " made");
    return new FlowStills(taken.context().project(), taken.context().session(), shape.upscale(), all,
        fewer(all.size(), task.count()), 0).waiting(Duration.ZERO, shape.upscale().isEmpty());
  }

  private Optional<Failure> fewer(int made, int ordered) {
    if (made >= ordered) return Optional.empty();
    var words = options.id() + " made " + made + " of " + ordered + " pictures, and does not say why";
    return Optional.of(new Failure.WorkFailed(words));
  }

  /** One picture at a time is made larger: each is stored when it is there, and the engine sees the time pass. */
  Step resume(FlowStills work, Credential credential, Progress progress) throws InterruptedException {
    var open = least(work);
    if (open.isEmpty()) return fetched(work, credential, progress);
    if (progress.last()) return late(work, credential, progress);
    int index = work.pictures().indexOf(open.get());
    int count = work.pictures().size();
    progress.report(60 + 25 * index / count, "made larger (" + work.upscale().orElseThrow() + "): " + (index + 1)
        + " of " + count);
    var tried = enlarged(work, open.get(), credential, progress);
    var next = work.each(p -> p == open.get() ? tried : p);
    if (least(next).isEmpty()) return fetched(next, credential, progress);
    return (tried.enlarged() ? next : kept(next, credential, progress)).waiting(pause(next), false);
  }

  // ---- larger -----------------------------------------------------------------------------------------------------

  /** The one that was tried least. */
  private static Optional<FlowStills.Still> least(FlowStills work) {
    if (work.upscale().isEmpty()) return Optional.empty();
    return work.pictures().stream().filter(p -> !p.enlarged() && p.tries() < TRIES)
        .min(Comparator.comparingInt(FlowStills.Still::tries));
  }

  private FlowStills.Still enlarged(FlowStills work, FlowStills.Still picture, Credential credential, Progress progress)
      throws InterruptedException {
    try {
      return picture.large(larger(work, picture, credential, progress));
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "picture not made larger provider={0} to={1} try={2} code={3} message={4}", options.id(),
          work.upscale().orElseThrow(), picture.tries() + 1, e.failure().code(), e.failure().message());
      return picture.failed(later(e.failure()) ? picture.tries() + 1 : TRIES, e.failure());
    }
  }

  private Path larger(FlowStills work, FlowStills.Still picture, Credential credential, Progress progress)
      throws InterruptedException {
    if (picture.media().isEmpty()) throw submits.broken(credential, 200, "it gave the picture no name");
    var context = new FlowRequest.Context(options.recaptcha(), work.session(), work.project(), Optional.empty())
        .as(submits.tier(credential).word());
    var body = FlowRequest.larger(context, picture.media(), work.upscale().orElseThrow());
    var call = Call.post(options.api("/flow/upsampleImage"), FlowWire.json(body), ENLARGING, options.answerMax())
        .with("User-Agent", options.agent());
    return FlowLift.send(wire, credential, call, "jpg", progress, time.instant()).draft()
        .orElseThrow(() -> submits.broken(credential, 200, "there is no picture in its answer"));
  }

  /** What another try may mend. */
  private static boolean later(Failure why) {
    return switch (why) {
      case Failure.UpstreamBroken b -> true;
      case Failure.TimedOut t -> true;
      case Failure.Limited l -> true;
      case Failure.NoCapacity n -> true;
      case Failure.Unreachable u -> true;
      case Failure.NoSpace n -> true;
      case Failure.Internal i -> true;
      default -> false;
    };
  }

  /** None while there are others that were not tried yet, or not as often. */
  private static Duration pause(FlowStills work) {
    var next = least(work).orElseThrow();
    if (next.tries() == 0) return Duration.ZERO;
    var usual = PAUSES.get(next.tries() - 1);
    boolean longer = next.note().orElseThrow() instanceof Failure.Limited l && l.retryAfter().compareTo(usual) > 0;
    return longer ? ((Failure.Limited) next.note().get()).retryAfter() : usual;
  }

  /** While the larger ones fail to come, the links grow old: what is paid for is fetched now. */
  private FlowStills kept(FlowStills work, Credential credential, Progress progress) throws InterruptedException {
    var step = attempt(work, credential, progress);
    if (step.isEmpty()) return work;
    if (step.get() instanceof Step.Waiting some) return work.fetched(Finished.of(some.handle()));
    var done = (Step.Done) step.get();
    var all = new ArrayList<FlowStills.Still>();
    for (var picture : work.pictures()) {
      var draft = Optional.of(done.outputs().get(all.size()).draft().toString());
      all.add(picture.enlarged() ? picture : picture.small(draft));
    }
    return work.with(all);
  }

  /** Empty where nothing came: it is tried again with the next question. Nor is a dead link given up before the end. */
  private Optional<Step> attempt(FlowStills work, Credential credential, Progress progress)
      throws InterruptedException {
    try {
      return Optional.of(downloads.by(credential).fetch(work.finished("jpg").gone(0), progress));
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "picture not fetched yet provider={0} code={1} message={2}", options.id(),
          e.failure().code(), e.failure().message());
      return Optional.empty();
    }
  }

  // ---- fetched ----------------------------------------------------------------------------------------------------

  /** As they are; where none comes at the first try, in the time that there is for fetching. */
  private Step late(FlowStills work, Credential credential, Progress progress) throws InterruptedException {
    var last = work.each(p -> p.enlarged() || p.note().isPresent() && p.tries() >= TRIES ? p : p.failed(TRIES, LATE));
    try {
      return fetched(last, credential, progress);
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "picture not fetched yet provider={0} code={1} message={2}", options.id(),
          e.failure().code(), e.failure().message());
      return last.waiting(AGAIN, true);
    }
  }

  private Step fetched(FlowStills work, Credential credential, Progress progress) throws InterruptedException {
    var step = downloads.by(credential).fetch(work.finished("jpg"), progress);
    if (step instanceof Step.Waiting some) {
      return work.fetched(Finished.of(some.handle())).waiting(some.pollAfter(), true);
    }
    work.less().ifPresent(l -> progress.report(95, l + work.note().map(n -> ": " + n.message()).orElse("")));
    return step;
  }
}
