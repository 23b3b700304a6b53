package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Step;
import easel.core.Usage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The videos of a finished work: in the answer itself, or behind links that die after two days. */
final class GeminiResults {
  private final GeminiAnswer answer;
  private final List<Path> drafts = new ArrayList<>();
  private final List<String> links = new ArrayList<>();

  GeminiResults(GeminiAnswer answer) {
    this.answer = answer;
  }

  /** {@code video}: what has the file or the link to it, under any of the names it goes by. */
  void add(Fields video) {
    var draft = answer.draft(video);
    if (draft.isPresent()) drafts.add(draft.get());
    else video.optText("uri").or(() -> video.optText("gcsUri")).filter(u -> !u.isBlank()).ifPresent(links::add);
  }

  boolean any() {
    return !drafts.isEmpty() || !links.isEmpty();
  }

  /** It is done, and there is no video: it is asked for some more times before that is believed. */
  Step none(GeminiOrder order, GeminiFailures failures) {
    answer.keep(List.of());
    if (order.id().isEmpty() || order.believed(answer.progress())) throw new GatewayException(failures.nothing(order));
    answer.progress().report(10, "it is done, but the result is not there yet");
    return order.nothingAgain();
  }

  /** {@code usage}: as the answer tells it; the list's price stands in where it does not say what was spent. */
  Step step(Usage usage, GeminiOrder order, Optional<Failure> shortfall) {
    var spent = usage.cost().isPresent() ? usage : GeminiUsage.listed(usage, order.cost());
    if (links.isEmpty()) return answer.done(drafts, spent, shortfall);
    answer.keep(drafts);
    var results = new ArrayList<Finished.Result>();
    for (var link : links) results.add(new Finished.Result(true, link, Optional.empty()));
    for (var draft : drafts) results.add(new Finished.Result(false, draft.toString(), Optional.empty()));
    return new Finished(results, answer.extension(), spent, shortfall).waiting();
  }
}
