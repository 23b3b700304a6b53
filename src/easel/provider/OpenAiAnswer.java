package easel.provider;

import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonLift;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import easel.upstream.Reply;
import easel.upstream.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what came back with status 200 for one task: a JSON object or a stream of events, its pictures decoded to
 * drafts while they arrive. Here everything is paid for, so a fact of a wrong type counts as absent, fewer pictures
 * than ordered are still handed over, and trouble after the last picture is none.
 */
final class OpenAiAnswer {
  /** Bytes an answer may have besides its pictures. */
  private static final int REST_MAX = 1 << 20;
  private static final Set<String> PICTURE = Set.of("b64_json");

  private final Task.Image task;
  private final Progress progress;
  private final OpenAiFailures failures;
  private final String extension;
  private final List<Finished.Result> results = new ArrayList<>();
  private Usage usage = Usage.NONE;
  private Optional<Failure> trouble = Optional.empty();
  private int shown;
  private int status;

  OpenAiAnswer(Task.Image task, Progress progress, OpenAiFailures failures) {
    this.task = task;
    this.progress = progress;
    this.failures = failures;
    extension = task.look().format().orElse(MediaType.PNG).extension();
  }

  Step read(Reply reply) {
    status = reply.status();
    try {
      boolean events = reply.header("content-type").orElse("").toLowerCase(Locale.ROOT).startsWith("text/event-stream");
      if (events) stream(new SseReader(reply.body()));
      else whole(reply.body());
    } catch (IOException | FieldException | GatewayException e) {
      if (results.isEmpty() || Thread.currentThread().isInterrupted()) throw named(e);
      trouble = Optional.of(named(e).failure());
    }
    if (results.isEmpty()) throw new GatewayException(broken("there is no picture in its answer"));
    return step();
  }

  private GatewayException named(Exception e) {
    if (e instanceof GatewayException named) return named;
    var failure = e instanceof FieldException ? broken("its answer makes no sense")
        : new Failure.Internal("the result could not be written");
    return new GatewayException(failure, e);
  }

  private Failure broken(String words) {
    return failures.broken(status, words);
  }

  private Step step() {
    boolean fewer = results.size() < task.count();
    if (fewer) progress.report(80, "only " + results.size() + " of " + task.count() + " pictures came");
    var shortfall = fewer ? trouble : Optional.<Failure>empty();
    var priced = OpenAiCatalogue.priced(task.model(), usage);
    var handle = new Finished(results, extension, priced, shortfall);
    boolean links = results.stream().anyMatch(Finished.Result::link);
    if (links) return handle.waiting();
    var outputs = results.stream().map(r -> new Step.Output(Path.of(r.place()), r.revisedPrompt())).toList();
    return new Step.Done(outputs, priced, shortfall);
  }

  /** One JSON object and the drafts its pictures went to. */
  private record Document(Fields fields, JsonLift.Lifted lifted, List<Path> drafts) {
    Optional<Path> draft(String text) {
      return lifted.piece(text).filter(p -> p.bytes() > 0).map(p -> drafts.get(p.index()));
    }

    Optional<String> link(String text) {
      return text.isBlank() || lifted.piece(text).isPresent() ? Optional.empty() : Optional.of(text);
    }
  }

  /** The drafts of one document, and how many of them are complete. */
  private final class Drafts implements JsonLift.Opener {
    final List<Path> opened = new ArrayList<>();
    final List<Path> complete = new ArrayList<>();

    @Override
    public OutputStream open(int index) throws IOException {
      opened.add(progress.draft(extension));
      return Files.newOutputStream(opened.getLast());
    }

    @Override
    public void lifted(JsonLift.Piece piece) {
      if (piece.bytes() > 0) complete.add(opened.get(piece.index()));
    }
  }

  private Document document(InputStream in, Drafts drafts) throws IOException {
    var lifted = JsonLift.read(in, PICTURE, REST_MAX, drafts);
    return new Document(Fields.gathering(lifted.object(), e -> { }), lifted, drafts.opened);
  }

  /** Where the answer breaks off, the pictures that came before stay. */
  private void whole(InputStream in) throws IOException {
    var drafts = new Drafts();
    try {
      whole(document(in, drafts));
    } catch (IOException | FieldException | GatewayException e) {
      for (var draft : drafts.complete) results.add(new Finished.Result(false, draft.toString(), Optional.empty()));
      throw e;
    }
  }

  private void whole(Document document) {
    var fields = document.fields;
    count(fields);
    for (var item : fields.list("data", f -> f)) take(item, document);
    if (fields.optObject("error").isEmpty() && !fields.isText("error")) return;
    if (results.isEmpty()) throw new GatewayException(broken(failures.words(fields)));
    trouble = Optional.of(failures.midway(fields)); // beside a picture it is about the others
  }

  private void take(Fields item, Document document) {
    var base64 = item.text("b64_json", "");
    var url = item.text("url", "");
    var revised = item.optText("revised_prompt");
    // some servers put a data URL where a link should be, and some a link where base64 should be
    var draft = document.draft(base64).or(() -> document.draft(url));
    var link = document.link(url).or(() -> document.link(base64));
    if (draft.isPresent()) results.add(new Finished.Result(false, draft.get().toString(), revised));
    else if (link.isPresent()) results.add(new Finished.Result(true, link.get(), revised));
  }

  /** Ends with the last picture ordered: some servers keep the line open after it. */
  private void stream(SseReader events) throws IOException {
    while (results.size() < task.count()) {
      var event = events.next();
      if (event.isEmpty()) return;
      var data = new PushbackInputStream(event.get().data());
      int first = data.read();
      if (first == '[') return; // [DONE]
      if (first != '{') continue; // a ping
      data.unread(first);
      hear(document(data, new Drafts()));
    }
  }

  /** The object says itself what it is; its event's name is not always there. */
  private void hear(Document event) {
    var type = event.fields.text("type", "");
    if (type.endsWith(".partial_image")) show(event);
    else if (type.endsWith(".completed")) complete(event);
    else if (type.equals("error") || event.fields.has("error")) throw midway(event);
  }

  private GatewayException midway(Document event) {
    return new GatewayException(failures.midway(event.fields));
  }

  /** Previews of several pictures share their numbers, so ours are counted as they come. */
  private void show(Document event) {
    var draft = event.draft(event.fields.text("b64_json", ""));
    if (draft.isEmpty() || shown == task.partials()) return;
    progress.partial(shown++, draft.get());
    progress.report(10 + 70 * shown / task.partials(), "preview " + shown + " of " + task.partials());
  }

  private void complete(Document event) {
    count(event.fields);
    take(event.fields, event);
  }

  /** Adds what this part of the answer used up; output is pictures unless it says otherwise. */
  private void count(Fields answer) {
    var used = answer.object("usage");
    var in = used.object("input_tokens_details");
    var out = used.object("output_tokens_details");
    long imageIn = Finished.tokens(in, "image_tokens");
    long textIn = in.has("text_tokens") ? Finished.tokens(in, "text_tokens")
        : Math.max(0, Finished.tokens(used, "input_tokens") - imageIn);
    long textOut = Finished.tokens(out, "text_tokens");
    long imageOut = out.has("image_tokens") ? Finished.tokens(out, "image_tokens")
        : Math.max(0, Finished.tokens(used, "output_tokens") - textOut);
    usage = new Usage(usage.textIn() + textIn, usage.imageIn() + imageIn, usage.imageOut() + imageOut,
        usage.textOut() + textOut, Optional.empty());
  }
}
