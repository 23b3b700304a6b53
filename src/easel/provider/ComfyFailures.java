package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What ComfyUI, or a proxy before it, answers instead of doing the work. ComfyUI checks a workflow before it takes it,
 * so its 400 proves that nothing runs. Whether that is the caller's doing depends on who filled in the input.
 */
final class ComfyFailures {
  private static final Duration SOON = Duration.ofSeconds(10);
  /** Complaints about a value, by ComfyUI's own words; all others are about the workflow or the server. */
  private static final Set<String> ABOUT_VALUES = Set.of("value_smaller_than_min", "value_bigger_than_max", "invalid_input_type",
      "value_not_in_list");

  private final String provider;
  private final Words words;

  ComfyFailures(String provider, Secret secret) {
    this.provider = provider;
    this.words = new Words(secret);
  }

  /** What one node complains of. */
  record NodeError(String node, String nodeType, String type, String input, String words, String received, List<String> outputs) {}

  /** The answer to a submit that is no success; {@code request} is what was sent. */
  Failure submit(Exchange.Answer answer, ComfyRequest request, Instant now) {
    if (answer.status() != 400) return of(answer, now);
    var body = answer.object();
    if (body.isEmpty() || !body.get().has("error")) return broken(400, "no reason given");
    var errors = nodeErrors(body.get());
    if (!errors.isEmpty()) return rejected(errors, request);
    var error = body.get().object("error");
    // a node that is not installed, or a workflow that is none: no caller can mend that
    return new Failure.Missing("model_not_found", provider + " cannot run this workflow: "
        + words.clean(error.text("message", "no reason given") + " " + error.text("details", "")));
  }

  /** The nodes' complaints, those of a 200 too: there they cost some of the outputs. */
  List<NodeError> nodeErrors(Fields body) {
    var all = new ArrayList<NodeError>();
    var nodes = body.object("node_errors");
    for (var id : nodes.raw().names()) {
      var node = nodes.object(id);
      for (var error : node.list("errors", e -> e)) all.add(nodeError(id, node, error));
    }
    return all;
  }

  private NodeError nodeError(String id, Fields node, Fields error) {
    var info = error.object("extra_info");
    var said = words.clean(error.text("message", "") + ": " + error.text("details", ""));
    return new NodeError(words.clean(id), words.clean(node.text("class_type", "?")), error.text("type", ""),
        info.text("input_name", ""), said, words.clean(info.optScalar("received_value").orElse("")), node.texts("dependent_outputs"));
  }

  /** The first complaint about something the caller said, else the first. */
  Failure rejected(List<NodeError> errors, ComfyRequest request) {
    for (var error : errors) {
      var field = ABOUT_VALUES.contains(error.type()) ? field(error, request) : Optional.<String>empty();
      if (field.isPresent()) return new Failure.Invalid(field.get(), field.get() + " is not what " + provider + " takes: " + error.words());
    }
    var first = errors.getFirst();
    var where = "node " + first.node() + " (" + first.nodeType() + ")";
    if (first.type().equals("value_not_in_list")) {
      return new Failure.Missing("model_not_found", provider + " has no " + first.input() + " '" + first.received() + "', which " + where
          + " of this workflow needs");
    }
    return new Failure.Missing("model_not_found", provider + " cannot run this workflow: " + where + ": " + first.words());
  }

  private static Optional<String> field(NodeError error, ComfyRequest request) {
    return Optional.ofNullable(request.blanks().get(new ComfyGraph.Place(error.node(), error.input()))).flatMap(request::field);
  }

  /** Any other answer that is no success. ComfyUI itself knows no keys, limits or money: that is a proxy speaking. */
  Failure of(Exchange.Answer answer, Instant now) {
    var said = said(answer);
    return switch (answer.status()) {
      case 401, 403 -> new Failure.BadCredential(provider + " does not accept the credential: " + said);
      case 402 -> new Failure.OutOfCredit(provider + " wants money: " + said);
      case 404, 405 -> new Failure.Missing("not_found", provider + " has no such address, is its base_url right? " + said);
      case 413 -> new Failure.TooLarge(provider + " does not take so many bytes: " + said);
      case 429 -> new Failure.Limited(RetryAfter.of(answer.header(), now), provider + " takes no more requests now: " + said);
      default -> broken(answer.status(), said);
    };
  }

  Failure broken(int status, String said) {
    return new Failure.UpstreamBroken(status, provider + " answered " + status + ": " + said);
  }

  private String said(Exchange.Answer answer) {
    var body = answer.object();
    var text = body.flatMap(b -> b.optText("error")).or(() -> body.flatMap(b -> b.optText("message")))
        .or(() -> body.flatMap(b -> b.optText("detail")))
        .or(() -> body.flatMap(b -> b.optObject("error")).flatMap(e -> e.optText("message")));
    return text.map(words::clean).filter(t -> !t.isEmpty()).orElse("no reason given");
  }

  /** The same before anything was submitted: it proves that nothing was, whatever went wrong. */
  Failure before(Failure failure) {
    if (failure.notAccepted()) return failure;
    return new Failure.NoCapacity(SOON, "Nothing was sent: " + failure.message());
  }

  /** The same after it was accepted: nothing that happens to a question takes that back. */
  Failure after(Failure failure) {
    return switch (failure) {
      case Failure.Unreachable u -> new Failure.UpstreamBroken(0, u.message());
      case Failure.NoCapacity n -> new Failure.UpstreamBroken(0, n.message());
      case Failure.Missing m -> new Failure.UpstreamBroken(404, m.message());
      case Failure.TooLarge t -> new Failure.UpstreamBroken(413, t.message());
      default -> failure;
    };
  }

  /**
   * How the work ended, in the words of a history entry's last message. None of it costs anything, so others may do it,
   * unless somebody did not want it done.
   */
  Failure.WorkFailed failed(Fields status) {
    for (var message : status.rows("messages")) {
      var data = message.object("1");
      var where = "node " + data.text("node_id", "?") + " (" + data.text("node_type", "?") + ")";
      switch (message.text("0", "")) {
        case "execution_error" -> {
          return new Failure.WorkFailed(provider + " failed in " + words.clean(where + ": " + data.text("exception_message", "")), true);
        }
        case "execution_interrupted" -> {
          return new Failure.WorkFailed(provider + " was told by somebody to stop, in " + words.clean(where), false);
        }
        default -> { }
      }
    }
    return new Failure.WorkFailed(provider + " failed and gave no reason", true);
  }
}
