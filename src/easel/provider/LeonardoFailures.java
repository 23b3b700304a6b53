package easel.provider;

import easel.codec.Fields;
import easel.core.Failure;
import easel.core.Secret;
import easel.provider.Exchange.Answer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Leonardo's complaints mean. Its API is a database's: {@code code} is a coarse word of that, so the status
 * decides first and the text of {@code error} second (Leonardo API reference, "Error messages", and answers seen by its
 * clients).
 */
final class LeonardoFailures {
  /** The caller's names for what Leonardo complains about; the others are told as they are. */
  private static final Map<String, String> FIELDS = Map.of("width", "size", "height", "size", "num_images", "n",
      "quantity", "n", "modelId", "model", "duration", "seconds", "init_image_id", "image", "imageId", "image",
      "guidances", "image");
  private static final Pattern UNEXPECTED = Pattern.compile("(?i)unexpected variable \"?([\\w.]+)");
  private static final Pattern MISSING = Pattern.compile("(?i)non-nullable variable: \"?(\\w+)");
  private static final Pattern NAMED = Pattern.compile("^\"?([\\w.]+)\"?:|^\"([\\w.]+)\" ");
  private static final Pattern LAST = Pattern.compile("\\$.*?(\\w+)$");
  private static final String[] PICTURE = {"init image id", "access image", "init variation", "file extension"};
  private static final String[] MONEY = {"not enough api token", "not enough token", "not enough credit",
      "insufficient token", "insufficient credit", "insufficient fund", "insufficient balance"};
  private static final String[] POLICY = {"moderation filter", "content moderation", "blocked by moderation",
      "inappropriate content"};

  private final String provider;
  private final Words words;

  LeonardoFailures(String provider, Secret secret) {
    this.provider = provider;
    this.words = new Words(secret);
  }

  /** What was said: {@code code} and {@code path} may be empty. */
  private record Complaint(String message, String code, String path) {
    boolean says(String... parts) {
      var lower = message.toLowerCase(Locale.ROOT);
      for (var part : parts) if (lower.contains(part)) return true;
      return false;
    }

    boolean coded(String... parts) {
      var upper = code.toUpperCase(Locale.ROOT);
      for (var part : parts) if (upper.contains(part)) return true;
      return false;
    }
  }

  /** A call that makes or prepares work, and was answered with another status than success. */
  Failure of(Answer answer, Instant now) {
    var said = answer.object().map(this::complaint).or(() -> answer.items().stream().findFirst().map(this::graph))
        .orElse(new Complaint("", "", ""));
    var text = text(said, answer.status());
    int status = answer.status();
    // a key that is no UUID breaks their check of keys: the one 500 that is the credential's fault
    if (said.says("invalid response from authorization hook")) return badCredential(text);
    // the documented rejections, and 405, which is HTTP's own; of any other status nobody knows what came before it
    return switch (status) {
      case 400 -> refusal(said, text).orElseGet(() -> invalid(said, text));
      case 401 -> badCredential(text);
      case 402 -> outOfCredit(text);
      case 403 -> refusal(said, text).orElseGet(() -> badCredential(text));
      case 404, 405 -> new Failure.Missing("not_found",
          provider + " has no such address, is its base_url right? " + text);
      case 429 -> limited(answer, text, now);
      default -> broken(status, text);
    };
  }

  /** A status of success, and nothing in it that says the work was taken. */
  Failure withoutWork(Answer answer, Instant now) {
    var errors = answer.items();
    if (errors.isEmpty()) return broken(answer.status(), "there is no generation in its answer");
    var said = graph(errors.getFirst());
    if (said.message.isEmpty()) return broken(answer.status(), "its answer makes no sense");
    // v2 reports mistakes in a request as a list with status 200: a list of anything else is no rejection
    if (!errors.stream().allMatch(this::mistake)) return broken(answer.status(), said.message);
    if (said.coded("UNAUTH") || said.says("unauthorized")) return badCredential(said.message);
    boolean limited = said.coded("RATE_LIMIT", "TOO_MANY") || said.says("rate limit", "too many requests");
    if (limited) return limited(answer, said.message, now);
    return refusal(said, said.message).orElseGet(() -> invalid(said, said.message));
  }

  /** By its details, or by the code of GraphQL or of version 1 for a mistake; a breakdown of theirs is none. */
  private boolean mistake(Fields item) {
    var said = graph(item);
    boolean theirs = said.coded("INTERNAL", "TIMEOUT", "UNAVAILABLE", "UNEXPECTED", "SERVICE", "STREAM");
    return !theirs && (!details(item).isEmpty() || said.coded("VALIDATION", "BAD_USER_INPUT", "BAD-REQUEST"));
  }

  /** A question about work that was taken: whatever is said, it is no verdict on the work. */
  Failure polled(Answer answer, Instant now) {
    var failure = of(answer, now);
    return switch (failure) {
      case Failure.BadCredential b -> b;
      case Failure.Limited l -> l;
      default -> broken(answer.status(), failure.message());
    };
  }

  /** Leonardo's words, for people. */
  String clean(String text) {
    return words.clean(text);
  }

  /** Not proof that nothing was bought, whatever the words say. */
  Failure broken(int status, String text) {
    return new Failure.UpstreamBroken(status, provider + " answered " + status + ": " + text);
  }

  /** What has the same words in both versions, with whatever status. */
  private Optional<Failure> refusal(Complaint said, String text) {
    if (UNEXPECTED.matcher(said.message).find()) return Optional.empty();
    if (said.says(MONEY)) return Optional.of(outOfCredit(text));
    boolean policy = said.says(POLICY) || said.coded("MODERATION");
    if (policy) return Optional.of(new Failure.Refused(provider + " refuses: " + text));
    boolean unknown = said.says("not supported within the production api");
    return unknown ? Optional.of(new Failure.Missing("model_not_found", text)) : Optional.empty();
  }

  private Failure invalid(Complaint said, String text) {
    return new Failure.Invalid(field(said), provider + " says: " + text);
  }

  private static String field(Complaint said) {
    var name = first(UNEXPECTED, said.message).or(() -> first(MISSING, said.message))
        .or(() -> first(NAMED, said.message)).or(() -> first(LAST, said.path));
    if (name.isPresent()) {
      var last = name.get().substring(name.get().lastIndexOf('.') + 1);
      return FIELDS.getOrDefault(last, last);
    }
    if (said.says("too many images", "num_images")) return "n";
    if (said.says("dimension", "width", "height")) return "size";
    if (said.says(PICTURE)) return "image";
    return said.says("prompt") ? "prompt" : "";
  }

  private static Optional<String> first(Pattern pattern, String text) {
    var found = pattern.matcher(text);
    if (!found.find()) return Optional.empty();
    for (int i = 1; i <= found.groupCount(); i++) if (found.group(i) != null) return Optional.of(found.group(i));
    return Optional.empty();
  }

  private Failure badCredential(String text) {
    return new Failure.BadCredential(provider + " does not accept the credential: " + text);
  }

  private Failure limited(Answer answer, String text, Instant now) {
    return new Failure.Limited(RetryAfter.of(answer.header(), now), provider + " takes no more requests now: " + text);
  }

  private Failure outOfCredit(String text) {
    return new Failure.OutOfCredit(provider + " wants money: " + text);
  }

  private static String text(Complaint said, int status) {
    return said.message.isEmpty() ? "no reason given (" + status + ")" : said.message;
  }

  private Complaint complaint(Fields body) {
    var message = body.optText("error").or(() -> body.optText("message")).orElse("");
    return new Complaint(words.clean(message), body.text("code", ""), words.clean(body.text("path", "")));
  }

  /** One of a list of errors: what is wrong stands in its details. */
  private Complaint graph(Fields item) {
    var message = details(item).stream().findFirst().or(() -> item.optText("message")).orElse("");
    return new Complaint(words.clean(message), item.object("extensions").text("code", ""), "");
  }

  private static List<String> details(Fields item) {
    return item.object("extensions").object("details").list("errors", e -> e.text("message", "")).stream()
        .filter(m -> !m.isBlank()).toList();
  }
}
