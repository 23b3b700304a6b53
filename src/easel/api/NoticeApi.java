package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Notice;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import java.time.Instant;
import java.util.List;

/** What operators want to hear of, for those who ask. Stands behind {@link OpenAiErrors}. */
public final class NoticeApi {
  private static final int LIMIT = 100;
  private static final int LIMIT_MAX = 500;

  /** Newest first. */
  public interface Board {
    List<Notice> latest(int limit, Instant since);
  }

  private final AdminFilter admin;
  private final Board board;

  public NoticeApi(AdminSessions sessions, Board board) {
    this.admin = new AdminFilter(sessions);
    this.board = board;
  }

  public void routes(Router router) {
    router.on("GET /api/admin/notices", admin.before(this::list));
  }

  /** {@code ?limit= &since=}, the latter in seconds since 1970: those of that very second are told again. */
  private Response list(Request request) {
    CredentialApi.only(request, "limit", "since");
    int limit = request.query("limit").map(text -> CredentialApi.whole("limit", text, 1, LIMIT_MAX)).orElse(LIMIT);
    long since = request.query("since").map(text -> CredentialApi.whole("since", text, 0, Integer.MAX_VALUE)).orElse(0);
    var list = new JsonArray();
    for (var notice : board.latest(limit, Instant.ofEpochSecond(since))) list.add(json(notice));
    return Response.json(200, JsonText.bytes(new JsonObject().add("notices", list)));
  }

  private static JsonObject json(Notice notice) {
    var json = new JsonObject().add("at", notice.at().getEpochSecond()).add("kind", JobJson.word(notice.kind()));
    if (!notice.provider().isEmpty()) json.add("provider", notice.provider());
    if (!notice.credential().isEmpty()) json.add("credential", notice.credential());
    return json.add("message", notice.words());
  }
}
