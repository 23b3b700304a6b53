package easel.provider;

import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.core.Credential;
import easel.core.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@code [providers.ID]} section.
 *
 * @param type which adapter speaks to it, one of {@link Providers#types()}
 * @param keys what authenticates us; several are a pool
 * @param models upstream names, for providers that cannot tell them
 */
public record ProviderSettings(String id, String type, Optional<URI> baseUrl, List<Secret> keys, List<String> models,
    boolean enabled) {
  public ProviderSettings {
    keys = List.copyOf(keys);
    models = List.copyOf(models);
  }

  /** The configured keys under their names in logs: {@code openai#1}. */
  public List<Credential> credentials() {
    var all = new ArrayList<Credential>();
    for (var key : keys) all.add(new Credential(id, id + "#" + (all.size() + 1), key));
    return List.copyOf(all);
  }

  FieldException complaint(String key, Complaint complaint, String words) {
    return new FieldException("providers." + id + "." + key, complaint, words);
  }
}
