package easel.api;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.JobState;
import easel.core.Kind;
import easel.http.Request;
import easel.store.JobLog.Filter;
import easel.store.JobLog.Position;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** What an administrator looks for, as the query has it. What is not understood is a complaint that names it. */
final class JobLogQuery {
  private static final int LIMIT = 50;
  private static final int LIMIT_MAX = 200;
  private static final Set<String> KNOWN = Set.of("state", "provider", "model", "credential", "key", "kind", "project",
      "from", "to", "parts", "limit", "next");
  /** Those that may be said more than once, or with commas. */
  private static final String STATE = "state";
  /** Further off is no time that a job was made at, and too far for the database. */
  private static final Instant FIRST = Instant.EPOCH;
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
  private static final Pattern POSITION = Pattern.compile("(\\d{1,18})\\.(\\d{1,18})");

  private final Request request;

  JobLogQuery(Request request) {
    this.request = request;
    for (var one : request.query().entrySet()) {
      var name = one.getKey();
      if (!KNOWN.contains(name)) throw wrong(name, "is not a known parameter");
      if (one.getValue().size() > 1 && !name.equals(STATE)) throw wrong(name, "appears twice");
      if (one.getValue().stream().anyMatch(String::isBlank)) throw wrong(name, "must not be empty");
    }
  }

  /**
   * @param credentials the name of a credential by its id, or by its name
   * @param keys the ids of the API keys with this name
   */
  Filter filter(UnaryOperator<String> credentials, Function<String, List<String>> keys) {
    var from = moment("from");
    var to = moment("to");
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) throw wrong("to", "must be later than from");
    return new Filter(states(), text("provider"), text("model"), text("credential").map(credentials),
        text("key").map(keys).orElse(List.of()), kind(), text("project"), from, to, parts());
  }

  int limit() {
    return text("limit").map(l -> CredentialApi.whole("limit", l, 1, LIMIT_MAX)).orElse(LIMIT);
  }

  // ---- pages ------------------------------------------------------------------------------------------------------

  Optional<Position> after() {
    return text("next").map(JobLogQuery::position);
  }

  private static Position position(String text) {
    try {
      var plain = POSITION.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1));
      if (plain.matches()) return new Position(Long.parseLong(plain.group(1)), Long.parseLong(plain.group(2)));
    } catch (IllegalArgumentException e) {
      // Told below like one that means nothing.
    }
    throw wrong("next", "must be the 'next' of the page before");
  }

  static String word(Position position) {
    var plain = position.created() + "." + position.seq();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.ISO_8859_1));
  }

  // ---- values -----------------------------------------------------------------------------------------------------

  private Optional<String> text(String name) {
    return request.query(name).map(String::strip);
  }

  private List<JobState> states() {
    var states = new LinkedHashSet<JobState>();
    for (var said : request.queryAll(STATE)) {
      for (var word : said.split(",", -1)) states.add(one(STATE, word.strip(), JobState.values()));
    }
    return new ArrayList<>(states);
  }

  private Optional<Kind> kind() {
    return text("kind").map(k -> one("kind", k, Kind.values()));
  }

  private static <E extends Enum<E>> E one(String name, String word, E[] values) {
    return Arrays.stream(values).filter(v -> JobJson.word(v).equals(word)).findFirst().orElseThrow(() -> wrong(name,
        "must be one of " + String.join(", ", Arrays.stream(values).map(JobJson::word).toList())));
  }

  /** What a credential made for a set it made for its parts. */
  private boolean parts() {
    var word = text("parts").orElse(String.valueOf(text("credential").isPresent()));
    if (!word.equals("true") && !word.equals("false")) throw wrong("parts", "must be true or false");
    return word.equals("true");
  }

  /** A plus sign that nobody encoded comes as a blank. */
  private Optional<Instant> moment(String name) {
    return text(name).map(t -> {
      try {
        var moment = OffsetDateTime.parse(t.replace(' ', '+')).toInstant();
        if (!moment.isBefore(FIRST) && !moment.isAfter(LAST)) return moment;
      } catch (DateTimeException e) {
        // Told below like one that is too far off.
      }
      throw wrong(name, "must be a date and time with its zone, such as 2026-01-31T12:00:00Z");
    });
  }

  private static GatewayException wrong(String name, String words) {
    return new GatewayException(new Failure.Invalid(name, name + " " + words));
  }
}
