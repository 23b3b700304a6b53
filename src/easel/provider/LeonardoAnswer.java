package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what Leonardo says of a generation, which is the same in both versions of its API. */
final class LeonardoAnswer {
  /** What the answers to a submit are wrapped in: pictures v1, videos v1, everything v2. */
  private static final List<String> ROOTS = List.of("sdGenerationJob", "motionVideoGenerationJob", "generate");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  private static final List<String> STILLS = List.of(".jpg", ".jpeg", ".png", ".webp");
  /** Some answers are called complete a moment before their results are there. */
  private static final int EMPTY_MAX = 4;

  private LeonardoAnswer() {}

  /** The work that an answer says was taken; empty where it says nothing of the kind. */
  static Optional<LeonardoOrder> taken(Task task, Fields answer) {
    for (var root : ROOTS) {
      var job = answer.object(root);
      var id = id(job, "generationId");
      if (id.isPresent()) return Optional.of(LeonardoOrder.of(task, id.get(), dollars(job.object("cost"))));
    }
    return Optional.empty();
  }

  /** One that cannot lead elsewhere, as it becomes part of an address. */
  static Optional<String> id(Fields answer, String name) {
    return answer.optText(name).filter(i -> ID.matcher(i).matches());
  }

  /** {@code amount} is text; on old plans it counts credits, whose price nobody knows. */
  private static Optional<BigDecimal> dollars(Fields cost) {
    return cost.text("unit", "").equals("DOLLARS") ? cost.optDecimal("amount") : Optional.empty();
  }

  /**
   * What a generation has come to.
   *
   * @throws GatewayException if it failed, if it is not known (yet), or if the answer makes no sense
   */
  static Step step(LeonardoOrder order, Fields answer, LeonardoFailures failures, Progress progress) {
    if (!answer.names().contains("generations_by_pk")) {
      throw new GatewayException(failures.broken(200, "there is no generation in its answer"));
    }
    var generation = answer.optObject("generations_by_pk");
    // right after a submit the row may not be there yet
    return step(order, generation.orElseThrow(() -> new GatewayException(
        new Failure.Missing("not_found", "leonardo does not know the generation"))), progress);
  }

  private static Step step(LeonardoOrder order, Fields generation, Progress progress) {
    var status = generation.text("status", "");
    var links = links(order, generation);
    if (status.equals("FAILED")) {
      if (links.isEmpty()) throw failed("reports that the generation failed, and gives no reason");
      return finished(order, links);
    }
    if (status.equals("COMPLETE") && !links.isEmpty()) {
      progress.report(85, "done at leonardo" + flagged(generation));
      return finished(order, links);
    }
    if (status.equals("COMPLETE")) {
      if (order.empty() >= EMPTY_MAX) throw failed("calls the generation complete, and there is nothing in it");
      return order.emptyOnceMore().waiting();
    }
    if (progress.last() && !links.isEmpty()) return finished(order, links);
    progress.report(10, "leonardo says: " + (status.isEmpty() ? "nothing" : word(status)));
    return order.waiting();
  }

  private static String word(String status) {
    return status.substring(0, Math.min(40, status.length())).toLowerCase(Locale.ROOT).replaceAll("[^a-z_ ]", "");
  }

  private static String flagged(Fields generation) {
    long flagged = generation.list("generated_images", i -> i.flag("nsfw", false)).stream().filter(f -> f).count();
    return flagged == 0 ? "" : ", " + flagged + " marked as not safe for work";
  }

  private static GatewayException failed(String words) {
    return new GatewayException(new Failure.WorkFailed("leonardo " + words));
  }

  private static Step finished(LeonardoOrder order, List<String> links) {
    int missing = order.count() - links.size();
    var shortfall = missing <= 0 ? Optional.<Failure>empty()
        : Optional.<Failure>of(new Failure.WorkFailed("leonardo made " + links.size() + " of " + order.count()));
    return Finished.links(links, order.video() ? "mp4" : "jpg", order.usage(), shortfall).waiting();
  }

  private static List<String> links(LeonardoOrder order, Fields generation) {
    return generation.list("generated_images", i -> link(order, i)).stream().flatMap(Optional::stream)
        .limit(order.count()).toList();
  }

  private static Optional<String> link(LeonardoOrder order, Fields image) {
    var url = image.optText("url").filter(u -> !u.isBlank());
    if (!order.video()) return url;
    // some v2 models put the video where others put its first frame
    return image.optText("motionMP4URL").filter(u -> !u.isBlank()).or(() -> url.filter(u -> !still(u)));
  }

  private static boolean still(String url) {
    var path = url.split("[?#]", 2)[0].toLowerCase(Locale.ROOT);
    return STILLS.stream().anyMatch(path::endsWith);
  }
}
