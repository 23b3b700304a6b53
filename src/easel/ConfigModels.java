package easel;

import easel.codec.Fields;
import easel.codec.Near;
import easel.core.Size;
import easel.job.Catalogue;
import easel.job.ModelEntry;
import easel.job.ModelEntry.Target;
import easel.job.Preset;
import easel.job.Strategy;
import easel.provider.ProviderSettings;
import easel.provider.ProviderSettings.Added;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code [[models]]} of a configuration: names for one or several models, and models that a provider's adapter does
 * not know yet. Which models a provider has is not known here; {@link Gateway} checks that.
 */
final class ConfigModels {
  private static final int NAME_MAX = 100;
  private static final int SECONDS_MAX = 3600;

  private final List<ProviderSettings> providers;
  private final Set<String> ids = new HashSet<>();
  private final Map<String, List<Added>> added = new HashMap<>();
  private final List<Config.Name> names = new ArrayList<>();
  private final Set<String> taken = new HashSet<>(Set.of(Catalogue.AUTO));

  /** Complaints go where those of {@code root} go. */
  ConfigModels(List<ProviderSettings> providers, Fields root) {
    this.providers = providers;
    for (var provider : providers) ids.add(provider.id());
    root.list("models", f -> f).forEach(this::read);
  }

  /** The providers with the models that were added to them. */
  List<ProviderSettings> providers() {
    return providers.stream().map(p -> p.withAdded(added.getOrDefault(p.id(), List.of()))).toList();
  }

  List<Config.Name> names() {
    return names;
  }

  private void read(Fields f) {
    var name = name(f, "name", f.text("name"));
    var aliases = f.texts("aliases");
    for (var alias : aliases) name(f, "aliases", alias);
    var strategy = f.optText("strategy").map(s -> f.choice("strategy", Strategy.class, Strategy.ORDER));
    var provider = f.optText("provider");
    var upstream = f.text("upstream", name);
    var like = f.text("like", "");
    var targets = f.mixed("candidates", this::plain, this::target);
    f.strict();
    if (provider.isPresent() == !targets.isEmpty()) f.complain("candidates", "or a provider is needed, and not both");
    check(f, targets);
    provider.ifPresent(p -> add(f, p, new Added(name, upstream, like)));
    if (provider.isPresent() && aliases.isEmpty()) return;
    var all = provider.map(p -> List.of(plain(p + "/" + upstream))).orElse(targets);
    names.add(new Config.Name(f.path("").replaceFirst("\\.$", ""), new ModelEntry(name, aliases, all, strategy)));
  }

  private String name(Fields f, String field, String name) {
    boolean visible = !name.isEmpty() && name.length() <= NAME_MAX && name.chars().allMatch(c -> c > ' ' && c < 127);
    if (!visible) f.complain(field, "must have 1 to " + NAME_MAX + " visible ASCII characters without blanks");
    else if (!taken.add(name)) f.complain(field, "has " + name + ", which is another one's name already");
    return name;
  }

  private void add(Fields f, String provider, Added model) {
    if (!ids.contains(provider)) f.complain("provider", "is not the name of a provider" + near(provider));
    added.computeIfAbsent(provider, p -> new ArrayList<>()).add(model);
  }

  private String near(String provider) {
    return Near.to(provider, ids).map(n -> ", did you mean " + n + "?").orElse(": there is no section [providers." + provider + "]");
  }

  private Target plain(String address) {
    return new Target(address, Preset.NONE);
  }

  private Target target(Fields f) {
    var size = f.optText("size").flatMap(text -> size(f, text));
    var target = new Target(f.text("model"), new Preset(size, f.optInteger("seconds", 1, SECONDS_MAX), f.rawObject("params")));
    f.strict();
    return target;
  }

  private static Optional<Size> size(Fields f, String text) {
    var size = Size.parse(text);
    if (size.isEmpty()) f.complain("size", "must be like 1024x1024, with sides up to " + Size.SIDE_MAX);
    return size;
  }

  private void check(Fields f, List<Target> targets) {
    for (int i = 0; i < targets.size(); i++) {
      var at = "candidates[" + i + "]";
      var target = targets.get(i);
      boolean whole = !target.provider().isEmpty() && target.address().length() > target.provider().length() + 1;
      if (!whole) f.complain(at, "must be like openai/gpt-image-2");
      else if (!ids.contains(target.provider())) f.complain(at, "names a provider that there is not" + near(target.provider()));
    }
  }
}
