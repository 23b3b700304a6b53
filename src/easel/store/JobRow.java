package easel.store;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.FieldException;
import easel.codec.JsonText;
import easel.core.Attempt;
import easel.core.FailureJson;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Task;
import easel.core.Usage;
import easel.store.StoreException.Trouble;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A row of the job table as it was read, still without its media. */
record JobRow(String id, Job.Origin origin, String stateWord, Job.Hold hold, Job.Standing standing, String taskJson,
    String attemptsJson, String usageJson, String failureJson, Instant updated, Optional<Instant> ended) {

  static final String COLUMNS = """
      id, owner, project, face, idempotency_key, body_hash, state, provider, credential, handle, percent, words, task,
      attempts, usage, failure, created, updated, ended, of_set, part, parts
      """;

  static JobRow of(ResultSet r) throws SQLException {
    var origin = new Job.Origin(r.getString(2), r.getString(3), r.getString(4), Optional.ofNullable(r.getString(5)),
        r.getString(6), Instant.ofEpochMilli(r.getLong(17)), new Job.Kin(r.getString(20), r.getInt(21), r.getInt(22)));
    return new JobRow(r.getString(1), origin, r.getString(7),
        new Job.Hold(r.getString(8), r.getString(9), r.getString(10)), new Job.Standing(r.getInt(11), r.getString(12)),
        r.getString(13), r.getString(14), text(r, 15), text(r, 16), Instant.ofEpochMilli(r.getLong(18)), moment(r, 19));
  }

  private static String text(ResultSet r, int column) throws SQLException {
    var value = r.getString(column);
    return value == null ? "" : value;
  }

  static Optional<Instant> moment(ResultSet r, int column) throws SQLException {
    long millis = r.getLong(column);
    return r.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  static String word(JobState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  static JobState state(String word) {
    return known(word).orElseThrow(() -> new IllegalArgumentException("no such state"));
  }

  /** Empty for a word that we have never written. */
  static Optional<JobState> known(String word) {
    return Arrays.stream(JobState.values()).filter(s -> word(s).equals(word)).findFirst();
  }

  static String attempts(Job job) {
    var list = new JsonArray();
    job.attempts().forEach(a -> list.add(a.toJson()));
    return list.toString();
  }

  /** Null where nothing was counted or charged. */
  static String usage(Job job) {
    var usage = job.outcome().usage();
    if (usage.equals(Usage.NONE)) return null;
    var json = new JsonObject().add("text_in", usage.textIn()).add("image_in", usage.imageIn())
        .add("image_out", usage.imageOut()).add("text_out", usage.textOut());
    usage.cost().ifPresent(c -> json.add("cost", c.toPlainString()));
    if (usage.listed()) json.add("listed", true);
    return json.toString();
  }

  static String failure(Job job) {
    return job.outcome().failure().map(f -> FailureJson.write(f).toString()).orElse(null);
  }

  /** {@code media}: the results and inputs of this job, results in order. */
  Job job(List<Media> media, Path storage) {
    try {
      Places.checked(id);
      var results = media.stream().filter(m -> m.role() == Media.Role.RESULT && m.job().equals(id)).toList();
      var outcome = new Job.Outcome(results, usage(), failureJson.isEmpty() ? Optional.empty()
          : Optional.of(FailureJson.read(fields(failureJson))), ended);
      return new Job(id, origin, task(media, storage), state(stateWord), hold, standing, attempts(), outcome, updated);
    } catch (FieldException e) {
      throw new StoreException(Trouble.DAMAGED, "job " + id + " cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new StoreException(Trouble.DAMAGED, "job " + id + " cannot be read", e);
    }
  }

  private Task task(List<Media> media, Path storage) {
    var stored = JsonText.object(taskJson);
    var all = new ArrayList<>(media);
    for (var input : Fields.of(stored).list("inputs", f -> f.text("media"))) {
      if (media.stream().noneMatch(m -> m.id().equals(input))) all.add(gone(input, storage));
    }
    return Task.of(Fields.of(stored), all);
  }

  /** Stands for an input that was removed: it has an id and no file, so work that needs it fails before it is sent. */
  private Media gone(String input, Path storage) {
    var nowhere = storage.resolve("inputs").resolve("gone");
    return new Media(input, id, Media.Role.INPUT, 0, MediaType.PNG, 0, 0, 0, "", nowhere, Optional.empty(),
        origin.created(), Optional.empty());
  }

  private List<Attempt> attempts() {
    return Fields.of(new JsonObject().add("attempts", JsonText.array(attemptsJson))).list("attempts", Attempt::of);
  }

  private Usage usage() {
    if (usageJson.isEmpty()) return Usage.NONE;
    var f = fields(usageJson);
    return new Usage(count(f, "text_in"), count(f, "image_in"), count(f, "image_out"), count(f, "text_out"),
        f.optText("cost").map(BigDecimal::new), f.flag("listed", false));
  }

  private static long count(Fields f, String name) {
    return f.optWhole(name, 0, Long.MAX_VALUE).orElse(0L);
  }

  private static Fields fields(String json) {
    return Fields.of(JsonText.object(json));
  }
}
