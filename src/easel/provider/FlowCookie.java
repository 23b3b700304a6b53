package easel.provider;

import easel.core.Secret;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The cookie in which labs keeps a session: that of NextAuth, which signs a new token with a later end for every
 * question about the session, and cuts what is too long for a cookie into pieces, {@code NAME.0}, {@code NAME.1} ...
 */
final class FlowCookie {
  static final String NAME = "__Secure-next-auth.session-token";
  /** Where a site is not behind TLS. */
  private static final String BARE = "next-auth.session-token";
  /** NextAuth's: 4096 bytes of a cookie without what its name and attributes may need. */
  private static final int PIECE = 3933;
  /** Shorter ones cannot be told from any word, and so not be kept out of logs. */
  private static final int TOKEN_MIN = 8;
  /** As much as an operator may give, too: what is exported can be imported. */
  private static final int TOKEN_MAX = 8192;
  private static final Pattern NUMBER = Pattern.compile("0|[1-9]");
  /** RFC 6265, 4.1.1. */
  private static final Pattern VALUE = Pattern.compile("[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]*");
  /** A longer one is no date, and would take long to be looked at. */
  private static final int DATE_MAX = 64;
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM yyyy HH:mm:ss", Locale.ENGLISH);

  private FlowCookie() {}

  /** Whoever copies it from a browser may bring the name along. */
  static Secret plain(Secret token) {
    var value = token.reveal();
    return value.startsWith(NAME + "=") ? new Secret(value.substring(NAME.length() + 1)) : token;
  }

  /** How it is presented: as a browser would. */
  static String of(Secret token) {
    var value = plain(token).reveal();
    if (value.length() <= PIECE) return NAME + "=" + value;
    var pieces = new ArrayList<String>();
    for (int at = 0; at < value.length(); at += PIECE) {
      pieces.add(NAME + "." + pieces.size() + "=" + value.substring(at, Math.min(value.length(), at + PIECE)));
    }
    return String.join("; ", pieces);
  }

  /**
   * The token that these {@code Set-Cookie} headers bring; empty where they bring none, take one away, or leave open
   * which it is.
   */
  static Optional<Secret> given(List<String> headers, Instant now) {
    return given(NAME, headers, now).or(() -> given(BARE, headers, now));
  }

  private static Optional<Secret> given(String name, List<String> headers, Instant now) {
    // -1: the whole
    var parts = new TreeMap<Integer, String>();
    for (var header : headers) {
      var cookie = header.split("=", 2);
      var place = cookie.length < 2 ? Optional.<Integer>empty() : place(name, cookie[0].strip());
      if (place.isEmpty()) continue;
      var value = value(cookie[1], now);
      if (value.isEmpty()) parts.remove(place.get());
      else parts.put(place.get(), value);
    }
    return joined(parts).filter(FlowCookie::sound).map(Secret::new);
  }

  private static Optional<Integer> place(String name, String cookie) {
    if (cookie.equals(name)) return Optional.of(-1);
    boolean piece = cookie.startsWith(name + ".") && NUMBER.matcher(cookie.substring(name.length() + 1)).matches();
    return piece ? Optional.of(cookie.charAt(cookie.length() - 1) - '0') : Optional.empty();
  }

  /** Empty where the cookie is taken away. */
  private static String value(String rest, Instant now) {
    var words = rest.split(";");
    if (words.length == 0) return "";
    var attributes = List.of(words).subList(1, words.length);
    var age = attribute(attributes, "max-age").filter(a -> a.matches("-?[0-9]+"));
    boolean over = age.map(a -> a.startsWith("-") || a.matches("0+"))
        .orElseGet(() -> attribute(attributes, "expires").flatMap(FlowCookie::moment).map(e -> !e.isAfter(now)).orElse(false));
    return over ? "" : words[0].strip();
  }

  private static Optional<String> attribute(List<String> attributes, String name) {
    return attributes.stream().map(String::strip).filter(a -> a.toLowerCase(Locale.ROOT).startsWith(name + "="))
        .map(a -> a.substring(name.length() + 1).strip()).reduce((first, last) -> last);
  }

  /** The day of the week says nothing, and some write 01-Jan-1970; a date nobody can read is none. */
  private static Optional<Instant> moment(String date) {
    if (date.length() > DATE_MAX) return Optional.empty();
    var plain = date.substring(date.indexOf(',') + 1).replace('-', ' ').replaceFirst("(?i)\\s*(GMT|UTC)$", "").strip();
    try {
      return Optional.of(LocalDateTime.parse(plain, DATE).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> joined(TreeMap<Integer, String> parts) {
    if (parts.isEmpty()) return Optional.empty();
    // the whole alone, or pieces from the first to the last without a gap
    boolean sure = parts.firstKey() < 1 && parts.lastKey() == parts.size() - 1 + parts.firstKey();
    boolean both = parts.firstKey() < 0 && parts.size() > 1;
    return sure && !both ? Optional.of(String.join("", parts.values())) : Optional.empty();
  }

  private static boolean sound(String token) {
    return token.length() >= TOKEN_MIN && token.length() <= TOKEN_MAX && VALUE.matcher(token).matches();
  }
}
