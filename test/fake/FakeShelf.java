package fake;

import easel.core.Capability;
import easel.core.Credential;
import easel.core.Kind;
import easel.core.Life;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.SizeRule;
import easel.core.Step;
import easel.core.Task;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A provider that has models and is never asked for work. */
public record FakeShelf(String id, List<Model> models) implements Provider {
  @Override
  public Step start(Task task, Credential credential, Progress progress) {
    throw new AssertionError("nothing is bought here");
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) {
    throw new AssertionError("nothing is bought here");
  }

  /** The models are moved to this provider. */
  public static FakeShelf of(String id, Model... models) {
    return new FakeShelf(id, List.of(models).stream().map(m -> new Model(m.name(), id, m.upstreamName(), m.capability(), m.aliases(),
        m.created(), m.life(), m.price())).toList());
  }

  public static Model image(String name, String... aliases) {
    return image(name, new SizeRule.Any(), aliases);
  }

  public static Model image(String name, SizeRule sizes, String... aliases) {
    var capability = new Capability(Kind.IMAGE, Capability.Inputs.upTo(14), 1, 32_000, 0, sizes, List.of(MediaType.PNG), Set.of(), Set.of());
    return new Model(name, "", name, capability, List.of(aliases), Instant.EPOCH);
  }

  public static Model video(String name, SizeRule sizes, Set<Integer> seconds) {
    return video(name, Capability.Inputs.frames(6), sizes, seconds);
  }

  public static Model video(String name, Capability.Inputs inputs) {
    return video(name, inputs, new SizeRule.Any(), Set.of());
  }

  private static Model video(String name, Capability.Inputs inputs, SizeRule sizes, Set<Integer> seconds) {
    var capability = new Capability(Kind.VIDEO, inputs, 1, 32_000, 0, sizes, List.of(MediaType.MP4), Set.of(), seconds);
    return new Model(name, "", name, capability, List.of(), Instant.EPOCH);
  }

  public static Model named(String upstream, Model m) {
    return new Model(m.name(), "", upstream, m.capability(), m.aliases(), m.created(), m.life(), m.price());
  }

  /** {@code successor}: empty for none. */
  public static Model until(String day, String successor, Model m) {
    var life = new Life(Optional.of(LocalDate.parse(day)), Optional.of(successor).filter(s -> !s.isEmpty()));
    return new Model(m.name(), "", m.upstreamName(), m.capability(), m.aliases(), m.created(), life, m.price());
  }
}
