package easel.sdk;

import fake.FakeOpenAi;
import fake.RealEasel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * What every client is tried against: a real Easel, a provider that keeps its books, and a line that can break. One is
 * started for all test classes that take it as a parameter; no two tests share a prompt on it.
 */
record Stand(Path data, FakeOpenAi fake, RealEasel easel, CutProxy proxy) implements AutoCloseable {
  /** Another caller's, besides {@link RealEasel#KEY}. */
  static final String OTHER_KEY = "another-key-of-the-client-tests";

  /** Starts the stand when the first test asks for it; JUnit closes it after the last. */
  static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Stand.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      var store = context.getRoot().getStore(ExtensionContext.Namespace.create(Stand.class));
      return store.computeIfAbsent(Stand.class, key -> start());
    }
  }

  private static Stand start() {
    try {
      var data = Files.createTempDirectory("easel-stand");
      var fake = new FakeOpenAi();
      var environment = new HashMap<>(RealEasel.upstream(fake));
      // A provider's limit that is longer than this is told to the client instead of waited for.
      environment.put("EASEL_GENERATION_WAIT_TIMEOUT", "400ms");
      environment.put("EASEL_GLOBAL_API_KEYS", OTHER_KEY);
      var easel = RealEasel.start(data, environment);
      return new Stand(data, fake, easel, new CutProxy(easel.base(), () -> fake.ledger().size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where Easel listens, without a slash at the end. */
  String root() {
    return root(easel.base());
  }

  static String root(URI address) {
    return "http://" + address.getAuthority();
  }

  /** How often the provider has been paid for this prompt. */
  long bought(String prompt) {
    return fake.ledger().stream().filter(a -> a.prompt().equals(prompt)).count();
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    try {
      easel.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    easel.close();
    fake.close();
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
