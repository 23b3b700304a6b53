package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Input;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Media;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.store.Database;
import easel.store.StoreException;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.FullDisk;
import fake.TestEngine;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database that fails before anything was sent: nobody may think that something was bought. */
@Timeout(20)
class StoreTroubleTest {
  private static final String JUNK = "UPDATE job SET attempts = '{' WHERE id = ?";

  @TempDir
  private Path folder;

  private static Submission goingOn(Job made) {
    var source = new Input(source(made), Input.Role.SOURCE);
    var task = new Task.Image("a-image", "and then it sinks", 1, Optional.empty(), Look.ANY, 0, List.of(source), new JsonObject());
    return new Submission(TestEngine.CALLER, "chat/completions", "", task, Optional.empty(), Optional.empty(), "hash", false);
  }

  private static Media source(Job made) {
    return made.outcome().results().getFirst();
  }

  @Test
  void aJobThatCannotBeStoredIsNoneAndItsCredentialIsFree() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE);
    var time = new FakeTime();
    try (var e = TestEngine.start(folder, time, List.of(a))) {
      e.database().write(s -> s.list("PRAGMA max_page_count = 1", r -> r.getLong(1)));
      var large = "x".repeat(9_000);
      var task = new Task.Image("a-image", large, 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
      var order = new Submission(TestEngine.CALLER, "f", "", task, Optional.empty(), Optional.of("key"), "hash", false);
      var told = assertThrows(StoreException.class, () -> e.engine().submit(order));
      assertInstanceOf(Failure.NoSpace.class, told.failure());
      assertEquals(List.of(0, 0), List.of(a.calls(), e.engine().open()));
      e.database().write(s -> s.list("PRAGMA max_page_count = 100000", r -> r.getLong(1)));
      time.advance(Duration.ofSeconds(61));
      assertEquals(JobState.SUCCEEDED, e.run(order).state());
    }
  }

  @Test
  void aJobIsNotSentAgainBeforeItsRowSaysSo() throws Exception {
    var full = new AtomicReference<FullDisk>();
    var self = new AtomicReference<TestEngine>();
    var a = new FakeProvider("a", Style.AT_ONCE) {
      @Override
      public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
        assertNull(full.get(), "sent while its row could not be written");
        if (calls() == 0) full.set(FullDisk.at(self.get().database(), "job"));
        return super.start(task, credential, progress);
      }
    }.startFails(new Failure.Limited(Duration.ofSeconds(1), "slow down"));
    var pauses = new AtomicInteger();
    var time = pausing(() -> {
      if (full.get() != null && pauses.incrementAndGet() == 5) full.getAndSet(null).mend();
    });
    try (var e = TestEngine.start(folder, time, List.of(a))) {
      self.set(e);
      var job = e.run(e.image("a-image", 1));
      assertEquals(List.of(JobState.SUCCEEDED, 1), List.of(job.state(), a.ledger().size()));
    }
  }

  @Test
  void aJobWhoseRowWasTakenAwayIsNotSentAgain() throws Exception {
    var self = new AtomicReference<TestEngine>();
    var a = new FakeProvider("a", Style.AT_ONCE) {
      @Override
      public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
        if (calls() == 0) self.get().database().write(s -> s.update("DELETE FROM job"));
        return super.start(task, credential, progress);
      }
    }.startFails(new Failure.Limited(Duration.ofSeconds(1), "slow down"));
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(a))) {
      self.set(e);
      var job = e.run(e.image("a-image", 1));
      assertEquals(List.of(JobState.CANCELLED, 0), List.of(job.state(), a.ledger().size()), "bought without a row that says so");
    }
  }

  /** Hears of every pause. */
  private static Time pausing(Runnable heard) {
    var clock = new FakeTime();
    return new Time() {
      @Override
      public Instant instant() {
        return clock.instant();
      }

      @Override
      public long nanos() {
        return clock.nanos();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        heard.run();
        clock.sleep(duration);
      }
    };
  }

  @Test
  void whoMadeAVideoIsNotLookedUpAgainBetweenTheRowAndTheSubmit() throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING);
    var victim = new AtomicReference<String>();
    var probe = new Database.Probe() {
      @Override
      public void afterCommit(long n) {
        var id = victim.getAndSet(null);
        if (id != null) spoil(id);
      }
    };
    try (var e = TestEngine.start(folder, Time.system(), List.of(a), probe)) {
      var made = e.run(e.image("a-image", 1));
      victim.set(made.id());
      var next = e.run(goingOn(made));
      assertEquals(List.of(JobState.SUCCEEDED, 2), List.of(next.state(), a.ledger().size()));
    }
  }

  private void spoil(String id) {
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/easel.db"));
        var statement = other.prepareStatement(JUNK)) {
      statement.setString(1, id);
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anAdapterThatAsksWhoMadeAVideoHearsThatNothingCanBeSaidAndTheJobFailsPlainly() throws Exception {
    var self = new AtomicReference<TestEngine>();
    var a = new FakeProvider("a", Style.BY_POLLING) {
      @Override
      public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
        for (var input : task.inputs()) {
          self.get().database().write(s -> s.update(JUNK, input.media().job()));
          progress.made(input.media());
        }
        return super.start(task, credential, progress);
      }
    };
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(a))) {
      self.set(e);
      var made = e.run(e.image("a-image", 1));
      var next = e.run(goingOn(made));
      assertEquals(List.of(JobState.FAILED, 1, true), List.of(next.state(), a.ledger().size(), next.neverBought()));
      assertInstanceOf(Failure.NoCapacity.class, next.failure().orElseThrow());
    }
  }
}
