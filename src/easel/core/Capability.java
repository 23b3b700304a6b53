package easel.core;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a model can do. The dispatcher never asks an adapter for what is not declared here.
 *
 * @param inputs what it takes besides the prompt
 * @param countMax results of one request; more are made by several requests
 * @param promptMax characters
 * @param partialsMax previews it can show while it works
 * @param formats file types it can be asked for; the first is its habit
 * @param qualities words it takes for quality; empty: any
 * @param seconds lengths a video may have; empty for pictures
 */
public record Capability(Kind kind, Inputs inputs, int countMax, int promptMax, int partialsMax,
    SizeRule sizes, List<MediaType> formats, Set<String> qualities, Set<Integer> seconds) {
  /**
   * Pictures and videos that are handed in.
   *
   * @param min how many it needs, masks not counted
   * @param max how many it takes, masks not counted; 0: none
   * @param roles what they may be for; {@code MASK} is one of them
   */
  public record Inputs(int min, int max, Set<Input.Role> roles) {
    public static final Inputs NONE = new Inputs(0, 0, Set.of());

    public Inputs {
      roles = Set.copyOf(roles);
    }

    /** So many pictures to go by, or none. */
    public static Inputs upTo(int max) {
      return new Inputs(0, max, Set.of(Input.Role.REFERENCE));
    }

    /** So many pictures of any part in a video. */
    public static Inputs frames(int max) {
      return new Inputs(0, max, Set.of(Input.Role.REFERENCE, Input.Role.FIRST_FRAME, Input.Role.LAST_FRAME));
    }

    public boolean mask() {
      return roles.contains(Input.Role.MASK);
    }

    /** Needs a video to go on with, and takes nothing else. */
    public boolean goesOn() {
      return min > 0 && roles.equals(Set.of(Input.Role.SOURCE));
    }

    public Inputs withMask() {
      var all = new HashSet<>(roles);
      all.add(Input.Role.MASK);
      return new Inputs(min, max, all);
    }
  }

  public Capability {
    formats = List.copyOf(formats);
    qualities = Set.copyOf(qualities);
    seconds = Set.copyOf(seconds);
  }

  /**
   * Why this task is more than the model can do, naming the parameter; empty if it can. Words that do not begin with
   * the parameter are about the model, whose name is to stand before them.
   */
  public Optional<Failure.Invalid> complaint(Task task) {
    var made = task instanceof Task.Image ? Kind.IMAGE : Kind.VIDEO;
    if (kind != made) {
      return about("model", kind == Kind.VIDEO ? "makes videos, not pictures" : "makes pictures, not videos");
    }
    if (task.prompt().codePointCount(0, task.prompt().length()) > promptMax) {
      return wrong("prompt", "must have at most " + promptMax + " characters");
    }
    var given = inputsComplaint(task);
    if (given.isPresent()) return given;
    return switch (task) {
      case Task.Image image -> imageComplaint(image);
      case Task.Video video -> videoComplaint(video);
    };
  }

  private Optional<Failure.Invalid> inputsComplaint(Task task) {
    int masks = task.inputs(Input.Role.MASK).size();
    int pictures = task.inputs().size() - masks;
    if (inputs.goesOn() && task.inputs(Input.Role.SOURCE).isEmpty()) {
      return about("image", "needs a video to go on with: give extend://ID of one that was made here as image_url");
    }
    if (masks > 0 && !inputs.mask()) return wrong("mask", "cannot be used");
    if (pictures > inputs.max()) {
      return wrong("image", inputs.max() == 0 ? "cannot be used" : "may be given at most " + times(inputs.max()));
    }
    if (pictures < inputs.min()) return wrong("image", "must be given" + (inputs.min() == 1 ? "" : " " + times(inputs.min())));
    if (masks > 0 && pictures == 0) return wrong("mask", "needs a picture that it belongs to");
    for (var input : task.inputs()) {
      if (!inputs.roles().contains(input.role())) return wrong("image", "cannot be used as " + words(input.role()));
    }
    return Optional.empty();
  }

  private Optional<Failure.Invalid> imageComplaint(Task.Image image) {
    var size = image.size().flatMap(sizes::complaint);
    if (size.isPresent()) return wrong("size", size.get());
    var format = image.look().format();
    if (format.isPresent() && !formats.contains(format.get())) {
      return wrong("output_format", "must be one of " + String.join(", ", formats.stream().map(MediaType::format).toList()));
    }
    var quality = image.look().quality();
    if (quality.isPresent() && !qualities.isEmpty() && !qualities.contains(quality.get())) {
      return wrong("quality", "must be one of " + String.join(", ", qualities.stream().sorted().toList()));
    }
    return Optional.empty();
  }

  private Optional<Failure.Invalid> videoComplaint(Task.Video video) {
    var size = video.size().flatMap(sizes::complaint);
    if (size.isPresent()) return wrong("size", size.get());
    if (video.seconds().isPresent() && !seconds.isEmpty() && !seconds.contains(video.seconds().getAsInt())) {
      return wrong("seconds", "must be one of " + String.join(", ", seconds.stream().sorted().map(String::valueOf).toList()));
    }
    return Optional.empty();
  }

  private static String words(Input.Role role) {
    return switch (role) {
      case REFERENCE -> "a reference";
      case MASK -> "a mask";
      case FIRST_FRAME -> "the first frame";
      case LAST_FRAME -> "the last frame";
      case SOURCE -> "a video to go on with";
    };
  }

  private static String times(int number) {
    return number == 1 ? "once" : number + " times";
  }

  private static Optional<Failure.Invalid> about(String field, String words) {
    return Optional.of(new Failure.Invalid(field, words));
  }

  private static Optional<Failure.Invalid> wrong(String field, String words) {
    return Optional.of(new Failure.Invalid(field, field + " " + words));
  }
}
