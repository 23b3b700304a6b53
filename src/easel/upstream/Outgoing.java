package easel.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A call as it goes over the wire. Whatever is wrong with it is found while it is built, before anything is connected.
 */
final class Outgoing {
  /** Largest single write: the JDK copies each into native memory that it keeps. */
  static final int SLICE = 64 * 1024;

  // these frame the message, and are ours
  private static final Set<String> OURS = Set.of("host", "connection", "content-length", "content-type",
      "transfer-encoding", "accept-encoding", "te", "trailer", "upgrade", "expect", "proxy-authorization", "proxy-connection");

  private final List<Call.Header> headers;
  private final Call.Body body;
  private final MultipartForm form;
  private final byte[] head;

  private Outgoing(Call call, Target target) throws MultipartForm.Unreadable {
    body = call.body();
    form = body instanceof Call.Form f ? new MultipartForm(f.parts()) : null;
    headers = headers(call);
    head = head(call.method(), target.file(), target, headers);
  }

  private Outgoing(Outgoing same, byte[] head) {
    body = same.body;
    form = same.form;
    headers = same.headers;
    this.head = head;
  }

  /** Throws {@code Unreachable}, as nothing was sent, where a header cannot be sent or a file cannot be read. */
  static Outgoing of(Call call, Target target) {
    try {
      if (!HeaderRules.token(call.method())) throw Target.unsent("the method is not valid");
      return new Outgoing(call, target);
    } catch (MultipartForm.Unreadable e) {
      throw target.unreachable(e.getMessage(), e);
    }
  }

  /** The same for a proxy that is to forward it (RFC 9112, 3.2.2): the whole address, and who we are to the proxy. */
  Outgoing forwarded(Call call, Target target, Optional<Call.Header> login) {
    var all = new ArrayList<>(headers);
    login.ifPresent(all::add);
    return new Outgoing(this, head(call.method(), "http://" + target.authority() + target.file(), target, all));
  }

  /** All header lines but those that belong to the connection. */
  List<Call.Header> headers() {
    return headers;
  }

  /** The form, where the body is one. */
  MultipartForm form() {
    return form;
  }

  void writeTo(OutputStream out) throws IOException {
    switch (body) {
      case Call.None none -> out.write(head);
      case Call.Bytes bytes -> {
        // head and small body leave in one packet
        var first = Math.min(bytes.bytes().length, Math.max(0, SLICE - head.length));
        var start = Arrays.copyOf(head, head.length + first);
        System.arraycopy(bytes.bytes(), 0, start, head.length, first);
        out.write(start);
        write(out, bytes.bytes(), first);
      }
      case Call.Json json -> {
        out.write(head);
        json.document().writeTo(out);
      }
      case Call.Form parts -> {
        out.write(head);
        form.writeTo(out);
      }
    }
  }

  /** Writes in slices. */
  static void write(OutputStream out, byte[] bytes, int from) throws IOException {
    for (int at = from; at < bytes.length; at += SLICE) out.write(bytes, at, Math.min(SLICE, bytes.length - at));
  }

  private List<Call.Header> headers(Call call) {
    var all = new ArrayList<Call.Header>(call.headers().size() + 4);
    for (var header : call.headers()) {
      if (!HeaderRules.token(header.name())) throw Target.unsent("the name of a header is not valid");
      if (OURS.contains(header.name().toLowerCase(Locale.ROOT))) {
        throw Target.unsent("the header " + header.name() + " is not the caller's to set");
      }
      if (!HeaderRules.value(header.value())) {
        // never the value: it is a key most of the time, pasted with its line break
        throw Target.unsent("the value for header " + header.name() + " has characters that cannot be sent");
      }
      all.add(header);
    }
    if (missing(all, "User-Agent")) all.add(new Call.Header("User-Agent", "easel"));
    if (missing(all, "Accept")) all.add(new Call.Header("Accept", "*/*"));
    // a compressed answer could unpack to any size, and pictures are compressed already
    all.add(new Call.Header("Accept-Encoding", "identity"));
    if (body instanceof Call.Bytes bytes) {
      if (!HeaderRules.value(bytes.type())) throw Target.unsent("the body has no valid type");
      all.add(new Call.Header("Content-Type", bytes.type()));
    }
    if (body instanceof Call.Json) all.add(new Call.Header("Content-Type", "application/json"));
    if (form != null) all.add(new Call.Header("Content-Type", form.type()));
    return all;
  }

  private static boolean missing(List<Call.Header> headers, String name) {
    for (var header : headers) if (header.name().equalsIgnoreCase(name)) return false;
    return true;
  }

  private byte[] head(String method, String address, Target target, List<Call.Header> lines) {
    var text = new StringBuilder(512);
    text.append(method).append(' ').append(address).append(" HTTP/1.1\r\nHost: ");
    text.append(target.authority()).append("\r\nConnection: close\r\n");
    for (var header : lines) text.append(header.name()).append(": ").append(header.value()).append("\r\n");
    var length = length();
    // a server waits for the body of a POST unless told that there is none
    if (length > 0 || method.equals("POST") || method.equals("PUT") || method.equals("PATCH")) {
      text.append("Content-Length: ").append(length).append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private long length() {
    return switch (body) {
      case Call.None none -> 0;
      case Call.Bytes bytes -> bytes.bytes().length;
      case Call.Json json -> json.document().length();
      case Call.Form parts -> form.length();
    };
  }
}
