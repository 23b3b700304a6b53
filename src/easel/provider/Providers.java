package easel.provider;

import easel.codec.FieldException.Complaint;
import easel.core.Accounts;
import easel.core.Balance;
import easel.core.Cancelling;
import easel.core.Fetcher;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Refreshing;
import easel.core.Tiered;
import easel.core.Time;
import easel.upstream.Sockets;
import easel.upstream.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The providers of one configuration. A new type of provider is one line in {@link #TYPES}. */
public final class Providers {
  /**
   * What adapters need from the rest of the house.
   *
   * @param sockets for providers that report while they work
   * @param fetcher for links that are not of a configured host
   * @param accounts where they keep what they learn of credentials
   * @param imageTimeout total time of a call that waits for pictures
   * @param videoTimeout the same for videos
   * @param answerMax bytes an answer or a result may have
   * @param agent what we call ourselves, {@code Easel/1.0}
   */
  public record Outside(Transport transport, Sockets sockets, Fetcher fetcher, Accounts accounts, Time time,
      Duration imageTimeout, Duration videoTimeout, long answerMax, String agent) {
    /** With the total time of a call that a section says for itself. */
    Outside within(ProviderSettings settings) {
      if (settings.timeout().isEmpty()) return this;
      var own = settings.timeout().get();
      return new Outside(transport, sockets, fetcher, accounts, time, own, own, answerMax, agent);
    }
  }

  private interface Maker {
    Provider make(ProviderSettings settings, Outside outside);
  }

  /** {@code home}: its own address, where nothing is done without a key. */
  private record Type(Maker maker, Optional<URI> home) {}

  /** In the order in which they are asked where the configuration says nothing. */
  private static final Map<String, Type> TYPES = types(
      type("openai", OpenAiProvider::make, OpenAiOptions.OPENAI_URL),
      type("gemini", GeminiProvider::make, GeminiAddress.HOME),
      type("bfl", BflProvider::make, BflHosts.HOME),
      type("leonardo", LeonardoProvider::make, LeonardoProvider.HOME),
      type("runware", RunwareProvider::make, RunwareOptions.HOME),
      type("comfyui", ComfyProvider::make),
      type("flow", FlowProvider::make, FlowOptions.HOME),
      type("sample", SampleProvider::make));

  @SafeVarargs
  private static Map<String, Type> types(Map.Entry<String, Type>... entries) {
    var types = new LinkedHashMap<String, Type>();
    for (var entry : entries) types.put(entry.getKey(), entry.getValue());
    return Collections.unmodifiableMap(types);
  }

  private static Map.Entry<String, Type> type(String name, Maker maker, URI home) {
    return Map.entry(name, new Type(maker, Optional.of(home)));
  }

  private static Map.Entry<String, Type> type(String name, Maker maker) {
    return Map.entry(name, new Type(maker, Optional.empty()));
  }

  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Map<String, Cancelling> cancelling = new LinkedHashMap<>();
  private final Map<String, Reconciling> reconciling = new LinkedHashMap<>();
  private final Map<String, Balance> balances = new LinkedHashMap<>();
  private final Map<String, Refreshing> refreshing = new LinkedHashMap<>();
  private final Map<String, Tiered> tiered = new LinkedHashMap<>();

  /**
   * Builds the enabled ones.
   *
   * @throws easel.codec.FieldException naming the key of a section that does not make a provider
   */
  public Providers(List<ProviderSettings> sections, Outside outside) {
    for (var settings : sections) if (settings.enabled()) add(settings, outside);
  }

  /** What {@code type} may be, in the order in which they are asked where the configuration says nothing. */
  public static Set<String> types() {
    return TYPES.keySet();
  }

  /** The address of the service itself, for types that are one. */
  public static Optional<URI> home(String type) {
    return Optional.ofNullable(TYPES.get(type)).flatMap(Type::home);
  }

  private void add(ProviderSettings settings, Outside outside) {
    var type = TYPES.get(settings.type());
    if (type == null) throw settings.complaint("type", Complaint.VALUE, "must be one of "
        + String.join(", ", types()));
    var provider = type.maker.make(settings, outside.within(settings));
    providers.put(provider.id(), provider);
    if (provider instanceof Cancelling c) cancelling.put(provider.id(), c);
    if (provider instanceof Reconciling r) reconciling.put(provider.id(), r);
    if (provider instanceof Balance b) balances.put(provider.id(), b);
    if (provider instanceof Refreshing r) refreshing.put(provider.id(), r);
    if (provider instanceof Tiered t) tiered.put(provider.id(), t);
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

  /** Empty where the provider does not tell what a credential has left. */
  public Optional<Balance> balance(String id) {
    return Optional.ofNullable(balances.get(id));
  }

  /** Empty where credentials stay good by themselves. */
  public Optional<Refreshing> refreshing(String id) {
    return Optional.ofNullable(refreshing.get(id));
  }

  /** Empty where every account may do everything. */
  public Optional<Tiered> tiered(String id) {
    return Optional.ofNullable(tiered.get(id));
  }
}
