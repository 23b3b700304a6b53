package easel.pool;

import java.util.LinkedHashMap;

/**
 * Who waits in one {@link Group}. Owners take turns, and each owner's tickets keep the order in which they came:
 * whoever has thousands waiting delays another's first by one turn. Joining, leaving and the next turn cost the same
 * however many wait. Guarded by the pool's lock.
 */
final class Turns {
  /** One owner's tickets and their numbers, which ascend and, while nobody left from the middle, have no gaps. */
  private static final class Line {
    private final LinkedHashMap<Ticket, Long> tickets = new LinkedHashMap<>();
    private long next;
    private boolean gaps;

    void add(Ticket ticket) {
      tickets.put(ticket, next++);
    }

    void remove(Ticket ticket) {
      boolean first = tickets.firstEntry().getKey() == ticket;
      gaps |= !first;
      tickets.remove(ticket);
    }

    /** How many of the owner's own are ahead. */
    int ahead(Ticket ticket) {
      if (gaps) {
        next = 0;
        tickets.replaceAll((t, number) -> next++);
        gaps = false;
      }
      return (int) (tickets.get(ticket) - tickets.firstEntry().getValue());
    }
  }

  /** In the order of their turns. */
  private final LinkedHashMap<String, Line> lines = new LinkedHashMap<>();
  private int size;

  int size() {
    return size;
  }

  void add(Ticket ticket) {
    lines.computeIfAbsent(ticket.owner(), o -> new Line()).add(ticket);
    size++;
  }

  void remove(Ticket ticket) {
    var line = lines.get(ticket.owner());
    if (line == null || !line.tickets.containsKey(ticket)) return;
    line.remove(ticket);
    size--;
    if (line.tickets.isEmpty()) lines.remove(ticket.owner());
  }

  /** Whose turn it is; the owner's next turn comes after everybody else's. */
  Ticket next() {
    var turn = lines.pollFirstEntry();
    lines.putLast(turn.getKey(), turn.getValue());
    return turn.getValue().tickets.firstEntry().getKey();
  }

  /** How many turns until this one's, which is 1 for the next. */
  int position(Ticket ticket) {
    var own = lines.get(ticket.owner());
    int ahead = own.ahead(ticket);
    int position = ahead + 1;
    boolean before = true;
    for (var line : lines.values()) {
      if (line == own) before = false;
      else position += Math.min(line.tickets.size(), before ? ahead + 1 : ahead);
    }
    return position;
  }
}
