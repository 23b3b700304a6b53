package easel.provider;

import java.util.List;

/** What a sample picture can show, and the words of a prompt that call for it. */
enum SampleMotif {
  MOUNTAIN(Place.LAND, "mountain peak alps fuji volcano cliff canyon 山 峰"),
  HILL(Place.LAND, "hill meadow field grass valley countryside pasture garden park 草 田 丘 园"),
  SEA(Place.LAND, "sea ocean beach coast wave water lake river island harbor harbour bay 海 湖 河 江 浪 岛"),
  FOREST(Place.LAND, "forest wood jungle grove 森林 树林 林"),
  CITY(Place.LAND, "city skyline town street skyscraper building downtown tokyo york shanghai 城市 城 街 楼"),
  DESERT(Place.LAND, "desert dune sand sahara 沙漠 沙"),
  SPACE(Place.LAND, "space galaxy cosmos universe nebula planet saturn mars astronaut 太空 宇宙 星系 行星 银河"),
  BACKGROUND(Place.LAND, "background backdrop wall studio 背景"),

  SUN(Place.SKY, "sun sunny sunshine sunlight 太阳 阳光"),
  MOON(Place.SKY, "moon crescent 月亮 月"),
  STARS(Place.SKY, "starry stars starlight constellation 星空 繁星"),
  CLOUD(Place.SKY, "cloud cloudy 云"),
  RAINBOW(Place.SKY, "rainbow 彩虹"),
  RAIN(Place.SKY, "rain rainy storm 雨"),
  SNOW(Place.SKY, "snow snowy winter ice icy frozen blizzard christmas 雪 冬 冰"),

  BALLOON(Place.AIR, "balloon airship 气球"),
  BIRD(Place.AIR, "bird eagle seagull gull owl crane crow swan duck parrot dove 鸟 鹰 鸭 鸽 猫头鹰 天鹅 凤凰"),
  BUTTERFLY(Place.AIR, "butterfly moth 蝴蝶 蝶"),
  ROCKET(Place.AIR, "rocket spaceship shuttle spacecraft 火箭 飞船"),

  CAT(Place.GROUND, "cat kitten kitty tiger lion 猫 虎 狮"),
  DOG(Place.GROUND, "dog puppy corgi husky wolf shiba 狗 犬 狼"),
  FOX(Place.GROUND, "fox 狐狸 狐"),
  RABBIT(Place.GROUND, "rabbit bunny hare 兔"),
  BEAR(Place.GROUND, "bear teddy 熊"),
  PANDA(Place.GROUND, "panda 熊猫"),
  FISH(Place.GROUND, "fish goldfish shark whale dolphin koi 鱼 鲸 海豚"),
  TREE(Place.GROUND, "tree oak willow blossom cherry sakura 树 樱花"),
  PINE(Place.GROUND, "pine fir spruce cedar 松"),
  FLOWER(Place.GROUND, "flower rose tulip daisy sunflower lily lotus orchid bouquet 花 玫瑰 向日葵 莲"),
  MUSHROOM(Place.GROUND, "mushroom toadstool 蘑菇"),
  HOUSE(Place.GROUND, "house cottage cabin hut home barn village 房 屋 村"),
  CASTLE(Place.GROUND, "castle palace fortress temple tower 城堡 宫 寺 塔"),
  LIGHTHOUSE(Place.GROUND, "lighthouse beacon 灯塔"),
  BOAT(Place.GROUND, "boat ship sail sailboat yacht 船 帆"),
  CAR(Place.GROUND, "car taxi automobile truck van bus 汽车 车"),
  ROBOT(Place.GROUND, "robot android cyborg 机器人"),
  PERSON(Place.GROUND, "person man men woman women girl boy child people human portrait lady king queen wizard "
      + "knight samurai 人 女孩 男孩 女 男 孩"),
  CUP(Place.GROUND, "cup mug coffee tea 杯 咖啡 茶"),
  APPLE(Place.GROUND, "apple fruit peach tomato 苹果 水果 桃"),

  CIRCLE(Place.SHAPE, "circle ball sphere dot disc disk 圆 球"),
  SQUARE(Place.SHAPE, "square cube box rectangle block 正方形 方形 方块 盒"),
  TRIANGLE(Place.SHAPE, "triangle pyramid cone 三角 三角形 金字塔"),
  STAR(Place.SHAPE, "star 星 星星"),
  HEART(Place.SHAPE, "heart love valentine 爱心 心形 红心"),
  DIAMOND(Place.SHAPE, "diamond gem crystal rhombus jewel 钻石 菱形 水晶"),
  HEXAGON(Place.SHAPE, "hexagon honeycomb 六边形"),
  RING(Place.SHAPE, "ring donut doughnut wheel torus 环 戒指 圆环");

  /** Where in the picture it belongs. */
  enum Place { LAND, SKY, AIR, GROUND, SHAPE }

  final Place place;
  final List<String> words;

  SampleMotif(Place place, String words) {
    this.place = place;
    this.words = List.of(words.split(" "));
  }

  boolean figure() {
    return place == Place.AIR || place == Place.GROUND || place == Place.SHAPE;
  }
}
