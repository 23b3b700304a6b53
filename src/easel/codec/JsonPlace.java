package easel.codec;

import java.util.ArrayList;
import java.util.List;

/** Where in a JSON document a reader is, told by its punctuation; what is not JSON is left for the parser to find. */
final class JsonPlace {
  /** An object or a list that is open; {@code name} is the field just read, {@code index} the place in a list. */
  private static final class Level {
    final boolean list;
    String name = "";
    boolean atName;
    int index;

    Level(boolean list) {
      this.list = list;
      atName = !list;
    }
  }

  private final List<Level> levels = new ArrayList<>();

  /** A byte outside of any text went by. */
  void passed(int b) {
    switch (b) {
      case '{', '[' -> open(b == '[');
      case '}', ']' -> {
        if (!levels.isEmpty()) levels.removeLast();
      }
      case ',' -> next();
      default -> { }
    }
  }

  private void open(boolean list) {
    if (levels.size() > JsonText.DEPTH_MAX) throw JsonText.tooDeep();
    levels.add(new Level(list));
  }

  private void next() {
    if (levels.isEmpty()) return;
    var level = levels.getLast();
    level.index++;
    level.atName = !level.list;
  }

  /** The text that follows is a field's name. */
  boolean atName() {
    return !levels.isEmpty() && levels.getLast().atName;
  }

  void named(String name) {
    levels.getLast().name = name;
    levels.getLast().atName = false;
  }

  /** The field whose value this is, or is in the list of; empty where there is none. */
  String name() {
    for (var level : levels.reversed()) if (!level.list) return level.name;
    return "";
  }

  /**
   * {@link #name} with the field before it whose value holds it: {@code inlineData.data}; without one where there is
   * none.
   */
  String owned() {
    var names = new ArrayList<String>();
    for (var level : levels.reversed()) if (!level.list && names.size() < 2) names.addFirst(level.name);
    return String.join(".", names);
  }

  /** As a caller would write it: {@code data[0].b64_json}. */
  String path() {
    var path = "";
    for (var level : levels) path = level.list ? path + "[" + level.index + "]" : Fields.join(path, level.name);
    return path;
  }
}
