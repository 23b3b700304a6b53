package easel;

import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/**
 * Hears what the operating system says to the process. The JDK has no public way to, so its own class is looked up by
 * name: the one place of the house that does so. Where it is missing, stopping still works, by the JDK's own hook.
 */
final class Signals {
  private static final System.Logger LOG = System.getLogger("easel");

  private Signals() {}

  /** Runs the action on each such signal ({@code HUP TERM INT}); false where the system has no such thing. */
  static boolean on(String name, Runnable action) {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handler = Class.forName("sun.misc.SignalHandler");
      var ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
        if (method.getName().equals("handle")) action.run();
        return null;
      });
      signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "no SIG{0} here: {1}", name, e.toString());
      return false;
    }
  }
}
