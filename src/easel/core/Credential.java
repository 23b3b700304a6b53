package easel.core;

/**
 * What authenticates us to a provider.
 *
 * @param name short and harmless, for logs and attempts: {@code openai#1}
 * @param proxy the way its calls take, a proxy's address with its password; empty: the one that all calls take
 * @param label what is made for it at its provider is called so, projects for one; empty: as the adapter likes
 */
public record Credential(String provider, String name, Secret secret, Secret proxy, String label) {
  public Credential(String provider, String name, Secret secret, Secret proxy) {
    this(provider, name, secret, proxy, "");
  }

  public Credential(String provider, String name, Secret secret) {
    this(provider, name, secret, new Secret(""));
  }

  /** For providers that need none. */
  public static Credential none(String provider) {
    return new Credential(provider, provider, new Secret(""));
  }

  /** The same by another way. */
  public Credential by(Secret way) {
    return new Credential(provider, name, secret, way, label);
  }

  /** The same under another label. */
  public Credential labelled(String other) {
    return new Credential(provider, name, secret, proxy, other);
  }
}
