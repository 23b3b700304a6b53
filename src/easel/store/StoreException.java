package easel.store;

import easel.core.Failure;
import java.sql.SQLException;
import java.time.Duration;

/**
 * The store could not do what it was asked to. Deliberately not a {@link easel.core.GatewayException}: trouble of our
 * own must never be taken for a provider's proof that nothing was bought.
 *
 * <p>A write that failed with {@link Trouble#CLOSED} or {@link Trouble#BROKEN} may still turn out to have been stored.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is wrong; the first four happen at start only. */
  public enum Trouble {
    /** Another process works with this data folder. */
    LOCKED,
    /** The database was written by a newer Easel. */
    NEWER,
    /** The database is not one, or is damaged. */
    DAMAGED,
    /** The folder or the database cannot be written. */
    UNWRITABLE,
    /** The disk is full, the reserve included. */
    FULL,
    /** Somebody else holds the database. */
    BUSY,
    /** The store is closed, or died. */
    CLOSED,
    /**
     * A secret in the database cannot be read, or none can be stored: the key is missing, not right, or open to others.
     */
    SEALED,
    /** Anything else: a failing disk, or a mistake of ours. */
    BROKEN
  }

  private final Trouble trouble;

  StoreException(Trouble trouble, String message) {
    this(trouble, message, null);
  }

  StoreException(Trouble trouble, String message, Throwable cause) {
    super(message, cause);
    this.trouble = trouble;
  }

  /** By SQLite's primary result code (sqlite.org/rescode.html). */
  static StoreException of(SQLException e) {
    var trouble = switch (e.getErrorCode() & 0xff) {
      case 5, 6 -> Trouble.BUSY;
      case 8, 14 -> Trouble.UNWRITABLE;
      case 11, 26 -> Trouble.DAMAGED;
      case 13 -> Trouble.FULL;
      default -> Trouble.BROKEN;
    };
    return new StoreException(trouble, "database: " + e.getMessage(), e);
  }

  public Trouble trouble() {
    return trouble;
  }

  /** False where what was to be stored may have been stored all the same. */
  public boolean certain() {
    return trouble != Trouble.CLOSED && trouble != Trouble.BROKEN;
  }

  /** What a caller should hear of it. */
  public Failure failure() {
    return switch (trouble) {
      case FULL -> new Failure.NoSpace("The disk is full.");
      case BUSY -> new Failure.NoCapacity(Duration.ofSeconds(5), "The database is busy; try again in a moment.");
      case CLOSED -> new Failure.NoCapacity(Duration.ofSeconds(5), "Easel is stopping; try again in a moment.");
      case UNWRITABLE -> new Failure.NoCapacity(Duration.ofSeconds(30), "The database cannot be written just now.");
      // Only an administrator ever hears this one.
      case SEALED -> new Failure.Internal(getMessage());
      case LOCKED, NEWER, DAMAGED, BROKEN -> new Failure.Internal("Easel could not use its database.");
    };
  }
}
