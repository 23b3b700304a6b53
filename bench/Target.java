package bench;

import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A server under test: where it is, which key it takes, and the requests it gets, made once. */
record Target(String name, URI root, String key) {
  InetSocketAddress address() {
    return new InetSocketAddress(root.getHost(), root.getPort());
  }

  byte[] get(String path) {
    return ascii("GET " + path + " HTTP/1.1\r\n" + common() + "\r\n");
  }

  byte[] post(String path, JsonObject json) {
    var body = json.toString().getBytes(StandardCharsets.UTF_8);
    var head = ascii("POST " + path + " HTTP/1.1\r\n" + common() + "Content-Type: application/json\r\nContent-Length: "
        + body.length + "\r\n\r\n");
    var all = java.util.Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  private String common() {
    return "Host: " + root.getAuthority() + "\r\nAuthorization: Bearer " + key + "\r\nAccept: */*\r\n";
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** One request on a connection of its own; fails for every status but 2xx. */
  String ask(byte[] request) throws IOException {
    try (var connection = new Connection(address())) {
      int status = connection.send(request);
      var text = connection.text(connection.readBody());
      if (status / 100 != 2) throw new IOException(name + " answered " + status + ": " + Errors.brief(text));
      return text;
    }
  }
}
