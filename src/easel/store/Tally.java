package easel.store;

import easel.core.Kind;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * What a credential has done, to be added to its counters. It is written with the row of the job that did it: so
 * nothing is counted twice and nothing is lost.
 *
 * @param day {@code yyyy-mm-dd} where the server stands, {@link #day}
 * @param images pictures made
 * @param videos videos made
 * @param errors failures that were the credential's fault
 * @param used when it was lent for this
 */
public record Tally(String provider, String name, String day, int images, int videos, int errors, Instant used) {
  private static final String ADD = """
      INSERT INTO credential_day (provider, name, day, images, videos, errors) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (provider, name, day) DO UPDATE SET images = images + excluded.images, videos = videos + excluded.videos,
        errors = errors + excluded.errors
      """;
  private static final String USED = """
      UPDATE account SET used = max(coalesce(used, 0), ?) WHERE provider = ? AND name = ?
      """;

  /** So many results. */
  public static Tally made(String provider, String name, Kind kind, int count, Instant when) {
    return new Tally(provider, name, day(when), kind == Kind.IMAGE ? count : 0, kind == Kind.VIDEO ? count : 0, 0, when);
  }

  /** One failure that was its fault. */
  public static Tally failed(String provider, String name, Instant when) {
    return new Tally(provider, name, day(when), 0, 0, 1, when);
  }

  /** The day it is where the server stands. */
  public static String day(Instant when) {
    return LocalDate.ofInstant(when, ZoneId.systemDefault()).toString();
  }

  /** Within the transaction of something else. */
  static void add(Session session, Tally tally) throws SQLException {
    if (tally.images + tally.videos + tally.errors > 0) {
      session.update(ADD, tally.provider, tally.name, tally.day, tally.images, tally.videos, tally.errors);
    }
    session.update(USED, tally.used.toEpochMilli(), tally.provider, tally.name);
  }
}
