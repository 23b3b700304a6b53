package easel.provider;

import easel.codec.Fields;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Asks how videos stand. Flow takes many names at once, so all jobs of a credential ask at the same ticks of the clock
 * ({@link #pause}), and whoever comes first waits a moment for the others and asks for all.
 */
final class FlowPolls {
  /** A video and the project it belongs to. */
  record Film(String name, String project) {}

  /** One call for all of them. */
  interface Question {
    /** @throws GatewayException for every answer that is none */
    Fields ask(Credential credential, List<Film> films) throws InterruptedException;
  }

  /** One call, and who waits for it. */
  private static final class Round {
    final Set<Film> films = new LinkedHashSet<>();
    final CountDownLatch over = new CountDownLatch(1);
    Optional<Fields> answer = Optional.empty();
    Optional<GatewayException> trouble = Optional.empty();
    boolean apart;
  }

  private static final int NOT_FOUND = 404;
  /** Questions about many that failed in a row: from here on it may be one of them that spoils the answer. */
  private static final int ROUNDS = 3;

  private final Question question;
  private final Time time;
  private final Duration each;
  private final Duration gather;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Credential, Round> open = new HashMap<>();
  private final Map<Credential, Integer> failed = new HashMap<>();

  /** {@code each}: between two questions about one video. {@code gather}: how long the first waits for the others. */
  FlowPolls(Question question, Time time, Duration each, Duration gather) {
    this.question = question;
    this.time = time;
    this.each = each;
    this.gather = gather;
  }

  /** How long until this credential's videos are asked about next: between half and one and a half times the usual. */
  Duration pause(Credential credential) {
    long step = Math.max(1, each.toMillis());
    long left = step - Math.floorMod(time.instant().toEpochMilli() + credential.name().hashCode(), step);
    return Duration.ofMillis(left < step / 2 ? left + step : left);
  }

  /**
   * What Flow says of a video; empty where its answer does not name it.
   *
   * @throws GatewayException the trouble of the one call, for everybody who waited for it
   */
  Optional<Fields> ask(Credential credential, Film film) throws InterruptedException {
    while (true) {
      var round = new Round();
      var joined = join(credential, film, round);
      if (joined == round) lead(credential, round);
      else joined.over.await();
      if (joined.answer.isPresent()) return copy(joined.answer.get(), film);
      if (joined.trouble.isPresent()) return alone(credential, film, joined);
      // whoever led was interrupted: somebody else does
    }
  }

  /** How many wait for the call that is about to be made. */
  int gathered(Credential credential) {
    lock.lock();
    try {
      return open.containsKey(credential) ? open.get(credential).films.size() : 0;
    } finally {
      lock.unlock();
    }
  }

  private Round join(Credential credential, Film film, Round mine) {
    lock.lock();
    try {
      var round = open.computeIfAbsent(credential, c -> mine);
      round.films.add(film);
      return round;
    } finally {
      lock.unlock();
    }
  }

  private void lead(Credential credential, Round round) throws InterruptedException {
    try {
      time.sleep(gather);
      round.answer = Optional.of(question.ask(credential, close(credential, round)));
    } catch (GatewayException e) {
      round.trouble = Optional.of(e);
    } finally {
      close(credential, round);
      round.apart = apart(credential, round);
      round.over.countDown();
    }
  }

  /** From here on others begin a round of their own. */
  private List<Film> close(Credential credential, Round round) {
    lock.lock();
    try {
      open.remove(credential, round);
      return new ArrayList<>(round.films);
    } finally {
      lock.unlock();
    }
  }

  /**
   * One name that Flow does not know, or does not like, may spoil the answer for all: then each asks for itself. 400
   * and 404 say so at once, every other status when it comes again and again.
   */
  private boolean apart(Credential credential, Round round) {
    if (round.films.size() == 1) return round.trouble.filter(FlowPolls::spoilt).isPresent();
    lock.lock();
    try {
      boolean broken = round.trouble.filter(e -> e.failure() instanceof Failure.UpstreamBroken).isPresent();
      // one without either was interrupted, and was no question
      if (!broken && (round.answer.isPresent() || round.trouble.isPresent())) failed.remove(credential);
      return broken && (failed.merge(credential, 1, Integer::sum) >= ROUNDS || spoilt(round.trouble.get()));
    } finally {
      lock.unlock();
    }
  }

  private Optional<Fields> alone(Credential credential, Film film, Round round) throws InterruptedException {
    var trouble = round.trouble.orElseThrow();
    if (!round.apart) throw new GatewayException(trouble.failure(), trouble);
    if (round.films.size() == 1) return unknown(trouble);
    try {
      return FlowAnswer.item(question.ask(credential, List.of(film)), film.name());
    } catch (GatewayException e) {
      return unknown(e);
    }
  }

  private static boolean spoilt(GatewayException e) {
    return e.failure() instanceof Failure.UpstreamBroken b && (b.status() == 400 || b.status() == NOT_FOUND);
  }

  private static Optional<Fields> unknown(GatewayException e) {
    if (e.failure() instanceof Failure.UpstreamBroken b && b.status() == NOT_FOUND) return Optional.empty();
    throw e;
  }

  /** Fields remember what was read: jobs on several threads must not share them. */
  private static Optional<Fields> copy(Fields answer, Film film) {
    return FlowAnswer.item(Fields.gathering(answer.raw(), e -> { }), film.name());
  }
}
