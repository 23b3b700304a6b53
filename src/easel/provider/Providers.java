package easel.provider;

import easel.codec.FieldException.Complaint;
import easel.core.Cancelling;
import easel.core.Fetcher;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Time;
import easel.upstream.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The providers of one configuration. A new type of provider is one line in {@link #TYPES}. */
public final class Providers {
  /**
   * What adapters need from the rest of the house.
   *
   * @param fetcher for links that are not of a configured host
   * @param imageTimeout total time of a call that waits for pictures
   * @param videoTimeout the same for videos
   * @param answerMax bytes an answer or a result may have
   * @param agent what we call ourselves, {@code Easel/1.0}
   */
  public record Outside(Transport transport, Fetcher fetcher, Time time, Duration imageTimeout, Duration videoTimeout,
      long answerMax, String agent) {}

  private interface Maker {
    Provider make(ProviderSettings settings, Outside outside);
  }

  private static final Map<String, Maker> TYPES = new TreeMap<>(Map.of(
      "openai", Providers::openAi,
      "sample", Providers::sample));

  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Map<String, Cancelling> cancelling = new LinkedHashMap<>();
  private final Map<String, Reconciling> reconciling = new LinkedHashMap<>();

  /**
   * Builds the enabled ones.
   *
   * @throws easel.codec.FieldException naming the key of a section that does not make a provider
   */
  public Providers(List<ProviderSettings> sections, Outside outside) {
    for (var settings : sections) if (settings.enabled()) add(settings, outside);
  }

  /** What {@code type} may be. */
  public static Set<String> types() {
    return TYPES.keySet();
  }

  private void add(ProviderSettings settings, Outside outside) {
    var maker = TYPES.get(settings.type());
    if (maker == null) throw settings.complaint("type", Complaint.VALUE, "must be one of "
        + String.join(", ", types()));
    var provider = maker.make(settings, outside);
    providers.put(provider.id(), provider);
    if (provider instanceof Cancelling c) cancelling.put(provider.id(), c);
    if (provider instanceof Reconciling r) reconciling.put(provider.id(), r);
  }

  /** In the order of the configuration. */
  public List<Provider> all() {
    return List.copyOf(providers.values());
  }

  public Optional<Provider> provider(String id) {
    return Optional.ofNullable(providers.get(id));
  }

  /** Empty where the provider cannot be told to stop. */
  public Optional<Cancelling> cancelling(String id) {
    return Optional.ofNullable(cancelling.get(id));
  }

  /** Empty where the provider cannot be asked what became of a submit. */
  public Optional<Reconciling> reconciling(String id) {
    return Optional.ofNullable(reconciling.get(id));
  }

  private static Provider sample(ProviderSettings settings, Outside outside) {
    if (!settings.id().equals("sample")) throw settings.complaint("type", Complaint.VALUE, "sample is for the section providers.sample alone");
    return new SampleProvider(outside.time);
  }

  private static Provider openAi(ProviderSettings settings, Outside outside) {
    boolean itself = settings.id().equals(OpenAiOptions.OPENAI);
    if (!itself && settings.models().isEmpty()) {
      throw settings.complaint("models", Complaint.MISSING,
          "is required: a compatible server does not say what it can do");
    }
    var base = itself ? baseUrl(settings).orElse(OpenAiOptions.OPENAI_URL) : required(settings);
    var options = new OpenAiOptions(settings.id(), base, settings.models(), outside.imageTimeout, outside.answerMax,
        outside.agent);
    return new OpenAiProvider(options, outside.transport, outside.fetcher, outside.time);
  }

  private static URI required(ProviderSettings settings) {
    return baseUrl(settings).orElseThrow(() -> settings.complaint("base_url", Complaint.MISSING, "is required"));
  }

  private static Optional<URI> baseUrl(ProviderSettings settings) {
    settings.baseUrl().filter(u -> u.getHost() == null || !Set.of("http", "https").contains(u.getScheme()))
        .ifPresent(u -> {
      throw settings.complaint("base_url", Complaint.VALUE, "must be an http or https URL");
    });
    return settings.baseUrl();
  }
}
