package easel;

import java.util.Optional;

/** Which Easel this is; told by the jar's manifest. */
final class Version {
  private Version() {}

  static String text() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("dev");
  }
}
