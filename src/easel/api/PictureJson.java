package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonInlay;
import easel.http.DataWriter;
import easel.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** An answer with pictures in it as base64, streamed from their files. */
final class PictureJson {
  private final JsonInlay inlay = new JsonInlay();

  /** The text that stands for this file. @throws IOException if it is not there */
  String mark(Path file) throws IOException {
    return inlay.mark(file);
  }

  /** The text that stands for what is left in an open stream; for a file that may be gone by the time it is sent. */
  String mark(InputStream open, long length) {
    return inlay.mark(open, length);
  }

  /** The answer, of known length, with every mark replaced. */
  Response response(JsonObject json) {
    var document = inlay.document(json);
    return Response.stream("application/json", document.length(), document::writeTo);
  }

  DataWriter writer(JsonObject json) {
    return inlay.document(json)::writeTo;
  }
}
