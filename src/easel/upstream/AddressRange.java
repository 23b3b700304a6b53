package easel.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** All IPv4 or IPv6 addresses that begin with the same bits. */
record AddressRange(InetAddress first, int bits) {
  private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]+|\\[[0-9a-fA-F:][0-9a-fA-F:.]+]");

  AddressRange {
    if (bits < 0 || bits > first.getAddress().length * 8) throw new IllegalArgumentException("no prefix: /" + bits);
  }

  /** Reads {@code 10.0.0.0/8}, {@code fc00::/7} or a single address; empty where the text is none of them. */
  static Optional<AddressRange> parse(String text) {
    var slash = text.indexOf('/');
    var address = literal(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) return Optional.empty();
    var all = address.get().getAddress().length * 8;
    if (slash < 0) return Optional.of(new AddressRange(address.get(), all));
    var bits = text.substring(slash + 1);
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > all) return Optional.empty();
    return Optional.of(new AddressRange(address.get(), Integer.parseInt(bits)));
  }

  static AddressRange of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
  }

  /**
   * The address a text spells, without asking any resolver: four plain decimal numbers, or IPv6 with or without
   * brackets. Other spellings ({@code 127.1}, {@code 0177.0.0.1}, {@code 2130706433}) mean different addresses to
   * different programs and are none to us.
   */
  static Optional<InetAddress> literal(String text) {
    try {
      if (text.contains(":")) {
        // the JDK would ask the resolver for what begins unlike an address
        return SIX.matcher(text).matches() ? Optional.of(InetAddress.getByName(text)) : Optional.empty();
      }
      var parts = text.split("\\.", -1);
      if (parts.length != 4) return Optional.empty();
      var bytes = new byte[4];
      for (int i = 0; i < 4; i++) {
        if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) return Optional.empty();
        bytes[i] = (byte) Integer.parseInt(parts[i]);
      }
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  boolean holds(byte[] address) {
    var prefix = first.getAddress();
    if (prefix.length != address.length) return false;
    for (int i = 0; i < bits; i++) {
      var mask = 0x80 >> (i & 7);
      if ((prefix[i >> 3] & mask) != (address[i >> 3] & mask)) return false;
    }
    return true;
  }
}
