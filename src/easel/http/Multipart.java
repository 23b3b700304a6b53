package easel.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code multipart/form-data}, RFC 7578, in little memory: what is large or has a file name goes to disk.
 *
 * <p>Lenient where clients differ: parts in any order, repeated, with or without file name or type; whether a part is a
 * text or a file is for the caller to know, by its name.
 */
public final class Multipart {
  private static final System.Logger LOG = System.getLogger("easel.http");
  private static final int IN_MEMORY = 16 * 1024;
  private static final String BOUNDARY_MARKS = "'()+_,-./:=? ";

  private Multipart() {}

  /**
   * @param headerBytes of one part, at most 8 KB
   * @param nameChars of one part
   * @param textBytes what {@link Part#text} gives at most
   * @param fileBytes of one part
   * @param totalBytes of the whole body
   */
  public record Limits(int parts, int headerBytes, int nameChars, long textBytes, long fileBytes, long totalBytes) {
    private static final long MB = 1024 * 1024;

    public static Limits defaults() {
      return new Limits(32, 8 * 1024, 200, MB, 50 * MB, 256 * MB);
    }

    public Limits withParts(int most) {
      return new Limits(most, headerBytes, nameChars, textBytes, fileBytes, totalBytes);
    }

    public Limits withBytes(long text, long file, long total) {
      return new Limits(parts, headerBytes, nameChars, text, file, total);
    }
  }

  /**
   * Reads the whole body.
   *
   * @param folder where files of it lie until the form is closed
   * @throws MultipartException if it breaks the format or a limit
   * @throws BodyException if it is too large, too slow or short
   */
  public static Form read(Request request, Limits limits, Path folder) throws IOException {
    var type = HeaderValue.of(request.header("content-type").orElse(""));
    if (!type.value().equals("multipart/form-data")) {
      throw new MultipartException(415, "the content type must be multipart/form-data");
    }
    var boundary = type.param("boundary").orElse("");
    if (!isBoundary(boundary)) {
      throw new MultipartException(400, "the content type needs a boundary of 1 to 70 plain characters");
    }
    var reader = new MultipartReader(request.body(limits.totalBytes()), boundary);
    var form = new Form(new ArrayList<>());
    boolean whole = false;
    try {
      while (reader.next()) {
        if (form.parts.size() == limits.parts()) {
          throw new MultipartException(400, "there are more than " + limits.parts() + " parts");
        }
        readPart(reader, limits, folder, form);
      }
      whole = true;
      return form;
    } finally {
      if (!whole) {
        form.close();
      }
    }
  }

  private static boolean isBoundary(String boundary) {
    return !boundary.isEmpty() && boundary.length() <= 70 && !boundary.endsWith(" ") && boundary.chars()
        .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || BOUNDARY_MARKS.indexOf(c) >= 0));
  }

  private static void readPart(MultipartReader reader, Limits limits, Path folder, Form form) throws IOException {
    var headers = reader.headers(limits.headerBytes());
    var disposition = HeaderValue.of(headers.getOrDefault("content-disposition", ""));
    var name = disposition.param("name").orElse("");
    if (!disposition.value().equals("form-data") || name.isEmpty()) {
      throw new MultipartException(400, "part " + (form.parts.size() + 1) + " has no name");
    }
    if (name.length() > limits.nameChars()) {
      throw new MultipartException(400, "the name of part " + (form.parts.size() + 1) + " is too long");
    }
    var type = Optional.ofNullable(headers.get("content-type")).filter(text -> !text.isEmpty());
    var part = new Part(name, disposition.param("filename").map(Multipart::display), type, limits, folder);
    form.parts.add(part);
    part.fill(reader);
  }

  /** A client's file name is only ever shown: its last component, without control characters. */
  private static String display(String fileName) {
    var last = fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    var shown = new StringBuilder();
    last.codePoints().filter(c -> !Character.isISOControl(c)).limit(200).forEach(shown::appendCodePoint);
    return shown.toString();
  }

  /** What was sent. Closing it deletes every file that was not taken. */
  public static final class Form implements AutoCloseable {
    private final List<Part> parts;

    private Form(List<Part> parts) {
      this.parts = parts;
    }

    /** Every part in the order sent. */
    public List<Part> parts() {
      return List.copyOf(parts);
    }

    /** Every part of that name, in the order sent. */
    public List<Part> files(String name) {
      return parts.stream().filter(part -> part.name().equals(name)).toList();
    }

    /** The first part of that name as text. */
    public Optional<String> text(String name) throws IOException {
      var found = files(name);
      return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst().text());
    }

    /** All parts of that name as texts. */
    public List<String> all(String name) throws IOException {
      var texts = new ArrayList<String>();
      for (var part : files(name)) {
        texts.add(part.text());
      }
      return texts;
    }

    @Override
    public void close() {
      parts.forEach(Part::delete);
    }
  }

  /** One part. Small ones without a file name are in memory until {@link #file} is asked for. */
  public static final class Part {
    private final String name;
    private final Optional<String> fileName;
    private final Optional<String> contentType;
    private final Limits limits;
    private final Path folder;
    private byte[] memory = new byte[0];
    private Path file;
    private boolean taken;
    private long size;

    private Part(String name, Optional<String> fileName, Optional<String> contentType, Limits limits, Path folder) {
      this.name = name;
      this.fileName = fileName;
      this.contentType = contentType;
      this.limits = limits;
      this.folder = folder;
    }

    public String name() {
      return name;
    }

    /** For display only: without folders and control characters, still chosen by the client. */
    public Optional<String> fileName() {
      return fileName;
    }

    /** As declared by the client; often wrong or {@code application/octet-stream}. */
    public Optional<String> contentType() {
      return contentType;
    }

    /** In bytes. */
    public long size() {
      return size;
    }

    private void fill(MultipartReader reader) throws IOException {
      var start = new ByteArrayOutputStream();
      var buffer = new byte[8 * 1024];
      int got = 0;
      while (fileName.isEmpty() && start.size() <= IN_MEMORY && (got = reader.read(buffer, 0, buffer.length)) >= 0) {
        count(got);
        start.write(buffer, 0, got);
      }
      if (got < 0) {
        memory = start.toByteArray();
        return;
      }
      try (var out = spool()) {
        start.writeTo(out);
        while ((got = reader.read(buffer, 0, buffer.length)) >= 0) {
          count(got);
          out.write(buffer, 0, got);
        }
      }
    }

    private void count(int bytes) throws MultipartException {
      size += bytes;
      if (size > limits.fileBytes()) {
        throw new MultipartException(413, quoted() + " is larger than " + limits.fileBytes() + " bytes");
      }
    }

    private OutputStream spool() throws IOException {
      file = Files.createTempFile(folder, "upload-", ".part");
      return Files.newOutputStream(file);
    }

    /** The content as UTF-8. */
    public String text() throws IOException {
      if (size > limits.textBytes()) {
        throw new MultipartException(413, quoted() + " is larger than " + limits.textBytes() + " bytes of text");
      }
      try {
        var bytes = file == null ? memory : Files.readAllBytes(file);
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        throw new MultipartException(400, quoted() + " is not UTF-8 text");
      }
    }

    /** The content as a file, deleted when the form is closed. */
    public Path file() throws IOException {
      if (file == null) {
        try (var out = spool()) {
          out.write(memory);
        }
      }
      return file;
    }

    /** Moves the content to a place of the caller's, replacing what is there; the form no longer deletes it. */
    public Path moveTo(Path target) throws IOException {
      Files.move(file(), target, StandardCopyOption.REPLACE_EXISTING);
      file = target;
      taken = true;
      return target;
    }

    private String quoted() {
      return "part \"" + MultipartReader.printable(name) + "\"";
    }

    private void delete() {
      if (file == null || taken) {
        return;
      }
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.log(Level.WARNING, "upload not deleted file=" + file, e);
      }
    }
  }
}
