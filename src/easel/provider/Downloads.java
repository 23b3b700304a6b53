package easel.provider;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.GatewayException;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Time;
import easel.upstream.Call;
import easel.upstream.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Fetches what a provider has finished. The work is done and paid for: whatever goes wrong here proves nothing, and may
 * be tried again.
 *
 * @param provider for messages
 * @param base what links are relative to
 * @param ours links of hosts that the operator configured: they may be private, and need no guard
 * @param headers what a request to one of our links carries, the key where the provider wants it; never sent elsewhere
 * @param fetcher gets the links to all other hosts
 * @param bytesMax of one result
 * @param within total time of all of them
 */
record Downloads(String provider, URI base, Predicate<URI> ours, Function<URI, List<Call.Header>> headers,
    Transport transport, Fetcher fetcher, Time time, long bytesMax, Duration within) {
  private static final int REDIRECTS_MAX = 5;
  /**
   * Questions in a row after which a link that is said not to exist is given up, so that the others are handed over.
   */
  private static final int GONE_AFTER = 3;
  private static final Duration AGAIN = Duration.ofSeconds(5);
  /** Of a server that has the file, and does not give it now. */
  private static final Set<Integer> LATER = Set.of(408, 425, 429);

  /** The same by the way of that credential. */
  Downloads by(Credential credential) {
    return new Downloads(provider, base, ours, headers, call -> transport.send(call.by(credential)), fetcher.by(credential), time,
        bytesMax, within);
  }

  /**
   * All results as drafts; or to be asked again, where some are there and others did not come: what came is not fetched
   * twice, and outlives its link.
   *
   * @throws GatewayException if none came
   */
  Step fetch(Finished order, Progress progress) throws InterruptedException {
    long deadline = time.deadline(within);
    var outputs = new ArrayList<Step.Output>();
    var next = new ArrayList<Finished.Result>();
    var missing = new ArrayList<GatewayException>();
    for (var result : order.results()) {
      progress.report(90, "downloading " + (next.size() + 1) + " of " + order.results().size());
      try {
        var draft = draft(result, order, progress, deadline);
        outputs.add(new Step.Output(draft, result.revisedPrompt()));
        next.add(result.link() ? result.in(draft) : result);
      } catch (GatewayException e) {
        missing.add(e);
        next.add(result);
      }
    }
    if (missing.isEmpty()) return new Step.Done(outputs, order.usage(), order.shortfall());
    if (outputs.isEmpty()) throw missing.getFirst();
    boolean gone = missing.stream().allMatch(Downloads::gone);
    if (progress.last() || gone && order.gone() >= GONE_AFTER) {
      return new Step.Done(outputs, order.usage(), Optional.of(missing.getFirst().failure()));
    }
    return new Step.Waiting(order.at(next).gone(gone ? order.gone() + 1 : 0).toString(), AGAIN, true);
  }

  private static boolean gone(GatewayException e) {
    if (e.failure() instanceof Failure.WorkFailed) return true;
    return e.failure() instanceof Failure.UpstreamBroken b && b.status() / 100 == 4 && !LATER.contains(b.status());
  }

  private Path draft(Finished.Result result, Finished order, Progress progress, long deadline) throws InterruptedException {
    var there = (result.link() ? result.fetched() : Optional.of(result.place())).map(Path::of).filter(Files::exists);
    if (there.isPresent()) return there.get();
    // A draft may go with the process that made it; a link stays, while it lives.
    if (!result.link()) throw new GatewayException(new Failure.WorkFailed("one of " + provider + "'s results was lost"));
    var draft = progress.draft(order.extension());
    try {
      download(result.place(), draft, deadline);
      return draft;
    } catch (GatewayException e) {
      discard(draft);
      throw e;
    }
  }

  private static void discard(Path draft) {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException e) {
      // it goes with the job
    }
  }

  private void download(String link, Path draft, long deadline) throws InterruptedException {
    try {
      fetch(resolve(base, link), draft, deadline);
      if (media(draft).isEmpty()) throw broken(200, "gave a link to something that is no picture and no video");
    } catch (GatewayException e) {
      var failure = Exchange.unlessInterrupted(e).failure();
      if (!failure.notAccepted()) throw e;
      var words = provider + "'s result cannot be fetched: " + failure.message();
      boolean told = e.getCause() instanceof GatewayException why && why.failure() instanceof Failure.UpstreamBroken;
      int status = told ? ((Failure.UpstreamBroken) ((GatewayException) e.getCause()).failure()).status() : 0;
      throw new GatewayException(new Failure.UpstreamBroken(status, words), e);
    } catch (IOException disk) {
      throw Exchange.unlessInterrupted(new GatewayException(new Failure.Internal("the result could not be written"), disk));
    }
  }

  private URI resolve(URI from, String link) {
    try {
      return from.resolve(link.strip());
    } catch (IllegalArgumentException e) {
      throw broken(200, "gave a result's link that is none");
    }
  }

  private void fetch(URI first, Path draft, long deadline) throws InterruptedException, IOException {
    var link = first;
    for (int i = 0; i <= REDIRECTS_MAX; i++) {
      if (!ours.test(link)) {
        fetcher.fetch(link, "url", bytesMax, draft);
        return;
      }
      var next = fetchOurs(link, draft, time.left(deadline));
      if (next.isEmpty()) return;
      link = resolve(link, next.get());
    }
    throw broken(302, "redirects its result without end");
  }

  /** Answers where it sent us instead. */
  private Optional<String> fetchOurs(URI link, Path draft, Duration left) throws InterruptedException, IOException {
    if (!left.isPositive()) throw new GatewayException(new Failure.TimedOut(provider + "'s results took too long to fetch"));
    var call = Call.get(link, left, bytesMax).carryingMedia();
    for (var header : headers.apply(link)) call = call.with(header.name(), header.value());
    try (var reply = transport.send(call)) {
      var elsewhere = reply.status() / 100 == 3 ? reply.header("location") : Optional.<String>empty();
      if (elsewhere.isPresent()) return elsewhere;
      if (reply.status() / 100 != 2) throw broken(reply.status(), "answered a result's link with " + reply.status());
      write(reply.body(), draft);
      return Optional.empty();
    }
  }

  private static void write(InputStream body, Path draft) throws IOException {
    try (var file = Files.newOutputStream(draft)) {
      body.transferTo(file);
    }
  }

  private static Optional<MediaType> media(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return MediaType.sniff(in.readNBytes(MediaType.HEAD));
    }
  }

  private GatewayException broken(int status, String words) {
    return new GatewayException(new Failure.UpstreamBroken(status, provider + " " + words));
  }

  /**
   * True for a link to the very server the operator configured, spoken to as he configured it: never in the clear for
   * TLS.
   */
  static boolean sameHost(URI base, URI link) {
    boolean alike = base.getScheme().equalsIgnoreCase(link.getScheme());
    return alike && base.getHost().equalsIgnoreCase(link.getHost()) && port(base) == port(link);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) return uri.getPort();
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }
}
