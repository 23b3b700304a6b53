package easel.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An answer, complete as a value: only the server writes it out.
 *
 * @param onSent told once the answer is out or has failed, whichever happens
 */
public record Response(int status, List<Header> headers, Body body, List<Consumer<Sent>> onSent) {

  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be between 200 and 599, not " + status);
    }
    headers = List.copyOf(headers);
    onSent = List.copyOf(onSent);
  }

  /** One header line. Line breaks, and whatever else could end it early, are refused. */
  public record Header(String name, String value) {
    private static final List<String> OF_THE_SERVER = List.of("content-length", "transfer-encoding", "date", "trailer");

    public Header {
      if (name.isEmpty() || !name.chars().allMatch(c -> c == '-' || (c < 0x80 && Character.isLetterOrDigit(c)))) {
        throw new IllegalArgumentException("not a header name");
      }
      if (OF_THE_SERVER.stream().anyMatch(name::equalsIgnoreCase)) {
        throw new IllegalArgumentException("the server itself writes " + name);
      }
      if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c > '~')) {
        throw new IllegalArgumentException("the value of " + name + " must be printable ASCII");
      }
    }
  }

  /**
   * How an answer went.
   *
   * @param bytes of the body handed to the connection
   * @param complete false if the client left or the body failed half-way
   */
  public record Sent(int status, long bytes, boolean complete) {}

  /** What follows the headers. */
  public sealed interface Body {
    /** In bytes; -1 if it shows only at the end. */
    long length();

    record None() implements Body {
      @Override
      public long length() {
        return 0;
      }
    }

    /** Compared by content. */
    record Bytes(byte[] content) implements Body {
      @Override
      public long length() {
        return content.length;
      }

      @Override
      public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
      }

      @Override
      public int hashCode() {
        return Arrays.hashCode(content);
      }

      @Override
      public String toString() {
        return new String(content, StandardCharsets.UTF_8);
      }
    }

    /** Part of a file, or all of it. */
    record File(Path path, long offset, long length) implements Body {}

    record Stream(long length, DataWriter writer) implements Body {}

    record Events(EventSource source) implements Body {
      @Override
      public long length() {
        return -1;
      }
    }
  }

  /** @param utf8 a JSON text */
  public static Response json(int status, byte[] utf8) {
    return bytes(status, "application/json", utf8);
  }

  public static Response text(int status, String text) {
    return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  public static Response bytes(int status, String contentType, byte[] content) {
    return of(status, new Body.Bytes(content)).withHeader("Content-Type", contentType);
  }

  public static Response empty(int status) {
    return of(status, new Body.None());
  }

  /**
   * A file with everything a player or a cache asks for: single ranges, ETag, 304, HEAD.
   *
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  public static Response file(Request request, Path path, String contentType) throws IOException {
    return FileAnswer.of(request, path, contentType);
  }

  /** @param length in bytes, or -1 if unknown; a writer that writes less or fails breaks the connection */
  public static Response stream(String contentType, long length, DataWriter writer) {
    return of(200, new Body.Stream(length, writer)).withHeader("Content-Type", contentType);
  }

  /** Server-sent events, with heart-beats from the start. */
  public static Response events(EventSource source) {
    return of(200, new Body.Events(source))
        .withHeader("Content-Type", "text/event-stream")
        .withHeader("Cache-Control", "no-cache")
        .withHeader("X-Accel-Buffering", "no");
  }

  static Response of(int status, Body body) {
    return new Response(status, List.of(), body, List.of());
  }

  /** The first header of that name. */
  public Optional<String> header(String name) {
    return headers.stream().filter(h -> h.name().equalsIgnoreCase(name)).map(Header::value).findFirst();
  }

  /** In place of any header of that name. */
  public Response withHeader(String name, String value) {
    var others = headers.stream().filter(h -> !h.name().equalsIgnoreCase(name)).toList();
    return new Response(status, others, body, onSent).withAddedHeader(name, value);
  }

  /** Besides headers of that name, as {@code Set-Cookie} needs. */
  public Response withAddedHeader(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Response(status, more, body, onSent);
  }

  public Response withStatus(int other) {
    return new Response(other, headers, body, onSent);
  }

  /** Runs once this answer is out or has failed: the place to count it, or to let go of what it needed. */
  public Response onSent(Consumer<Sent> listener) {
    var more = new ArrayList<>(onSent);
    more.add(listener);
    return new Response(status, headers, body, more);
  }

  /**
   * Writes the body somewhere else than to a client: tests look at answers this way. Events come without heart-beats.
   */
  public void writeBody(OutputStream out) throws Exception {
    switch (body) {
      case Body.None none -> { }
      case Body.Bytes bytes -> out.write(bytes.content());
      case Body.File file -> copy(file, out);
      case Body.Stream stream -> stream.writer().write(out);
      case Body.Events events -> events.source().run(EventStream.to(out));
    }
  }

  private static void copy(Body.File file, OutputStream out) throws IOException {
    try (var channel = FileChannel.open(file.path())) {
      channel.position(file.offset());
      var buffer = ByteBuffer.allocate((int) Math.min(16 * 1024, file.length()));
      for (long left = file.length(); left > 0; left -= buffer.position()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), left));
        if (channel.read(buffer) < 0) {
          throw new IOException("the file became shorter while it was sent");
        }
        out.write(buffer.array(), 0, buffer.position());
      }
    }
  }
}
