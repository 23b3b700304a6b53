package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Secret;
import easel.core.Step;
import fake.FakeOpenAiPicture;
import fake.FakeProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A credential with a proxy of its own: everything an adapter sends for it goes there, from the first question to the
 * files.
 */
@Timeout(30)
class ProxiedProvidersTest {
  @TempDir
  Path folder;

  enum Adapter { OPENAI, OPENAI_VIDEOS, GEMINI, GEMINI_VIDEO, BFL, LEONARDO, RUNWARE, COMFYUI, FLOW, FLOW_VIDEO }

  private ProviderContract.Stage open(Adapter adapter) throws IOException {
    return switch (adapter) {
      case OPENAI -> OpenAiStage.openAi();
      case OPENAI_VIDEOS -> {
        var stage = new OpenAiVideosStage(Duration.ofSeconds(20), true);
        stage.fake.works();
        yield stage;
      }
      case GEMINI -> new GeminiStage(GeminiStage.task(Kind.IMAGE, false));
      case GEMINI_VIDEO -> new GeminiStage(GeminiStage.task(Kind.VIDEO, false));
      case BFL -> BflStage.ready();
      case LEONARDO -> LeonardoStage.of(LeonardoStage.image(LeonardoStage.DIFFUSION, 1,
          LeonardoStage.input(picture(), Input.Role.REFERENCE, MediaType.PNG)));
      case RUNWARE -> RunwareStage.of(RunwareStage.image("runware:100@1", 2));
      case COMFYUI -> ComfyStage.one(folder, ComfyStage.edit(folder, Input.Role.SOURCE, Input.Role.MASK));
      case FLOW -> FlowStage.of(FlowStage.image("GEM_PIX_2", "a red dot", 2, "1376x768", FlowStage.input(picture(), Input.Role.REFERENCE)));
      case FLOW_VIDEO -> FlowStage.of(FlowStage.task(Kind.VIDEO, ""));
    };
  }

  private Path picture() throws IOException {
    return Files.write(folder.resolve("input.png"), FakeOpenAiPicture.png(64, 48, 1));
  }

  private static int requests(ProviderContract.Stage stage) {
    return switch (stage) {
      case OpenAiStage s -> s.fake.seen().size();
      case OpenAiVideosStage s -> s.fake.upstream().sent().size();
      case GeminiStage s -> s.fake.sent().size();
      case BflStage s -> s.fake.seen().size();
      case LeonardoStage s -> s.fake.server().sent().size();
      case RunwareStage s -> s.fake.sent().size();
      case ComfyStage s -> s.fake.seen().size();
      case FlowStage s -> s.fake.seen().size();
      default -> throw new AssertionError("unknown: " + stage);
    };
  }

  private static Credential by(ProviderContract.Stage stage, String proxy) {
    return stage.credential().by(new Secret(proxy));
  }

  @ParameterizedTest
  @EnumSource
  void everyRequestOfAJobGoesByTheProxyOfItsCredential(Adapter adapter) throws Exception {
    try (var stage = open(adapter); var proxy = new FakeProxy().wanting("fox", "s3cret")) {
      var credential = by(stage, proxy.with("http"));
      var progress = new ProgressLog(folder);
      var step = stage.provider().start(stage.task(), credential, progress);
      for (int i = 0; i < 50 && step instanceof Step.Waiting waiting; i++) {
        stage.pass(Duration.ofSeconds(2));
        step = stage.provider().resume(waiting.handle(), credential, progress);
      }
      assertInstanceOf(Step.Done.class, step);
      if (stage.provider() instanceof Balance balance) balance.funds(credential);
      assertTrue(requests(stage) > 0);
      assertEquals(requests(stage), proxy.orders().size(), () -> "some went directly, by the proxy: " + proxy.orders());
    }
  }

  private static int closedPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @EnumSource
  void credentialWhoseProxyIsDownReachesNobody(Adapter adapter) throws Exception {
    try (var stage = open(adapter)) {
      var nobody = "127.0.0.1:" + closedPort();
      var credential = by(stage, "socks5h://fox:s3cret@" + nobody);
      var thrown = assertThrows(GatewayException.class,
          () -> stage.provider().start(stage.task(), credential, new ProgressLog(folder)));
      assertTrue(thrown.failure().notAccepted(), thrown.failure()::toString);
      assertInstanceOf(Failure.Unreachable.class, thrown.failure());
      assertTrue(thrown.failure().message().contains("the proxy cannot be reached"),
          thrown.failure().message());
      assertEquals(List.of(0, false), List.of(requests(stage), thrown.failure().message().contains("s3cret")));
    }
  }
}
