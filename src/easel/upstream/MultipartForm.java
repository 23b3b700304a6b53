package easel.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code multipart/form-data} (RFC 7578) whose files are measured first and streamed later. */
final class MultipartForm {
  /** A file cannot be read, or is no longer what was announced. */
  static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1;

    Unreadable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Text between files, or a file of that many bytes. */
  private sealed interface Piece {}

  private record Text(byte[] bytes) implements Piece {}

  private record Stored(Path file, long length) implements Piece {}

  private final String boundary = "easel-" + UUID.randomUUID();
  private final List<Piece> pieces = new ArrayList<>();
  private final long length;

  MultipartForm(List<Call.Part> parts) throws Unreadable {
    var text = new StringBuilder();
    for (var part : parts) {
      text.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
      text.append(quoted(part.name())).append('"');
      switch (part) {
        case Call.TextPart p -> text.append("\r\n\r\n").append(p.text());
        case Call.FilePart p -> {
          text.append("; filename=\"").append(quoted(p.filename())).append("\"\r\nContent-Type: ");
          if (!HeaderRules.value(p.type())) throw new Unreadable("a part has no valid type", null);
          pieces.add(new Text(utf8(text.append(p.type()).append("\r\n\r\n"))));
          pieces.add(stored(p.file()));
          text.setLength(0);
        }
      }
      text.append("\r\n");
    }
    pieces.add(new Text(utf8(text.append("--").append(boundary).append("--\r\n"))));
    length = pieces.stream().mapToLong(piece -> switch (piece) {
      case Text t -> t.bytes().length;
      case Stored s -> s.length();
    }).sum();
  }

  String type() {
    return "multipart/form-data; boundary=" + boundary;
  }

  long length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    for (var piece : pieces) {
      switch (piece) {
        case Text t -> Outgoing.write(out, t.bytes(), 0);
        case Stored s -> copy(s, out);
      }
    }
  }

  /** The same bytes for the JDK's client. */
  BodyPublisher publisher() throws IOException {
    var publishers = new ArrayList<BodyPublisher>();
    for (var piece : pieces) {
      publishers.add(switch (piece) {
        case Text t -> BodyPublishers.ofByteArray(t.bytes());
        case Stored s -> BodyPublishers.ofFile(s.file());
      });
    }
    return BodyPublishers.concat(publishers.toArray(BodyPublisher[]::new));
  }

  private static Stored stored(Path file) throws Unreadable {
    try {
      return new Stored(file, Files.size(file));
    } catch (IOException e) {
      throw new Unreadable("a file to send cannot be read", e);
    }
  }

  /** Sends exactly the announced bytes: a file that grew is cut there, one that shrank ends the call. */
  private static void copy(Stored piece, OutputStream out) throws IOException {
    var buffer = new byte[Outgoing.SLICE];
    var left = piece.length();
    try (var in = Files.newInputStream(piece.file())) {
      while (left > 0) {
        int n;
        try {
          n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        } catch (IOException e) {
          throw new Unreadable("a file to send cannot be read", e);
        }
        if (n < 0) throw new Unreadable("a file to send became shorter", null);
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }

  /** As browsers write it (HTML standard, multipart/form-data encoding). */
  private static String quoted(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static byte[] utf8(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
