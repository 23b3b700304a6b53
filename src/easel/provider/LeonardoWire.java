package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Size;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the adapter knows of a model besides its capabilities: the {@code wire} part of its row in leonardo.json. */
final class LeonardoWire {
  /** Fits every model that takes a seed (API reference: FLUX and MOTION2 have the smallest largest). */
  private static final long SEED_MAX = 2_147_483_637L;

  private final Fields f;

  LeonardoWire(Fields f) {
    this.f = f;
  }

  /** Whether it is a slug of version 2, and not a UUID or a name of version 1. */
  boolean v2() {
    return f.text("api", "v1").equals("v2");
  }

  /** What is sent unless the caller says otherwise. */
  JsonObject body() {
    return f.rawObject("body");
  }

  /** What a word for quality means here. */
  JsonObject quality(String word) {
    return f.object("looks").rawObject(word);
  }

  /** Unknown keys are refused, so a seed goes only where it is documented. */
  boolean seeded() {
    return f.flag("seed", false);
  }

  /** {@code init} or {@code context} in version 1, the name of a guidance in version 2. */
  String guide() {
    return f.text("guide", "");
  }

  /** Whether it is told how closely to follow a guidance. */
  boolean strength() {
    return f.flag("strength", false);
  }

  /** Whether a plain picture is a reference of its own kind, and not the first frame. */
  boolean references() {
    return f.flag("references", false);
  }

  /** Whether a size has to be named once more, as {@code RESOLUTION_720}. */
  boolean resolution() {
    return f.flag("resolution", false);
  }

  /** Whether a length is sent; some have only one. */
  boolean duration() {
    return f.flag("duration", true);
  }

  /** Whether 0x0 means the size of the picture that was handed in. */
  boolean likeInput() {
    return f.flag("like_input", false);
  }

  /**
   * The size to send. Models that think in shapes take only certain pairs, and make a square of any other without a
   * word ("Nano Banana 2", Leonardo's documentation): the pair of that shape with at least as many pixels.
   */
  Size size(Size wanted) {
    var pairs = sizes("pairs");
    if (pairs.isEmpty()) return wanted;
    var shape = nearest(pairs, wanted);
    var tiers = f.isList("tiers") ? f.wholes("tiers") : List.of(1L);
    var sizes = tiers.stream().map(t -> new Size((int) (shape.width() * t), (int) (shape.height() * t))).toList();
    return sizes.stream().filter(s -> s.pixels() >= wanted.pixels()).findFirst().orElse(sizes.getLast());
  }

  /** What a video is made in where nobody says; empty where that is left to Leonardo. */
  Optional<Size> usual(Optional<Size> like) {
    var sizes = sizes("usual");
    return sizes.isEmpty() ? Optional.empty() : Optional.of(like.map(l -> nearest(sizes, l)).orElse(sizes.getFirst()));
  }

  private List<Size> sizes(String name) {
    return f.texts(name).stream().map(s -> Size.parse(s).orElseThrow()).toList();
  }

  private static Size nearest(List<Size> sizes, Size wanted) {
    return sizes.stream().min(Comparator.comparingDouble(s -> distance(s, wanted))).orElseThrow();
  }

  private static double distance(Size pair, Size wanted) {
    double given = (double) pair.width() / pair.height();
    double asked = (double) wanted.width() / wanted.height();
    return Math.max(given, asked) / Math.min(given, asked);
  }

  /** A seed that no other purchase has: the only mark of ours that Leonardo's list shows. */
  static long seed(String tag) {
    var hash = UUID.nameUUIDFromBytes(tag.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
    return 1 + Math.floorMod(hash, SEED_MAX - 1);
  }
}
