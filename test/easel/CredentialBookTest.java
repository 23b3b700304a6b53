package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.api.CredentialBook.Bare;
import easel.api.CredentialBook.Change;
import easel.api.CredentialBook.Count;
import easel.api.CredentialBook.Entry;
import easel.api.CredentialBook.Fresh;
import easel.api.CredentialBook.State;
import easel.core.Account;
import easel.core.Attempt;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Secret;
import easel.core.Task;
import easel.pool.Lease;
import easel.pool.Standing;
import easel.pool.Wish;
import easel.store.AccountTable.Key;
import easel.store.CounterTable;
import easel.store.CredentialTable.Row;
import easel.store.Tally;
import easel.store.Terms;
import easel.store.Vault;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an administrator sets and sees of credentials, and what the pool makes of it. */
@Timeout(30)
class CredentialBookTest {
  private static final Secret ONE = new Secret("first-secret-of-the-book-test");
  private static final Secret TWO = new Secret("second-secret-of-the-book-test");
  private static final String PROXY = "socks5://me:password-of-the-book-test@10.0.0.1:1080";
  private static final String ENVIRONMENT = "openai -1 -1  -1";

  private final CredentialStage stage = new CredentialStage();

  @AfterEach
  void close() {
    stage.close();
  }

  private Entry add(Secret secret, Terms terms) {
    return stage.credentials.add(new Fresh("openai", secret, "", true, terms)).entry();
  }

  private Entry change(Entry entry, Change change) {
    return stage.credentials.change(entry.id(), change);
  }

  private Entry terms(Entry entry, Terms terms) {
    return change(entry, Change.NOTHING.terms(old -> terms));
  }

  private Entry find(Entry entry) {
    return stage.credentials.find(entry.id()).orElseThrow();
  }

  private static Credential credential(Entry entry, Secret secret) {
    return new Credential(entry.provider(), entry.name(), secret);
  }

  private static String field(Failure failure) {
    return ((Failure.Invalid) failure).field();
  }

  private Failure refusal(Runnable change) {
    return assertThrows(GatewayException.class, change::run).failure();
  }

  // ---- terms ------------------------------------------------------------------------------------------------------

  @Test
  void whatIsSetIsWhatThePoolLendsAndOutlivesTheProcess() {
    var one = add(ONE, Terms.OPEN.able(true, false).atOnce(2, 3).by(new Secret(PROXY)).in("p-1", "Boats"));
    assertEquals(List.of(ENVIRONMENT, "openai 2 0 " + PROXY + " -1"), stage.shares());
    terms(one, Terms.OPEN.atOnce(0, 5));
    assertEquals(List.of(ENVIRONMENT, "openai 0 5  -1"), stage.shares());
    var terms = Terms.OPEN.able(false, true).atOnce(7, -1).by(new Secret(PROXY)).in("p-2", "Ships");
    terms(one, terms);
    stage.restart();
    assertEquals(List.of(ENVIRONMENT, "openai 0 -1 " + PROXY + " -1"), stage.shares());
    assertEquals(terms, find(one).given().terms());
  }

  @Test
  void oneThatMayDoNothingSaysSo() {
    var one = add(ONE, Terms.OPEN.able(false, true).atOnce(5, 0));
    assertEquals(State.NONE, one.condition().state());
    assertEquals(State.ACTIVE, terms(one, Terms.OPEN).condition().state());
    assertEquals(State.OFF, change(one, Change.NOTHING.enabled(false)).condition().state());
    assertEquals(State.ACTIVE, stage.credentials.enable(one.id()).condition().state());
  }

  @Test
  void aProxyIsShownWithoutItsPasswordAndABadOneIsNotRepeated() {
    var one = add(ONE, Terms.OPEN.by(new Secret("10.0.0.1:1080:me:password-of-the-book-test")));
    assertEquals("http://me@10.0.0.1:1080", one.given().proxy());
    assertFalse(stage.credentials.list().toString().contains("password-of-the-book-test"));
    var failure = refusal(() -> terms(one, Terms.OPEN.by(new Secret("ftp://me:password-of-the-book-test@h"))));
    assertEquals("proxy", field(failure));
    assertTrue(failure.message().startsWith("proxy must "), failure.message());
    assertFalse(failure.message().contains("password-of-the-book-test"), failure.message());
    assertEquals("http://me@10.0.0.1:1080", find(one).given().proxy());
    assertEquals("", terms(one, Terms.OPEN).given().proxy());
    refusal(() -> add(TWO, Terms.OPEN.by(new Secret("nowhere"))));
    assertEquals(2, stage.credentials.list().size());
  }

  @Test
  void theProjectThatIsSetIsTheFirstOfTheAccount() {
    var one = add(ONE, Terms.OPEN.in("p-1", ""));
    assertEquals(List.of("p-1"), one.account().projects());
    stage.accounts.keep(credential(one, ONE), account -> account.withProjects(List.of("p-1", "p-2", "p-3")));
    assertEquals(List.of("p-3", "p-2"), terms(one, Terms.OPEN.in("p-3", "")).account().projects());
    assertEquals(List.of("p-2"), terms(one, Terms.OPEN).account().projects());
  }

  @Test
  void longSecretsShowTheirEndsAndShortOnesNothing() {
    assertEquals("", add(new Secret("x".repeat(24)), Terms.OPEN).given().hint());
    assertEquals("abcd...wxyz", add(new Secret("abcd" + "-".repeat(17) + "wxyz"), Terms.OPEN).given().hint());
  }

  // ---- identity ---------------------------------------------------------------------------------------------------

  @Test
  void theSameSecretAgainChangesNothingThatWasSet() {
    var terms = Terms.OPEN.atOnce(1, 1);
    var one = add(ONE, terms);
    var again = stage.credentials.add(new Fresh("openai", ONE, "", true, Terms.OPEN));
    assertFalse(again.fresh());
    assertEquals(List.of(one.id(), terms), List.of(again.entry().id(), again.entry().given().terms()));
    assertEquals(2, stage.credentials.list().size());
  }

  @Test
  void aRenewedSecretOfTheSameAccountKeepsAllButTheSession() {
    var one = add(ONE, Terms.OPEN.in("p-1", ""));
    var session = new Account.Session(new Secret("session-of-the-book-test"), stage.time.instant());
    stage.accounts.keep(credential(one, ONE), account -> account.with(session, "a@example.org"));
    stage.table.add(List.of(Tally.made(one.provider(), one.name(), Kind.IMAGE, 4, stage.time.instant())));
    var renewed = change(one, Change.NOTHING.secret(TWO, true));
    assertEquals(List.of(one.id(), one.number(), one.name()), List.of(renewed.id(), renewed.number(), renewed.name()));
    assertEquals(new Account(Optional.empty(), "a@example.org", Optional.empty(), Optional.empty(), List.of("p-1"), Optional.empty()),
        renewed.account());
    assertEquals(new Count(4, 0, 0), renewed.use().total());
    assertTrue(stage.credentials.working().contains(credential(one, TWO)));
    assertEquals(one.id(), add(TWO, Terms.OPEN).id());
    var other = change(one, Change.NOTHING.secret(ONE, false));
    assertEquals(List.of(one.id(), Account.UNKNOWN.withProjects(List.of("p-1")), Count.NONE),
        List.of(other.id(), other.account(), other.use().total()));
    assertFalse(other.number() == one.number());
  }

  @Test
  void manyAreKeptTogetherWithOneChangeOfWhatIsInForce() {
    int before = stage.refreshed;
    stage.credentials.together(() -> {
      for (int i = 0; i < 300; i++) change(add(new Secret("secret-" + i), Terms.OPEN), Change.NOTHING.remark("r" + i));
      return true;
    });
    assertEquals(before + 1, stage.refreshed);
    var all = stage.credentials.list();
    assertEquals(List.of(301, 301L), List.of(all.size(), all.stream().map(Entry::number).distinct().count()));
    assertEquals("r299", all.getLast().given().remark());
    assertEquals(301, stage.shares().size());
    assertEquals(300, stage.credentials.bare().size());
    stage.restart();
    assertEquals(301, stage.credentials.list().size());
  }

  @Test
  void manySimpleChangesAreOneCommitAndOthersArePassedOver() {
    var one = add(ONE, Terms.OPEN);
    var two = add(TWO, Terms.OPEN);
    var limited = Change.NOTHING.terms(t -> t.atOnce(2, 0)).remark("limited");
    long commits = stage.store.database().commits();
    assertEquals(Set.of(one.id(), two.id()), stage.credentials.amend(Map.of(one.id(), limited, two.id(), limited, "nobody", limited)));
    assertEquals(1, stage.store.database().commits() - commits);
    assertEquals(List.of(ENVIRONMENT, "openai 2 0  -1", "openai 2 0  -1"), stage.shares());
    disable(one, ONE);
    assertEquals(Set.of(one.id()), stage.credentials.amend(Map.of(one.id(), limited.enabled(true))));
    assertEquals(List.of(State.ACTIVE, "limited"), List.of(find(one).condition().state(), find(one).given().remark()));
    for (var other : List.of(Change.NOTHING.secret(ONE, true), Change.NOTHING.terms(t -> t.by(new Secret(PROXY))),
        Change.NOTHING.terms(t -> t.in("p-1", "")))) {
      assertEquals(Set.of(), stage.credentials.amend(Map.of(one.id(), other)));
    }
    stage.credentials.remove(two.id());
    assertEquals(Set.of(), stage.credentials.amend(Map.of(two.id(), limited)));
  }

  @Test
  void ofManyChangesThoseBeforeAMistakeStayAndAreInForce() {
    assertThrows(GatewayException.class, () -> stage.credentials.together(() -> {
      add(ONE, Terms.OPEN);
      return stage.credentials.add(new Fresh("nobody", TWO, "", true, Terms.OPEN));
    }));
    assertEquals(2, stage.credentials.list().size());
    assertEquals(2, stage.shares().size());
  }

  @Test
  void whoIsTakenAwayLeavesNothingBehind() {
    var one = add(ONE, Terms.OPEN.in("p-1", ""));
    stage.table.add(List.of(Tally.failed(one.provider(), one.name(), stage.time.instant())));
    assertEquals(Optional.empty(), stage.credentials.remove(one.id()));
    var key = new Key(one.provider(), one.name());
    assertTrue(stage.table.list().stream().noneMatch(r -> r.key().equals(key)));
    assertFalse(new CounterTable(stage.store.database()).counters(Tally.day(stage.time.instant())).containsKey(key));
    var again = add(ONE, Terms.OPEN);
    assertEquals(List.of(Account.UNKNOWN, Count.NONE, one.number() + 1), List.of(again.account(), again.use().total(), again.number()));
  }

  // ---- standings and counters -------------------------------------------------------------------------------------

  private static final Failure DEAD = new Failure.BadCredential("not signed in, says first-secret-of-the-book-test");

  private void disable(Entry entry, Secret secret) {
    var now = stage.time.instant();
    stage.accounts.changed(credential(entry, secret), new Standing(3, Optional.empty(), Optional.of(now), Optional.of(DEAD)), Optional.empty());
  }

  @Test
  void whatWasDisabledStaysSoWithItsReasonUntilAPersonEnablesIt() {
    var one = add(ONE, Terms.OPEN);
    disable(one, ONE);
    var since = stage.time.instant();
    stage.time.advance(Duration.ofDays(3));
    for (int i = 0; i < 2; i++) {
      stage.restart();
      var condition = find(one).condition();
      assertEquals(List.of(State.DISABLED, "upstream_unauthorized", "not signed in, says ***", Optional.of(since), 3),
          List.of(condition.state(), condition.code(), condition.words(), condition.since(), condition.refusals()));
    }
    assertEquals(State.DISABLED, change(one, Change.NOTHING.remark("still")).condition().state());
    assertEquals(State.ACTIVE, stage.credentials.enable(one.id()).condition().state());
    stage.restart();
    assertEquals(State.ACTIVE, find(one).condition().state());
  }

  @Test
  void anotherSecretIsGivenAnotherChance() {
    for (boolean same : new boolean[] {true, false}) {
      var one = add(ONE, Terms.OPEN);
      disable(one, ONE);
      stage.restart();
      assertEquals(State.ACTIVE, change(one, Change.NOTHING.secret(TWO, same)).condition().state());
      stage.restart();
      assertEquals(State.ACTIVE, find(one).condition().state());
      stage.credentials.remove(one.id());
    }
  }

  @Test
  void thoseOfTheConfigurationAreForgivenByAReloadOrAPerson() {
    var key = stage.credentials.list().getFirst();
    for (int i = 0; i < 2; i++) {
      disable(key, new Secret("key-of-the-environment"));
      stage.restart();
      assertEquals(State.DISABLED, find(key).condition().state());
      if (i == 0) stage.credentials.forgiveConfigured();
      else stage.credentials.enable(key.id());
      assertEquals(State.ACTIVE, find(key).condition().state());
      stage.restart();
      assertEquals(State.ACTIVE, find(key).condition().state());
    }
    assertTrue(refusal(() -> change(key, Change.NOTHING.enabled(false))) instanceof Failure.Forbidden);
  }

  @Test
  void aRestThatIsOverIsNotToldAndNeitherIsWhy() {
    var one = add(ONE, Terms.OPEN);
    var until = stage.time.instant().plusSeconds(60);
    var resting = new Standing(0, Optional.of(until), Optional.empty(), Optional.of(new Failure.Limited(Duration.ofSeconds(60), "slow down")));
    stage.accounts.changed(credential(one, ONE), resting, Optional.empty());
    stage.restart();
    var condition = find(one).condition();
    assertEquals(List.of(State.RESTING, "rate_limit_exceeded", Optional.of(until)),
        List.of(condition.state(), condition.code(), condition.restingUntil()));
    stage.time.advance(Duration.ofSeconds(61));
    condition = find(one).condition();
    assertEquals(List.of(State.ACTIVE, "", Optional.empty()), List.of(condition.state(), condition.code(), condition.restingUntil()));
  }

  @Test
  void theClassOfAnAccountIsKnownToThePoolAfterARestart() {
    var one = add(ONE, Terms.OPEN);
    stage.accounts.keep(credential(one, ONE), account -> account.with(new Balance.Funds(BigDecimal.TEN, "credits"),
        Optional.of(new Account.Tier(2, "PAYGATE_TIER_TWO")), stage.time.instant()));
    stage.restart();
    assertEquals(List.of(ENVIRONMENT, "openai -1 -1  2"), stage.shares());
  }

  @Test
  void todayBeginsAnewAtMidnightAndTheTotalGoesOnOverARestart() {
    var one = add(ONE, Terms.OPEN);
    var midnight = LocalDate.ofInstant(stage.time.instant(), ZoneId.systemDefault()).plusDays(1).atStartOfDay(ZoneId.systemDefault()).toInstant();
    stage.time.advance(Duration.between(stage.time.instant(), midnight).minusSeconds(1));
    stage.table.add(List.of(Tally.made(one.provider(), one.name(), Kind.IMAGE, 2, stage.time.instant())));
    stage.table.add(List.of(Tally.failed(one.provider(), one.name(), stage.time.instant())));
    assertEquals(new Count(2, 0, 1), find(one).use().today());
    stage.time.advance(Duration.ofSeconds(1));
    stage.table.add(List.of(Tally.made(one.provider(), one.name(), Kind.VIDEO, 1, stage.time.instant())));
    stage.restart();
    assertEquals(List.of(new Count(0, 1, 0), new Count(2, 1, 1), Optional.of(midnight)),
        List.of(find(one).use().today(), find(one).use().total(), find(one).use().last()));
    stage.time.advance(Duration.ofDays(50));
    stage.credentials.fold();
    assertEquals(List.of(Count.NONE, new Count(2, 1, 1)), List.of(find(one).use().today(), find(one).use().total()));
    assertEquals(find(one).use(), stage.credentials.list().getLast().use());
  }

  // ---- what took a secret's place ---------------------------------------------------------------------------------

  private static final Secret THREE = new Secret("renewal-of-the-book-test");

  private Account.Renewal renewal(Secret own, Secret token) {
    return Account.Renewal.of(own, token, stage.time.instant());
  }

  @Test
  void aRenewalIsTheSameCredentialWhoeverBringsIt() {
    var one = add(ONE, Terms.OPEN);
    stage.credentials.renewed(one.id(), renewal(ONE, THREE));
    var again = stage.credentials.add(new Fresh("openai", THREE, "", true, Terms.OPEN));
    assertEquals(List.of(false, one.id()), List.of(again.fresh(), again.entry().id()));
    for (var same : List.of(true, false)) {
      var changed = change(one, Change.NOTHING.secret(THREE, same));
      assertEquals(List.of(one.id(), one.name(), Optional.of(renewal(ONE, THREE))),
          List.of(changed.id(), changed.name(), changed.account().renewal()));
    }
    assertEquals(List.of(ONE), stage.credentials.bare().stream().map(Bare::secret).toList());
    assertEquals("secret", field(refusal(() -> change(add(TWO, Terms.OPEN), Change.NOTHING.secret(THREE, true)))));
  }

  private List<Boolean> entered(Secret secret, Optional<Account.Renewal> descent) {
    return stage.credentials.enter(List.of(new Fresh("openai", secret, "", true, Terms.OPEN, descent)));
  }

  @Test
  void oneThatCameOfAnotherIsKnownByThatAlsoAfterARestart() {
    assertEquals(List.of(true), entered(THREE, Optional.of(renewal(ONE, THREE))));
    stage.restart();
    var one = stage.credentials.list().getLast();
    assertEquals(Optional.of(renewal(ONE, THREE)), one.account().descent());
    assertEquals(List.of(false), entered(ONE, Optional.empty()));
    assertEquals(List.of(false), entered(TWO, Optional.of(renewal(ONE, TWO))));
    assertEquals(one.id(), add(ONE, Terms.OPEN).id());
    var descended = new Fresh("openai", TWO, "", true, Terms.OPEN, Optional.of(renewal(ONE, TWO)));
    assertEquals(one.id(), stage.credentials.add(descended).entry().id());
    assertEquals(List.of(THREE), stage.credentials.bare().stream().map(Bare::secret).toList());
    assertEquals(Optional.empty(), change(one, Change.NOTHING.secret(TWO, true)).account().descent());
  }

  @Test
  void oneThatSomethingCameOfIsKnownByThat() {
    var one = add(ONE, Terms.OPEN);
    assertEquals(List.of(false), entered(THREE, Optional.of(renewal(ONE, THREE))));
    var descended = new Fresh("openai", THREE, "", true, Terms.OPEN, Optional.of(renewal(ONE, THREE)));
    assertEquals(one.id(), stage.credentials.add(descended).entry().id());
    assertEquals(List.of(ONE), stage.credentials.bare().stream().map(Bare::secret).toList());
  }

  @Test
  void aRetiredOneComesBackByItsRenewal() {
    var one = add(ONE, Terms.OPEN);
    stage.credentials.renewed(one.id(), renewal(ONE, THREE));
    var lease = stage.pool.tryLease(new Wish(List.of(new Wish.Ask("openai", 0)), Kind.IMAGE, "key", Optional.of(one.name()))).orElseThrow();
    assertEquals(State.RETIRED, stage.credentials.remove(one.id()).orElseThrow().condition().state());
    var again = stage.credentials.add(new Fresh("openai", THREE, "", true, Terms.OPEN));
    assertEquals(List.of(one.id(), State.ACTIVE), List.of(again.entry().id(), again.entry().condition().state()));
    lease.close();
  }

  @Test
  void anotherSecretHasNothingOfTheOldOnesRenewal() {
    var one = add(ONE, Terms.OPEN);
    stage.credentials.renewed(one.id(), renewal(ONE, THREE));
    var changed = change(one, Change.NOTHING.secret(TWO, true));
    assertEquals(Optional.empty(), changed.account().renewal());
    stage.credentials.renewed(one.id(), renewal(ONE, THREE));
    assertEquals(Optional.empty(), find(one).account().renewal());
    assertFalse(stage.credentials.add(new Fresh("openai", THREE, "", true, Terms.OPEN)).entry().id().equals(one.id()));
  }

  @Test
  void whatIsLearnedLateOfAReplacedSecretIsNotWhatStandsForTheNewOne() {
    var one = add(ONE, Terms.OPEN);
    change(one, Change.NOTHING.secret(TWO, true));
    var session = new Account.Session(new Secret("session-of-the-book-test"), stage.time.instant());
    var mine = new Account.Session(new Secret("session-of-the-new-one"), stage.time.instant());
    stage.accounts.keep(credential(one, TWO), a -> a.with(mine, "").renewed(Optional.of(renewal(TWO, THREE))));
    stage.accounts.keep(credential(one, ONE), a -> a.with(session, "a@example.org").renewed(Optional.of(renewal(ONE, TWO))));
    assertEquals(Account.UNKNOWN.with(mine, "a@example.org").renewed(Optional.of(renewal(TWO, THREE))), find(one).account());
    stage.restart();
    assertEquals(Optional.of(renewal(TWO, THREE)), find(one).account().renewal());
  }

  @Test
  void aRenewalIsInNoWordsOfACredential() throws Exception {
    var one = add(ONE, Terms.OPEN);
    stage.credentials.renewed(one.id(), renewal(ONE, THREE));
    var words = new Failure.BadCredential("nobody knows " + THREE.reveal());
    stage.balance = Optional.of(credential -> {
      throw new GatewayException(words);
    });
    assertEquals("nobody knows ***", stage.credentials.check(one.id()).error());
    var disabled = new Standing(3, Optional.empty(), Optional.of(stage.time.instant()), Optional.of(words));
    stage.accounts.changed(credential(one, ONE), disabled, Optional.empty());
    stage.restart();
    assertEquals("nobody knows ***", find(one).condition().words());
    assertFalse(stage.credentials.list().toString().contains(THREE.reveal()));
  }

  // ---- locked -----------------------------------------------------------------------------------------------------

  @Test
  void aLockedCredentialLosesNeitherItsProxyNorWhatWasLearned() throws Exception {
    var one = add(ONE, Terms.OPEN.by(new Secret(PROXY)));
    var session = new Account.Session(new Secret("session-of-the-book-test"), stage.time.instant());
    stage.accounts.keep(credential(one, ONE), account -> account.with(session, "a@example.org"));
    var key = stage.store.options().data().resolve(Vault.FILE);
    var away = Files.move(key, key.resolveSibling("away"));
    stage.restart();
    var locked = find(one);
    assertEquals(List.of(State.LOCKED, "locked", ""), List.of(locked.condition().state(), locked.condition().code(), locked.given().hint()));
    assertEquals("a@example.org", locked.account().person());
    assertEquals(List.of(ENVIRONMENT), stage.shares());
    assertEquals("proxy", field(refusal(() -> terms(one, Terms.OPEN.by(new Secret("h:1"))))));
    terms(one, Terms.OPEN.atOnce(1, 1));
    Files.move(away, key);
    stage.restart();
    assertEquals(Terms.OPEN.atOnce(1, 1).by(new Secret(PROXY)), find(one).given().terms());
    assertEquals(Optional.of(session), find(one).account().session());
  }

  @Test
  void aSecretThatIsGivenAgainUnderANewKeyDoesNotGoWithoutItsProxy() throws Exception {
    var one = add(ONE, Terms.OPEN.by(new Secret(PROXY)));
    var key = stage.store.options().data().resolve(Vault.FILE);
    Files.writeString(key, "ab".repeat(32));
    stage.restart();
    assertEquals("proxy", field(refusal(() -> add(ONE, Terms.OPEN))));
    assertEquals("proxy", field(refusal(() -> change(one, Change.NOTHING.secret(ONE, false)))));
    var open = change(one, Change.NOTHING.secret(ONE, false).terms(old -> old.by(new Secret(PROXY))));
    assertEquals(List.of(State.ACTIVE, "socks5://me@10.0.0.1:1080"), List.of(open.condition().state(), open.given().proxy()));
  }

  @Test
  void whatIsLentWhileItsSecretIsReplacedKeepsTheOldOneOverACrash() {
    var one = add(ONE, Terms.OPEN);
    var wish = new Wish(List.of(new Wish.Ask("openai", 0)), Kind.IMAGE, "key", Optional.of(credential(one, ONE).name()));
    var lease = stage.credentials.together(() -> {
      change(one, Change.NOTHING.secret(TWO, false));
      return stage.pool.tryLease(wish).orElseThrow();
    });
    var secrets = stage.credentials.bare().stream().map(b -> b.secret()).collect(Collectors.toSet());
    assertEquals(Set.of(ONE, TWO), secrets);
    lease.close();
    assertEquals(2, stage.credentials.list().size(), "that of the environment, and the new one");
  }

  // ---- retired ----------------------------------------------------------------------------------------------------

  private final List<Job> jobs = new ArrayList<>();
  private int ids;

  /** Jobs that this credential carries, and their leases. */
  private List<Lease> carry(Entry entry, int number) {
    var leases = new ArrayList<Lease>();
    for (int i = 0; i < number; i++) {
      var wish = new Wish(List.of(new Wish.Ask("openai", 0)), Kind.IMAGE, "key", Optional.of(entry.name()));
      leases.add(stage.pool.tryLease(wish).orElseThrow());
      var origin = new Job.Origin("key", "", "images/generations", Optional.empty(), "b".repeat(64), stage.time.instant());
      var task = new Task.Image("gpt-image", "a boat", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
      var queued = Job.queued("job_" + "%032x".formatted(ids++), origin, task);
      stage.store.jobs().insert(queued);
      var job = queued.submitting(Attempt.begun("openai", "gpt-image", entry.name(), stage.time.instant()));
      stage.store.jobs().save(job);
      jobs.add(job);
    }
    return leases;
  }

  private Job ended(Job job) {
    return job.ended(JobState.FAILED, new Failure.Refused("no"), stage.time.instant());
  }

  private void end(Job job) {
    stage.store.jobs().finish(ended(job));
    stage.credentials.heard(new Event.Ended(ended(job)));
  }

  /** What the disk has, without the list, whose look sweeps. */
  private List<String> stored() {
    return stage.rows.list().stream().map(Row::id).toList();
  }

  @Test
  void whoIsRetiredGoesWithItsLastTwoJobsThoughBothEndBeforeEitherGivesItsLeaseBack() {
    var one = add(ONE, Terms.OPEN);
    var leases = carry(one, 2);
    stage.credentials.remove(one.id());
    jobs.forEach(this::end);
    leases.getFirst().close();
    assertEquals(List.of(one.id()), stored(), "one lease is still out");
    leases.getLast().close();
    assertEquals(List.of(), stored());
  }

  @Test
  void whoIsRetiredStaysForAJobThatHasNotEnded() {
    var one = add(ONE, Terms.OPEN);
    var leases = carry(one, 2);
    stage.credentials.remove(one.id());
    end(jobs.getFirst());
    leases.forEach(Lease::close);
    assertEquals(List.of(one.id()), stored(), "its job waits for the next poll");
    end(jobs.getLast());
    assertEquals(List.of(), stored());
  }

  @Test
  void whoIsRetiredAndWasLeftBehindGoesWithTheNextChoreOrStart() {
    var one = add(ONE, Terms.OPEN);
    var two = add(TWO, Terms.OPEN);
    carry(one, 1);
    stage.credentials.remove(one.id());
    stage.restart();
    assertEquals(Set.of(one.id(), two.id()), Set.copyOf(stored()));
    stage.store.jobs().finish(ended(jobs.getFirst()));
    stage.restart();
    assertEquals(List.of(two.id()), stored());
    jobs.clear();
    carry(two, 1).forEach(Lease::close);
    stage.credentials.remove(two.id());
    stage.store.jobs().finish(ended(jobs.getFirst()));
    stage.credentials.tidy();
    assertEquals(List.of(), stored());
  }
}
