package easel.core;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The kinds of picture and video Easel stores and serves; everything else is refused. */
public enum MediaType {
  PNG("image/png"), JPEG("image/jpeg"), WEBP("image/webp"), GIF("image/gif"), MP4("video/mp4"), WEBM("video/webm");

  /** Bytes of a file that {@link #sniff} needs to see. */
  public static final int HEAD = 16;

  private final String mime;

  MediaType(String mime) {
    this.mime = mime;
  }

  public String mime() {
    return mime;
  }

  public boolean video() {
    return this == MP4 || this == WEBM;
  }

  /** Without the dot: {@code png jpg webp gif mp4 webm}. */
  public String extension() {
    return this == JPEG ? "jpg" : name().toLowerCase(Locale.ROOT);
  }

  /** The word the OpenAI Images API uses for it: {@code png jpeg webp gif}. */
  public String format() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<MediaType> ofMime(String mime) {
    var bare = mime.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    for (var type : values()) if (type.mime.equals(bare)) return Optional.of(type);
    return bare.equals("image/jpg") ? Optional.of(JPEG) : Optional.empty();
  }

  public static Optional<MediaType> ofExtension(String extension) {
    for (var type : values()) if (type.extension().equals(extension)) return Optional.of(type);
    return Optional.empty();
  }

  /** Tells the type by the first bytes alone: what a sender claims of its file is never trusted. */
  public static Optional<MediaType> sniff(byte[] head) {
    if (at(head, 0, "\u0089PNG\r\n\u001a\n")) return Optional.of(PNG);
    if (at(head, 0, "\u00ff\u00d8\u00ff")) return Optional.of(JPEG);
    if (at(head, 0, "RIFF") && at(head, 8, "WEBP")) return Optional.of(WEBP);
    if (at(head, 0, "GIF87a") || at(head, 0, "GIF89a")) return Optional.of(GIF);
    if (at(head, 4, "ftyp")) return Optional.of(MP4);
    if (at(head, 0, "\u001aE\u00df\u00a3")) return Optional.of(WEBM);
    return Optional.empty();
  }

  private static boolean at(byte[] head, int offset, String latin1) {
    var magic = latin1.getBytes(StandardCharsets.ISO_8859_1);
    if (head.length < offset + magic.length) return false;
    for (int i = 0; i < magic.length; i++) if (head[offset + i] != magic[i]) return false;
    return true;
  }
}
