package fake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** One account of {@link FakeLabs}: what is known by its session token. Everything may be changed at any moment. */
public final class FakeLabsAccount {
  final String st;
  final String email;
  private final AtomicInteger tokens = new AtomicInteger();
  private final Map<String, Instant> accessTokens = new ConcurrentHashMap<>();
  private final Set<String> projects = ConcurrentHashMap.newKeySet();
  private final List<String> created = new CopyOnWriteArrayList<>();
  private final AtomicInteger credits;
  private volatile String tier;
  private volatile boolean dead;
  private volatile Duration life = Duration.ofHours(12);

  FakeLabsAccount(String st, String email, String tier, int credits) {
    this.st = st;
    this.email = email;
    this.tier = tier;
    this.credits = new AtomicInteger(credits);
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

  boolean dead() {
    return dead;
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
