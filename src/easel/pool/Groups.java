package easel.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All who wait for one provider, in groups of those who need the same, so that nobody who cannot be served is in the
 * way of others. The groups take turns: each is served once before one is served twice, as far as there is somebody for
 * it. Guarded by the pool's lock.
 */
final class Groups {
  private static final Comparator<Group> IN_TURN = Comparator.comparingLong(Group::turn);

  private final Map<Need, Group> open = new LinkedHashMap<>();
  /** Those who need one credential, by its name: there may be many, and only that one matters to them. */
  private final Map<String, Map<Need, Group>> pinned = new HashMap<>();
  private long turns;
  private int waiting;
  /** When time alone changes something for one of them. */
  private long due = Moments.NEVER;
  private long gate;
  private boolean shut;

  /** Those who need this; nobody waits in a new one yet. */
  Group of(Lane lane, Need need) {
    var known = need.only().map(name -> pinned.getOrDefault(name, Map.of())).orElse(open).get(need);
    return known == null ? new Group(lane, need) : known;
  }

  /** A new group comes after all others. */
  void join(Group group, Ticket ticket) {
    var same = group.need().only().map(name -> pinned.computeIfAbsent(name, n -> new LinkedHashMap<>())).orElse(open);
    if (same.putIfAbsent(group.need(), group) == null) served(group);
    group.turns().add(ticket);
  }

  void served(Group group) {
    group.turn(++turns);
  }

  void leave(Group group, Ticket ticket) {
    group.leave(ticket);
    if (group.turns().size() > 0) return;
    var name = group.need().only();
    if (name.isEmpty()) {
      open.remove(group.need());
      return;
    }
    var same = pinned.getOrDefault(name.get(), new HashMap<>());
    same.remove(group.need());
    if (same.isEmpty()) pinned.remove(name.get());
  }

  List<Group> all() {
    var all = new ArrayList<>(open.values());
    for (var same : pinned.values()) all.addAll(same.values());
    all.sort(IN_TURN);
    return all;
  }

  /** Those whom this slot may serve, as far as its name tells. */
  List<Group> around(Slot slot) {
    var some = new ArrayList<>(open.values());
    some.addAll(pinned.getOrDefault(slot.credential().name(), Map.of()).values());
    some.sort(IN_TURN);
    return some;
  }

  /** How many tickets wait, each once. */
  int waiting() {
    return waiting;
  }

  void waits(int more) {
    waiting += more;
  }

  /**
   * How many turns until this one's, which is 1 for the next. Those who need a credential of their own are not counted
   * for others.
   *
   * @param shared pictures wait for videos too
   */
  int position(Group own, Ticket ticket, boolean shared) {
    int turn = own.turns().position(ticket);
    int position = turn;
    for (var other : open.values()) {
      if (other == own || !shared && other.need().kind() != own.need().kind()) continue;
      position += Math.min(other.turns().size(), other.turn() < own.turn() ? turn : turn - 1);
    }
    return position;
  }

  // ---- since they were served last --------------------------------------------------------------------------------

  /** Time has changed something of which nobody has told. */
  boolean due(long now) {
    return waiting > 0 && due <= now;
  }

  void dueBy(long moment) {
    due = Math.min(due, moment);
  }

  /** Not only one slot is different: the provider as a whole lent nothing then, or will lend at another time. */
  boolean stale(long gate) {
    return shut || gate != this.gate;
  }

  void shut() {
    shut = true;
  }

  /** All are about to be served, and told of this. */
  void again(long gate) {
    this.gate = gate;
    due = Moments.NEVER;
    shut = false;
  }
}
