package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.core.Credential;
import easel.core.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code [providers.ID]} section.
 *
 * @param type which adapter speaks to it, one of {@link Providers#types()}
 * @param baseUrls where it is; several are servers that share the work, for types that can
 * @param keys what authenticates us; several are a pool
 * @param models upstream names, for providers that cannot tell them
 * @param videoModels the same for those that make videos
 * @param added models that the type does not know yet
 * @param folder files of its own: workflow templates
 * @param timeout total time of one call, where it differs from what all jobs get
 * @param options what only one type of provider knows, by the key's name; its adapter reads them
 */
public record ProviderSettings(String id, String type, List<URI> baseUrls, List<Secret> keys, List<String> models,
    List<String> videoModels, List<Added> added, Optional<Path> folder, boolean enabled, Optional<Duration> timeout, Limits limits,
    JsonObject options) {
  private static final int FINGERPRINT = 3;

  /**
   * A model the operator knows of.
   *
   * @param upstream what the provider calls it
   * @param like the provider's name of one that works alike; empty where nobody knows what it can do
   */
  public record Added(String name, String upstream, String like) {
    /** One that the provider calls the same. */
    public Added(String name, String like) {
      this(name, name, like);
    }
  }

  /**
   * How much may be asked of it at once; -1: any number, 0: none.
   *
   * @param concurrency jobs one key carries at once
   * @param perMinute jobs one key may begin in a minute
   * @param totalConcurrency the same for all its keys together
   * @param totalPerMinute likewise
   */
  public record Limits(int concurrency, int perMinute, int totalConcurrency, int totalPerMinute) {
    public static final Limits NONE = new Limits(-1, -1, -1, -1);
  }

  public ProviderSettings {
    baseUrls = List.copyOf(baseUrls);
    keys = List.copyOf(keys);
    models = List.copyOf(models);
    videoModels = List.copyOf(videoModels);
    added = List.copyOf(added);
    options = JsonObject.unmodifiableObject(options);
  }

  /** One of a type that has no options of its own. */
  public ProviderSettings(String id, String type, List<URI> baseUrls, List<Secret> keys, List<String> models,
      List<String> videoModels, List<Added> added, Optional<Path> folder, boolean enabled, Optional<Duration> timeout, Limits limits) {
    this(id, type, baseUrls, keys, models, videoModels, added, folder, enabled, timeout, limits, new JsonObject());
  }

  /** One that says nothing but which type it is. */
  public static ProviderSettings of(String id, String type) {
    return new ProviderSettings(id, type, List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty(), true,
        Optional.empty(), Limits.NONE);
  }

  public ProviderSettings withAdded(List<Added> models) {
    return new ProviderSettings(id, type, baseUrls, keys, this.models, videoModels, models, folder, enabled, timeout,
        limits, options);
  }

  public Optional<URI> baseUrl() {
    return baseUrls.stream().findFirst();
  }

  /** Where it is, for a service with an address of its own. @throws FieldException where that is no web address */
  URI address(URI home) {
    return checked().orElse(home);
  }

  /** Where it is, for a server of somebody's own. @throws FieldException also where the section does not say */
  URI address() {
    return checked().orElseThrow(() -> complaint("base_url", Complaint.MISSING, "is required"));
  }

  private Optional<URI> checked() {
    for (var url : baseUrls) {
      if (url.getHost() == null || !Set.of("http", "https").contains(url.getScheme())) {
        throw complaint("base_url", Complaint.VALUE, "must be an http or https URL");
      }
    }
    return baseUrl();
  }

  /**
   * What can be lent. A server of one's own may need no key; a provider's own address does, so without one there is
   * nothing to lend. Names come from the keys, not from their order: a job that waits upstream finds its own again
   * after the list has changed.
   */
  public List<Credential> credentials() {
    if (!keys.isEmpty()) return keys.stream().map(this::credential).toList();
    return keyNeeded() ? List.of() : List.of(Credential.none(id));
  }

  /** This key as a credential, under the name it has wherever it is kept. */
  public Credential credential(Secret key) {
    return credential(key, FINGERPRINT);
  }

  /** The same under a longer name, where another key has the short one; {@code bytes} of 32. */
  public Credential credential(Secret key, int bytes) {
    return new Credential(id, id + "#" + fingerprint(key, bytes), key);
  }

  /** The same with further keys, each once. */
  public ProviderSettings withKeys(List<Secret> more) {
    var all = new LinkedHashSet<>(keys);
    all.addAll(more);
    return new ProviderSettings(id, type, baseUrls, List.copyOf(all), models, videoModels, added, folder, enabled, timeout,
        limits, options);
  }

  /** The same with what only its type knows. */
  public ProviderSettings withOptions(JsonObject own) {
    return new ProviderSettings(id, type, baseUrls, keys, models, videoModels, added, folder, enabled, timeout, limits, own);
  }

  private boolean keyNeeded() {
    var home = Providers.home(type);
    if (home.isEmpty()) return false;
    return baseUrl().map(u -> home.get().getHost().equals(u.getHost())).orElse(true);
  }

  private static String fingerprint(Secret key, int bytes) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(key.reveal().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Without the options, which may hold a secret. */
  @Override
  public String toString() {
    return "[providers." + id + "] " + type + " " + baseUrls;
  }

  FieldException complaint(String key, Complaint complaint, String words) {
    return new FieldException("providers." + id + "." + key, complaint, words);
  }
}
