package easel.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Remembers addresses for a few seconds, so that not every call is handed to a thread that may block and back. The JDK
 * remembers them longer, but does not tell whether it does before it is asked. What was not found is asked for again.
 */
final class Remembered implements Resolver {
  private static final long LIFE = Duration.ofSeconds(5).toNanos();
  private static final int HOSTS_MAX = 1000;

  private record Found(List<InetAddress> addresses, long when) {}

  private final Resolver asked;
  private final LongSupplier nanos;
  private final Map<String, Found> found = new ConcurrentHashMap<>();

  Remembered(Resolver asked, LongSupplier nanos) {
    this.asked = asked;
    this.nanos = nanos;
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    var addresses = List.copyOf(asked.resolve(host));
    if (found.size() >= HOSTS_MAX) found.clear();
    found.put(host, new Found(addresses, nanos.getAsLong()));
    return addresses;
  }

  @Override
  public List<InetAddress> known(String host) {
    var last = found.get(host);
    return last == null || nanos.getAsLong() - last.when() > LIFE ? List.of() : last.addresses();
  }
}
