package fake;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The server's end of one WebSocket (RFC 6455), as plain as it can be: whole frames out, small frames in. */
public final class FakeComfyLine {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;

  private final Socket socket;
  private final OutputStream out;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  /** Shakes hands: the client's key comes back as proof that a WebSocket is spoken here. */
  FakeComfyLine(Socket socket, String key) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: "
        + accept(key) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static String accept(String key) {
    try {
      var hash = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the client said, in order. */
  public List<String> heard() {
    return List.copyOf(heard);
  }

  public void text(String text) throws IOException {
    frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  public void binary(byte[] bytes) throws IOException {
    frame(0x80 | BINARY, bytes);
  }

  /** A message in two frames, as proxies may cut it. */
  public void textInTwo(String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    int half = bytes.length / 2;
    frame(TEXT, ByteBuffer.allocate(half).put(bytes, 0, half).array());
    frame(0x80, ByteBuffer.allocate(bytes.length - half).put(bytes, half, bytes.length - half).array());
  }

  public void goodbye() throws IOException {
    frame(0x80 | CLOSE, new byte[] {3, (byte) 0xe8});
  }

  void cut() throws IOException {
    socket.close();
  }

  private void frame(int first, byte[] body) throws IOException {
    var frame = new ByteArrayOutputStream();
    frame.write(first);
    if (body.length < 126) {
      frame.write(body.length);
    } else if (body.length < 1 << 16) {
      frame.write(126);
      frame.writeBytes(ByteBuffer.allocate(2).putShort((short) body.length).array());
    } else {
      frame.write(127);
      frame.writeBytes(ByteBuffer.allocate(8).putLong(body.length).array());
    }
    frame.writeBytes(body);
    out.write(frame.toByteArray());
  }

  /** Reads until the client has finished. */
  void listen() throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    for (int first = in.read(); first >= 0; first = in.read()) {
      int length = in.readUnsignedByte() & 0x7f;
      if (length == 126) length = in.readUnsignedShort();
      var mask = in.readNBytes(4);
      var body = in.readNBytes(length);
      for (int i = 0; i < body.length; i++) body[i] ^= mask[i % 4];
      if ((first & 0x0f) == CLOSE) {
        goodbye();
        return;
      }
      heard.add(new String(body, StandardCharsets.UTF_8));
    }
  }
}
