package fake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** One account of {@link FakeLabs}: what is known by its session token. Everything may be changed at any moment. */
public final class FakeLabsAccount {
  final String st;
  volatile String email;
  private final AtomicInteger rotations = new AtomicInteger();
  private final AtomicInteger tokens = new AtomicInteger();
  private final Map<String, Instant> accessTokens = new ConcurrentHashMap<>();
  private final Set<String> projects = ConcurrentHashMap.newKeySet();
  private final List<String> created = new CopyOnWriteArrayList<>();
  private final AtomicInteger credits;
  private volatile String tier;
  private volatile boolean dead;
  private volatile Duration life = Duration.ofHours(12);
  private final List<String> cookies = new CopyOnWriteArrayList<>();
  private volatile Rotation rotation = Rotation.KEEPING;
  private volatile int length;

  /** What becomes of a session token when its session is asked for. */
  public enum Rotation {
    /** There is a newer one, and the older ones stay good. */
    KEEPING,
    /** There is a newer one, and it alone is good. */
    STRICT,
    /** It stays the only one. */
    NONE
  }

  FakeLabsAccount(String st, String email, String tier, int credits) {
    this.st = st;
    this.email = email;
    this.tier = tier;
    this.credits = new AtomicInteger(credits);
    cookies.add(st);
  }

  /** {@code PAYGATE_TIER_NOT_PAID}, {@code _ONE} or {@code _TWO}. */
  public FakeLabsAccount tier(String word) {
    tier = word;
    return this;
  }

  public FakeLabsAccount credits(int left) {
    credits.set(left);
    return this;
  }

  /** How long an access token lives from now on. */
  public FakeLabsAccount life(Duration ofTokens) {
    life = ofTokens;
    return this;
  }

  /** Whose it is, as its sessions say. */
  public FakeLabsAccount named(String address) {
    email = address;
    return this;
  }

  public FakeLabsAccount rotation(Rotation how) {
    rotation = how;
    return this;
  }

  /** Newer session tokens have at least so many characters from now on: above 3933 they come in pieces. */
  public FakeLabsAccount length(int ofCookies) {
    length = ofCookies;
    return this;
  }

  /** From now on this session token is good for nothing; others are. */
  public FakeLabsAccount forget(String cookie) {
    cookies.remove(cookie);
    return this;
  }

  /** Every session token that is good, the newest last. */
  public List<String> cookies() {
    return List.copyOf(cookies);
  }

  /** Knows this project as if the operator had made it on the page. */
  public FakeLabsAccount project(String id) {
    projects.add(id);
    return this;
  }

  /** Forgets a project, as if somebody had removed it on the page. */
  public FakeLabsAccount remove(String project) {
    projects.remove(project);
    return this;
  }

  /** From now on the session token is good for nothing; access tokens live on. */
  public FakeLabsAccount die() {
    dead = true;
    return this;
  }

  /** From now on no access token given so far is accepted. */
  public FakeLabsAccount revoke() {
    accessTokens.clear();
    return this;
  }

  /** Ids of the projects that were created by calls, in order. */
  public List<String> created() {
    return List.copyOf(created);
  }

  /** Access tokens given out so far. */
  public int tokens() {
    return tokens.get();
  }

  public String email() {
    return email;
  }

  public int creditsLeft() {
    return credits.get();
  }

  boolean knows(String cookie) {
    return !dead && cookies.contains(cookie);
  }

  /** The session token from now on; empty where that stays. */
  Optional<String> rotated() {
    if (rotation == Rotation.NONE) return Optional.empty();
    var fresh = "rotated-" + Integer.toHexString(st.hashCode()) + "-" + rotations.incrementAndGet() + ".";
    var cookie = fresh + "x".repeat(Math.max(0, length - fresh.length()));
    if (rotation == Rotation.STRICT) cookies.clear();
    cookies.add(cookie);
    return Optional.of(cookie);
  }

  String tier() {
    return tier;
  }

  int rank() {
    return tier.endsWith("TWO") ? 2 : tier.endsWith("ONE") ? 1 : 0;
  }

  /** A new access token; {@code now} is by the clock of the fake. */
  String token(Instant now) {
    var token = "ya29." + st.replaceAll("\\W", "") + "-" + tokens.incrementAndGet();
    accessTokens.put(token, now.plus(life));
    return token;
  }

  Instant expires(String token) {
    return accessTokens.get(token);
  }

  boolean accepts(String token, Instant now) {
    var expires = accessTokens.get(token);
    return expires != null && now.isBefore(expires);
  }

  void create(String project) {
    projects.add(project);
    created.add(project);
  }

  boolean has(String project) {
    return projects.contains(project);
  }

  /** False where there are not so many left. */
  boolean pay(int cost) {
    return credits.getAndUpdate(left -> left >= cost ? left - cost : left) >= cost;
  }
}
