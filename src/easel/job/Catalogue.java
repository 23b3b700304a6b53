package easel.job;

import easel.codec.Near;
import easel.core.Cancelling;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Kind;
import easel.core.Life;
import easel.core.Model;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Task;
import easel.core.Tiered;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every model that can be asked for, under every name it answers to, in the order in which it is tried. Built once from
 * the providers and replaced whole when the configuration changes; whether a model is still offered is seen at the
 * moment of asking. A retired one's name means its successor at the same provider.
 */
public final class Catalogue {
  /** Lets Easel choose by what the task needs. */
  public static final String AUTO = "auto";
  /** Successors have successors. */
  private static final int GENERATIONS = 5;
  private static final int NEAR = 3;

  /**
   * What the providers of one configuration offer.
   *
   * @param ready ids of those that have a credential; models of the others are named only to say so
   * @param cancelling tells the extras of those that have them, by id, as do {@code reconciling} and {@code tiered}
   */
  public record Offer(List<Provider> providers, Set<String> ready, Function<String, Optional<Cancelling>> cancelling,
      Function<String, Optional<Reconciling>> reconciling, Function<String, Optional<Tiered>> tiered) {
    /** Of providers that serve every account alike. */
    public Offer(List<Provider> providers, Set<String> ready, Function<String, Optional<Cancelling>> cancelling,
        Function<String, Optional<Reconciling>> reconciling) {
      this(providers, ready, cancelling, reconciling, id -> Optional.empty());
    }

    public Offer {
      providers = List.copyOf(providers);
      ready = Set.copyOf(ready);
    }
  }

  /**
   * A name as callers see it.
   *
   * @param model what it can do; of an entry, what its first candidate can do with what the entry fixes
   * @param life of the name: a retired one tells of its end, though its successor answers
   * @param candidates addresses, in the order in which they are asked
   */
  public record Named(String name, Model model, Life life, Life.State state, List<String> candidates) {}

  private final Offer offer;
  private final ModelIndex index;
  private final Strategy usual;
  private final InstantSource clock;
  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private volatile Day day = new Day(LocalDate.MIN, Map.of());

  /** What names mean on one day. */
  private record Day(LocalDate date, Map<String, Meaning> meanings) {}

  public Catalogue(Offer offer, Names names, InstantSource clock) {
    this.offer = offer;
    this.index = new ModelIndex(offer.providers(), names);
    this.usual = names.usual();
    this.clock = clock;
    for (var provider : offer.providers()) providers.put(provider.id(), provider);
  }

  // ---- names ------------------------------------------------------------------------------------------------------

  /** Every model that is offered today under its plain name, the first provider's first. */
  public Collection<Model> models() {
    var models = new LinkedHashMap<String, Model>();
    live().forEach(c -> models.putIfAbsent(c.model().name(), c.model()));
    return models.values();
  }

  /** All names a caller may use, aliases included; addresses and names of what is retired left out. */
  public Collection<String> names() {
    return index.names().stream().filter(n -> !meaning(n).past()).toList();
  }

  /** Names of retired models to which a successor answers. */
  public Collection<String> retiredNames() {
    return index.names().stream().filter(n -> answered(n) && meaning(n).past()).toList();
  }

  private boolean answered(String name) {
    return !meaning(name).candidates().isEmpty();
  }

  public Optional<Model> model(String name) {
    return meaning(name).model();
  }

  /** @throws GatewayException {@code Missing} where nobody answers to the name */
  public Named named(String name) {
    var meaning = meaning(name);
    var model = meaning.model().orElseThrow(() -> new GatewayException(unknown(name, Optional.empty())));
    var addresses = meaning.candidates().stream().map(c -> c.model().address()).distinct().toList();
    return new Named(name, model, meaning.life(), meaning.life().state(today()), addresses);
  }

  /** Whether older gateways used that name, and the operator has not given it to others. */
  public boolean inherited(String name) {
    return index.inherited(name);
  }

  /** How the candidates of that name are put in order. */
  public Strategy strategy(String name) {
    return index.entry(name).flatMap(ModelEntry::strategy).orElse(usual);
  }

  // ---- today ------------------------------------------------------------------------------------------------------

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private boolean retired(Candidate candidate) {
    return candidate.model().life().state(today()) == Life.State.RETIRED;
  }

  private boolean ready(Candidate candidate) {
    return offer.ready().contains(candidate.provider().id());
  }

  /** Every model that can be had now. */
  private Stream<Candidate> live() {
    return index.models().stream().filter(c -> ready(c) && !retired(c));
  }

  /** What names mean changes from one day to the next, and hardly ever else: it is worked out once a day. */
  private Meaning meaning(String name) {
    var now = today();
    if (!day.date().equals(now)) day = new Day(now, new ConcurrentHashMap<>());
    var meanings = day.meanings();
    var known = meanings.get(name);
    if (known != null) return known;
    var meaning = workedOut(name);
    // Callers may ask for any name: only those that mean something are remembered.
    if (index.entry(name).isPresent() || !index.own(name).isEmpty()) meanings.put(name, meaning);
    return meaning;
  }

  private Meaning workedOut(String name) {
    var entry = index.entry(name);
    var targets = entry.map(index::targets).orElse(List.of()).stream().filter(this::ready).toList();
    var chosen = targets.stream().flatMap(c -> successor(c).stream()).toList();
    // A model of that name which the entry names too has its place and its parameters there.
    var named = targets.stream().map(Candidate::model).collect(Collectors.toSet());
    var own = index.own(name).stream().filter(c -> ready(c) && !named.contains(c.model())).collect(Collectors.partitioningBy(this::retired));
    var instead = own.get(true).stream().flatMap(c -> successor(c).stream()).toList();
    return Meaning.of(own.get(false), entry, chosen, instead, own.get(true).stream().map(Candidate::model).toList());
  }

  /** The candidate itself, or the first of its successors at its provider that is offered today. */
  private Optional<Candidate> successor(Candidate candidate) {
    var at = Optional.of(candidate);
    for (int i = 0; i < GENERATIONS && at.isPresent() && retired(at.get()); i++) {
      at = at.flatMap(c -> c.model().life().successor().flatMap(s -> index.at(c.provider().id() + "/" + s)));
    }
    return at.filter(c -> !retired(c)).map(c -> new Candidate(c.provider(), c.model(), candidate.preset()));
  }

  // ---- providers --------------------------------------------------------------------------------------------------

  Optional<Provider> provider(String id) {
    return Optional.ofNullable(providers.get(id));
  }

  Optional<Cancelling> cancelling(String id) {
    return offer.cancelling().apply(id);
  }

  Optional<Reconciling> reconciling(String id) {
    return offer.reconciling().apply(id);
  }

  /** The lowest class of account that may do this for us. */
  int tier(Candidate candidate, Task task) {
    return offer.tiered().apply(candidate.provider().id()).map(t -> t.tier(candidate.prepare(task))).orElse(0);
  }

  // ---- tasks ------------------------------------------------------------------------------------------------------

  /**
   * Who can do the task, in order.
   *
   * @throws GatewayException {@code Missing} for an unknown model, {@code Invalid} naming the parameter where no
   *     candidate can do it
   */
  List<Candidate> candidates(Task task, Optional<String> provider) {
    var named = named(task, provider);
    var able = named.stream().filter(c -> c.complaint(task).isEmpty()).toList();
    if (able.isEmpty()) throw new GatewayException(complaint(task, named.getFirst()));
    return able;
  }

  /** What the last attempt of a job was made with, if its provider still knows it. */
  Optional<Candidate> ran(Job job) {
    var last = job.attempts().getLast();
    var address = last.provider() + "/" + last.model();
    return meaning(job.task().model()).candidates().stream().filter(c -> c.model().address().equals(address)).findFirst()
        .or(() -> index.at(address));
  }

  /** The task of a job as its last attempt sent it. */
  Task sent(Job job) {
    return ran(job).map(c -> c.prepare(job.task())).orElseGet(() -> job.task().withModel(job.attempts().getLast().model()));
  }

  private List<Candidate> named(Task task, Optional<String> provider) {
    if (provider.isPresent() && !providers.containsKey(provider.get())) {
      throw new GatewayException(new Failure.Invalid("provider", "provider must be one of " + String.join(", ", providers.keySet())));
    }
    var named = task.model().equals(AUTO) ? ofKind(task) : meaning(task.model()).candidates();
    var wanted = named.stream().filter(c -> provider.map(c.provider().id()::equals).orElse(true)).toList();
    if (wanted.isEmpty()) throw new GatewayException(unknown(task.model(), provider));
    return wanted;
  }

  private List<Candidate> ofKind(Task task) {
    var kind = task instanceof Task.Image ? Kind.IMAGE : Kind.VIDEO;
    // What cannot do without a picture is a tool for that picture, and may not even read the prompt.
    return live().filter(c -> c.model().capability().kind() == kind && c.model().capability().inputs().min() == 0).toList();
  }

  /** The candidate's complaint, and a model that has none if there is one. */
  private Failure complaint(Task task, Candidate first) {
    var complaint = first.complaint(task).orElseThrow();
    if (first.preset().complaint(task).isPresent() || first.lacksSource(task)) return complaint;
    var wanted = first.preset().apply(task);
    var hint = live().filter(c -> c.complaint(wanted).isEmpty()).findFirst().map(c -> "; " + c.model().name() + " could do it");
    return new Failure.Invalid(complaint.field(), complaint.message() + hint.orElse(""));
  }

  // ---- complaints -------------------------------------------------------------------------------------------------

  private Failure unknown(String name, Optional<String> provider) {
    var words = keyless(name, provider).or(() -> gone(name))
        .orElseGet(() -> "The model '" + name + "' does not exist" + provider.map(p -> " at provider " + p).orElse("") + "."
            + didYouMean(name, provider));
    return new Failure.Missing("model_not_found", words);
  }

  /** Says whose key would be needed; of an entry none of whose providers is set up, all of them. */
  private Optional<String> keyless(String name, Optional<String> provider) {
    var entry = index.entry(name);
    var meant = new ArrayList<>(index.own(name));
    entry.map(index::targets).ifPresent(meant::addAll);
    var lacking = meant.stream().filter(c -> !ready(c)).map(c -> c.provider().id())
        .filter(p -> provider.map(p::equals).orElse(true)).distinct().toList();
    boolean nobody = meant.isEmpty() && entry.isPresent() && provider.isEmpty();
    if (nobody) lacking = entry.get().targets().stream().map(ModelEntry.Target::provider).distinct().toList();
    if (lacking.isEmpty()) return Optional.empty();
    var whose = lacking.size() == 1 ? "the provider " + lacking.getFirst() : "one of the providers " + String.join(", ", lacking);
    return Optional.of("The model '" + name + "' needs a key for " + whose + ", and none is set up.");
  }

  private Optional<String> gone(String name) {
    if (answered(name)) return Optional.empty();
    return meaning(name).retired().stream().findFirst().map(m -> "The model '" + name + "' was retired on "
        + m.life().ends().orElseThrow() + "."
        + m.life().successor().map(s -> " Its successor is " + s + ", which is not offered here.").orElse(""));
  }

  private String didYouMean(String name, Optional<String> provider) {
    var all = Stream.concat(index.names().stream(), name.contains("/") ? live().map(c -> c.model().address()) : Stream.empty());
    var known = all.filter(n -> meaning(n).candidates().stream().anyMatch(c -> provider.map(c.provider().id()::equals).orElse(true)));
    var near = Near.most(name, known.toList(), NEAR);
    return near.isEmpty() ? "" : " Did you mean " + String.join(", ", near) + "?";
  }

  /**
   * What is wrong with a target that an operator wrote, the message being what follows its name; nothing where its
   * provider is switched off, or its model is retired.
   */
  public Optional<Failure.Invalid> complaint(ModelEntry.Target target) {
    if (!providers.containsKey(target.provider())) return Optional.empty();
    var at = index.at(target.address());
    if (at.isEmpty()) {
      var near = Near.to(target.address(), index.addresses(target.provider())).map(n -> ", did you mean " + n + "?");
      return Optional.of(new Failure.Invalid("model", "is not a model of " + target.provider() + near.orElse("")));
    }
    var capability = at.get().model().capability();
    var size = target.preset().size().flatMap(capability.sizes()::complaint).map(w -> new Failure.Invalid("size", w));
    return size.or(() -> length(target, capability.seconds()));
  }

  private static Optional<Failure.Invalid> length(ModelEntry.Target target, Set<Integer> lengths) {
    var wanted = target.preset().seconds();
    if (wanted.isEmpty() || lengths.isEmpty() || lengths.contains(wanted.getAsInt())) return Optional.empty();
    var words = String.join(", ", lengths.stream().sorted().map(String::valueOf).toList());
    return Optional.of(new Failure.Invalid("seconds", "must be one of " + words));
  }
}
