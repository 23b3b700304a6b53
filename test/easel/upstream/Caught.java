package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import easel.core.Failure;
import easel.core.GatewayException;
import org.junit.jupiter.api.function.Executable;

/** The failure something ends with. */
final class Caught {
  private Caught() {}

  static Failure failure(Executable call) {
    return assertThrows(GatewayException.class, call).failure();
  }

  static <F extends Failure> F failure(Class<F> kind, Executable call) {
    var failure = failure(call);
    return assertInstanceOf(kind, failure, failure::toString);
  }
}
