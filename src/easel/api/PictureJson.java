package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.http.DataWriter;
import easel.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * JSON with pictures in it as base64, which go from their files to the stream in small pieces. A mark stands for each
 * picture while the document is built.
 */
final class PictureJson {
  /** A multiple of three, so that the pieces of a picture join without padding. */
  private static final int PIECE = 12 * 1024;
  /** Pieces after which other virtual threads get their turn: one that computes keeps its carrier. */
  private static final int TURN = 16;

  private interface Source {
    InputStream open() throws IOException;
  }

  private record Picture(Source source, long base64Length) {}

  private final String nonce = "picture-" + UUID.randomUUID() + "-";
  private final List<Picture> pictures = new ArrayList<>();

  /** The text that stands for this file. @throws IOException if it is not there */
  String mark(Path file) throws IOException {
    return mark(() -> Files.newInputStream(file), Files.size(file));
  }

  /** The text that stands for what is left in an open stream; for a file that may be gone by the time it is sent. */
  String mark(InputStream open, long length) {
    return mark(() -> open, length);
  }

  private String mark(Source source, long length) {
    pictures.add(new Picture(source, (length + 2) / 3 * 4));
    return nonce + (pictures.size() - 1) + ".";
  }

  /** The answer, of known length, with every mark replaced. */
  Response response(JsonObject json) {
    if (pictures.isEmpty()) return Response.json(200, JsonText.bytes(json));
    var parts = parts(json);
    long length = 0;
    for (var part : parts) length += part.text().length + part.picture().base64Length();
    return Response.stream("application/json", length, writer(parts));
  }

  DataWriter writer(JsonObject json) {
    return writer(parts(json));
  }

  /** Text, and the picture after it. */
  private record Part(byte[] text, Picture picture) {}

  private static final Picture NO_PICTURE = new Picture(InputStream::nullInputStream, 0);

  private List<Part> parts(JsonObject json) {
    var text = json.toString();
    var parts = new ArrayList<Part>();
    int at = 0;
    for (int mark = text.indexOf(nonce); mark >= 0; mark = text.indexOf(nonce, at)) {
      int end = text.indexOf('.', mark);
      var picture = pictures.get(Integer.parseInt(text.substring(mark + nonce.length(), end)));
      parts.add(new Part(text.substring(at, mark).getBytes(StandardCharsets.UTF_8), picture));
      at = end + 1;
    }
    parts.add(new Part(text.substring(at).getBytes(StandardCharsets.UTF_8), NO_PICTURE));
    return parts;
  }

  private static DataWriter writer(List<Part> parts) {
    return out -> {
      for (var part : parts) {
        out.write(part.text());
        try (var in = part.picture().source().open()) {
          encode(in, out);
        }
      }
    };
  }

  private static void encode(InputStream in, OutputStream out) throws IOException {
    var encoder = Base64.getEncoder();
    var raw = new byte[PIECE];
    var coded = new byte[PIECE / 3 * 4];
    int pieces = 0;
    for (int got = in.readNBytes(raw, 0, PIECE); got > 0; got = in.readNBytes(raw, 0, PIECE)) {
      int length = encoder.encode(got == PIECE ? raw : java.util.Arrays.copyOf(raw, got), coded);
      out.write(coded, 0, length);
      if (++pieces % TURN == 0) Thread.yield();
    }
  }
}
