package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.FailureJson;
import easel.core.Step;
import easel.core.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Pictures that Flow has made and we do not have yet. As text they are the handle that the engine stores.
 *
 * @param upscale what they are to be made; empty: they are what was asked for
 * @param missing why there are fewer than were asked for
 * @param gone as in {@link Finished}
 */
record FlowStills(String project, String session, Optional<String> upscale, List<Still> pictures,
    Optional<Failure> missing, int gone) {
  private static final String KIND = "pictures";

  /**
   * One of them.
   *
   * @param media what Flow calls it
   * @param link to it as it was made, which lives for hours
   * @param small the draft that the link was fetched to
   * @param large the draft of the larger one
   * @param tries to make it larger that came to nothing
   * @param note what the last one came to
   */
  record Still(String media, String link, Optional<String> small, Optional<String> large, int tries,
      Optional<Failure> note) {
    static Still made(FlowAnswer.Picture picture) {
      return new Still(picture.name(), picture.link(), Optional.empty(), Optional.empty(), 0, Optional.empty());
    }

    Still small(Optional<String> draft) {
      return new Still(media, link, draft, large, tries, note);
    }

    Still large(Path draft) {
      return new Still(media, link, small, Optional.of(draft.toString()), tries, Optional.empty());
    }

    Still failed(int times, Failure why) {
      return new Still(media, link, small, large, times, Optional.of(why));
    }

    /** A draft may go with the process that made it. */
    boolean enlarged() {
      return large.isPresent() && Files.exists(Path.of(large.get()));
    }

    private Finished.Result result() {
      return new Finished.Result(true, link, Optional.empty(), enlarged() ? large : small);
    }
  }

  FlowStills {
    pictures = List.copyOf(pictures);
  }

  FlowStills each(UnaryOperator<Still> change) {
    return with(pictures.stream().map(change).toList());
  }

  FlowStills with(List<Still> all) {
    return new FlowStills(project, session, upscale, all, missing, gone);
  }

  /** Why some are smaller than asked for. */
  Optional<Failure> note() {
    if (upscale.isEmpty()) return Optional.empty();
    return pictures.stream().filter(p -> !p.enlarged()).flatMap(p -> p.note.stream()).findFirst();
  }

  /** What the caller gets, and what was asked for; empty where that is the same. */
  Optional<String> less() {
    var small = upscale.isEmpty() ? 0 : pictures.stream().filter(p -> !p.enlarged()).count();
    if (small == 0) return Optional.empty();
    var which = pictures.size() == 1 ? "" : small + " of " + pictures.size() + " ";
    return Optional.of(which + "made in 1K, not in " + upscale.get());
  }

  private Optional<Failure> shortfall() {
    var small = note().flatMap(why -> less().map(words -> FlowAnswer.less(words, why)));
    if (missing.isEmpty() || small.isEmpty()) return missing.or(() -> small);
    return missing.map(why -> FlowAnswer.less(small.get().message() + "; besides", why));
  }

  /** As they are now, to be fetched: the larger where there is one. */
  Finished finished(String extension) {
    var results = pictures.stream().map(Still::result).toList();
    return new Finished(results, extension, Usage.NONE, shortfall(), gone);
  }

  /** The same after some were fetched. */
  FlowStills fetched(Finished some) {
    var all = new ArrayList<Still>();
    for (int i = 0; i < pictures.size(); i++) {
      var picture = pictures.get(i);
      all.add(picture.enlarged() ? picture : picture.small(some.results().get(i).fetched()));
    }
    return new FlowStills(project, session, upscale, all, missing, some.gone());
  }

  Step.Waiting waiting(Duration pause, boolean fetching) {
    return new Step.Waiting(toString(), pause, fetching);
  }

  @Override
  public String toString() {
    var list = new JsonArray();
    for (var picture : pictures) {
      var item = new JsonObject().add("media", picture.media).add("link", picture.link);
      picture.small.ifPresent(d -> item.add("small", d));
      picture.large.ifPresent(d -> item.add("large", d));
      if (picture.tries > 0) item.add("tries", picture.tries);
      picture.note.ifPresent(n -> item.add("note", FailureJson.write(n)));
      list.add(item);
    }
    var json = new JsonObject().add("flow", KIND).add("project", project).add("session", session).add("pictures", list);
    upscale.ifPresent(u -> json.add("upscale", u));
    missing.ifPresent(m -> json.add("missing", FailureJson.write(m)));
    if (gone > 0) json.add("gone", gone);
    return json.toString();
  }

  /** Reads what {@link #toString} wrote; empty for the handle of something else. */
  static Optional<FlowStills> of(String handle) {
    try {
      var f = Fields.of(JsonText.object(handle));
      return f.text("flow", "").equals(KIND) ? Optional.of(read(f)) : Optional.empty();
    } catch (FieldException e) {
      return Optional.empty();
    }
  }

  private static FlowStills read(Fields f) {
    var pictures = f.list("pictures", p -> new Still(p.text("media"), p.text("link"), p.optText("small"),
        p.optText("large"), p.integer("tries", 0, 0, Integer.MAX_VALUE), p.optObject("note").map(FailureJson::read)));
    return new FlowStills(f.text("project"), f.text("session"), f.optText("upscale"), pictures,
        f.optObject("missing").map(FailureJson::read), f.integer("gone", 0, 0, Integer.MAX_VALUE));
  }
}
