package easel.provider;

import java.util.List;

/** Colours by the names prompts call them. */
enum SampleHue {
  RED(0xe0403c, "red crimson scarlet ruby vermilion 红 赤"),
  ORANGE(0xf28c33, "orange amber tangerine 橙 橘"),
  YELLOW(0xf7cf3d, "yellow lemon 黄"),
  GOLD(0xd9a634, "gold golden 金"),
  GREEN(0x4fa855, "green emerald olive lime 绿"),
  TEAL(0x2aa39f, "teal cyan turquoise aqua mint 青"),
  BLUE(0x3a78d8, "blue azure cobalt sapphire 蓝"),
  NAVY(0x223a75, "navy indigo 靛"),
  PURPLE(0x8250b8, "purple violet lavender magenta 紫"),
  PINK(0xf08cae, "pink rosy salmon 粉"),
  BROWN(0x8a5a3a, "brown chocolate bronze tan 棕 褐"),
  BEIGE(0xe3d2b2, "beige cream ivory 米色"),
  BLACK(0x24262e, "black ebony 黑"),
  WHITE(0xf6f6f2, "white 白"),
  GRAY(0x8d949e, "gray grey silver 灰 银");

  final int color;
  final List<String> words;

  SampleHue(int color, String words) {
    this.color = color;
    this.words = List.of(words.split(" "));
  }
}
