package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Caller;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Time;
import easel.http.EventStream;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.job.Feed;
import easel.job.JobEngine;
import easel.store.JobLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everybody's jobs, for the administrator: found, looked at, watched live, cancelled. Stands behind
 * {@link OpenAiErrors}; an API key opens none of it.
 */
public final class JobLogApi {
  /** How long the news of all jobs are gathered before they are told. */
  private static final Duration GATHERED = Duration.ofMillis(250);
  /** How soon a stream ends whose session has. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final AdminSessions sessions;
  private final AdminFilter admin;
  private final ApiKeyFilter keys;
  private final CredentialBook book;
  private final JobEngine engine;
  private final JobLog log;
  private final MediaLinks links;
  private final Time time;
  private final JobEvents events;
  private final JobCancel ends;
  private final Lately<Known> known;

  /** Who is who: the administrator, the callers, the credentials. */
  public record People(AdminSessions sessions, ApiKeyFilter keys, CredentialBook book) {}

  public JobLogApi(People people, JobEngine engine, JobLog log, MediaLinks links, Time time) {
    this.sessions = people.sessions();
    this.admin = new AdminFilter(sessions);
    this.keys = people.keys();
    this.book = people.book();
    this.engine = engine;
    this.log = log;
    this.links = links;
    this.time = time;
    this.events = new JobEvents(engine, PATIENCE);
    this.ends = new JobCancel(engine);
    this.known = new Lately<>(this::everybody, time);
  }

  public void routes(Router router) {
    router.on("GET /api/admin/jobs", admin.before(this::list));
    router.on("GET /api/admin/jobs/events", admin.before(this::watchAll));
    router.on("GET /api/admin/jobs/{id}", admin.before(this::look));
    router.on("DELETE /api/admin/jobs/{id}", admin.before(this::cancel));
    router.on("GET /api/admin/jobs/{id}/events", admin.before(this::watch));
  }

  // ---- looks ------------------------------------------------------------------------------------------------------

  private Response list(Request request) {
    var query = new JobLogQuery(request);
    var page = log.page(query.filter(this::credential, this::owners), query.limit(), query.after());
    var answer = new JsonObject().add("jobs", json().rows(page.jobs().stream().map(engine::live).toList()));
    page.next().ifPresent(n -> answer.add("next", JobLogQuery.word(n)));
    return answer(answer);
  }

  /** One that is not there (any more) is looked for by the name that was said. */
  private String credential(String said) {
    return book.find(said).map(CredentialBook.Entry::name).orElse(said);
  }

  /** Several keys may have one name; of one that is gone the id is left. */
  private List<String> owners(String said) {
    var named = keys.callers().stream().filter(c -> c.name().equals(said)).map(Caller::id).distinct().toList();
    return named.isEmpty() ? List.of(said) : named;
  }

  private Response look(Request request) {
    return answer(json().whole(job(request), links.of(request)));
  }

  private Job job(Request request) {
    var id = request.param("id");
    return engine.find(id).orElseThrow(() ->
        new GatewayException(new Failure.Missing("job_not_found", "There is no job '" + id + "'.")));
  }

  private Response cancel(Request request) throws InterruptedException {
    var outcome = ends.cancel(job(request));
    return answer(json().whole(outcome.job(), links.of(request)).add("cancel", outcome.word()));
  }

  private static Response answer(JsonObject json) {
    return Response.json(200, JsonText.bytes(json));
  }

  // ---- events -----------------------------------------------------------------------------------------------------

  private Response watch(Request request) {
    return events.watch(job(request), links.of(request), () -> sessions.lasts(request));
  }

  private Response watchAll(Request request) {
    return Response.events(stream -> all(request, stream));
  }

  /**
   * Rows as {@link #list} has them, of each job the newest. The first line says that nothing is missed from here on:
   * who reads the list after it has everything.
   */
  private void all(Request request, EventStream stream) throws InterruptedException {
    try (var feed = engine.feed()) {
      stream.comment("listening");
      for (var news = feed.next(PATIENCE); sessions.lasts(request); news = feed.next(PATIENCE)) {
        if (!news.jobs().isEmpty()) tell(news, stream);
      }
    }
  }

  private void tell(Feed.News news, EventStream stream) throws InterruptedException {
    if (news.missed()) stream.send("reload", "{}");
    for (var row : json().rows(news.jobs())) stream.send("job", row.toString());
    time.sleep(GATHERED);
  }

  // ---- who is who -------------------------------------------------------------------------------------------------

  private JobLogJson json() {
    return new JobLogJson(engine, known.get().orElse(Known.NOBODY), time.instant());
  }

  private Known everybody() {
    var names = new HashMap<String, String>();
    keys.callers().forEach(c -> names.putIfAbsent(c.id(), c.name()));
    var entries = new HashMap<String, CredentialBook.Entry>();
    book.list().forEach(e -> entries.put(e.provider() + "\n" + e.name(), e));
    return new Known(names, entries);
  }

  private record Known(Map<String, String> names, Map<String, CredentialBook.Entry> entries)
      implements JobLogJson.Persons {
    static final Known NOBODY = new Known(Map.of(), Map.of());

    @Override
    public String key(String owner) {
      return names.getOrDefault(owner, owner);
    }

    @Override
    public Optional<CredentialBook.Entry> credential(String provider, String name) {
      return Optional.ofNullable(entries.get(provider + "\n" + name));
    }
  }
}
