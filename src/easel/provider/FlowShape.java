package easel.provider;

import easel.core.Media;
import easel.core.Model;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A size in Flow's words. It is told a shape, makes the smallest of that shape, and larger ones of those.
 *
 * @param aspect {@code IMAGE_ASPECT_RATIO_LANDSCAPE}
 * @param upscale {@code 2K} and {@code 4K} of pictures, {@code 1080P} and {@code 4K} of videos; empty for what it makes
 *     at once
 */
record FlowShape(String aspect, Optional<String> upscale) {
  private static final Map<Ratio, String> SHAPES = shapes();
  /** Between sizes of 1K and 2K, and of 2K and 4K. */
  private static final long PIXELS_1K = 1_200_000;
  private static final long PIXELS_2K = 4_800_000;

  private static Map<Ratio, String> shapes() {
    var all = new LinkedHashMap<Ratio, String>();
    all.put(Ratio.of("16:9"), "LANDSCAPE");
    all.put(Ratio.of("9:16"), "PORTRAIT");
    all.put(Ratio.of("1:1"), "SQUARE");
    all.put(Ratio.of("4:3"), "LANDSCAPE_FOUR_THREE");
    all.put(Ratio.of("3:4"), "PORTRAIT_THREE_FOUR");
    return all;
  }

  /** What is left open takes the shape of the first picture handed in, and is else as the model makes it first. */
  static FlowShape of(Task task, Model model) {
    var size = task.size().orElseGet(() -> like(task, (SizeRule.OneOf) model.capability().sizes()));
    return task instanceof Task.Video ? video(size) : picture(size);
  }

  private static Size like(Task task, SizeRule.OneOf all) {
    boolean video = task instanceof Task.Video;
    var plain = all.sizes().stream().filter(s -> (video ? video(s) : picture(s)).upscale.isEmpty()).toList();
    return task.pictures().stream().map(Media::size).flatMap(Optional::stream).findFirst()
        .flatMap(given -> nearest(plain, given)).orElse(plain.getFirst());
  }

  private static Optional<Size> nearest(List<Size> sizes, Size given) {
    double wanted = shape(given);
    return sizes.stream().min(Comparator.comparingDouble(s -> Math.abs(Math.log(shape(s) / wanted))));
  }

  private static double shape(Size size) {
    return (double) size.width() / size.height();
  }

  private static FlowShape picture(Size size) {
    var shape = SHAPES.get(Ratio.nearest(List.copyOf(SHAPES.keySet()), size));
    var upscale = size.pixels() <= PIXELS_1K ? null : size.pixels() <= PIXELS_2K ? "2K" : "4K";
    return new FlowShape("IMAGE_ASPECT_RATIO_" + shape, Optional.ofNullable(upscale));
  }

  private static FlowShape video(Size size) {
    int shorter = Math.min(size.width(), size.height());
    var upscale = shorter < 1080 ? null : shorter < 2160 ? "1080P" : "4K";
    var shape = size.width() < size.height() ? "PORTRAIT" : "LANDSCAPE";
    return new FlowShape("VIDEO_ASPECT_RATIO_" + shape, Optional.ofNullable(upscale));
  }

  /** The lowest {@link easel.core.Account.Tier#rank()} of accounts that this is done for. */
  int tier() {
    return upscale.map(u -> u.equals("4K") ? 2 : 1).orElse(0);
  }
}
