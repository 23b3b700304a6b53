package easel.api;

import easel.core.Input;
import easel.core.Media;
import easel.core.Size;
import easel.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A task on its way to become a job, read and checked, and how its caller wants to hear of it.
 *
 * @param face the route it came in by
 * @param task without its inputs until {@link #taken}
 * @param inline the reply holds the pictures themselves, not links to them
 * @param pictures what the request holds or points to, in order
 * @param shape settles which model is meant, where its name leaves that open
 * @param sizing where the task has no size of its own
 */
record Order(String face, Task task, Common common, boolean inline, List<Pending> pictures, Optional<Shape> shape,
    Sizing sizing) {
  /** Finds a size when the pictures are there: it may depend on them. */
  interface Sizing {
    Optional<Size> size(List<Input> inputs);
  }

  /** A picture of the request by its place there; taking it may have to fetch it. */
  sealed interface Picture {
    Media take(Inputs inputs) throws InterruptedException;

    record Sent(String field, Form.Upload upload) implements Picture {
      @Override
      public Media take(Inputs inputs) {
        return inputs.upload(field, upload);
      }
    }

    record Linked(String field, String text) implements Picture {
      @Override
      public Media take(Inputs inputs) throws InterruptedException {
        return inputs.link(field, text);
      }
    }

    /** What an answer has shown before: it may be long gone, and whoever goes on with the conversation is to know. */
    record Shown(String field, String text) implements Picture {
      @Override
      public Media take(Inputs inputs) throws InterruptedException {
        return inputs.shown(field, text);
      }
    }

    /** A video of ours to go on with. */
    record Made(String field, String media) implements Picture {
      @Override
      public Media take(Inputs inputs) {
        return inputs.video(field, media);
      }
    }
  }

  /** A picture that is still to be taken, and what it is for. */
  record Pending(Picture picture, Input.Role role) {}

  Order {
    pictures = List.copyOf(pictures);
  }

  Order(String face, Task task, Common common, boolean inline, List<Pending> pictures) {
    this(face, task, common, inline, pictures, Optional.empty());
  }

  Order(String face, Task task, Common common, boolean inline, List<Pending> pictures, Optional<Shape> shape) {
    this(face, task, common, inline, pictures, shape, inputs -> Optional.empty());
  }

  /** What of the request comes to nothing, in words for the caller. */
  List<String> warnings() {
    return shape.map(Shape::warnings).orElse(List.of());
  }

  /** The task with its pictures, which are in the store now. */
  Task taken(Inputs inputs) throws InterruptedException {
    var all = new ArrayList<Input>();
    for (var pending : pictures) all.add(new Input(pending.picture().take(inputs), pending.role()));
    var whole = with(all);
    return shape.map(s -> s.settle(whole)).orElse(whole);
  }

  private Task with(List<Input> all) {
    var size = task.size().or(() -> sizing.size(all));
    return switch (task) {
      case Task.Image t ->
          new Task.Image(t.model(), t.prompt(), t.count(), size, t.look(), t.partials(), all, t.extras());
      case Task.Video t -> new Task.Video(t.model(), t.prompt(), size, t.seconds(), all, t.extras());
    };
  }
}
