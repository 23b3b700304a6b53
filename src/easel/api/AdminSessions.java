package easel.api;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import easel.http.Request;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who is logged in as administrator. Sessions live in memory, by the hash of their cookie: a restart ends them all.
 * Wrong passwords cost their address a growing wait, a short one on the machine itself.
 */
public final class AdminSessions {
  static final String COOKIE = "easel_admin";
  private static final Duration IDLE_MAX = Duration.ofHours(2);
  private static final Duration LIFE_MAX = Duration.ofHours(12);
  private static final int FREE_TRIES = 4;
  private static final Duration WAIT_MAX = Duration.ofMinutes(15);
  private static final Duration WAIT_HERE = Duration.ofSeconds(5);
  private static final int ADDRESSES_MAX = 10_000;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Tells whether a name and a password are the administrator's; takes the same time for every wrong pair. */
  public interface Passwords {
    boolean match(String name, String password);
  }

  /** @param name who logged in */
  private record Session(String name, Instant began, Instant seen) {}

  private record Tries(int failed, Instant last) {}

  private final Passwords passwords;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Session> sessions = new HashMap<>();
  private final Map<String, Tries> tries = new HashMap<>();

  public AdminSessions(Passwords passwords, Time time) {
    this.passwords = passwords;
    this.time = time;
  }

  /**
   * Opens a session; answers the cookie's value.
   *
   * @throws GatewayException {@code Unauthorized}, or {@code Limited} after several wrong passwords
   */
  String login(Request request, String name, String password) {
    check(request.client(), name, password);
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    var cookie = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    opened(name, cookie);
    return cookie;
  }

  /**
   * For what is more than everyday work: whoever holds the request's session says the password again.
   *
   * @throws GatewayException as {@link #login}
   */
  void confirm(Request request, String password) {
    check(request.client(), name(request), password);
  }

  private void check(String address, String name, String password) {
    admit(address);
    if (passwords.match(name, password)) {
      forgive(address);
      return;
    }
    throw new GatewayException(new Failure.Unauthorized("Name or password is wrong."));
  }

  private String name(Request request) {
    lock.lock();
    try {
      return cookie(request).map(c -> sessions.get(ApiKeys.hash(c))).map(Session::name).orElse("");
    } finally {
      lock.unlock();
    }
  }

  private void opened(String name, String cookie) {
    lock.lock();
    try {
      var now = time.instant();
      sessions.values().removeIf(s -> over(s, now));
      sessions.put(ApiKeys.hash(cookie), new Session(name, now, now));
    } finally {
      lock.unlock();
    }
  }

  /** Counts a try as failed before it is looked at: to compare takes a while, in which many more could be let in. */
  private void admit(String address) {
    lock.lock();
    try {
      var now = time.instant();
      var before = tries.getOrDefault(address, new Tries(0, now));
      if (before.failed() >= FREE_TRIES) {
        var left = Duration.between(now, before.last().plus(wait(address, before.failed())));
        if (left.isPositive()) throw new GatewayException(new Failure.Limited(left, "Too many wrong passwords; wait a moment."));
      }
      if (tries.size() >= ADDRESSES_MAX) tries.values().removeIf(t -> t.last().plus(WAIT_MAX).isBefore(now));
      if (tries.size() >= ADDRESSES_MAX) tries.clear();
      tries.merge(address, new Tries(1, now), (old, one) -> new Tries(old.failed() + 1, now));
    } finally {
      lock.unlock();
    }
  }

  private void forgive(String address) {
    lock.lock();
    try {
      tries.remove(address);
    } finally {
      lock.unlock();
    }
  }

  /** On the machine itself, where the owner sits, and a proxy perhaps, the wait stays short. */
  private static Duration wait(String address, int failed) {
    var most = loopback(address) ? WAIT_HERE : WAIT_MAX;
    var wait = Duration.ofSeconds(1L << Math.min(20, failed - FREE_TRIES));
    return wait.compareTo(most) < 0 ? wait : most;
  }

  private static boolean loopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
  }

  /** Whether the request carries a living session. */
  boolean holds(Request request) {
    var cookie = cookie(request);
    if (cookie.isEmpty()) return false;
    lock.lock();
    try {
      var hash = ApiKeys.hash(cookie.get());
      var session = sessions.get(hash);
      var now = time.instant();
      if (session == null || over(session, now)) return false;
      sessions.put(hash, new Session(session.name(), session.began(), now));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the session of a request that {@link #holds} one has not ended since. To be asked this is no use of it. */
  boolean lasts(Request request) {
    lock.lock();
    try {
      return cookie(request).map(c -> sessions.get(ApiKeys.hash(c))).filter(s -> !over(s, time.instant())).isPresent();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all sessions: whoever opened them may not know the password that is right now. */
  public void end() {
    lock.lock();
    try {
      sessions.clear();
    } finally {
      lock.unlock();
    }
  }

  void logout(Request request) {
    lock.lock();
    try {
      cookie(request).ifPresent(c -> sessions.remove(ApiKeys.hash(c)));
    } finally {
      lock.unlock();
    }
  }

  private static boolean over(Session session, Instant now) {
    return session.seen().plus(IDLE_MAX).isBefore(now) || session.began().plus(LIFE_MAX).isBefore(now);
  }

  private static Optional<String> cookie(Request request) {
    for (var pair : request.header("cookie").orElse("").split(";")) {
      var clean = pair.strip();
      if (clean.startsWith(COOKIE + "=")) return Optional.of(clean.substring(COOKIE.length() + 1));
    }
    return Optional.empty();
  }
}
