package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import easel.core.Job;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobLogEditTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"task = 'junk'", "state = 'sumbitting'", "attempts = '[{}]'"})
  void theAdministratorsListShowsTheOthers(String edit) throws Exception {
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(new FakeProvider("a", Style.AT_ONCE)))) {
      var bad = e.run(e.image("a-image", 1));
      var good = e.run(e.image("a-image", 1));
      e.database().write(s -> s.update("UPDATE job SET " + edit + " WHERE id = ?", bad.id()));
      var page = new JobLog(e.database()).page(JobLog.Filter.ALL, 10, Optional.empty());
      assertEquals(List.of(good.id()), page.jobs().stream().map(Job::id).toList());
      assertThrows(StoreException.class, () -> e.jobs().find(bad.id()));
    }
  }
}
