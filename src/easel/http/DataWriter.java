package easel.http;

import java.io.IOException;
import java.io.OutputStream;

/** Writes bytes that need not all be in memory: a body, or the data of one event. May write in pieces of any size. */
@FunctionalInterface
public interface DataWriter {
  void write(OutputStream out) throws IOException;
}
