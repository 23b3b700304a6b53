package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.MediaType;
import easel.core.Progress;
import easel.upstream.LiveSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;

/**
 * What a server says over its WebSocket, told on as progress. Messages of other people's work come too, as ComfyUI
 * sends everybody what belongs to a prompt without a client.
 */
final class ComfyFeed {
  private static final int PREVIEW = 1;
  private static final int PREVIEW_WITH_METADATA = 4;
  /** Percent that the steps of a sampler stand for; before it models are loaded, after it pictures decoded. */
  private static final int FROM = 5;
  private static final int TO = 85;

  private final ComfyWork work;
  private final Progress progress;
  private int shown;
  private int percent;
  private double fraction;
  /**
   * Frames of a preview may not say whose they are; one prompt runs at a time, so they belong to the one last named.
   */
  private boolean ours;

  ComfyFeed(ComfyWork work, Progress progress) {
    this.work = work;
    this.progress = progress;
    this.shown = work.shown();
    this.percent = work.percent();
  }

  /** The work with what has been shown of it. */
  ComfyWork work() {
    return work.seen(shown, percent);
  }

  /** True where the prompt has ended, well or not, and its page of the history is written. */
  boolean take(LiveSocket.Message message) {
    return switch (message) {
      case LiveSocket.Text text -> text(text.text());
      case LiveSocket.Bytes bytes -> {
        binary(ByteBuffer.wrap(bytes.bytes()));
        yield false;
      }
    };
  }

  private boolean text(String text) {
    JsonObject json;
    try {
      json = JsonText.object(text);
    } catch (FieldException e) {
      // nodes of other makers may say anything
      return false;
    }
    var message = Fields.gathering(json, e -> { });
    var data = message.object("data");
    var named = data.optText("prompt_id");
    if (named.isPresent()) ours = named.get().equals(work.prompt());
    switch (message.text("type", "")) {
      case "executing" -> {
        // a line opened in the middle is told the running node, without the prompt, and only if it is its own
        if (named.isEmpty() && data.has("node")) ours = true;
        return named.isPresent() && ours && !data.has("node");
      }
      case "progress" -> progressed(data);
      case "progress_state" -> {
        var nodes = data.object("nodes");
        for (var id : nodes.names()) if (nodes.object(id).text("state", "").equals("running")) progressed(nodes.object(id));
      }
      default -> { }
    }
    return false;
  }

  /** A node without steps counts to 1. */
  private void progressed(Fields data) {
    double max = data.optNumber("max").orElse(0.0);
    double value = data.optNumber("value").orElse(0.0);
    if (!ours || max <= 1 || value < 0 || value > max) return;
    fraction = value / max;
    percent = Math.max(percent, FROM + (int) ((TO - FROM) * fraction));
    progress.report(percent, "step " + (long) value + " of " + (long) max);
  }

  /** Big-endian: the kind, then what the kind wants, then the picture. */
  private void binary(ByteBuffer frame) {
    if (frame.remaining() < 8) return;
    int kind = frame.getInt();
    int second = frame.getInt();
    if (kind == PREVIEW && ours) show(frame);
    if (kind != PREVIEW_WITH_METADATA || second < 0 || second > frame.remaining()) return;
    var metadata = new byte[second];
    frame.get(metadata);
    try {
      var said = Fields.gathering(JsonText.object(metadata), e -> { }).optText("prompt_id");
      if (said.map(work.prompt()::equals).orElse(ours)) show(frame);
    } catch (FieldException e) {
      // not one that we know
      return;
    }
  }

  /** Servers send one for each step; those that are shown are spread over the work. */
  private void show(ByteBuffer picture) {
    if (shown >= work.partials() || fraction < (shown + 1) / (work.partials() + 1.0)) return;
    var bytes = new byte[picture.remaining()];
    picture.get(bytes);
    var type = MediaType.sniff(Arrays.copyOf(bytes, Math.min(bytes.length, MediaType.HEAD)));
    if (type.isEmpty() || type.get().video()) return;
    var draft = progress.draft(type.get().extension());
    try {
      Files.write(draft, bytes);
    } catch (IOException e) {
      throw new GatewayException(new Failure.Internal("a preview could not be written"), e);
    }
    progress.partial(shown++, draft);
  }
}
