package easel.upstream;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Downloads links that callers and upstreams give us. Every hop passes the {@link AddressGuard}; nothing that
 * identifies us or anybody else is sent; and a complaint says nothing that could not be seen from outside.
 */
final class GuardedFetcher implements Fetcher {
  private static final System.Logger LOG = System.getLogger("easel.upstream");
  private static final int HOPS_MAX = 4;
  private static final int BUFFER = 64 * 1024;
  private static final Duration AGAIN = Duration.ofSeconds(15);

  private final Transport guarded;
  private final AddressGuard guard;
  private final Duration within;
  private final Optional<Credential> credential;

  GuardedFetcher(Transport guarded, AddressGuard guard, UpstreamOptions options) {
    this(guarded, guard, options.fetchWithin(), Optional.empty());
  }

  private GuardedFetcher(Transport guarded, AddressGuard guard, Duration within, Optional<Credential> credential) {
    this.guarded = guarded;
    this.guard = guard;
    this.within = within;
    this.credential = credential;
  }

  @Override
  public Fetcher by(Credential other) {
    return new GuardedFetcher(guarded, guard, within, Optional.of(other));
  }

  @Override
  public void fetch(URI link, String field, long bytesMax, Path file) throws InterruptedException {
    var until = System.nanoTime() + within.toNanos();
    var given = new Subject(field, field.isEmpty() ? "the link" : field);
    var subject = given;
    var at = link;
    for (int hops = 0; hops <= HOPS_MAX; hops++) {
      try (var reply = open(at, Duration.ofNanos(until - System.nanoTime()), subject)) {
        var next = redirect(reply, at, subject);
        if (next.isEmpty()) {
          save(reply, bytesMax, file, subject);
          return;
        }
        at = next.get();
        subject = new Subject(field, given.words() + ", after a redirect,");
      }
    }
    throw given.invalid("redirects too often", null);
  }

  /** How complaints begin. */
  private record Subject(String field, String words) {
    GatewayException invalid(String why, Throwable cause) {
      return new GatewayException(new Failure.Invalid(field, words + " " + why), cause);
    }

    GatewayException invalid(GatewayException e) {
      return switch (e.failure()) {
        case Failure.NoCapacity n -> e; // ours, not the link's
        case Failure.Forbidden f -> invalid(AddressGuard.NOT_PUBLIC, e);
        case Failure.Unreachable u when e.getCause() instanceof NoWay n && n.whose() == NoWay.Whose.PROXY -> noProxy(e);
        case Failure.Unreachable u -> invalid("cannot be reached", e);
        case Failure.TimedOut t -> invalid("does not answer in time", e);
        default -> invalid("does not answer properly", e);
      };
    }
  }

  /** Ours, not the link's. */
  private static GatewayException noProxy(GatewayException e) {
    return new GatewayException(new Failure.NoCapacity(AGAIN, "no link can be fetched now: no proxy works"), e);
  }

  private Reply open(URI link, Duration left, Subject subject) throws InterruptedException {
    var complaint = guard.complaint(link);
    if (complaint.isPresent()) throw subject.invalid(complaint.get(), null);
    if (!left.isPositive()) throw subject.invalid("does not answer in time", null);
    try {
      // the bytes are counted here, where the complaint can name the parameter
      var call = Call.get(link, left, Long.MAX_VALUE).carryingMedia();
      return guarded.send(credential.map(call::by).orElse(call));
    } catch (GatewayException e) {
      throw subject.invalid(e);
    }
  }

  /** Where to go on; empty where this is the file itself. */
  private static Optional<URI> redirect(Reply reply, URI from, Subject subject) {
    return switch (reply.status()) {
      case 200 -> Optional.empty();
      case 301, 302, 303, 307, 308 -> {
        var to = location(reply, from, subject);
        if (from.getScheme().equalsIgnoreCase("https") && "http".equalsIgnoreCase(to.getScheme())) {
          throw subject.invalid("redirects from https to http", null);
        }
        yield Optional.of(to);
      }
      default -> throw subject.invalid("answers with status " + reply.status(), new GatewayException(
          new Failure.UpstreamBroken(reply.status(), "the link's host answered " + reply.status())));
    };
  }

  private static URI location(Reply reply, URI from, Subject subject) {
    try {
      return from.resolve(reply.header("Location").orElseThrow(() -> new IllegalArgumentException("no Location")));
    } catch (IllegalArgumentException e) {
      throw subject.invalid("redirects to nowhere", e);
    }
  }

  private static void save(Reply reply, long bytesMax, Path file, Subject subject) throws InterruptedException {
    var saved = false;
    try {
      copy(reply, bytesMax, file, subject);
      saved = true;
    } catch (IOException e) {
      if (Thread.interrupted()) throw new InterruptedException();
      throw notStored(e);
    } finally {
      if (!saved) remove(file);
    }
  }

  private static void copy(Reply reply, long bytesMax, Path file, Subject subject)
      throws IOException, InterruptedException {
    var announced = Long.parseLong(reply.header("Content-Length").orElse("0"));
    if (announced > bytesMax) throw tooLarge(subject, bytesMax);
    var left = bytesMax;
    var buffer = new byte[announced > 0 ? (int) Math.min(announced, BUFFER) : BUFFER];
    try (var out = Files.newOutputStream(file)) {
      for (int n = read(reply.body(), buffer, subject); n >= 0; n = read(reply.body(), buffer, subject)) {
        left -= n;
        if (left < 0) throw tooLarge(subject, bytesMax);
        out.write(buffer, 0, n);
      }
    }
  }

  private static int read(InputStream body, byte[] buffer, Subject subject) throws IOException, InterruptedException {
    try {
      return body.read(buffer);
    } catch (GatewayException e) {
      if (Thread.interrupted()) throw new InterruptedException();
      throw subject.invalid(e);
    }
  }

  private static GatewayException tooLarge(Subject subject, long bytesMax) {
    return subject.invalid("must lead to a file of at most " + bytesMax + " bytes", null);
  }

  private static GatewayException notStored(IOException e) {
    var full = String.valueOf(e.getMessage()).contains("No space left");
    return new GatewayException(full ? new Failure.NoSpace("the disk is full")
        : new Failure.Internal("a download could not be stored"), e);
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "download_left_behind file=" + file, e);
    }
  }
}
