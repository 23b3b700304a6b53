package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.codec.Fields;
import easel.codec.JsonLift;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.http.BodyException;
import easel.http.Multipart;
import easel.http.MultipartException;
import easel.http.Request;
import easel.store.MediaStore;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a client posted, as JSON or as multipart: small fields in memory, pictures in files that are gone when this is
 * closed, unless somebody took them.
 */
final class Form implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.api");
  /** Parts of the edits route: sixteen pictures, a mask, and two dozen fields. */
  private static final int PARTS_MAX = 64;
  /** A long conversation repeats the pictures of all its turns. */
  private static final int PICTURES_MAX = 128;
  /** Multipart has nothing but text; these are what they are in JSON. */
  private static final Set<String> NUMBERS = Set.of("n", "output_compression", "partial_images", "seed");
  private static final Set<String> FLAGS = Set.of("stream", "async");
  private static final Set<String> OBJECTS = Set.of("provider_params");

  /** A picture that came in the body. {@code type} is what the client says of it. */
  record Upload(Path file, Optional<String> type) {}

  private record Lifted(Path file, MessageDigest digest) {}

  /**
   * How a face writes its bodies.
   *
   * @param textMax bytes a body may have besides its pictures
   * @param fileParts names under which files may come in multipart; empty: JSON only
   * @param base64 fields that hold base64 without saying so
   * @param dropped fields whose text, of any length, nobody reads
   */
  record Manner(int textMax, Set<String> fileParts, Set<String> base64, Set<String> dropped) {
    Manner(int textMax, Set<String> fileParts) {
      this(textMax, fileParts, Set.of("b64_json"), Set.of());
    }
  }

  private final Manner manner;
  private final TreeMap<String, List<Upload>> uploads = new TreeMap<>();
  private final List<Lifted> lifted = new ArrayList<>();
  private JsonLift.Lifted document = new JsonLift.Lifted(new JsonObject(), List.of(), "none-" + UUID.randomUUID());
  private Multipart.Form parts;
  private String hash = "";

  private Form(Manner manner) {
    this.manner = manner;
  }

  /** Reads the whole body. @param bodyMax bytes it may have with its pictures */
  static Form read(Request request, MediaStore media, long bodyMax, Manner manner) throws IOException {
    var encoding = request.header("content-encoding").filter(e -> !e.equalsIgnoreCase("identity"));
    if (encoding.isPresent()) throw unsupported("Content-Encoding is not taken: send the body as it is.");
    var type = request.contentType().orElse("application/json");
    var form = new Form(manner);
    boolean whole = false;
    try {
      boolean parts = type.equals("multipart/form-data") && !manner.fileParts.isEmpty();
      if (type.equals("application/json")) form.json(request, media, bodyMax);
      else if (parts) form.multipart(request, media, bodyMax);
      else throw unsupported("Content-Type must be application/json"
          + (manner.fileParts.isEmpty() ? "." : " or multipart/form-data."));
      whole = true;
      return form;
    } finally {
      if (!whole) form.close();
    }
  }

  private static GatewayException unsupported(String words) {
    return new GatewayException(new Failure.Unsupported(words));
  }

  Fields fields() {
    return Fields.of(document.object());
  }

  /** SHA-256 of all that was said: the same for a repeat, however its JSON is laid out or its parts are ordered. */
  String hash() {
    return hash;
  }

  /** What the caller said outside of the body, such as the model in the path, is a part of what a repeat repeats. */
  void besides(String words) {
    hash = ApiKeys.hash(hash + " " + words);
  }

  /** The files that came under these names, in the order sent. */
  List<Upload> uploads(String... names) {
    var found = new ArrayList<Upload>();
    for (var name : names) found.addAll(uploads.getOrDefault(name, List.of()));
    return found;
  }

  /** The picture that stood in place of this text in a JSON body. */
  Optional<Upload> picture(String text) {
    return document.piece(text).map(p -> new Upload(lifted.get(p.index()).file(), p.declaredType()));
  }

  /** Whether a picture stands anywhere in this text. */
  boolean holdsPicture(String text) {
    return text.contains(document.nonce());
  }

  // ---- JSON -------------------------------------------------------------------------------------------------------

  private void json(Request request, MediaStore media, long bodyMax) throws IOException {
    try {
      document = JsonLift.read(request.body(bodyMax), manner.base64, manner.dropped, manner.textMax, i -> lift(media));
    } catch (FieldException e) {
      boolean tooMuch = e.path().isEmpty() && e.complaint() == Complaint.VALUE;
      if (!tooMuch) throw e;
      throw new GatewayException(new Failure.TooLarge("The " + e.getMessage() + " besides its pictures."));
    }
    var canonical = JsonText.canonical(document.object());
    for (int i = 0; i < lifted.size(); i++) {
      var mark = "\"" + document.nonce() + i + "\"";
      canonical = canonical.replace(mark, "\"sha256:" + hex(lifted.get(i).digest()) + "\"");
    }
    hash = ApiKeys.hash(canonical);
  }

  private OutputStream lift(MediaStore media) throws IOException {
    if (lifted.size() == PICTURES_MAX) {
      throw new GatewayException(new Failure.TooLarge("The body holds more than " + PICTURES_MAX + " pictures."));
    }
    var piece = new Lifted(media.incoming(), ApiKeys.digest());
    lifted.add(piece);
    return new Spool(piece);
  }

  /** To a file and a digest; a file that cannot be written is our trouble, not the client's. */
  private static final class Spool extends FilterOutputStream {
    private final MessageDigest digest;

    Spool(Lifted piece) throws IOException {
      super(Files.newOutputStream(piece.file()));
      this.digest = piece.digest();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw noSpace(e);
      }
      digest.update(bytes, offset, length);
    }
  }

  private static GatewayException noSpace(IOException e) {
    var words = "The pictures could not be stored: the disk is full, or failing.";
    return new GatewayException(new Failure.NoSpace(words), e);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  // ---- multipart --------------------------------------------------------------------------------------------------

  private void multipart(Request request, MediaStore media, long bodyMax) throws IOException {
    var limits = Multipart.Limits.defaults().withParts(PARTS_MAX).withBytes(manner.textMax, bodyMax, bodyMax);
    try {
      parts = Multipart.read(request, limits, media.incoming().getParent());
      for (var part : parts.parts()) take(part);
      hashParts();
    } catch (BodyException | MultipartException e) {
      throw e;
    } catch (IOException e) {
      throw noSpace(e);
    }
  }

  private void take(Multipart.Part part) throws IOException {
    var name = part.name();
    if (manner.fileParts.contains(name)) {
      uploads.computeIfAbsent(name, n -> new ArrayList<>()).add(new Upload(part.file(), part.contentType()));
      return;
    }
    if (part.fileName().isPresent()) {
      throw new FieldException(name, Complaint.UNKNOWN, "is not a file that is taken here");
    }
    var text = part.text();
    if (text.isEmpty()) return;
    if (document.object().names().contains(name)) throw new FieldException(name, Complaint.VALUE, "appears twice");
    document.object().add(name, value(name, text));
  }

  /** What cannot be what it should be stays text: then the reader of the field complains of it. */
  private static JsonValue value(String name, String text) {
    var word = text.strip().toLowerCase(Locale.ROOT);
    if (FLAGS.contains(name) && (word.equals("true") || word.equals("false"))) return Json.value(word.equals("true"));
    if (OBJECTS.contains(name)) return object(name, text);
    boolean number = NUMBERS.contains(name) && word.matches("-?[0-9]{1,18}");
    return number ? Json.value(Long.parseLong(word)) : Json.value(text);
  }

  private static JsonObject object(String name, String text) {
    try {
      return JsonText.object(text);
    } catch (FieldException e) {
      throw new FieldException(name, Complaint.TYPE, "must be a JSON object");
    }
  }

  private void hashParts() throws IOException {
    var all = new JsonObject().add("fields", document.object());
    for (var name : uploads.keySet()) {
      var hashes = new JsonArray();
      for (var upload : uploads.get(name)) hashes.add("sha256:" + hash(upload.file()));
      all.add("file " + name, hashes);
    }
    hash = ApiKeys.hash(JsonText.canonical(all));
  }

  private static String hash(Path file) throws IOException {
    var digest = ApiKeys.digest();
    try (var in = Files.newInputStream(file)) {
      var block = new byte[64 * 1024];
      for (int got = in.read(block); got >= 0; got = in.read(block)) digest.update(block, 0, got);
    }
    return hex(digest);
  }

  @Override
  public void close() {
    if (parts != null) parts.close();
    for (var piece : lifted) drop(piece.file());
  }

  /** Removes a file of ours that may have been taken meanwhile. */
  static void drop(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "upload not removed file=" + file, e);
    }
  }
}
