package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private final Budget budget = new Budget();

  private boolean take(Budget.Loan loan) throws InterruptedException {
    return loan.take(Duration.ZERO);
  }

  /** How many attempts there are right now; all of them come to nothing. */
  private int left() throws InterruptedException {
    var taken = new ArrayList<Budget.Loan>();
    for (var loan = budget.loan(); take(loan); loan = budget.loan()) taken.add(loan);
    taken.forEach(Budget.Loan::failed);
    return taken.size();
  }

  private void jobs(int count) {
    for (int i = 0; i < count; i++) budget.job();
  }

  private void worth(int attempts) throws InterruptedException {
    for (int i = 0; i < attempts; i++) {
      var loan = budget.loan();
      assertTrue(take(loan));
      loan.accepted();
      loan.over(true);
    }
  }

  @Test
  void beginsWithThreeAndAFifthOfTheJobs() throws Exception {
    assertEquals(3, left());
    assertEquals(0, left());
    jobs(4);
    assertEquals(0, left());
    jobs(1);
    assertEquals(1, left());
  }

  /** Otherwise the storm after a long calm would be as much larger. */
  @Test
  void jobsThatNeedNoFallbackSaveNothingUp() throws Exception {
    jobs(1000);
    assertEquals(3, left());
  }

  @Test
  void fallbackThatWorksEarnsMoreAndKeepsItWhileItIsNeeded() throws Exception {
    worth(100);
    assertEquals(20, left());
    worthAgain();
  }

  private void worthAgain() throws InterruptedException {
    jobs(5);
    worth(1);
    assertEquals(2, left());
  }

  @Test
  void whatWasEarnedIsForgottenWhenItIsNoLongerNeeded() throws Exception {
    worth(100);
    jobs(85);
    assertEquals(3, left());
  }

  @Test
  void workThatWasTakenAndGivenUpWasNotWorthIt() throws Exception {
    var loan = budget.loan();
    assertTrue(take(loan));
    loan.accepted();
    loan.failed();
    assertEquals(2, left());
  }

  @Test
  void aCrowdWaitsForThoseThatWentAheadAndFollows() throws Exception {
    var ahead = new ArrayList<Budget.Loan>();
    for (int i = 0; i < 3; i++) ahead.add(budget.loan());
    for (var loan : ahead) assertTrue(take(loan));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var crowd = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 10; i++) {
        crowd.add(threads.submit(() -> {
          var loan = budget.loan();
          boolean taken = loan.take(Duration.ofSeconds(20));
          loan.over(true);
          return taken;
        }));
      }
      ahead.getFirst().accepted();
      for (var one : crowd) assertTrue(one.get());
    }
  }

  @Test
  void aCrowdEndsWithThoseThatWentAheadInVain() throws Exception {
    var ahead = List.of(budget.loan(), budget.loan(), budget.loan());
    for (var loan : ahead) assertTrue(take(loan));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = threads.submit(() -> budget.loan().take(Duration.ofSeconds(20)));
      ahead.forEach(Budget.Loan::failed);
      assertFalse(one.get());
    }
  }
}
