package easel.provider;

import easel.provider.SampleMotif.Place;
import easel.provider.SampleWords.Named;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What will be in a picture: its light, its land and sky with their colours, and the figures in front. All that the
 * prompt leaves open is decided by the seed.
 *
 * @param settings land, weather and lights, each with its colour, or {@link #OWN} for its usual one
 * @param tint the colour the whole picture leans to, or {@link #OWN}
 */
record SampleScene(SampleMood mood, Map<SampleMotif, Integer> settings, List<Figure> figures, int tint) {
  static final int OWN = -1;
  private static final int FIGURES_MAX = 6;
  private static final SampleMood[] ANY_LIGHT = {SampleMood.DAY, SampleMood.DAWN, SampleMood.SUNSET, SampleMood.SPRING,
      SampleMood.NIGHT, SampleMood.AUTUMN};
  private static final SampleMotif[] ANY_LAND = {SampleMotif.MOUNTAIN, SampleMotif.SEA, SampleMotif.HILL,
      SampleMotif.DESERT, SampleMotif.FOREST};

  /** One thing in front. */
  record Figure(SampleMotif motif, int color) {}

  SampleScene {
    settings = Map.copyOf(settings);
    figures = List.copyOf(figures);
  }

  static SampleScene of(String prompt, Random chance) {
    var found = SampleWords.in(prompt);
    var settings = new EnumMap<SampleMotif, Integer>(SampleMotif.class);
    var figures = new ArrayList<Figure>();
    for (var named : found.things()) {
      int color = named.hue().map(h -> h.color).orElse(OWN);
      // "a cat ... the cat" is one cat, "a cat and a red cat" are two
      boolean again = color == OWN && figures.stream().anyMatch(f -> f.motif() == named.motif());
      if (!named.motif().figure()) settings.merge(named.motif(), color, (a, b) -> b == OWN ? a : b);
      else if (!again) add(figures, named, color, chance);
    }
    var mood = mood(found.moods(), settings, ANY_LIGHT[chance.nextInt(ANY_LIGHT.length)]);
    var anyLand = ANY_LAND[chance.nextInt(ANY_LAND.length)];
    if (!landed(settings)) settings.put(land(figures, anyLand), OWN);
    return new SampleScene(mood, settings, figures, found.hues().isEmpty() ? OWN : found.hues().getFirst().color);
  }

  private static void add(List<Figure> figures, Named named, int color, Random chance) {
    for (int i = 0; i < named.count() && figures.size() < FIGURES_MAX; i++) {
      figures.add(new Figure(named.motif(), color == OWN ? usual(named.motif(), chance) : color));
    }
  }

  private static SampleMood mood(List<SampleMood> named, Map<SampleMotif, Integer> settings, SampleMood any) {
    if (!named.isEmpty()) return named.getFirst();
    if (settings.containsKey(SampleMotif.MOON) || settings.containsKey(SampleMotif.STARS)
        || settings.containsKey(SampleMotif.SPACE)) return SampleMood.NIGHT;
    boolean bright = settings.containsKey(SampleMotif.SUN) || settings.containsKey(SampleMotif.RAINBOW)
        || settings.containsKey(SampleMotif.CLOUD) || settings.containsKey(SampleMotif.SNOW);
    return bright ? SampleMood.DAY : any;
  }

  private static boolean landed(Map<SampleMotif, Integer> settings) {
    return settings.keySet().stream().anyMatch(m -> m.place == Place.LAND);
  }

  /** Where the figures are at home; plain shapes get a plain wall. */
  private static SampleMotif land(List<Figure> figures, SampleMotif any) {
    if (figures.isEmpty()) return any;
    if (figures.stream().allMatch(f -> f.motif().place == Place.SHAPE)) return SampleMotif.BACKGROUND;
    return switch (figures.getFirst().motif()) {
      case BOAT, LIGHTHOUSE, FISH -> SampleMotif.SEA;
      case ROCKET -> SampleMotif.SPACE;
      case CUP, APPLE, ROBOT -> SampleMotif.BACKGROUND;
      case PINE -> SampleMotif.FOREST;
      case CASTLE, BALLOON -> SampleMotif.MOUNTAIN;
      case CAR -> SampleMotif.CITY;
      default -> SampleMotif.HILL;
    };
  }

  private static int usual(SampleMotif motif, Random chance) {
    int[] colors = switch (motif) {
      case CAT -> new int[] {0xe8964a, 0x8b8f99, 0x3f4048, 0xd9b48a};
      case DOG -> new int[] {0xc98d55, 0xd9b07a, 0x8f6a4c};
      case FOX -> new int[] {0xe67a35};
      case RABBIT -> new int[] {0xd8cfc6, 0xb59a85};
      case BEAR -> new int[] {0x8f5f3f, 0x6f4a35};
      case FISH -> new int[] {0xf28c33, 0x3f95d0, 0xe0605c};
      case TREE -> new int[] {0x57a055, 0x6fae4c, 0xf2a9bd};
      case PINE -> new int[] {0x3f7f5c};
      case FLOWER -> new int[] {0xe8607f, 0xf2b23d, 0x9a6fd0, 0xf5f0fa};
      case HOUSE -> new int[] {0xf3e3c8, 0xd8e3ea, 0xf2c7a8};
      case CASTLE -> new int[] {0xb9b6c2, 0xd8c7ae};
      case LIGHTHOUSE, MUSHROOM, HEART, APPLE -> new int[] {0xdc4a48};
      case BOAT -> new int[] {0xfaf5ea, 0xf2c65c};
      case ROCKET -> new int[] {0xf2f2f5};
      case ROBOT -> new int[] {0x9fb2c6, 0x7fb5b5};
      case CUP -> new int[] {0xf5efe4, 0x6fa8b8, 0xd9705c};
      case BIRD -> new int[] {0x4f8fd0, 0xe8604c, 0xf2c14e};
      case PERSON -> new int[] {0xd9584c, 0x4a8fc2, 0xf2b84a, 0x6aa56a};
      default -> new int[] {0xe5584f, 0x3f86d0, 0xf2b23d, 0x4fae8a, 0x8f6ac8};
    };
    return colors[chance.nextInt(colors.length)];
  }

  boolean has(SampleMotif motif) {
    return settings.containsKey(motif);
  }

  /** Whether somebody stands there who cannot stand on water. */
  boolean ashore() {
    return figures.stream().map(Figure::motif)
        .anyMatch(m -> m.place != Place.AIR && m != SampleMotif.BOAT && m != SampleMotif.FISH);
  }

  /** The colour the prompt gave to a setting, else {@code usual} in the picture's tint. */
  int color(SampleMotif motif, int usual) {
    int own = settings.getOrDefault(motif, OWN);
    return own == OWN ? tinted(usual) : SampleColor.mix(SampleColor.tinted(usual, own, 1), own, 0.6);
  }

  int tinted(int color) {
    return tint == OWN ? color : SampleColor.tinted(color, tint, 0.55);
  }
}
