package easel.provider;

import easel.codec.Fields;
import easel.core.Input;
import easel.core.Media;
import easel.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which of Flow's keys makes a video, and where it is ordered: by what is handed in, and by the class of the account.
 *
 * @param name the {@code videoModelKey}
 */
record FlowKey(String name, Way way) {
  private static final String ULTRA = "_ultra";
  private static final int HIGHEST = 2;

  /** The six ways to order a video. */
  enum Way {
    TEXT("Text"), START("StartImage"), FRAMES("StartAndEndImage"), REFERENCES("ReferenceImages"),
    EXTENSION("ExtendVideo"), UPSCALE("UpsampleVideo");

    private final String word;

    Way(String word) {
      this.word = word;
    }

    /** Below the API's address. */
    String path() {
      return "/video:batchAsyncGenerateVideo" + word;
    }
  }

  /**
   * @param wire the adapter's own facts of the task's model
   * @param rank of the account's class; of one that is not known, 0
   * @param known whether there is such a key
   */
  static FlowKey of(Task.Video task, Fields wire, int rank, Predicate<String> known) {
    boolean alike = wire.flag("ultra", true);
    int pictures = task.pictures().size();
    return switch (wire.text("makes", "text")) {
      case "frames" -> {
        var key = alike ? tiered(task.model(), rank, known) : task.model();
        // one picture: the key of a first frame is that of both frames without its "fl"
        yield pictures == 1 ? new FlowKey(oneFrame(key), Way.START) : new FlowKey(key, Way.FRAMES);
      }
      case "references" -> pictures == 0 ? new FlowKey(tiered(textAlone(task.model()), rank, known), Way.TEXT)
          : new FlowKey(tiered(task.model(), rank, known), Way.REFERENCES);
      case "omni" -> pictures == 0 ? new FlowKey(task.model(), Way.TEXT)
          : new FlowKey(task.model().replace("_t2v_", "_r2v_"), Way.REFERENCES);
      case "extension" -> new FlowKey(task.model(), Way.EXTENSION);
      default -> new FlowKey(alike ? tiered(task.model(), rank, known) : task.model(), Way.TEXT);
    };
  }

  static FlowKey upscaler(String upscale) {
    return new FlowKey("veo_3_1_upsampler_" + (upscale.equals("4K") ? "4k" : "1080p"), Way.UPSCALE);
  }

  /** Accounts of the highest class have keys of their own for the same work, and those below may not use them. */
  private static String tiered(String key, int rank, Predicate<String> known) {
    if (key.contains(ULTRA)) {
      var plain = key.replace(ULTRA + "_relaxed", "").replace(ULTRA, "");
      return rank < HIGHEST && known.test(plain) ? plain : key;
    }
    var ultra = key.endsWith("_fl") ? key.substring(0, key.length() - 3) + ULTRA + "_fl" : key + ULTRA;
    return rank >= HIGHEST && known.test(ultra) ? ultra : key;
  }

  private static String oneFrame(String key) {
    return key.endsWith("_fl") ? key.substring(0, key.length() - 3) : key.replace("_fl_", "_");
  }

  /** A key for references that gets none is an order for what it was not made for. */
  private static String textAlone(String key) {
    return key.replace("_r2v_", "_t2v_").replace("_landscape", "");
  }

  /** True for keys of the highest class. */
  static boolean ultra(String key) {
    return key.contains(ULTRA);
  }

  /** The pictures of a task in the order in which its way takes them. */
  static List<Media> pictures(Task task) {
    if (task.inputs(Input.Role.FIRST_FRAME).isEmpty()) return task.pictures();
    var all = new ArrayList<>(task.inputs(Input.Role.FIRST_FRAME));
    all.addAll(task.inputs(Input.Role.LAST_FRAME));
    all.addAll(task.inputs(Input.Role.REFERENCE));
    return all;
  }
}
