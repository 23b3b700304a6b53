package easel.upstream;

import easel.codec.JsonInlay;
import easel.core.Credential;
import easel.core.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One request that leaves the process.
 *
 * @param submit true for a request that may buy something: it goes out on a fresh connection, once, and is never
 *     repeated
 * @param within total time for the whole call, from waiting for a free connection to the last byte of the answer
 * @param answerMax bytes the answer's body may have
 * @param way by which proxies it goes
 */
public record Call(String method, URI uri, List<Header> headers, Body body, boolean submit, Duration within,
    long answerMax, Way way) {
  /**
   * By which proxies a call goes.
   *
   * @param own the credential's own, as it was entered; empty: those that all calls take
   * @param media it carries files, for which there may be other proxies
   */
  public record Way(Secret own, boolean media) {
    public static final Way USUAL = new Way(new Secret(""), false);
  }

  /** A header line; values are checked for line breaks before they are sent. */
  public record Header(String name, String value) {}

  /** What is sent along. */
  public sealed interface Body {}

  public record None() implements Body {}

  public record Bytes(String type, byte[] bytes) implements Body {}

  /** {@code application/json}, files in it streamed from the disk as base64. */
  public record Json(JsonInlay.Document document) implements Body {}

  /** {@code multipart/form-data}, files streamed from the disk. */
  public record Form(List<Part> parts) implements Body {
    public Form {
      parts = List.copyOf(parts);
    }
  }

  /** One part of a form. */
  public sealed interface Part {
    String name();
  }

  public record TextPart(String name, String text) implements Part {}

  public record FilePart(String name, String filename, String type, Path file) implements Part {}

  public Call {
    headers = List.copyOf(headers);
  }

  public static Call get(URI uri, Duration within, long answerMax) {
    return new Call("GET", uri, List.of(), new None(), false, within, answerMax, Way.USUAL);
  }

  /** A request that buys: see {@link #submit}. */
  public static Call submit(URI uri, Body body, Duration within, long answerMax) {
    return new Call("POST", uri, List.of(), body, true, within, answerMax, Way.USUAL);
  }

  /** A POST that buys nothing and may be repeated: a question, an upload. */
  public static Call post(URI uri, Body body, Duration within, long answerMax) {
    return new Call("POST", uri, List.of(), body, false, within, answerMax, Way.USUAL);
  }

  public Call with(String name, String value) {
    var all = new ArrayList<>(headers);
    all.add(new Header(name, value));
    return new Call(method, uri, all, body, submit, within, answerMax, way);
  }

  /** The same with another total time. */
  public Call within(Duration total) {
    return new Call(method, uri, headers, body, submit, total, answerMax, way);
  }

  /** By the way of the credential it is made with. */
  public Call by(Credential credential) {
    return by(new Way(credential.proxy(), way.media()));
  }

  /** By the way for files. */
  public Call carryingMedia() {
    return by(new Way(way.own(), true));
  }

  private Call by(Way other) {
    return new Call(method, uri, headers, body, submit, within, answerMax, other);
  }
}
