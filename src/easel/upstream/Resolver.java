package easel.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks for the addresses of a name; may block as long as the system's own resolver does. */
@FunctionalInterface
interface Resolver {
  Resolver SYSTEM = new Remembered(host -> List.of(InetAddress.getAllByName(host)), System::nanoTime);

  List<InetAddress> resolve(String host) throws UnknownHostException;

  /** What was found moments ago, without blocking; nothing where it has to be resolved. */
  default List<InetAddress> known(String host) {
    return List.of();
  }
}
