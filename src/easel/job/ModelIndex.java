package easel.job;

import easel.core.Model;
import easel.core.Provider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who answers to which name, whatever the day is and whoever has a credential. */
final class ModelIndex {
  private final List<Candidate> models = new ArrayList<>();
  /** Addresses, by the provider's name for a model and by its own. */
  private final Map<String, Candidate> places = new LinkedHashMap<>();
  private final Map<String, Set<Candidate>> own = new LinkedHashMap<>();
  private final Map<String, ModelEntry> configured = new LinkedHashMap<>();
  private final Map<String, ModelEntry> builtIn = new LinkedHashMap<>();

  ModelIndex(List<Provider> providers, Names names) {
    for (var provider : providers) for (var model : provider.models()) add(new Candidate(provider, model, Preset.NONE));
    for (var entry : names.configured()) add(configured, entry);
    for (var entry : names.builtIn()) add(builtIn, entry);
  }

  private void add(Candidate candidate) {
    var model = candidate.model();
    models.add(candidate);
    places.putIfAbsent(model.provider() + "/" + model.name(), candidate);
    places.put(model.address(), candidate);
    name(model.name(), candidate);
    name(model.address(), candidate);
    for (var alias : model.aliases()) name(alias, candidate);
  }

  private void name(String name, Candidate candidate) {
    own.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(candidate);
  }

  private static void add(Map<String, ModelEntry> entries, ModelEntry entry) {
    entries.putIfAbsent(entry.name(), entry);
    for (var alias : entry.aliases()) entries.putIfAbsent(alias, entry);
  }

  /** Every model of every provider, in their order. */
  List<Candidate> models() {
    return models;
  }

  Optional<Candidate> at(String address) {
    return Optional.ofNullable(places.get(address));
  }

  /** The addresses of a provider's models. */
  List<String> addresses(String provider) {
    return models.stream().map(Candidate::model).filter(m -> m.provider().equals(provider)).map(Model::address).toList();
  }

  Optional<ModelEntry> entry(String name) {
    return Optional.ofNullable(configured.getOrDefault(name, builtIn.get(name)));
  }

  boolean inherited(String name) {
    return builtIn.containsKey(name) && !configured.containsKey(name);
  }

  /** The models of that name; none where the operator has given the name to others. */
  Set<Candidate> own(String name) {
    if (configured.containsKey(name)) return Set.of();
    return own.getOrDefault(name, at(name).map(Set::of).orElse(Set.of()));
  }

  /** What an entry names of what there is. */
  List<Candidate> targets(ModelEntry entry) {
    var found = new ArrayList<Candidate>();
    for (var target : entry.targets()) {
      at(target.address()).ifPresent(c -> found.add(new Candidate(c.provider(), c.model(), target.preset())));
    }
    return found;
  }

  /** Every name, addresses left out: the operator's, the providers' and the built-in ones. */
  Set<String> names() {
    var names = new LinkedHashSet<>(configured.keySet());
    for (var candidate : models) {
      names.add(candidate.model().name());
      names.addAll(candidate.model().aliases());
    }
    names.addAll(builtIn.keySet());
    return names;
  }
}
