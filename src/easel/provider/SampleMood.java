package easel.provider;

import java.util.List;

/** The light of a picture: its colours from the top of the sky to what is nearest, and the words that call for it. */
enum SampleMood {
  DAY("day daylight noon summer blue-sky 白天 夏 晴", 0x3f86d0, 0xcfe9f7, 0xfff4c8, 0xa9c8dc, 0x5f8f9b, 0x86b861, 0x3f7d4e),
  SPRING("spring pastel 春", 0x7cb8e4, 0xfbeaf0, 0xfff6d8, 0xb9d3d8, 0x86b3a0, 0xa8d070, 0x5a9e5c),
  AUTUMN("autumn harvest 秋", 0x6fa0c0, 0xfbe6c4, 0xfff0b8, 0xcdb59a, 0xa8775a, 0xd79a45, 0x8a4f2b),
  DAWN("dawn sunrise morning 日出 黎明 清晨 早晨", 0x5f7fb8, 0xfbd3bd, 0xffe9bd, 0xb7a0bd, 0x7b6d9c, 0x7b8f86, 0x3d5564),
  SUNSET("sunset dusk evening twilight golden-hour 日落 夕阳 黄昏 傍晚 晚霞", 0x4b2f77, 0xff9a5c, 0xffe39a, 0xb4577a, 0x6f3a6b,
      0x5a2f5c, 0x2c1c40),
  NIGHT("night midnight dark moonlit moonlight nocturnal 夜 夜晚 午夜", 0x0a1033, 0x3a4d8c, 0xf6f1d6, 0x32447a, 0x1e2c58,
      0x16264a, 0x0a142c);

  final List<String> words;
  final int skyTop;
  final int skyLow;
  /** Of the sun or the moon. */
  final int light;
  final int far;
  final int middle;
  final int groundFar;
  final int groundNear;

  SampleMood(String words, int... colors) {
    this.words = List.of(words.split(" "));
    skyTop = colors[0];
    skyLow = colors[1];
    light = colors[2];
    far = colors[3];
    middle = colors[4];
    groundFar = colors[5];
    groundNear = colors[6];
  }
}
