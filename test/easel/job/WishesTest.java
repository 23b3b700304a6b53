package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Look;
import easel.core.Secret;
import easel.core.Task;
import easel.core.Time;
import easel.job.ModelEntry.Target;
import easel.pool.PoolOptions;
import easel.pool.Standing;
import easel.pool.TokenPool;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A lease is for the candidate whose class of account it was asked for, and not for another of the same provider. */
class WishesTest {
  private static final String BETTER = "a/shared-image";
  private static final String PLAIN = "a/a-image";

  private final FakeProvider a = new FakeProvider("a", Style.AT_ONCE);

  private Catalogue catalogue() {
    var entry = new ModelEntry("picture", List.of(), List.of(new Target(BETTER, Preset.NONE), new Target(PLAIN, Preset.NONE)), Optional.empty());
    var offer = new Catalogue.Offer(List.of(a), Set.of("a"), id -> Optional.empty(), id -> Optional.empty(),
        id -> Optional.of(task -> BETTER.endsWith(task.model()) ? 2 : 0));
    return new Catalogue(offer, new Names(List.of(entry), List.of(), Strategy.ORDER), Time.system());
  }

  private static TokenPool pool(int tier) {
    var pool = new TokenPool(PoolOptions.defaults(), Time.system());
    var credential = new Credential("a", "a#1", new Secret("s"));
    pool.use(PoolOptions.defaults(), List.of(new TokenPool.Share(credential, new TokenPool.Limits(-1, -1, -1, -1), tier, Standing.CLEAN)), Map.of());
    return pool;
  }

  @ParameterizedTest
  @CsvSource({"2, " + BETTER, "1, " + PLAIN, "0, " + PLAIN})
  void whatTheAccountMayDoIsWhatIsBought(int tier, String address) {
    var catalogue = catalogue();
    var task = new Task.Image("picture", "a red boat", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    var wishes = new Wishes(new Parts(JobOptions.defaults(), catalogue, null, null, null, null, null, Time.system()), task);
    var candidates = catalogue.candidates(task, Optional.empty());

    try (var lease = pool(tier).tryLease(wishes.wish(candidates, "key")).orElseThrow()) {
      assertEquals(address, wishes.lent(candidates, lease).model().address());
    }
  }
}
