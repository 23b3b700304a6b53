package easel.sdk;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;

/** A form with files, as a browser or an SDK sends it. */
final class Form {
  private static final String BOUNDARY = "part-4711-of-the-client-tests";

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  Form with(String name, String value) {
    return part("name=\"" + name + "\"", "text/plain; charset=utf-8", value.getBytes(StandardCharsets.UTF_8));
  }

  Form with(String name, String file, byte[] png) {
    return part("name=\"" + name + "\"; filename=\"" + file + "\"", "image/png", png);
  }

  private Form part(String disposition, String type, byte[] bytes) {
    put("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: " + type
        + "\r\n\r\n");
    body.writeBytes(bytes);
    put("\r\n");
    return this;
  }

  private void put(String text) {
    body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  HttpRequest send(HttpRequest.Builder request) {
    put("--" + BOUNDARY + "--\r\n");
    return request.header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
        .POST(BodyPublishers.ofByteArray(body.toByteArray())).build();
  }
}
