package easel.provider;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Time;
import easel.core.Usage;
import easel.upstream.Call;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gets a finished video: by the link that labs redirects to, and where that leads nowhere, out of the API's own answer.
 * Links are asked for anew each time, so none of them grows old in a handle.
 */
final class FlowFetch {
  private static final System.Logger LOG = System.getLogger("easel.provider");

  private static final int TROUBLES = 3;
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final FlowOptions options;
  private final FlowWire wire;
  private final Downloads downloads;
  private final Time time;

  FlowFetch(FlowOptions options, FlowWire wire, Downloads downloads, Time time) {
    this.options = options;
    this.wire = wire;
    this.downloads = downloads;
    this.time = time;
  }

  /**
   * A larger or joined one that does not come in a few tries gives way to what was made at first.
   *
   * @throws GatewayException if neither way leads to the video; it may be tried again
   */
  Step fetch(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    progress.report(88, "fetching the video");
    try {
      return done(film, wanted(film, credential, progress), progress);
    } catch (GatewayException e) {
      if (film.at().isEmpty() || !progress.last() && progress.troubles() < TROUBLES) throw e;
      var lesser = film.lesser(e.failure(), time.instant());
      return done(lesser, wanted(lesser, credential, progress), progress);
    }
  }

  /** At once; where it does not come at the first try, in the time that there is for fetching. */
  Step late(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    try {
      return fetch(film, credential, progress);
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "video not fetched yet provider={0} code={1} message={2}", options.id(), e.failure().code(),
          e.failure().message());
      return film.waiting(AGAIN);
    }
  }

  private Path wanted(FlowFilm film, Credential credential, Progress progress) throws InterruptedException {
    var link = film.at().startsWith("http:") || film.at().startsWith("https:");
    if (link) return download(film.at(), credential, progress);
    return file(film.at().isEmpty() ? film.work().made().media() : film.at(), credential, progress);
  }

  private Path file(String media, Credential credential, Progress progress) throws InterruptedException {
    try {
      return download(link(media, credential), credential, progress);
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "no link to a video, it is taken from the API provider={0} code={1} message={2}",
          options.id(), e.failure().code(), e.failure().message());
      return inline(media, credential, progress, e);
    }
  }

  /** Not followed: what it leads to is not labs, and must not get the cookie. */
  private String link(String media, Credential credential) throws InterruptedException {
    var uri = options.labs("/trpc/media.getMediaUrlRedirect?name=" + URLEncoder.encode(media, StandardCharsets.UTF_8)
        + "&mediaUrlType=MEDIA_URL_TYPE_FULL_MEDIA");
    var answer = wire.labs(credential, wire.get(uri));
    var place = answer.status() / 100 == 3 ? answer.header().apply("location") : Optional.<String>empty();
    return place.map(String::strip).filter(p -> !p.isEmpty()).orElseThrow(() ->
        new GatewayException(wire.failures(credential).polled(answer, time.instant())));
  }

  private Path download(String link, Credential credential, Progress progress) throws InterruptedException {
    var step = downloads.by(credential).fetch(Finished.links(List.of(link), "mp4", Usage.NONE), progress);
    return ((Step.Done) step).outputs().getFirst().draft();
  }

  private Path inline(String media, Credential credential, Progress progress, GatewayException before)
      throws InterruptedException {
    var uri = options.api("/media/" + URLEncoder.encode(media, StandardCharsets.UTF_8));
    var call = Call.get(uri, options.videoTimeout(), options.answerMax()).with("User-Agent", options.agent())
        .carryingMedia();
    try {
      return FlowLift.send(wire, credential, call, "mp4", progress, time.instant()).draft().orElseThrow(() -> before);
    } catch (GatewayException e) {
      var words = options.id() + "'s video cannot be fetched: " + before.failure().message() + "; "
          + e.failure().message();
      throw new GatewayException(new Failure.UpstreamBroken(0, words), e);
    }
  }

  Step.Done done(FlowFilm film, Path draft, Progress progress) {
    film.note().ifPresent(why -> tell(film, why, 95, progress));
    return new Step.Done(List.of(new Step.Output(draft, Optional.empty())), Usage.NONE, film.shortfall());
  }

  /** That the result is less than was asked for is the last thing said of the job. */
  void tell(FlowFilm film, Failure why, int percent, Progress progress) {
    LOG.log(Level.WARNING, "video is less than asked for provider={0} what={1} code={2} message={3}", options.id(),
        film.less(), why.code(), why.message());
    progress.report(percent, film.less() + ": " + why.message());
  }
}
