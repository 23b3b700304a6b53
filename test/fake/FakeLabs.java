package fake;

import com.eclipsesource.json.JsonObject;
import easel.core.Time;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Google's Flow on a real socket: both of its hosts, and the storage that its links lead to. It knows accounts by their
 * session tokens and refuses what Flow refuses; its {@link #ledger} is what Flow would have charged for. It misbehaves
 * by marks in the prompt ({@link FakeLabsMarks}), by {@link #nextAnswer} and by the switches. Calls are named by the
 * last word of their path: {@code session credits createProject uploadImage batchGenerateImages upsampleImage
 * batchAsyncGenerateVideoText ... batchCheckAsyncVideoGenerationStatus getMediaUrlRedirect media storage}.
 *
 * <p>It is also a program: {@code java -cp ... fake.FakeLabs --port 9200 --delay-ms 20 --accounts 50} has the accounts
 * {@code st-1} to {@code st-50}; then {@code GET /__stats} tells how much was bought and called, {@code POST /__clear}
 * forgets that. Its files are at {@code localhost}, which is another host than its API's.
 */
public final class FakeLabs implements AutoCloseable {
  /** The session token of the account that is always there: of class ONE, with 10,000 credits. */
  public static final String ST = "st-1";

  /**
   * {@code keep}: remember whole requests for {@link #seen}; {@code delayMs}: everything that is made takes so long.
   */
  public record Settings(int port, long delayMs, int accounts, boolean keep) {}

  /**
   * One accepted purchase.
   *
   * @param call the last word of its path
   * @param count of results asked for
   * @param sources ids of what it was made from
   * @param fresh whether it came on a connection of its own
   */
  public record Bought(String st, String call, String prompt, String model, int count, String project, List<String> sources,
      String captcha, boolean fresh) {}

  /** How answers to video submits look: since May 2026 they have media alone. */
  public enum Form { MEDIA, OPERATIONS, BOTH }

  private record Scripted(int status, String type, String body, String[] headers) {}

  final Settings settings;
  final FakeLabsMedia media = new FakeLabsMedia();
  final Queue<Bought> ledger = new ConcurrentLinkedQueue<>();
  private final Door door;
  private final Map<String, FakeLabsAccount> accounts = new ConcurrentHashMap<>();
  private final Map<String, FakeLabsAccount> cookies = new ConcurrentHashMap<>();
  private final Map<String, FakeLabsAccount> given = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> now = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> most = new ConcurrentHashMap<>();
  private final Map<String, Queue<Scripted>> scripts = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
  private final Queue<FakeOpenAiExchange.Request> seen = new ConcurrentLinkedQueue<>();
  private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();
  final AtomicInteger leaks = new AtomicInteger();
  final AtomicInteger mostPolled = new AtomicInteger();
  private volatile Time time = Time.system();
  volatile Predicate<String> captcha = token -> true;
  volatile Form form = Form.MEDIA;
  volatile int active = 1;
  volatile boolean oldUploads;
  volatile boolean redirects = true;
  volatile boolean joinedInline;
  private volatile String storage = "127.0.0.1";

  public FakeLabs() throws IOException {
    this(new Settings(0, 0, 1, true));
  }

  public FakeLabs(Settings settings) throws IOException {
    this.settings = settings;
    for (int i = 1; i <= settings.accounts; i++) account("st-" + i);
    door = Door.at(settings.port, "fake-labs", this::serve);
  }

  // ---- what a test sets up ----------------------------------------------------------------------------------------

  /** {@code labs_base_url}. */
  public URI labs() {
    return root().resolve("/fx/api");
  }

  /** {@code api_base_url}. */
  public URI api() {
    return root().resolve("/v1");
  }

  /** The settings that send Easel here; whatever else {@code [flow]} is to say may follow. */
  public String section() {
    return "[flow]\nlabs_base_url = \"" + labs() + "\"\napi_base_url = \"" + api() + "\"\n";
  }

  URI root() {
    return URI.create("http://127.0.0.1:" + door.port());
  }

  /** The account with this session token: made where there is none, with the e-mail address {@code ST@example.com}. */
  public FakeLabsAccount account(String st) {
    return accounts.computeIfAbsent(st, s -> new FakeLabsAccount(s, s + "@example.com", "PAYGATE_TIER_ONE", 10_000));
  }

  /** By whose clock access tokens end. */
  public FakeLabs time(Time clock) {
    time = clock;
    return this;
  }

  /** Questions about a video that are answered with "not yet"; 1 unless told otherwise. */
  public FakeLabs active(int polls) {
    active = polls;
    return this;
  }

  public FakeLabs form(Form ofSubmits) {
    form = ofSubmits;
    return this;
  }

  /** From now on only calls with such a token get through. */
  public FakeLabs captcha(Predicate<String> good) {
    captcha = good;
    return this;
  }

  /** Uploads are answered in the form of before. */
  public FakeLabs oldUploads() {
    oldUploads = true;
    return this;
  }

  /** From now on labs answers 500 when it is asked where a file is. */
  public FakeLabs withoutRedirects() {
    redirects = false;
    return this;
  }

  /** Files are under another name than the API, as they are at Google. */
  public FakeLabs storage(String host) {
    storage = host;
    return this;
  }

  /** Concatenations come as base64 instead of as a link. */
  public FakeLabs joinedInline() {
    joinedInline = true;
    return this;
  }

  /** The next call of that name gets this answer and does nothing; a status of 0: the connection ends without one. */
  public FakeLabs nextAnswer(String call, int status, String type, String body, String... headers) {
    scripts.computeIfAbsent(call, c -> new ConcurrentLinkedQueue<>()).add(new Scripted(status, type, body, headers));
    return this;
  }

  /** Calls of that name wait until they are released. */
  public FakeLabs hold(String call) {
    held.put(call, new CountDownLatch(1));
    return this;
  }

  public void release(String call) {
    held.remove(call).countDown();
  }

  // ---- what a test asks -------------------------------------------------------------------------------------------

  /** Everything that was accepted and is to be paid for, upscaling included, in order. */
  public List<Bought> ledger() {
    return List.copyOf(ledger);
  }

  public int submits() {
    return ledger.size();
  }

  /** The same of one account. */
  public int submits(String st) {
    return (int) ledger.stream().filter(b -> b.st.equals(st)).count();
  }

  /** How many calls of that name came, whatever was answered. */
  public int calls(String call) {
    return calls.getOrDefault(call, new AtomicInteger()).get();
  }

  /** How many calls of that name were here at once at most. */
  public int mostAtOnce(String call) {
    return most.getOrDefault(call, new AtomicInteger()).get();
  }

  /** The same of all names. */
  public Map<String, Integer> calls() {
    var all = new ConcurrentHashMap<String, Integer>();
    calls.forEach((call, count) -> all.put(call, count.get()));
    return all;
  }

  /** The most videos that were asked about in one call. */
  public int mostPolled() {
    return mostPolled.get();
  }

  /** Every request, in order. */
  public List<FakeOpenAiExchange.Request> seen() {
    return List.copyOf(seen);
  }

  /** The pictures that were handed in, by their ids. */
  public Map<String, byte[]> uploads() {
    return media.uploads();
  }

  /** Requests that took a token to where it does not belong. */
  public int leaks() {
    return leaks.get();
  }

  @Override
  public void close() {
    held.values().forEach(CountDownLatch::countDown);
    door.close();
  }

  // ---- the server -------------------------------------------------------------------------------------------------

  private void serve(Socket socket) throws IOException, InterruptedException {
    var exchange = new FakeOpenAiExchange(socket);
    while (exchange.read()) {
      answer(exchange);
      if (!exchange.keptAlive()) break;
    }
  }

  /** {@code /fx/api/trpc/project.createProject} to {@code createProject}, {@code /v1/media/ID} to {@code media}. */
  private static String name(String path) {
    if (path.startsWith("/storage/")) return "storage";
    if (path.startsWith("/v1/media/")) return "media";
    return path.substring(Math.max(Math.max(path.lastIndexOf('/'), path.lastIndexOf('.')), path.lastIndexOf(':')) + 1);
  }

  private void answer(FakeOpenAiExchange to) throws IOException, InterruptedException {
    var request = to.request();
    var path = request.path();
    if (path.startsWith("/__")) control(to, path);
    else {
      if (settings.keep) seen.add(request);
      var call = name(path);
      calls.computeIfAbsent(call, c -> new AtomicInteger()).incrementAndGet();
      int here = now.computeIfAbsent(call, c -> new AtomicInteger()).incrementAndGet();
      most.computeIfAbsent(call, c -> new AtomicInteger()).accumulateAndGet(here, Math::max);
      try {
        answer(to, path, call);
      } finally {
        now.get(call).decrementAndGet();
      }
    }
  }

  private void answer(FakeOpenAiExchange to, String path, String call) throws IOException, InterruptedException {
    var gate = held.get(call);
    if (gate != null) gate.await();
    var script = scripts.containsKey(call) ? scripts.get(call).poll() : null;
    if (script != null) play(to, script);
    else if (path.startsWith("/fx/api/")) new FakeLabsSite(this, to, call).answer();
    else if (path.startsWith("/v1")) new FakeLabsApi(this, to, call).answer();
    else storage(to);
  }

  private static void play(FakeOpenAiExchange to, Scripted script) throws IOException {
    if (script.status == 0) to.drop(false);
    else to.send(script.status, script.type, script.body.getBytes(), script.headers);
  }

  private void control(FakeOpenAiExchange to, String path) throws IOException {
    if (path.equals("/__clear")) {
      ledger.clear();
      calls.clear();
    }
    var named = new JsonObject();
    calls.forEach((call, count) -> named.add(call, count.get()));
    to.json(200, new JsonObject().add("submits", submits()).add("most_polled", mostPolled()).add("calls", named));
  }

  /** The account whose access token this is, if it is accepted. */
  Optional<FakeLabsAccount> bearer(FakeOpenAiExchange.Request request) {
    if (request.header("cookie").isPresent()) leaks.incrementAndGet();
    var token = request.header("authorization").orElse("").replaceFirst("^Bearer ", "");
    return Optional.ofNullable(given.get(token)).filter(a -> a.accepts(token, time.instant()));
  }

  /** The account with this session token, if it is good for anything. */
  Optional<FakeLabsAccount> known(String cookie) {
    var account = Optional.ofNullable(cookies.get(cookie)).or(() -> Optional.ofNullable(accounts.get(cookie)));
    return account.filter(a -> a.knows(cookie));
  }

  /** The next session token of this one, if it has one. */
  Optional<String> rotated(FakeLabsAccount account) {
    var cookie = account.rotated();
    cookie.ifPresent(c -> cookies.put(c, account));
    return cookie;
  }

  String token(FakeLabsAccount account) {
    var token = account.token(time.instant());
    given.put(token, account);
    return token;
  }

  /** A signed link, as good for anybody who has it. */
  String link(FakeLabsMedia.Item item) {
    return URI.create("http://" + storage + ":" + door.port()).resolve("/storage/" + (item.video() ? "video/" : "image/") + item.id() + "?Expires=4102444800&Signature=fake").toString();
  }

  private void storage(FakeOpenAiExchange to) throws IOException {
    var request = to.request();
    if (request.header("authorization").isPresent() || request.header("cookie").isPresent()) leaks.incrementAndGet();
    var item = media.anybodys(request.path().substring(request.path().lastIndexOf('/') + 1));
    if (item.isEmpty() || !request.target().contains("Signature=")) to.send(403, "application/xml", "<Error/>".getBytes());
    else to.send(200, item.get().video() ? "video/mp4" : "image/jpeg", FakeLabsMedia.file(item.get()));
  }

  /** True the first time this prompt comes. */
  boolean first(String prompt) {
    return failedOnce.add(prompt);
  }

  void pause(String prompt) throws InterruptedException {
    long wait = settings.delayMs + FakeLabsMarks.slow(prompt);
    if (wait > 0) Time.system().sleep(Duration.ofMillis(wait));
  }

  public static void main(String[] args) throws Exception {
    var numbers = new ArrayList<>(List.of(0, 0, 50));
    for (int i = 0; i + 1 < args.length; i += 2) {
      int which = List.of("--port", "--delay-ms", "--accounts").indexOf(args[i]);
      if (which < 0) throw new IllegalArgumentException(args[i] + " is not --port, --delay-ms or --accounts");
      numbers.set(which, Integer.parseInt(args[i + 1]));
    }
    var fake = new FakeLabs(new Settings(numbers.get(0), numbers.get(1), numbers.get(2), false)).storage("localhost");
    System.out.println("ready " + fake.labs() + " " + fake.api());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
