package easel.api;

import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.codec.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What {@code contents} and {@code systemInstruction} of the Gemini API ask for.
 *
 * @param prompt the instruction, and the text of the last thing the user said
 * @param pictures the pictures in it, in order
 * @param source the video in it that is to be gone on with
 * @param drawn the newest picture that the model has shown before
 */
record GeminiContents(String prompt, List<Order.Picture> pictures, Optional<Order.Picture.Made> source,
    Optional<Order.Picture> drawn) {
  /** Longer instructions are about a conversation, not about a picture. */
  private static final int INSTRUCTION_MAX = 1200;
  /** What frameworks write to make a language model call functions. */
  private static final Pattern SCAFFOLDING = Pattern.compile(
      "</?tools?>|</?tool_call|</?function|namespace functions|\"\\$schema\"|\"parameters\"\\s*:\\s*\\{"
          + "|\"type\"\\s*:\\s*\"(object|function)\"|\\bdef \\w+\\(|\\bfunction \\w+\\(");
  private static final Pattern TOOLS = Pattern.compile("(?s)<tools>.*?</tools>");
  /** What a part says of itself besides what it holds. */
  private static final Set<String> ABOUT = Set.of("thought", "thoughtSignature", "thought_signature",
      "mediaResolution", "media_resolution", "videoMetadata", "video_metadata", "partMetadata", "part_metadata");

  /** A piece of a content. */
  private sealed interface Part {
    record Text(String words) implements Part {}

    /** {@code field} is its place in the request; {@code type} is what it is said to be, empty where nothing is. */
    record File(String field, String type, Order.Picture picture) implements Part {}

    record Source(Order.Picture.Made video) implements Part {}

    /** Something we do not read: harmless in what was said before, but not in what is asked for now. */
    record Other(String field) implements Part {}
  }

  private record Content(String field, String role, List<Part> parts) {}

  static GeminiContents read(Fields f, Form form) {
    var contents = Gemini.each(f, "contents", c -> content(c, form));
    int asked = last(contents, c -> c.role().equals("user"));
    if (asked < 0) throw missing("contents", "must hold what the user says");
    var question = contents.get(asked);
    var pictures = new ArrayList<Order.Picture>();
    var sources = new ArrayList<Order.Picture.Made>();
    for (var part : question.parts()) {
      switch (part) {
        case Part.Text t -> { }
        case Part.File p -> pictures.add(picture(p));
        case Part.Source s -> sources.add(s.video());
        case Part.Other o -> throw wrong(o.field(), "cannot be used here: send text, inlineData or fileData");
      }
    }
    if (sources.size() > 1) throw wrong(sources.get(1).field(), "is a second video to go on with");
    var prompt = instruction(f).map(i -> i + "\n\n").orElse("") + prompt(question);
    return new GeminiContents(prompt, pictures, sources.stream().findFirst(), drawn(contents.subList(0, asked)));
  }

  private static String prompt(Content question) {
    var texts = new ArrayList<String>();
    for (var part : question.parts()) {
      if (part instanceof Part.Text t) texts.add(TOOLS.matcher(t.words()).replaceAll("").strip());
    }
    texts.removeIf(String::isEmpty);
    if (texts.isEmpty()) throw missing(question.field(), "must hold text: it is the prompt");
    return String.join("\n", texts);
  }

  private static FieldException wrong(String field, String words) {
    return new FieldException(field, Complaint.VALUE, words);
  }

  private static FieldException missing(String field, String words) {
    return new FieldException(field, Complaint.MISSING, words);
  }

  private static <T> int last(List<T> list, Predicate<T> wanted) {
    int i = list.size() - 1;
    while (i >= 0 && !wanted.test(list.get(i))) i--;
    return i;
  }

  private static Order.Picture picture(Part.File file) {
    if (file.type().isEmpty() || file.type().startsWith("image/")) return file.picture();
    throw wrong(file.field(), "must be of a type like image/png");
  }

  /** It speaks to the model that draws as well as the prompt does, unless it is meant for one that talks. */
  private static Optional<String> instruction(Fields f) {
    var name = Gemini.spelt(f, "systemInstruction");
    var texts = f.isText(name) ? List.of(f.text(name))
        : Gemini.each(f.object(name), "parts", p -> p.text("text", ""));
    var words = String.join("\n", texts).strip();
    boolean fit = !words.isEmpty() && words.length() <= INSTRUCTION_MAX && !SCAFFOLDING.matcher(words).find();
    return Optional.of(words).filter(w -> fit);
  }

  // ---- contents ---------------------------------------------------------------------------------------------------

  /** A content without a role is the user's. */
  private static Content content(Fields c, Form form) {
    var role = c.text("role", "").strip();
    var parts = Gemini.each(c, "parts", p -> part(p, form)).stream().flatMap(Optional::stream).toList();
    return new Content(c.path("parts"), role.isEmpty() ? "user" : role, parts);
  }

  /** What the model only thought is neither its answer nor ours to read. */
  private static Optional<Part> part(Fields p, Form form) {
    if (p.flag("thought", false)) return Optional.empty();
    if (Gemini.has(p, "inlineData")) return Optional.of(inline(p, Gemini.spelt(p, "inlineData"), form));
    if (Gemini.has(p, "fileData")) return Optional.of(linked(Gemini.part(p, "fileData")));
    if (p.has("text")) return Optional.of(text(p, form));
    return p.names().stream().filter(n -> !ABOUT.contains(n)).sorted().findFirst().map(n -> new Part.Other(p.path(n)));
  }

  /** A text that is nothing but a data URL is a picture. */
  private static Part text(Fields p, Form form) {
    var words = p.text("text");
    var picture = new Order.Picture.Linked(p.path("text"), words);
    return form.picture(words).isPresent() ? new Part.File(p.path("text"), "", picture) : new Part.Text(words);
  }

  private static Part inline(Fields p, String name, Form form) {
    var data = p.object(name);
    var upload = form.picture(data.text("data")).orElseThrow(() -> data.wrong("data", "must be base64"));
    var type = type(data);
    var named = new Form.Upload(upload.file(), Optional.of(type).filter(t -> !t.isEmpty()).or(upload::type));
    return new Part.File(data.path(Gemini.spelt(data, "mimeType")), type,
        new Order.Picture.Sent(data.path("data"), named));
  }

  private static Part linked(Fields data) {
    var uri = Gemini.spelt(data, "fileUri");
    var video = OpenAiTalk.source(data.path(uri), data.text(uri));
    if (video.isPresent()) return new Part.Source(new Order.Picture.Made(video.get().field(), video.get().media()));
    return new Part.File(data.path(Gemini.spelt(data, "mimeType")), type(data),
        new Order.Picture.Linked(data.path(uri), data.text(uri)));
  }

  private static String type(Fields data) {
    return data.text(Gemini.spelt(data, "mimeType"), "").strip().toLowerCase(Locale.ROOT);
  }

  // ---- the picture before -----------------------------------------------------------------------------------------

  private static Optional<Order.Picture> drawn(List<Content> before) {
    for (var content : before.reversed()) {
      if (!content.role().equals("model")) continue;
      var picture = newest(content);
      if (picture.isPresent()) return picture;
    }
    return Optional.empty();
  }

  private static Order.Picture shown(Order.Picture picture) {
    return picture instanceof Order.Picture.Linked l ? new Order.Picture.Shown(l.field(), l.text()) : picture;
  }

  private static Optional<Order.Picture> newest(Content content) {
    for (var part : content.parts().reversed()) {
      boolean shown = part instanceof Part.File f && (f.type().isEmpty() || f.type().startsWith("image/"));
      if (shown) return Optional.of(shown(((Part.File) part).picture()));
      var link = part instanceof Part.Text t ? OpenAiTalk.markdown(t.words()) : Optional.<String>empty();
      if (link.isPresent()) return link.map(l -> new Order.Picture.Shown(content.field(), l));
    }
    return Optional.empty();
  }
}
