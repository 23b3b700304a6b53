package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Price;
import easel.core.Progress;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads what BFL answers. A fact of a wrong type counts as absent: by then the work may be paid for. */
record BflAnswer(String provider, BflFailures failures, Instant now) {
  private static final Duration PICTURE_PACE = Duration.ofSeconds(1);
  private static final Duration VIDEO_PACE = Duration.ofSeconds(3);
  /** What is left for the download. */
  private static final int PERCENT_MAX = 85;
  /** A region that is down or new may not find a task for a while: only this often in a row is believed. */
  private static final int MISSING_MAX = 5;
  private static final long MEGAPIXEL = 1024 * 1024;

  /** @throws GatewayException as {@link BflFailures#submit} names it, or because there is nothing to ask again with */
  BflHandle accepted(Exchange.Answer answer, Task task, Model model, Fields wire, String format) {
    if (!answer.good()) throw new GatewayException(failures.submit(answer, now));
    var body = answer.object().orElseThrow(() -> broken(answer, "its answer makes no sense"));
    // with a webhook there would be no link, but the id alone will do
    var id = body.optScalar("id").orElse("");
    var link = body.text("polling_url", "");
    if (id.isEmpty() && link.isEmpty()) throw broken(answer, "there is no id in its answer");
    var told = cost(body);
    return new BflHandle(id, link, extension(model, format), task.prompt().hashCode(),
        told.or(() -> listed(task, model, wire)), told.isEmpty(), 0);
  }

  private static String extension(Model model, String format) {
    return MediaType.ofMime("image/" + format).orElse(model.capability().formats().getFirst()).extension();
  }

  /** Credits in US dollars: one is a cent. */
  private static Optional<BigDecimal> cost(Fields body) {
    return body.optDecimal("cost").filter(c -> c.signum() >= 0).map(c -> c.movePointLeft(2).stripTrailingZeros());
  }

  /** By the list: what comes out, and for FLUX.2 every megapixel that goes in. */
  private static Optional<BigDecimal> listed(Task task, Model model, Fields wire) {
    var sizes = task.inputs().stream().map(i -> i.media().size()).flatMap(Optional::stream);
    long pixels = sizes.mapToLong(Size::pixels).sum();
    var each = wire.optDecimal("input_megapixel").orElse(BigDecimal.ZERO);
    var in = each.multiply(BigDecimal.valueOf((pixels + MEGAPIXEL - 1) / MEGAPIXEL));
    return price(task, model, wire).map(p -> p.estimate(task).add(in).stripTrailingZeros());
  }

  private static Optional<Price> price(Task task, Model model, Fields wire) {
    boolean continued = task instanceof Task.Video video && BflVideo.continues(video);
    return wire.optObject("continued").filter(c -> continued).map(ModelFile::price).or(model::price);
  }

  Step.Waiting waiting(BflHandle handle, Exchange.Answer answer) {
    return waiting(handle, RetryAfter.stated(answer.header(), now).orElse(pace(handle)));
  }

  private static Step.Waiting waiting(BflHandle handle, Duration pause) {
    return new Step.Waiting(handle.toString(), pause, false);
  }

  private static Duration pace(BflHandle handle) {
    return handle.video() ? VIDEO_PACE : PICTURE_PACE;
  }

  /**
   * How a task stands. The body counts before the HTTP status: a failed task may be told with 422 or 503. Words that
   * are not known yet mean that it is still running.
   */
  Step.Waiting step(BflHandle asked, Exchange.Answer answer, Progress progress) {
    if (BflFailures.noSuchTask(answer)) return missed(asked, progress);
    var handle = asked.missing(0);
    var body = answer.object().filter(b -> b.isText("status") && (answer.good() || b.has("id")))
        .orElseThrow(() -> new GatewayException(unread(answer)));
    var status = body.text("status");
    var moderated = failures.moderated(body, status);
    if (moderated.isPresent()) throw new GatewayException(moderated.get());
    return switch (status.toLowerCase(Locale.ROOT)) {
      case "ready" -> ready(cost(body).map(handle::charged).orElse(handle), answer, body);
      case "error", "failed" -> throw new GatewayException(failures.failed(body));
      default -> {
        report(body, status, progress);
        yield waiting(handle, answer);
      }
    };
  }

  /** Asked about again, each time twice as long after. */
  private Step.Waiting missed(BflHandle handle, Progress progress) {
    int times = handle.missing();
    if (times >= MISSING_MAX) throw new GatewayException(failures.notFound());
    progress.report(0, provider + " does not find the task");
    return waiting(handle.missing(times + 1), pace(handle).multipliedBy(1L << times));
  }

  private Failure unread(Exchange.Answer answer) {
    return answer.good() ? failures.broken(answer.status(), "its answer makes no sense") : failures.poll(answer, now);
  }

  private Step.Waiting ready(BflHandle handle, Exchange.Answer answer, Fields body) {
    var result = body.object("result");
    var link = result.optText("sample").filter(s -> !s.isBlank())
        .orElseThrow(() -> broken(answer, "it is ready, and there is no link to the result"));
    var prompt = result.optText("prompt").filter(p -> !p.isBlank() && p.hashCode() != handle.promptHash());
    var results = List.of(new Finished.Result(true, link, prompt));
    return handle.finished(new Finished(results, handle.extension(), handle.usage()));
  }

  /** No percent of ours: the engine gives up work whose percent and words stay what they are for long. */
  private void report(Fields body, String status, Progress progress) {
    var share = body.optNumber("progress");
    int percent = (int) (PERCENT_MAX * Math.clamp(share.orElse(0.0), 0.0, 1.0));
    var age = share.isPresent() ? "" : age(progress);
    progress.report(percent, provider + ": " + failures.clean(status) + age);
  }

  private String age(Progress progress) {
    long minutes = Duration.between(progress.sent(), now).toMinutes();
    return minutes > 0 ? " for " + minutes + " min" : "";
  }

  private GatewayException broken(Exchange.Answer answer, String words) {
    return new GatewayException(failures.broken(answer.status(), words));
  }
}
