package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.FakeTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final ReentrantLock lock = new ReentrantLock();
  private final WaitingRoom room = new WaitingRoom(lock, new Moments(new FakeTime()), List.of());
  private final Turns turns = new Turns();

  private Ticket join(String owner) {
    var ticket = new Ticket(room, owner, List.of());
    turns.add(ticket);
    return ticket;
  }

  private Ticket serve() {
    var ticket = turns.next();
    turns.remove(ticket);
    return ticket;
  }

  @Test
  void ownersTakeTurnsAndKeepTheirOwnOrder() {
    var a1 = join("a");
    var a2 = join("a");
    var a3 = join("a");
    var b1 = join("b");
    var b2 = join("b");
    var c1 = join("c");
    assertEquals(List.of(a1, b1, c1, a2, b2, a3), List.of(serve(), serve(), serve(), serve(), serve(), serve()));
    assertEquals(0, turns.size());
  }

  @Test
  void aNewcomerWaitsOneTurnHoweverManyAnotherHas() {
    for (int i = 0; i < 1000; i++) join("many");
    var one = join("one");
    assertEquals(2, turns.position(one));
    serve();
    assertEquals(one, serve());
  }

  @Test
  void whoeverHadTheirTurnComesAfterTheOthersAgain() {
    join("a");
    var b = join("b");
    serve();
    var again = join("a");
    assertEquals(List.of(b, again), List.of(serve(), serve()));
  }

  @Test
  void leavingTwiceOrAfterOnesTurnChangesNothing() {
    var a = join("a");
    var b = join("a");
    turns.remove(a);
    turns.remove(a);
    assertEquals(1, turns.size());
    assertEquals(b, serve());
    turns.remove(b);
    assertEquals(0, turns.size());
  }

  @Test
  void positionsForetellTheOrderWhoeverJoinsAndLeaves() {
    var random = new Random(11);
    for (int round = 0; round < 200; round++) {
      var here = new ArrayList<Ticket>();
      for (int i = 0; i < 60; i++) step(random, here);
      var foretold = new ArrayList<Ticket>(here);
      foretold.sort((x, y) -> Integer.compare(turns.position(x), turns.position(y)));
      var positions = foretold.stream().map(turns::position).toList();
      var served = new ArrayList<Ticket>();
      var numbers = new ArrayList<Integer>();
      while (turns.size() > 0) {
        served.add(serve());
        numbers.add(served.size());
      }
      assertEquals(served, foretold);
      assertEquals(numbers, positions);
    }
  }

  private void step(Random random, List<Ticket> here) {
    int choice = random.nextInt(10);
    if (choice < 6 || here.isEmpty()) here.add(join("owner" + random.nextInt(4)));
    else if (choice < 8) turns.remove(here.remove(random.nextInt(here.size())));
    else here.remove(serve());
    if (!here.isEmpty()) turns.position(here.get(random.nextInt(here.size())));
  }
}
