package easel.upstream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Hosts that are called without a proxy. Names are compared as they stand: nothing is resolved for that. */
record NoProxy(Set<String> hosts, List<String> suffixes, List<AddressRange> ranges) {
  private static final Pattern NAME = Pattern.compile("[*]?[.]?[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*");

  static NoProxy of(List<String> entries) {
    var known = new NoProxy(new HashSet<>(), new ArrayList<>(), new ArrayList<>());
    for (var entry : entries) known.add(entry.strip().toLowerCase(Locale.ROOT));
    return known;
  }

  private void add(String entry) {
    var range = AddressRange.parse(entry);
    if (range.isPresent()) {
      ranges.add(range.get());
      return;
    }
    if (!NAME.matcher(entry).matches()) {
      throw new IllegalArgumentException("must hold hosts, .suffixes of hosts, addresses and ranges: " + entry + " is none");
    }
    var name = entry.startsWith("*") ? entry.substring(1) : entry;
    if (name.startsWith(".")) suffixes.add(name);
    else hosts.add(name);
  }

  boolean holds(Target target) {
    var host = target.host().endsWith(".") ? target.host().substring(0, target.host().length() - 1) : target.host();
    if (hosts.contains(host) || suffixes.stream().anyMatch(host::endsWith)) return true;
    var literal = AddressRange.literal(host);
    return literal.isPresent() && ranges.stream().anyMatch(range -> range.holds(literal.get().getAddress()));
  }
}
