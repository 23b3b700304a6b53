package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.core.Event;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Task;
import easel.core.Usage;
import easel.http.EventSource;
import easel.http.EventStream;
import easel.job.JobEngine;
import easel.store.StoreException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The event stream of the OpenAI Images API: previews, then one {@code completed} for each picture, or one
 * {@code error}. SDKs go by the {@code type} in the data, and take any {@code error} key there for a failure.
 */
final class ImageEvents implements EventSource {
  private static final System.Logger LOG = System.getLogger("easel.api");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final JobEngine engine;
  private final Job job;
  private final String name;
  private final MediaLinks.Base links;

  ImageEvents(JobEngine engine, Job job, OpenAiImages.Route route, MediaLinks.Base links) {
    this.engine = engine;
    this.job = job;
    this.name = route.events;
    this.links = links;
  }

  @Override
  public void run(EventStream stream) throws Exception {
    try (var watch = engine.watch(job)) {
      boolean last = false;
      while (!last) {
        var event = watch.next(PATIENCE);
        if (event.isPresent()) tell(event.get(), stream);
        last = event.isPresent() && event.get().last();
      }
    } catch (GatewayException e) {
      fail(new JobFailedException(job, e.failure()), stream);
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "stream failed job=" + job.id(), e);
      fail(new JobFailedException(job, e.failure()), stream);
    }
  }

  private void tell(Event event, EventStream stream) throws IOException {
    switch (event) {
      case Event.Changed c -> { }
      case Event.Partial p -> partial(p, stream);
      case Event.Stranded s -> { }
      case Event.Left l -> fail(Orders.left(l.job()), stream);
      case Event.Ended e when e.job().state() == JobState.SUCCEEDED -> completed(e.job(), stream);
      case Event.Ended e -> fail(new JobFailedException(e.job()), stream);
    }
  }

  private static void fail(JobFailedException failed, EventStream stream) {
    stream.send("error", OpenAiErrors.body(failed).toString());
  }

  /** The draft is opened before the event is begun: when the job ends it goes, and then nobody needs it any more. */
  private void partial(Event.Partial event, EventStream stream) throws IOException {
    if (!(event.job().task() instanceof Task.Image image) || event.index() >= image.partials()) return;
    try (var file = FileChannel.open(event.picture())) {
      var json = new PictureJson();
      var type = name + ".partial_image";
      var data = head(type, json.mark(Channels.newInputStream(file), file.size()), event.job())
          .add("size", image.size().map(Size::toString).orElse("auto"))
          .add("quality", image.look().quality().orElse("auto"))
          .add("background", image.look().background().orElse("auto"))
          .add("output_format", format(event.picture()))
          .add("partial_image_index", event.index());
      stream.send(type, json.writer(data));
    } catch (NoSuchFileException e) {
      // The final picture is on its way.
    }
  }

  private static String format(Path draft) {
    var file = draft.getFileName().toString();
    return MediaType.ofExtension(file.substring(file.lastIndexOf('.') + 1)).orElse(MediaType.PNG).format();
  }

  private JsonObject head(String type, String picture, Job now) {
    return new JsonObject().add("type", type).add("b64_json", picture)
        .add("created_at", now.updated().getEpochSecond());
  }

  private void completed(Job done, EventStream stream) throws IOException {
    var results = OpenAiImages.results(done);
    for (var media : results) {
      boolean last = media.equals(results.getLast());
      var json = new PictureJson();
      var type = name + ".completed";
      var data = completed(head(type, OpenAiImages.mark(media, json), done), done, media, last ? done.outcome().usage() : Usage.NONE);
      if (last) JobJson.shortfall(data, done);
      stream.send(type, json.writer(data));
    }
  }

  /** Clients that add usage up get the right sum: it stands in the last event, and zeros in the others. */
  private JsonObject completed(JsonObject data, Job done, Media media, Usage usage) {
    var look = done.task() instanceof Task.Image image ? image.look() : Look.ANY;
    data.add("size", media.size().map(Size::toString).orElse("auto"))
        .add("quality", look.quality().orElse("auto"))
        .add("background", look.background().orElse("auto"))
        .add("output_format", media.type().format())
        .add("usage", JobJson.usage(usage))
        .add("url", links.link(media));
    media.revisedPrompt().ifPresent(p -> data.add("revised_prompt", p));
    return data;
  }
}
