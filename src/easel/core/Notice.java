package easel.core;

import java.time.Instant;

/**
 * Something about a credential or a way out that an operator wants to hear of.
 *
 * @param credential {@link Credential#name()}; empty where it is about none
 * @param words for people; no secrets
 */
public record Notice(Instant at, Kind kind, String provider, String credential, String words) {
  /**
   * What has happened. {@code EXPIRING}: its session ends soon, and could not be renewed. {@code STRANDED}: it is gone,
   * and work that it has upstream waits for it.
   */
  public enum Kind { DISABLED, RESTED, RECOVERED, EXPIRING, REFRESHED, LEAKED, STRANDED, PROXY_DOWN, PROXY_UP, DIRECT }

  /** Hears of it; must be quick and never throw. */
  public interface Listener {
    void heard(Notice notice);
  }
}
