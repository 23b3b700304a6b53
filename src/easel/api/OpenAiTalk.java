package easel.api;

import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.codec.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a conversation asks for.
 *
 * @param prompt the text of the last thing the user said
 * @param pictures the pictures in it, in order
 * @param source the video to go on with
 * @param drawn the newest picture that the assistant has shown
 */
record OpenAiTalk(String prompt, List<Part.Picture> pictures, Optional<Part.Source> source, Optional<Part.Picture> drawn) {
  private static final int LINK_MAX = 4096;
  private static final String EXTEND = "extend://";

  /** A piece of a message. */
  sealed interface Part {
    record Text(String words) implements Part {}

    /** {@code field} is its place in the request, {@code link} what stands there. */
    record Picture(String field, String link) implements Part {}

    /** A video that was made here, by its id. */
    record Source(String field, String media) implements Part {}

    /** Something we do not read: harmless in what was said before, but not in what is asked for now. */
    record Other(String field, String type) implements Part {}
  }

  private record Message(String field, String role, List<Part> parts) {}

  static OpenAiTalk read(Fields f, Form form) {
    var messages = new ArrayList<>(f.list("messages", m -> message(m, form)));
    if (messages.isEmpty()) messages.addAll(f.list("contents", c -> turn(c, form)));
    if (messages.isEmpty()) throw missing("messages", "must hold what the user says");
    int asked = last(messages, "user").orElseThrow(() -> missing("messages", "must hold a user message"));
    var question = messages.get(asked);
    var texts = new ArrayList<String>();
    for (var part : question.parts()) {
      if (part instanceof Part.Text t) texts.add(t.words().strip());
      if (part instanceof Part.Other o) {
        throw new FieldException(o.field(), Complaint.VALUE, "must be text or image_url, not " + o.type());
      }
    }
    texts.removeIf(String::isEmpty);
    if (texts.isEmpty()) throw missing(question.field(), "must hold text: it is the prompt");
    return new OpenAiTalk(String.join("\n", texts), pictures(question, f), source(question), drawn(messages.subList(0, asked)));
  }

  private static List<Part.Picture> pictures(Message question, Fields f) {
    var pictures = new ArrayList<Part.Picture>();
    for (var part : question.parts()) if (part instanceof Part.Picture p) pictures.add(p);
    // An older way to hand in one picture.
    f.optText("image").ifPresent(link -> pictures.add(new Part.Picture(f.path("image"), link)));
    return pictures;
  }

  private static Optional<Part.Source> source(Message question) {
    Optional<Part.Source> found = Optional.empty();
    for (var part : question.parts()) {
      if (!(part instanceof Part.Source s)) continue;
      if (found.isPresent()) throw new FieldException(s.field(), Complaint.VALUE, "is a second video to go on with");
      found = Optional.of(s);
    }
    return found;
  }

  private static FieldException missing(String field, String words) {
    return new FieldException(field, Complaint.MISSING, words);
  }

  private static Optional<Integer> last(List<Message> messages, String role) {
    for (int i = messages.size() - 1; i >= 0; i--) if (messages.get(i).role().equals(role)) return Optional.of(i);
    return Optional.empty();
  }

  private static Message message(Fields m, Form form) {
    var parts = new ArrayList<Part>();
    if (m.isText("content")) parts.add(text(m.path("content"), m.text("content"), form));
    else parts.addAll(m.list("content", p -> part(p, form)));
    if (m.isList("images")) parts.addAll(m.list("images", p -> part(p, form)));
    return new Message(m.path("content"), m.text("role"), parts);
  }

  private static Part part(Fields p, Form form) {
    var type = p.text("type", "");
    return switch (type) {
      case "text", "input_text" -> text(p.path("text"), p.text("text", ""), form);
      case "image_url", "input_image" -> picture(p);
      default -> new Part.Other(p.path("type"), "'" + type.substring(0, Math.min(40, type.length())) + "'");
    };
  }

  private static Part picture(Fields p) {
    return p.isText("image_url") ? linked(p.path("image_url"), p.text("image_url"))
        : linked(p.path("image_url.url"), p.object("image_url").text("url"));
  }

  /** The id may have the ending it has in links. */
  static Optional<Part.Source> source(String field, String link) {
    if (!link.startsWith(EXTEND)) return Optional.empty();
    return Optional.of(new Part.Source(field, link.substring(EXTEND.length()).strip().split("\\.", 2)[0]));
  }

  private static Part linked(String field, String link) {
    var source = source(field, link);
    return source.isPresent() ? source.get() : new Part.Picture(field, link);
  }

  // ---- Google's way to say the same ---------------------------------------------------------------------------------

  private static Message turn(Fields m, Form form) {
    var parts = m.list("parts", p -> piece(p, form));
    return new Message(m.path("parts"), m.text("role", "user").equals("model") ? "assistant" : "user", parts);
  }

  private static Part piece(Fields p, Form form) {
    if (p.has("text")) return new Part.Text(p.text("text"));
    if (p.has("fileData")) return linked(p.path("fileData.fileUri"), p.object("fileData").text("fileUri"));
    if (!p.has("inlineData")) return new Part.Other(p.path("text"), "another part");
    var data = p.object("inlineData");
    if (form.picture(data.text("data")).isEmpty()) throw data.wrong("data", "must be base64");
    return new Part.Picture(data.path("data"), data.text("data"));
  }

  /** A text that is nothing but a data URL is a picture. */
  private static Part text(String field, String words, Form form) {
    return form.picture(words).isPresent() ? new Part.Picture(field, words) : new Part.Text(words);
  }

  private static Optional<Part.Picture> drawn(List<Message> before) {
    for (int i = before.size() - 1; i >= 0; i--) {
      if (!before.get(i).role().equals("assistant")) continue;
      var picture = newest(before.get(i));
      if (picture.isPresent()) return picture;
    }
    return Optional.empty();
  }

  private static Optional<Part.Picture> newest(Message message) {
    Optional<Part.Picture> found = Optional.empty();
    for (var part : message.parts()) {
      if (part instanceof Part.Picture p) found = Optional.of(p);
      var link = part instanceof Part.Text t ? markdown(t.words()) : Optional.<String>empty();
      if (link.isPresent()) found = Optional.of(new Part.Picture(message.field(), link.get()));
    }
    return found;
  }

  /** The link of the last markdown image; the text is passed over once, whatever is in it. */
  static Optional<String> markdown(String text) {
    Optional<String> found = Optional.empty();
    boolean open = false;
    for (int i = 0; i + 1 < text.length(); i++) {
      if (text.startsWith("![", i)) open = true;
      if (!open || !text.startsWith("](", i)) continue;
      int end = text.indexOf(')', i);
      if (end < 0) return found;
      var link = text.substring(i + 2, end).strip().split("\\s", 2)[0];
      if (usable(link)) found = Optional.of(link);
      open = false;
      i = end;
    }
    return found;
  }

  private static boolean usable(String link) {
    if (link.startsWith("data:image/")) return true;
    boolean web = link.startsWith("http://") || link.startsWith("https://") || link.startsWith("/media/");
    return web && link.length() <= LINK_MAX;
  }
}
