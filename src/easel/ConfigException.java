package easel;

import java.util.List;

/** A configuration that cannot be used, with every complaint about it, each on a line of its own. */
final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;
  private final transient List<String> complaints;

  ConfigException(List<String> complaints) {
    super(String.join("\n", complaints), null, false, false);
    this.complaints = List.copyOf(complaints);
  }

  List<String> complaints() {
    return complaints;
  }
}
