package easel.job;

import easel.codec.Near;
import easel.core.Attempt;
import easel.core.Cancelling;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Kind;
import easel.core.Model;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Every model that can be asked for, under every name it answers to, in the order in which it is tried. Built once from the
 * providers and replaced whole when the configuration changes.
 */
public final class Catalogue {
  /** Lets Easel choose by what the task needs. */
  public static final String AUTO = "auto";

  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Function<String, Optional<Cancelling>> cancelling;
  private final Function<String, Optional<Reconciling>> reconciling;
  private final Map<String, List<Candidate>> byName = new LinkedHashMap<>();
  private final List<Candidate> all = new ArrayList<>();
  /** Names of models whose provider has no credential, and that provider. */
  private final Map<String, String> keyless = new LinkedHashMap<>();

  /**
   * @param ready ids of the providers that have a credential; models of the others are named only to say so
   * @param cancelling tells the extras of those providers that have them, by id, as does {@code reconciling}
   */
  public Catalogue(List<Provider> providers, Set<String> ready, Function<String, Optional<Cancelling>> cancelling,
      Function<String, Optional<Reconciling>> reconciling) {
    this.cancelling = cancelling;
    this.reconciling = reconciling;
    for (var provider : providers) {
      this.providers.put(provider.id(), provider);
      for (var model : provider.models()) {
        if (ready.contains(provider.id())) add(new Candidate(provider, model));
        else remember(model);
      }
    }
  }

  private void remember(Model model) {
    keyless.put(model.name(), model.provider());
    keyless.put(model.address(), model.provider());
    for (var alias : model.aliases()) keyless.put(alias, model.provider());
  }

  private void add(Candidate candidate) {
    all.add(candidate);
    name(candidate.model().name(), candidate);
    name(candidate.model().address(), candidate);
    for (var alias : candidate.model().aliases()) name(alias, candidate);
  }

  private void name(String name, Candidate candidate) {
    var list = byName.computeIfAbsent(name, n -> new ArrayList<>());
    if (!list.contains(candidate)) list.add(candidate);
  }

  /** Every model under its plain name, the first provider's first. */
  public Collection<Model> models() {
    var models = new LinkedHashMap<String, Model>();
    for (var candidate : all) models.putIfAbsent(candidate.model().name(), candidate.model());
    return models.values();
  }

  /** All names a caller may use, aliases included and addresses left out. */
  public Collection<String> names() {
    var names = new LinkedHashSet<String>();
    for (var candidate : all) {
      names.add(candidate.model().name());
      names.addAll(candidate.model().aliases());
    }
    return names;
  }

  public Optional<Model> model(String name) {
    return byName.getOrDefault(name, List.of()).stream().findFirst().map(Candidate::model);
  }

  /** In which order the candidates of a model are asked. */
  Strategy strategy(String name) {
    return Strategy.ORDER;
  }

  /** What an attempt was made with, if it is still offered. */
  Optional<Candidate> ran(Attempt attempt) {
    return byName.getOrDefault(attempt.provider() + "/" + attempt.model(), List.of()).stream().findFirst();
  }

  /** The task of a job as its last attempt sent it. */
  Task sent(Job job) {
    var last = job.attempts().getLast();
    return ran(last).map(c -> c.prepare(job.task())).orElseGet(() -> job.task().withModel(last.model()));
  }

  Optional<Provider> provider(String id) {
    return Optional.ofNullable(providers.get(id));
  }

  Optional<Cancelling> cancelling(String id) {
    return cancelling.apply(id);
  }

  Optional<Reconciling> reconciling(String id) {
    return reconciling.apply(id);
  }

  /**
   * Who can do the task, in order.
   *
   * @throws GatewayException {@code Missing} for an unknown model, {@code Invalid} naming the parameter where no
   *     candidate can do it
   */
  List<Candidate> candidates(Task task, Optional<String> provider) {
    var named = named(task, provider);
    var able = named.stream().filter(c -> c.model().capability().complaint(task).isEmpty()).toList();
    if (able.isEmpty()) throw new GatewayException(complaint(task, named));
    return able;
  }

  private List<Candidate> named(Task task, Optional<String> provider) {
    if (provider.isPresent() && !providers.containsKey(provider.get())) {
      throw new GatewayException(new Failure.Invalid("provider", "provider must be one of " + String.join(", ", providers.keySet())));
    }
    var named = task.model().equals(AUTO) ? ofKind(task) : byName.getOrDefault(task.model(), List.of());
    var wanted = named.stream().filter(c -> provider.map(c.provider().id()::equals).orElse(true)).toList();
    if (wanted.isEmpty()) throw new GatewayException(unknown(task.model(), provider));
    return wanted;
  }

  private List<Candidate> ofKind(Task task) {
    var kind = task instanceof Task.Image ? Kind.IMAGE : Kind.VIDEO;
    // What cannot do without a picture is a tool for that picture, and may not even read the prompt.
    return all.stream().filter(c -> c.model().capability().kind() == kind && c.model().capability().inputs().min() == 0).toList();
  }

  private Failure unknown(String name, Optional<String> provider) {
    if (keyless.containsKey(name)) {
      return new Failure.Missing("model_not_found", "The model '" + name + "' needs a key for the provider "
          + keyless.get(name) + ", and none is set up.");
    }
    var at = provider.map(p -> " at provider " + p).orElse("");
    var near = Near.most(name, names(), 3);
    var hint = near.isEmpty() ? "" : " Did you mean " + String.join(", ", near) + "?";
    return new Failure.Missing("model_not_found", "The model '" + name + "' does not exist" + at + "." + hint);
  }

  /** The first candidate's complaint, and a model that has none if there is one. */
  private Failure complaint(Task task, List<Candidate> named) {
    var complaint = named.getFirst().model().capability().complaint(task).orElseThrow();
    var other = all.stream().filter(c -> c.model().capability().complaint(task).isEmpty()).findFirst();
    var hint = other.map(c -> "; " + c.model().name() + " could do it").orElse("");
    return new Failure.Invalid(complaint.field(), complaint.message() + " for " + named.getFirst().model().name() + hint);
  }
}
