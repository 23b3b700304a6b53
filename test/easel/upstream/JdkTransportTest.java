package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.FakeUpstream;
import fake.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JdkTransportTest extends TransportContract {
  @Override
  Transport transport(UpstreamOptions options) {
    return new JdkTransport(options, new Watchdog(options), Upstream::systemTls);
  }

  /** The first client of a JVM takes longer to load than the time some of these tests give a call. */
  @BeforeAll
  static void load() throws Exception {
    try (var upstream = new FakeUpstream();
        var transport = new JdkTransport(OPTIONS, new Watchdog(OPTIONS), Upstream::systemTls)) {
      transport.send(Call.get(upstream.uri("/"), LONG, MAX)).close();
    }
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    upstream.then(Script.json(200, "{}"));
    for (int i = 0; i < 3; i++) text(get(LONG));
    assertEquals(List.of(1, 1, 1), upstream.sent().stream().map(sent -> sent.connection()).toList());
  }

  @Test
  void staleConnectionIsReplacedUnnoticed() throws Exception {
    upstream.then(Script.json(200, "{\"n\":1}").thenStale(), Script.json(200, "{\"n\":2}"));
    assertEquals("{\"n\":1}", text(get(LONG)));
    assertEquals("{\"n\":2}", text(get(LONG)));
    assertEquals(2, upstream.connections());
  }

  @Test
  void postThatMayBeRepeatedKeepsItsBody() throws Exception {
    upstream.on("POST /v1/things", sent -> Script.json(200, sent.text()));
    assertEquals("{}", text(post(new Call.Bytes("application/json", "{}".getBytes(StandardCharsets.UTF_8)))));
  }
}
