package easel.sdk;

import java.util.Locale;
import java.util.Set;

/** What happens between Easel and a provider while a client waits; plain work first, trouble after it. */
enum Scene {
  PICTURE("text to picture"),
  EDIT("picture to picture"),
  VIDEO("text to video"),
  FRAME("picture to video"),
  LATER("video, asked for later"),

  TOO_MUCH("more than the model can do"),
  INVALID("a parameter the provider refuses"),
  REFUSED("refused content"),
  LIMITED("429"),
  BAD_KEY("bad key"),
  BROKE("out of credits"),
  GONE("refused connection"),
  FAILED("work that fails later"),
  ERROR("500 after the submit"),
  GARBAGE("garbage for an answer"),
  DRIP("an answer in drops"),
  DROPPED("dropped after acceptance");

  private static final Set<Scene> FILMS = Set.of(VIDEO, FRAME, LATER);

  final String title;

  Scene(String title) {
    this.title = title;
  }

  /** A video is asked for, whatever else the provider makes. */
  boolean film() {
    return FILMS.contains(this);
  }

  /** The name of a provider that is there for this scene alone. */
  String of(String provider) {
    return provider + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
