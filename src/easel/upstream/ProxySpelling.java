package easel.upstream;

import easel.core.Secret;
import easel.upstream.ProxySetting.Kind;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The shapes in which people write proxies: see {@link ProxySetting#parse}. What it throws never quotes the text. */
final class ProxySpelling {
  private static final String SHAPE = "must be like http://user:password@host:8080, socks5h://host:1080 or host:port:user:password";
  private static final Map<String, Kind> KINDS = Map.of("http", Kind.HTTP, "https", Kind.HTTPS, "socks5", Kind.SOCKS5,
      "socks5h", Kind.SOCKS5H, "st5", Kind.SOCKS5);

  private static final Pattern ST5 = Pattern.compile("(?i)(^|[\\s,])st5[ \\t]+");
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
  private static final String PLACE = "(\\[[^\\]]*]|[^:/@\\[\\]]+):([0-9]{1,5})";
  private static final Pattern HOST_PORT = Pattern.compile(PLACE + "/?");
  private static final Pattern IN_COLONS = Pattern.compile(PLACE + ":([^:]*):(.*)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*[.]?");
  private static final Pattern ENCODED = Pattern.compile("(?:[^%]|%[0-9a-fA-F]{2})*");
  private static final int NAME_MAX = 253;

  private ProxySpelling() {}

  static ProxySetting one(String text) {
    return read(ST5.matcher(text).replaceAll("$1st5://").strip());
  }

  static List<ProxySetting> all(String text) {
    var plain = ST5.matcher(text).replaceAll("$1st5://").strip();
    var found = new ArrayList<ProxySetting>();
    try {
      for (var part : plain.split("[\\s,]+")) if (!part.isEmpty()) found.add(read(part));
    } catch (IllegalArgumentException e) {
      return List.of(whole(plain, e));
    }
    return found.stream().distinct().toList();
  }

  /** What cannot be taken apart may still be one proxy, with a comma in its password. */
  private static ProxySetting whole(String text, IllegalArgumentException complaint) {
    try {
      return read(text);
    } catch (IllegalArgumentException e) {
      throw complaint;
    }
  }

  private static ProxySetting read(String text) {
    if (text.isEmpty()) throw new IllegalArgumentException("must not be empty");
    if (text.chars().anyMatch(Character::isISOControl)) throw new IllegalArgumentException(SHAPE + ", on one line");
    var scheme = SCHEME.matcher(text);
    if (!scheme.matches()) return read(Kind.HTTP, text);
    var word = scheme.group(1).toLowerCase(Locale.ROOT);
    if (word.startsWith("socks4")) {
      throw new IllegalArgumentException("must not be of SOCKS4, which has no passwords and no IPv6: use socks5:// or socks5h://");
    }
    if (!KINDS.containsKey(word)) throw new IllegalArgumentException("must begin with http://, https://, socks5:// or socks5h://");
    return read(KINDS.get(word), scheme.group(2));
  }

  private static ProxySetting read(Kind kind, String rest) {
    var at = rest.lastIndexOf('@');
    var place = HOST_PORT.matcher(rest.substring(at + 1));
    if (place.matches()) {
      var who = at < 0 ? "" : rest.substring(0, at);
      var colon = who.indexOf(':');
      var user = colon < 0 ? who : who.substring(0, colon);
      return proxy(kind, place.group(1), place.group(2), user, colon < 0 ? "" : who.substring(colon + 1));
    }
    var colons = IN_COLONS.matcher(rest);
    if (!colons.matches()) throw new IllegalArgumentException(SHAPE);
    return proxy(kind, colons.group(1), colons.group(2), colons.group(3), colons.group(4));
  }

  private static ProxySetting proxy(Kind kind, String host, String port, String user, String password) {
    return new ProxySetting(kind, host(host), Integer.parseInt(port), decoded(user), new Secret(decoded(password)));
  }

  private static String host(String text) {
    var literal = AddressRange.literal(text);
    var bare = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    if (literal.isPresent()) return bare.toLowerCase(Locale.ROOT);
    // 127.1 and 2130706433 are different addresses to different programs
    var name = NAME.matcher(text).matches() && text.length() <= NAME_MAX && !text.matches("[0-9.]+");
    if (!name) throw new IllegalArgumentException(SHAPE + ", with a host in plain letters, digits, dots and dashes");
    return text.toLowerCase(Locale.ROOT);
  }

  private static String decoded(String text) {
    if (!text.contains("%") || !ENCODED.matcher(text).matches()) return text;
    return decode(text).filter(plain -> plain.chars().noneMatch(Character::isISOControl)).orElse(text);
  }

  private static Optional<String> decode(String text) {
    var raw = text.getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.put(raw[i]);
        continue;
      }
      bytes.put((byte) (Character.digit(raw[i + 1], 16) << 4 | Character.digit(raw[i + 2], 16)));
      i += 2;
    }
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
