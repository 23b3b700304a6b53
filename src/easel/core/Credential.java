package easel.core;

/**
 * What authenticates us to a provider.
 *
 * @param name short and harmless, for logs and attempts: {@code openai#1}
 */
public record Credential(String provider, String name, Secret secret) {
  /** For providers that need none. */
  public static Credential none(String provider) {
    return new Credential(provider, provider, new Secret(""));
  }
}
