package bench;

import fake.FakeOpenAiPicture;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * A picture of 20 MB as the upstream makes it, and whether what came out at the far end is the same to the last bit.
 */
final class LargePicture {
  static final int BYTES = 20 << 20;
  static final String PROMPT = "a lighthouse [[big=" + BYTES + "]]";
  private static final String NAME = "\"b64_json\":\"";

  /** Length and checksum of a picture or of its base64. */
  private record Print(long bytes, long crc) {}

  /** Forgets what it is given, but for its print. */
  private static final class Printer extends OutputStream {
    private final CRC32 crc = new CRC32();
    private long bytes;

    @Override
    public void write(int b) {
      crc.update(b);
      bytes++;
    }

    @Override
    public void write(byte[] from, int at, int length) {
      crc.update(from, at, length);
      bytes += length;
    }

    Print print() {
      return new Print(bytes, crc.getValue());
    }
  }

  private final Print plain;
  private final Print base64;

  LargePicture() throws IOException {
    var printer = new Printer();
    FakeOpenAiPicture.padded(printer, BYTES);
    plain = printer.print();
    var encoded = new Printer();
    try (var encoder = Base64.getEncoder().wrap(encoded)) {
      FakeOpenAiPicture.padded(encoder, BYTES);
    }
    base64 = encoded.print();
  }

  /** Reads a body that is the picture. */
  void expectPlain(Connection connection, byte[] buffer) throws IOException {
    var printer = new Printer();
    for (int n = connection.read(buffer, 0, buffer.length); n >= 0; n = connection.read(buffer, 0, buffer.length)) {
      printer.write(buffer, 0, n);
    }
    compare(plain, printer.print());
  }

  /** Reads a body that is JSON with the picture in base64. */
  void expectBase64(Connection connection, byte[] buffer) throws IOException {
    var printer = new Printer();
    int matched = 0;
    boolean over = false;
    for (int n = connection.read(buffer, 0, buffer.length); n >= 0; n = connection.read(buffer, 0, buffer.length)) {
      int i = 0;
      for (; i < n && matched < NAME.length(); i++) {
        matched = buffer[i] == NAME.charAt(matched) ? matched + 1 : buffer[i] == '"' ? 1 : 0;
      }
      if (matched < NAME.length() || over) continue;
      int from = i;
      while (i < n && buffer[i] != '"') i++;
      printer.write(buffer, from, i - from);
      over = i < n;
    }
    compare(base64, printer.print());
  }

  private static void compare(Print expected, Print got) throws IOException {
    if (!expected.equals(got)) throw new IOException("the large picture is " + got + " and should be " + expected);
  }
}
