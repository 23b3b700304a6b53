package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.core.Account;
import easel.core.Secret;
import easel.store.Terms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A list of tokens in a file: Flow2API's, our own, or plain lines of {@code TOKEN}, {@code TOKEN REMARK} or
 * {@code TOKEN,REMARK}. What is wrong with one entry is told of that entry and keeps no other from being read; what is
 * wrong with all of it is a {@link FieldException}.
 *
 * @param entries the good ones, each token once
 * @param complaints about the others, in order
 * @param same how many entries say again what an earlier one says
 * @param ignored fields that mean nothing here, and in how many entries they are
 */
public record TokenFile(List<Entry> entries, List<Complaint> complaints, int same, Map<String, Integer> ignored) {
  public static final int ENTRIES_MAX = 20_000;
  /** What our own lists say of themselves; a list without it is Flow2API's. */
  static final int VERSION = 1;

  private static final int SECRET_MAX = 8192;
  private static final int REMARK_MAX = 200;
  private static final int PROXY_MAX = 1024;
  private static final int IGNORED_MAX = 50;
  /** The year 9999. */
  private static final long MOMENT_MAX = 253_370_764_800L;
  /** Under this name browsers show it, and people copy the name too. */
  private static final String COOKIE = "__Secure-next-auth.session-token=";
  private static final List<String> SECRETS = List.of("session_token", "st", "secret");
  private static final Set<String> READ = Set.of("session_token", "st", "secret", "email", "remark", "is_active", "project_id",
      "current_project_id", "project_name", "current_project_name", "image_enabled", "video_enabled", "image_concurrency",
      "video_concurrency", "proxy_url", "ban_reason");
  /** What our own lists tell besides, for people. */
  private static final Set<String> TOLD = Set.of("provider", "id", "name", "credits", "user_paygate_tier", "state", "proxy",
      "session_renewed_at", "renewed_from");

  /**
   * One token; what is empty is left as it is, or as usual.
   *
   * @param index its place in the file, from 0
   * @param email whose it is, as the file says: nobody has asked the provider
   * @param images how many pictures at once; -1: any number, 0: none
   * @param videos likewise
   * @param renewal where our own list says that this token took the place of another
   */
  public record Entry(int index, String provider, Secret secret, String email, Optional<String> remark, Optional<Boolean> enabled,
      Optional<String> projectId, Optional<String> projectName, Optional<Boolean> imageEnabled, Optional<Boolean> videoEnabled,
      Optional<Integer> images, Optional<Integer> videos, Optional<Secret> proxy, Optional<Account.Renewal> renewal) {

    Entry(int index, String provider, Secret secret, String email, Optional<String> remark, Optional<Boolean> enabled,
        Optional<String> projectId, Optional<String> projectName, Optional<Boolean> imageEnabled, Optional<Boolean> videoEnabled,
        Optional<Integer> images, Optional<Integer> videos, Optional<Secret> proxy) {
      this(index, provider, secret, email, remark, enabled, projectId, projectName, imageEnabled, videoEnabled, images, videos, proxy,
          Optional.empty());
    }

    /** The same of the credential that has this secret. */
    Entry of(Secret own) {
      return new Entry(index, provider, own, email, remark, enabled, projectId, projectName, imageEnabled, videoEnabled, images,
          videos, proxy, renewal);
    }

    /** What it is to be, where it was so. */
    Terms over(Terms terms) {
      return terms.able(imageEnabled.orElse(terms.images()), videoEnabled.orElse(terms.videos()))
          .atOnce(images.orElse(terms.imageConcurrency()), videos.orElse(terms.videoConcurrency()))
          .by(proxy.orElse(terms.proxy()))
          .in(projectId.orElse(terms.projectId()), projectName.orElse(terms.projectName()));
    }

    private Entry at(int other) {
      return new Entry(other, provider, secret, email, remark, enabled, projectId, projectName, imageEnabled, videoEnabled, images,
          videos, proxy, renewal);
    }
  }

  /** @param message for people; begins with the field */
  public record Complaint(int index, String field, String message) {}

  public TokenFile {
    entries = List.copyOf(entries);
    complaints = List.copyOf(complaints);
  }

  /** @param provider whose tokens they are where the list does not say */
  public static TokenFile of(JsonObject list, String provider) {
    var f = Fields.of(list);
    if (SECRETS.stream().anyMatch(f::has)) return of(new JsonObject().add("tokens", new JsonArray().add(list)), provider);
    if (!f.has("tokens")) throw f.wrong("tokens", "is required: a list of tokens");
    int version = f.integer("version", 0, 0, Integer.MAX_VALUE);
    if (version > VERSION) throw f.wrong("version", "is that of a newer Easel");
    if (!f.isList("tokens")) throw f.wrong("tokens", "must be a list");
    return new Reader(version > 0, provider).read(list);
  }

  /** Reads one list. */
  private static final class Reader {
    private final boolean ours;
    private final String provider;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Complaint> complaints = new ArrayList<>();
    private final Map<String, Integer> ignored = new TreeMap<>();
    private final Map<String, Entry> known = new HashMap<>();
    private int same;

    Reader(boolean ours, String provider) {
      this.ours = ours;
      this.provider = provider;
    }

    TokenFile read(JsonObject list) {
      var found = new ArrayList<Optional<JsonObject>>();
      var f = Fields.gathering(list, e -> {
        complaints.add(new Complaint(found.size(), "", "must be an object, or text"));
        found.add(Optional.empty());
      });
      f.mixed("tokens", line -> found.add(line(line)), entry -> found.add(Optional.of(entry.raw())));
      if (found.stream().filter(Optional::isPresent).count() > ENTRIES_MAX) {
        throw FieldException.body("the list has more than " + ENTRIES_MAX + " tokens");
      }
      for (int i = 0; i < found.size(); i++) if (found.get(i).isPresent()) read(i, found.get(i).get());
      complaints.sort(Comparator.comparingInt(Complaint::index));
      return new TokenFile(entries, complaints, same, Collections.unmodifiableMap(ignored));
    }

    /** A line of text as an entry; none for blank lines and comments. */
    private static Optional<JsonObject> line(String text) {
      var line = text.strip();
      if (line.isEmpty() || line.startsWith("#")) return Optional.empty();
      var words = line.split("[\\s,]+", 2);
      var entry = new JsonObject().add("session_token", words[0]);
      return Optional.of(words.length > 1 ? entry.add("remark", words[1]) : entry);
    }

    private void read(int index, JsonObject raw) {
      int before = complaints.size();
      var f = Fields.gathering(raw, e -> complaints.add(new Complaint(index, e.path(), e.getMessage())));
      for (var name : f.names()) if (!understood(name) && !empty(f, name)) count(name);
      var entry = entry(index, f);
      if (complaints.size() > before) return;
      var first = known.putIfAbsent(entry.provider() + " " + entry.secret().reveal(), entry);
      if (first == null) entries.add(entry);
      else if (first.at(index).equals(entry)) same++;
      else f.complain(nameOfSecret(f), "is that of entry " + first.index() + ", which says something else of it");
    }

    private boolean understood(String name) {
      return READ.contains(name) || ours && TOLD.contains(name);
    }

    /** Every list of Flow2API says these of every account, also where they mean nothing there either. */
    private static boolean empty(Fields f, String name) {
      return switch (name) {
        case "protocol_mode" -> f.optText(name).map("session"::equals).orElse(false);
        case "google_cookies" -> f.optText(name).map(String::isBlank).orElse(false);
        default -> false;
      };
    }

    private void count(String name) {
      var clean = name.codePoints().filter(c -> !Character.isISOControl(c)).limit(40)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
      if (ignored.containsKey(clean) || ignored.size() < IGNORED_MAX) ignored.merge(clean, 1, Integer::sum);
    }

    private Entry entry(int index, Fields f) {
      var secret = secret(f);
      var whose = ours ? f.text("provider", provider) : provider;
      var email = f.text("email", "").strip();
      var project = either(f, "project_name", "current_project_name").map(n -> oneLine(f, "project_name", n));
      return new Entry(index, whose, secret, email, remark(f, secret), enabled(f), project(f), project, flag(f, "image_enabled"),
          flag(f, "video_enabled"), atOnce(f, "image_concurrency"), atOnce(f, "video_concurrency"), proxy(f), ours ? renewal(f, secret) : Optional.empty());
    }

    private static Optional<Account.Renewal> renewal(Fields f, Secret token) {
      var since = Instant.ofEpochSecond(f.optNumber("session_renewed_at").filter(n -> n > 0 && n < MOMENT_MAX).orElse(0.0).longValue());
      return f.optText("renewed_from").filter(of -> of.matches("[0-9a-f]{64}")).map(of -> new Account.Renewal(token, new Secret(of), since));
    }

    private static String nameOfSecret(Fields f) {
      return SECRETS.stream().filter(f::has).findFirst().orElse(SECRETS.getFirst());
    }

    private Secret secret(Fields f) {
      var name = nameOfSecret(f);
      if (!f.has(name)) f.complain(name, "is required" + (ours ? ": this list was written without secrets" : ""));
      var text = f.optText(name).orElse("").strip();
      if (text.startsWith(COOKIE)) text = text.substring(COOKIE.length());
      if (text.endsWith(";")) text = text.substring(0, text.length() - 1);
      if (f.isText(name)) check(f, name, text);
      return new Secret(text);
    }

    private void check(Fields f, String name, String text) {
      if (!text.chars().allMatch(c -> c > ' ' && c < 127)) f.complain(name, "must be visible ASCII without blanks");
      else if (text.length() < CredentialJson.SECRET_MIN) f.complain(name, "is too short to be a token");
      else if (text.length() > SECRET_MAX) f.complain(name, "must have at most " + SECRET_MAX + " characters");
    }

    private static Optional<String> remark(Fields f, Secret secret) {
      var remark = f.optText("remark").map(r -> oneLine(f, "remark", r)).filter(r -> !r.isEmpty());
      boolean clean = remark.map(r -> secret.hide(r).equals(r)).orElse(true);
      if (!clean) f.complain("remark", "must not hold the token");
      return remark;
    }

    /** Line breaks and the like in a note mean no more than a blank. */
    private static String oneLine(Fields f, String name, String text) {
      var line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
      if (line.length() > REMARK_MAX) f.complain(name, "must have at most " + REMARK_MAX + " characters");
      return line;
    }

    /** Flow2API says 429 of an account that was to rest for some hours, which are long over. */
    private static Optional<Boolean> enabled(Fields f) {
      boolean rested = f.optText("ban_reason").map(r -> r.startsWith("429")).orElse(false);
      var active = flag(f, "is_active");
      return rested && active.isPresent() ? Optional.of(true) : active;
    }

    private static Optional<String> project(Fields f) {
      var name = f.has("project_id") ? "project_id" : "current_project_id";
      var id = f.optText(name).map(String::strip).filter(i -> !i.isEmpty());
      if (id.isPresent() && !id.get().matches("[A-Za-z0-9._:-]{1,128}")) f.complain(name, "must be a project's id");
      return id;
    }

    private static Optional<String> either(Fields f, String name, String other) {
      return f.optText(name).or(() -> f.optText(other)).filter(t -> !t.isBlank());
    }

    /** SQLite has no truth values: there they are 1 and 0. */
    private static Optional<Boolean> flag(Fields f, String name) {
      var text = f.optScalar(name);
      if (text.isEmpty()) return Optional.empty();
      boolean yes = text.get().equals("true") || text.get().equals("1");
      if (!yes && !text.get().equals("false") && !text.get().equals("0")) f.complain(name, "must be true or false");
      return Optional.of(yes);
    }

    /** Flow2API takes 0 for any number; here it is none. */
    private Optional<Integer> atOnce(Fields f, String name) {
      var limit = f.optInteger(name, -1, Terms.CONCURRENCY_MAX);
      if (limit.isEmpty()) return Optional.empty();
      return Optional.of(!ours && limit.getAsInt() == 0 ? -1 : limit.getAsInt());
    }

    private static Optional<Secret> proxy(Fields f) {
      var proxy = f.optText("proxy_url").map(String::strip).filter(p -> !p.isEmpty());
      boolean clean = proxy.map(p -> p.length() <= PROXY_MAX && p.chars().allMatch(c -> Character.isWhitespace(c) || !Character.isISOControl(c)))
          .orElse(true);
      if (!clean) f.complain("proxy_url", "must be a proxy's address");
      return proxy.map(Secret::new);
    }
  }
}
