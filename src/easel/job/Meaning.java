package easel.job;

import easel.core.Life;
import easel.core.Model;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a name means today.
 *
 * @param candidates who does the work, in order: a model that bears the name before others that do its work
 * @param own models of that name that their providers offer
 * @param entry the entry of that name, with what it names
 * @param chosen what the entry names, each as it can be had today
 * @param retired models of that name that are retired
 */
record Meaning(List<Candidate> candidates, List<Candidate> own, Optional<ModelEntry> entry, List<Candidate> chosen,
    List<Model> retired) {

  /** {@code instead}: what took the place of the retired. */
  static Meaning of(List<Candidate> own, Optional<ModelEntry> entry, List<Candidate> chosen, List<Candidate> instead,
      List<Model> retired) {
    var all = new LinkedHashSet<>(own);
    all.addAll(chosen);
    all.addAll(instead);
    return new Meaning(List.copyOf(all), own, entry, chosen, retired);
  }

  /** Whether nothing but a successor answers to the name. */
  boolean past() {
    return own.isEmpty() && chosen.isEmpty();
  }

  /** The name as a model: what its first candidate can do, with what the name fixes. */
  Optional<Model> model() {
    return candidates().stream().findFirst().map(c -> own.isEmpty() && !chosen.isEmpty() ? named(c) : c.model());
  }

  private Model named(Candidate c) {
    var m = c.model();
    return new Model(entry.orElseThrow().name(), m.provider(), m.upstreamName(), c.preset().of(m.capability()),
        entry.orElseThrow().aliases(), m.created(), m.life(), m.price());
  }

  /** How long the name itself is offered: a retired one says so, although another model answers to it. */
  Life life() {
    if (past() && !retired.isEmpty()) return retired.getFirst().life();
    return model().map(Model::life).orElse(Life.OPEN);
  }
}
