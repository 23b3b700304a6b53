package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RememberedTest {
  private final List<InetAddress> addresses = new ArrayList<>();
  private final AtomicLong now = new AtomicLong();
  private final Remembered resolver = new Remembered(host -> {
    if (addresses.isEmpty()) throw new UnknownHostException(host);
    return addresses;
  }, now::get);

  @Test
  void anAddressIsKnownForFiveSeconds() throws UnknownHostException {
    assertEquals(List.of(), resolver.known("a"));
    addresses.add(InetAddress.getByAddress(new byte[] {1, 2, 3, 4}));
    var found = resolver.resolve("a");
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    assertEquals(found, resolver.known("a"));
    assertEquals(List.of(), resolver.known("b"));
    now.incrementAndGet();
    assertEquals(List.of(), resolver.known("a"));
  }

  @Test
  void whatIsNotFoundIsNotRemembered() {
    assertThrows(UnknownHostException.class, () -> resolver.resolve("a"));
    assertEquals(List.of(), resolver.known("a"));
  }

  @Test
  void manyHostsDoNotPileUp() throws UnknownHostException {
    addresses.add(InetAddress.getLoopbackAddress());
    for (int i = 0; i <= 1000; i++) resolver.resolve("host-" + i);
    assertEquals(List.of(), resolver.known("host-0"));
    assertEquals(addresses, resolver.known("host-1000"));
  }
}
