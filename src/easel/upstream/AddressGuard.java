package easel.upstream;

import easel.core.Failure;
import easel.core.GatewayException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Decides whether a link that somebody gave us may be followed. It judges the addresses that will be connected to, not
 * names: the caller resolves once, shows all addresses, and connects to one of those it showed. The JDK's own tests
 * ({@code isSiteLocalAddress} and its kin) miss most special ranges, hence the table.
 *
 * <p>What it says never tells a private host from a missing one, so that nobody can map our network through it.
 */
public final class AddressGuard {
  /** Words for an address that is refused, to be put behind the name of the parameter. */
  static final String NOT_PUBLIC = "must name a host that exists and is public";

  // IANA IPv4 Special-Purpose Address Registry, multicast and reserved space
  private static final List<AddressRange> V4_CLOSED = ranges("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
      "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
      "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
      "168.63.129.16"); // looks public, yet is the wire server of every machine at Azure

  // IPv6: only global unicast is open, less what IANA took out of it (protocol assignments with Teredo, documentation)
  private static final AddressRange V6_OPEN = AddressRange.of("2000::/3");
  private static final List<AddressRange> V6_CLOSED = ranges("2001::/23", "2001:db8::/32", "3fff::/20");

  // ranges that carry an IPv4 address, and where: the packet ends up at that one. (IPv4-mapped addresses and
  // 64:ff9b:1::/48, which is for local use, need no line: the JDK unwraps the former, the latter is not in 2000::/3.)
  private static final AddressRange NAT64 = AddressRange.of("64:ff9b::/96");
  private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");

  // Below 80 nothing speaks HTTP. Above, the ports that browsers refuse (WHATWG Fetch, "bad port") and those of
  // databases and remote control that could take an HTTP request for commands. All else is open: people serve pictures
  // anywhere.
  private static final Set<Integer> PORTS_CLOSED = Set.of(87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119,
      123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563,
      587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666,
      6667, 6668, 6669, 6679, 6697, 10080,
      445, 873, 1433, 1521, 2375, 2376, 2379, 3306, 3389, 5432, 5672, 5900, 6379, 9042, 9092, 9200, 11211, 27017);

  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*[.]?");

  // names that mean the house of whoever resolves them (RFC 6761, 6762, 8375, and what routers call themselves)
  private static final Pattern AT_HOME = Pattern.compile("(.*[.])?(localhost|local|internal|intranet|lan|home|corp|private|home[.]arpa|localdomain)");

  private final List<AddressRange> allowedRanges;
  private final Set<String> allowedHosts;
  private final boolean leavesNames;

  /**
   * @param allowPrivate ranges, addresses and host names that are open although they are not public
   * @throws IllegalArgumentException for an entry that is none of the three
   */
  public AddressGuard(List<String> allowPrivate) {
    this(new ArrayList<>(), new HashSet<>(), false);
    for (var entry : allowPrivate) {
      var range = AddressRange.parse(entry);
      if (range.isEmpty() && (!HOST.matcher(entry).matches() || numeric(entry))) {
        throw new IllegalArgumentException(entry + " is not a range, an address or a host name");
      }
      range.ifPresentOrElse(allowedRanges::add, () -> allowedHosts.add(hostName(entry)));
    }
  }

  private AddressGuard(List<AddressRange> ranges, Set<String> hosts, boolean leavesNames) {
    allowedRanges = ranges;
    allowedHosts = hosts;
    this.leavesNames = leavesNames;
  }

  /**
   * The same for links of providers, which are no callers': where a proxy resolves names, they are left to it. What it
   * finds is then out of sight; what a name says about itself is not.
   */
  AddressGuard leavingNames() {
    return new AddressGuard(allowedRanges, allowedHosts, true);
  }

  boolean leavesNames() {
    return leavesNames;
  }

  /** Throws {@code Forbidden} for a name that means a host near the one that resolves it. */
  void checkName(String host) {
    var name = hostName(host);
    var near = !name.contains(".") || AT_HOME.matcher(name).matches();
    if (near && !allowedHosts.contains(name)) throw forbidden(NOT_PUBLIC);
  }

  /**
   * What is wrong with a link by its looks alone, as words to put behind its parameter's name; empty where nothing is.
   */
  public Optional<String> complaint(URI link) {
    var scheme = link.getScheme() == null ? "" : link.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) return Optional.of("must be an http or https link");
    if (link.getRawAuthority() != null && link.getRawAuthority().contains("@")) {
      return Optional.of("must not hold a user name or password");
    }
    if (link.getHost() == null) return Optional.of("must name a host in plain letters, digits and dashes");
    var port = link.getPort() < 0 ? 80 : link.getPort();
    if (port < 80 || port > 65535 || PORTS_CLOSED.contains(port)) return Optional.of("must not use port " + port);
    return numeric(link.getHost()) && AddressRange.literal(link.getHost()).isEmpty()
        ? Optional.of("must spell an address as four decimal numbers or name a host") : Optional.empty();
  }

  /** Throws {@code Forbidden} where {@link #complaint} complains. */
  void check(URI link) {
    complaint(link).ifPresent(words -> {
      throw forbidden(words);
    });
  }

  /** Throws {@code Forbidden} unless every address of the host may be connected to. */
  void check(String host, List<InetAddress> addresses) {
    if (allowedHosts.contains(hostName(host))) return;
    if (addresses.isEmpty() || !addresses.stream().allMatch(this::open)) throw forbidden(NOT_PUBLIC);
  }

  static GatewayException forbidden(String words) {
    return new GatewayException(new Failure.Forbidden("a link " + words));
  }

  /** Whether that very address may be connected to. */
  boolean open(InetAddress address) {
    var bytes = unwrap(address.getAddress());
    if (allowedRanges.stream().anyMatch(range -> range.holds(bytes))) return true;
    if (bytes.length == 4) return V4_CLOSED.stream().noneMatch(range -> range.holds(bytes));
    return V6_OPEN.holds(bytes) && V6_CLOSED.stream().noneMatch(range -> range.holds(bytes));
  }

  private static byte[] unwrap(byte[] address) {
    if (NAT64.holds(address)) return Arrays.copyOfRange(address, 12, 16);
    if (SIX_TO_FOUR.holds(address)) return Arrays.copyOfRange(address, 2, 6);
    return address;
  }

  /** Browsers read a host whose last label is a number as an IPv4 address (WHATWG URL, "ends in a number"). */
  private static boolean numeric(String host) {
    if (host.startsWith("[")) return true;
    var bare = hostName(host);
    return NUMBER.matcher(bare.substring(bare.lastIndexOf('.') + 1)).matches();
  }

  private static String hostName(String host) {
    var lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static List<AddressRange> ranges(String... texts) {
    return Stream.of(texts).map(AddressRange::of).toList();
  }
}
