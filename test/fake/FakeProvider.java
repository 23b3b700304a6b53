package fake;

import easel.core.Cancelling;
import easel.core.Capability;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Life;
import easel.core.Model;
import easel.core.Price;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.SizeRule;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider whose every answer is scripted, and which keeps a ledger of what it accepted: the ledger outlives the
 * engines a test starts and kills, as a real provider's books do.
 */
public class FakeProvider implements Provider, Cancelling {
  /** How it hands its work over. */
  public enum Style { AT_ONCE, BY_POLLING, BY_LINK }

  public static final byte[] PNG = Base64.getDecoder().decode(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC");

  private final String id;
  private final Style style;
  private final List<String> ledger = Collections.synchronizedList(new ArrayList<>());
  private final List<String> credentials = Collections.synchronizedList(new ArrayList<>());
  private final Deque<Failure> startFailures = new ArrayDeque<>();
  private final Deque<Failure> pollFailures = new ArrayDeque<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile List<Failure> down = List.of();
  private volatile Optional<Failure> spoiled = Optional.empty();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile CountDownLatch entered = new CountDownLatch(1);
  private volatile byte[] picture = PNG;
  private volatile byte[] odd;
  private volatile int polls = 2;
  private volatile int previews;
  private volatile boolean cancels = true;
  private volatile boolean cancelled;
  private volatile boolean deadLink;
  private volatile int countMax = 10;
  private final List<String> seeds = Collections.synchronizedList(new ArrayList<>());
  private volatile Optional<Price> price = Optional.empty();

  public FakeProvider(String id, Style style) {
    this.id = id;
    this.style = style;
  }

  /** What was accepted, by tag: its length is what the user pays for. */
  public List<String> ledger() {
    return List.copyOf(ledger);
  }

  /** Which credential each accepted submit and each poll came with. */
  public List<String> credentials() {
    return List.copyOf(credentials);
  }

  /** The next submit is answered so; what proves that nothing was accepted leaves the ledger alone. */
  public FakeProvider startFails(Failure failure) {
    startFailures.add(failure);
    return this;
  }

  public FakeProvider pollFails(Failure failure) {
    pollFailures.add(failure);
    return this;
  }

  /** From now on submits end so, one after the other and over again; without a failure all is well. */
  public FakeProvider down(Failure... mix) {
    down = List.of(mix);
    return this;
  }

  /** From now on all work that was taken ends so; empty: all is well. */
  public FakeProvider spoils(Optional<Failure> why) {
    spoiled = why;
    return this;
  }

  /** Submits so far, whatever came of them. */
  public int calls() {
    return calls.get();
  }

  public FakeProvider draws(byte[] bytes) {
    picture = bytes;
    return this;
  }

  /** The last of several pictures is this. */
  public FakeProvider drawsAlso(byte[] bytes) {
    odd = bytes;
    return this;
  }

  /** Polls it takes until the work is done. */
  public FakeProvider polls(int count) {
    polls = count;
    return this;
  }

  /** Shows so many previews before it hands over what it made at once. */
  public FakeProvider previews(int count) {
    previews = count;
    return this;
  }

  /** The last of several results cannot be fetched. */
  public FakeProvider oneLinkIsDead() {
    deadLink = true;
    return this;
  }

  /** What its price list says of one picture. */
  public FakeProvider listPrice(String usd) {
    price = Optional.of(Price.flat(Price.Per.IMAGE, usd, "a list", "2026-11-21"));
    return this;
  }

  /** Most pictures it makes at once. */
  public FakeProvider atOnce(int count) {
    countMax = count;
    return this;
  }

  /** Seeds it was sent, in the order of its ledger. */
  public List<String> seeds() {
    return List.copyOf(seeds);
  }

  public FakeProvider cannotCancel() {
    cancels = false;
    return this;
  }

  public boolean wasCancelled() {
    return cancelled;
  }

  /** Submits stop after they were accepted and before they are answered, until the gate opens. */
  public void closeGate() {
    gate = new CountDownLatch(1);
    entered = new CountDownLatch(1);
  }

  public void openGate() {
    gate.countDown();
  }

  /** Waits until a submit stands at the gate. */
  public void awaitSubmit() throws InterruptedException {
    entered.await();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public List<Model> models() {
    return List.of(model(id + "-image", Kind.IMAGE), model("shared-image", Kind.IMAGE), model(id + "-video", Kind.VIDEO));
  }

  private Model model(String name, Kind kind) {
    var capability = new Capability(kind, new Capability.Inputs(0, 4, Set.of(Input.Role.values())), countMax, 10_000, 3, new SizeRule.Any(),
        List.of(kind == Kind.IMAGE ? MediaType.PNG : MediaType.MP4), Set.of(), Set.of());
    return new Model(name, id, name, capability, List.of(), Instant.EPOCH, Life.OPEN, price);
  }

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    int call = calls.getAndIncrement();
    var mix = down;
    if (!mix.isEmpty()) throw failing(mix.get(call % mix.size()), progress);
    synchronized (startFailures) {
      if (!startFailures.isEmpty()) throw failing(startFailures.poll(), progress);
    }
    ledger.add(progress.tag());
    seeds.add(String.valueOf(task.extras().get("seed")));
    credentials.add(credential.name());
    entered.countDown();
    gate.await();
    for (int i = 0; i < previews; i++) progress.partial(i, written(progress, picture));
    return style == Style.AT_ONCE ? done(task.count(), progress) : new Step.Waiting(task.count() + ":0", Duration.ofMillis(10), false);
  }

  private GatewayException failing(Failure failure, Progress progress) {
    if (!failure.notAccepted()) ledger.add(progress.tag());
    return new GatewayException(failure);
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) {
    credentials.add(credential.name());
    if (spoiled.isPresent()) throw new GatewayException(spoiled.get());
    synchronized (pollFailures) {
      if (!pollFailures.isEmpty()) throw new GatewayException(pollFailures.poll());
    }
    int count = Integer.parseInt(handle.split(":")[0]);
    int poll = Integer.parseInt(handle.split(":")[1]) + 1;
    if (handle.endsWith(":link")) return deadLink ? rest(count, progress) : done(count, progress);
    progress.report(100 * poll / (polls + 1), "poll " + poll);
    if (poll < polls) return new Step.Waiting(count + ":" + poll, Duration.ofMillis(10), false);
    return style == Style.BY_LINK ? new Step.Waiting(count + ":" + poll + ":link", Duration.ZERO, true) : done(count, progress);
  }

  private Step rest(int count, Progress progress) {
    var gone = new Failure.UpstreamBroken(404, "gone");
    if (!progress.last()) throw new GatewayException(gone);
    return new Step.Done(((Step.Done) done(count - 1, progress)).outputs(), Usage.NONE, Optional.of(gone));
  }

  private Step done(int count, Progress progress) {
    var outputs = new ArrayList<Step.Output>();
    for (int i = 0; i < count; i++) {
      var bytes = odd != null && i == count - 1 ? odd : picture;
      outputs.add(new Step.Output(written(progress, bytes), Optional.empty()));
    }
    return new Step.Done(outputs, Usage.NONE);
  }

  private Path written(Progress progress, byte[] bytes) {
    try {
      return Files.write(progress.draft("png"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean cancel(String handle, Credential credential) {
    cancelled = cancels;
    return cancels;
  }
}
