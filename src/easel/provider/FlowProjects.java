package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Accounts;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The projects that a credential's work goes into, in turns. Missing ones are created when their turn comes, one at a
 * time ({@code POST {labs}/trpc/project.createProject}); they are never removed upstream.
 */
final class FlowProjects {
  private static final DateTimeFormatter TITLE =
      DateTimeFormatter.ofPattern("MMM dd - HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private static final Pattern ID = Pattern.compile("[\\w-]{1,100}");
  private static final Duration WITHIN = Duration.ofSeconds(30);
  /** After one could not be created, while there are others. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final FlowOptions options;
  private final FlowWire wire;
  private final Accounts accounts;
  private final Time time;
  private final SingleFlight<Credential, String> flight = new SingleFlight<>("flow-project");
  private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
  private final Map<String, Instant> notBefore = new ConcurrentHashMap<>();

  FlowProjects(FlowOptions options, FlowWire wire, Accounts accounts, Time time) {
    this.options = options;
    this.wire = wire;
    this.accounts = accounts;
    this.time = time;
  }

  /** Whose turn it is. @throws GatewayException whose failure says that nothing was bought */
  String next(Credential credential) throws InterruptedException {
    var there = known(credential);
    int turn = turn(credential, Math.max(options.projects(), there.size()));
    boolean paused = time.instant().isBefore(notBefore.getOrDefault(credential.name(), Instant.MIN));
    if (turn < there.size() || paused && !there.isEmpty()) return there.get(turn % there.size());
    try {
      return flight.join(credential, WITHIN.multipliedBy(2), () -> create(credential, there));
    } catch (GatewayException e) {
      notBefore.put(credential.name(), time.instant().plus(PAUSE));
      if (there.isEmpty()) throw e;
      return there.get(turn % there.size());
    }
  }

  /** The API does not know this one any more. */
  void gone(Credential credential, String project) {
    accounts.keep(credential, a -> a.withProjects(a.projects().stream().filter(p -> !p.equals(project)).toList()));
  }

  /** Ids become part of an address; one that somebody mistyped is none. */
  private List<String> known(Credential credential) {
    return accounts.of(credential).projects().stream().filter(p -> ID.matcher(p).matches()).toList();
  }

  private int turn(Credential credential, int among) {
    var turns = this.turns.computeIfAbsent(credential.name(), name -> new AtomicInteger());
    return Math.floorMod(turns.getAndIncrement(), among);
  }

  /** {@code seen}: those that were there when one was found missing; one that has come since will do. */
  private String create(Credential credential, List<String> seen) throws InterruptedException {
    var now = known(credential);
    if (now.size() > seen.size()) return now.getLast();
    try {
      var id = created(credential, now.size() + 1);
      accounts.keep(credential, a -> a.withProjects(with(a.projects(), id)));
      return id;
    } catch (GatewayException e) {
      throw Exchange.unbought(e, "nothing was bought, as no project could be created");
    }
  }

  private static List<String> with(List<String> projects, String id) {
    var all = new ArrayList<>(projects);
    if (!all.contains(id)) all.add(id);
    return all;
  }

  private String created(Credential credential, int number) throws InterruptedException {
    var label = credential.label();
    var title = (label.isEmpty() ? TITLE.format(time.instant()) : label) + " P" + number;
    var body = new JsonObject().add("json", new JsonObject().add("projectTitle", title).add("toolName", "PINHOLE"));
    var call = wire.post(options.labs("/trpc/project.createProject"), FlowWire.json(body));
    var answer = wire.labs(credential, call.within(WITHIN));
    if (!answer.good()) throw wire.rejected(credential, answer);
    var made = answer.object().flatMap(o -> o.object("result").object("data").object("json").object("result").optText("projectId"));
    return made.filter(id -> ID.matcher(id).matches()).orElseThrow(() -> new GatewayException(
        new Failure.NoCapacity(Duration.ofSeconds(5), "labs created a project without an id")));
  }
}
