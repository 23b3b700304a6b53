package easel.upstream;

/** A proxy did not let a call through: it is proven that no byte of the request reached the upstream. */
final class NoWay extends Exception {
  private static final long serialVersionUID = 1;

  /** Whose trouble it is. {@code US}: the proxy was not asked; {@code UNCLEAR}: it was, and its answer was none. */
  enum Whose { US, PROXY, TARGET, UNCLEAR }

  private final Whose whose;

  /** {@code words}: a sentence that names the proxy without its password. */
  NoWay(Whose whose, String words, Throwable cause) {
    super(words, cause);
    this.whose = whose;
  }

  Whose whose() {
    return whose;
  }
}
