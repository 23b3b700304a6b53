package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All that is needed to draw a picture or a video, in a form that fits into a handle.
 *
 * @param seconds of a video, 0 for a picture
 */
record SampleWork(Kind kind, String prompt, long seed, Size size, int count, int partials, int seconds,
    List<Given> inputs) {
  static final Size IMAGE_SIZE = new Size(1024, 1024);
  static final Size VIDEO_SIZE = new Size(320, 192);
  static final int SIDE_MIN = 64;
  static final int SIDE_MAX = 2048;
  static final int SECONDS = 4;

  /** A file the caller handed in. Width and height are 0 where its head does not tell. */
  record Given(Path file, Input.Role role, MediaType type, int width, int height, String sha256) {
    private static Given of(Input input) {
      var media = input.media();
      return new Given(media.file(), input.role(), media.type(), media.width(), media.height(), media.sha256());
    }

    private static Given of(Fields f) {
      return new Given(Path.of(f.text("file")), f.choice("role", Input.Role.class, Input.Role.REFERENCE),
          f.choice("type", MediaType.class, MediaType.PNG), f.integer("width", 0, 0, Integer.MAX_VALUE),
          f.integer("height", 0, 0, Integer.MAX_VALUE), f.text("sha256"));
    }

    private JsonObject toJson() {
      return new JsonObject().add("file", file.toString()).add("role", role.name().toLowerCase(Locale.ROOT))
          .add("type", type.name().toLowerCase(Locale.ROOT)).add("width", width).add("height", height)
              .add("sha256", sha256);
    }
  }

  SampleWork {
    inputs = List.copyOf(inputs);
  }

  /** @throws GatewayException {@link Failure.Invalid} for a seed that is no whole number */
  static SampleWork of(Task task) {
    var inputs = task.inputs().stream().map(Given::of).toList();
    return switch (task) {
      case Task.Image image -> new SampleWork(Kind.IMAGE, image.prompt(), seed(task),
          image.size().orElseGet(() -> imageSize(task)), image.count(), image.partials(), 0, inputs);
      case Task.Video video -> new SampleWork(Kind.VIDEO, video.prompt(), seed(task),
          video.size().orElseGet(() -> videoSize(task)), 1, 0, video.seconds().orElse(SECONDS), inputs);
    };
  }

  private static long seed(Task task) {
    try {
      return Fields.of(task.extras()).optWhole("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(0L);
    } catch (FieldException e) {
      throw new GatewayException(new Failure.Invalid(e.path(), e.getMessage()), e);
    }
  }

  /** An edit is as large as what is edited, within limits. */
  private static Size imageSize(Task task) {
    return firstSize(task).map(s -> {
      double scale = Math.min(1, SIDE_MAX / (double) Math.max(s.width(), s.height()));
      return new Size(side(s.width() * scale), side(s.height() * scale));
    }).orElse(IMAGE_SIZE);
  }

  private static int side(double wished) {
    return (int) Math.max(SIDE_MIN, Math.min(SIDE_MAX, Math.round(wished)));
  }

  private static Size videoSize(Task task) {
    boolean upright = firstSize(task).map(s -> s.height() > s.width()).orElse(false);
    return upright ? new Size(VIDEO_SIZE.height(), VIDEO_SIZE.width()) : VIDEO_SIZE;
  }

  private static Optional<Size> firstSize(Task task) {
    return task.pictures().stream().findFirst().flatMap(Media::size);
  }

  JsonObject toJson() {
    var json = new JsonObject().add("kind", kind.name().toLowerCase(Locale.ROOT)).add("prompt", prompt)
        .add("seed", seed).add("size", size.toString()).add("count", count).add("partials", partials)
            .add("seconds", seconds);
    var list = new JsonArray();
    inputs.forEach(i -> list.add(i.toJson()));
    return json.add("inputs", list);
  }

  static SampleWork of(Fields f) {
    return new SampleWork(f.choice("kind", Kind.class, Kind.IMAGE), f.text("prompt"),
        f.optWhole("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(0L),
        Size.parse(f.text("size")).orElseThrow(() -> f.wrong("size", "must be a size")),
            f.integer("count", 1, 1, Integer.MAX_VALUE),
        f.integer("partials", 0, 0, Integer.MAX_VALUE), f.integer("seconds", 0, 0, Integer.MAX_VALUE),
            f.list("inputs", Given::of));
  }
}
