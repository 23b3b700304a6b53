package fake;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One request as {@link FakeUpstream} got it, whole.
 *
 * @param target path and query as on the request line
 * @param headers the lines as they came, {@code Name: value}
 * @param connection the number of the connection it came on, from 1: equal numbers mean a reused connection
 */
public record Sent(String method, String target, List<String> headers, byte[] body, int connection) {
  public Sent {
    headers = List.copyOf(headers);
  }

  public String path() {
    return target.split("\\?", 2)[0];
  }

  /** The first header of that name, in any case of letters. */
  public Optional<String> header(String name) {
    for (var line : headers) {
      var colon = line.indexOf(':');
      if (line.substring(0, colon).equalsIgnoreCase(name)) return Optional.of(line.substring(colon + 1).strip());
    }
    return Optional.empty();
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** For messages of failed tests; headers stay out, they may hold keys. */
  @Override
  public String toString() {
    return method + " " + target + " (" + body.length + " bytes, connection " + connection + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sent s && method.equals(s.method) && target.equals(s.target) && headers.equals(s.headers)
        && Arrays.equals(body, s.body) && connection == s.connection;
  }

  @Override
  public int hashCode() {
    return target.hashCode() * 31 + Arrays.hashCode(body);
  }
}
