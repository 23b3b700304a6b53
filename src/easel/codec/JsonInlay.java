package easel.codec;

import com.eclipsesource.json.JsonValue;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * Writes JSON with files in it as base64, which go from the disk to the stream in small pieces. A mark stands for each
 * file while the document is built; it may be a part of a longer text, as in a data URL.
 */
public final class JsonInlay {
  /** A multiple of three, so that the pieces of a file join without padding. */
  private static final int PIECE = 12 * 1024;
  /** Pieces after which other virtual threads get their turn: one that computes keeps its carrier. */
  private static final int TURN = 16;

  private interface Source {
    InputStream open() throws IOException;
  }

  private record Inlaid(Source source, long bytes) {}

  private final String nonce = "inlay-" + UUID.randomUUID() + "-";
  private final List<Inlaid> inlays = new ArrayList<>();

  /** The text that stands for this file. @throws IOException if it is not there */
  public String mark(Path file) throws IOException {
    return mark(() -> Files.newInputStream(file), Files.size(file));
  }

  /**
   * The text that stands for the next so many bytes of an open stream: for a file that may be gone by the time it is
   * sent.
   */
  public String mark(InputStream open, long bytes) {
    return mark(() -> open, bytes);
  }

  private String mark(Source source, long bytes) {
    inlays.add(new Inlaid(source, bytes));
    return nonce + (inlays.size() - 1) + ".";
  }

  /** Every mark replaced. It can be written again, unless there is an open stream in it. */
  public Document document(JsonValue json) {
    var text = json.toString();
    var parts = new ArrayList<Part>();
    int at = 0;
    for (int mark = text.indexOf(nonce); mark >= 0; mark = text.indexOf(nonce, at)) {
      int end = text.indexOf('.', mark);
      var inlaid = inlays.get(Integer.parseInt(text.substring(mark + nonce.length(), end)));
      parts.add(new Part(utf8(text.substring(at, mark)), inlaid));
      at = end + 1;
    }
    parts.add(new Part(utf8(text.substring(at)), NOTHING));
    return new Document(parts);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Text, and the file after it. */
  private record Part(byte[] text, Inlaid inlaid) {}

  private static final Inlaid NOTHING = new Inlaid(InputStream::nullInputStream, 0);

  /** A document of known length. */
  public static final class Document {
    private final List<Part> parts;
    private final long length;

    private Document(List<Part> parts) {
      this.parts = parts;
      this.length = parts.stream().mapToLong(p -> p.text.length + (p.inlaid.bytes + 2) / 3 * 4).sum();
    }

    /** In bytes. */
    public long length() {
      return length;
    }

    /** Writes exactly {@link #length} bytes. @throws IOException also where a file became shorter */
    public void writeTo(OutputStream out) throws IOException {
      try (var in = stream()) {
        for (int pieces = 1; in.advance(); pieces++) {
          out.write(in.piece, 0, in.size);
          if (pieces % TURN == 0) Thread.yield();
        }
      }
    }

    /** The same bytes to be read. */
    public Pieces stream() {
      return new Pieces(parts);
    }
  }

  /** A document as it is read, piece by piece. */
  public static final class Pieces extends InputStream {
    private final List<Part> parts;
    private final byte[] raw = new byte[PIECE];
    private final byte[] coded = new byte[PIECE / 3 * 4];
    private int part;
    private boolean inText = true;
    private InputStream file = InputStream.nullInputStream();
    private long left;
    private byte[] piece = new byte[0];
    private int size;
    private int at;

    private Pieces(List<Part> parts) {
      this.parts = parts;
    }

    /** Goes on to the next piece; false at the end. */
    private boolean advance() throws IOException {
      at = 0;
      for (size = 0; size == 0 && part < parts.size();) {
        if (inText) text();
        else encoded();
      }
      return size > 0;
    }

    private void text() throws IOException {
      var now = parts.get(part);
      inText = false;
      file = now.inlaid.source.open();
      left = now.inlaid.bytes;
      piece = now.text;
      size = piece.length;
    }

    private void encoded() throws IOException {
      if (left == 0) {
        file.close();
        part++;
        inText = true;
        return;
      }
      int wanted = (int) Math.min(PIECE, left);
      if (file.readNBytes(raw, 0, wanted) < wanted) throw new EOFException("a file became shorter while it was sent");
      left -= wanted;
      piece = coded;
      size = Base64.getEncoder().encode(wanted == PIECE ? raw : Arrays.copyOf(raw, wanted), coded);
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) return 0;
      if (at == size && !advance()) return -1;
      int count = Math.min(length, size - at);
      System.arraycopy(piece, at, into, offset, count);
      at += count;
      return count;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
