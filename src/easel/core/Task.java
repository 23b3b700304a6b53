package easel.core;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the caller wants, in no provider's words. {@link #model()} is the name the caller used until the dispatcher
 * replaces it by the name the chosen provider knows. {@link #extras()} are the caller's own parameters for the
 * provider, passed on as they are.
 */
public sealed interface Task {
  String model();

  String prompt();

  /** In pixels; empty where the provider chooses. */
  Optional<Size> size();

  List<Input> inputs();

  JsonObject extras();

  /** How many results are wanted. */
  int count();

  Task withModel(String model);

  default List<Media> inputs(Input.Role role) {
    return inputs().stream().filter(i -> i.role() == role).map(Input::media).toList();
  }

  /** What is to be worked from: all inputs but masks. */
  default List<Media> pictures() {
    return inputs().stream().filter(i -> i.role() != Input.Role.MASK).map(Input::media).toList();
  }

  /** The form that is stored; {@link TaskJson} reads it back. */
  default JsonObject toJson() {
    return TaskJson.write(this);
  }

  static Task of(Fields stored, List<Media> media) {
    return TaskJson.read(stored, media);
  }

  /**
   * Pictures from a prompt, or from a prompt and pictures. {@code partials}: how many previews are wanted, 0 for none.
   */
  record Image(String model, String prompt, int count, Optional<Size> size, Look look, int partials,
      List<Input> inputs, JsonObject extras) implements Task {
    public Image {
      inputs = List.copyOf(inputs);
    }

    public Image withCount(int number) {
      return new Image(model, prompt, number, size, look, partials, inputs, extras);
    }

    @Override
    public Image withModel(String name) {
      return new Image(name, prompt, count, size, look, partials, inputs, extras);
    }
  }

  /** A video of {@code seconds}, from a prompt and perhaps pictures. */
  record Video(String model, String prompt, Optional<Size> size, OptionalInt seconds, List<Input> inputs,
      JsonObject extras) implements Task {
    public Video {
      inputs = List.copyOf(inputs);
    }

    @Override
    public int count() {
      return 1;
    }

    @Override
    public Video withModel(String name) {
      return new Video(name, prompt, size, seconds, inputs, extras);
    }
  }
}
