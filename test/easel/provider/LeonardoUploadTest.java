package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Credential;
import easel.core.Input;
import easel.core.MediaType;
import easel.core.Secret;
import easel.upstream.Call;
import easel.upstream.Reply;
import easel.upstream.Transport;
import fake.FakeAccounts;
import fake.FakeTime;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where uploads go at Leonardo itself: to a storage whose name no test can own. */
class LeonardoUploadTest {
  private record Canned(int status, String text) implements Reply {
    @Override
    public Optional<String> header(String name) {
      return Optional.empty();
    }

    @Override
    public InputStream body() {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {}
  }

  @Test
  void formGoesToThePublicStorageWithItsFieldsFirstAndWithoutTheKey() throws InterruptedException {
    var calls = new ArrayList<Call>();
    var answers = new ArrayList<Reply>(List.of(new Canned(200, """
        {"uploadInitImage": {"id": "c0ffee00", "url": "https://image-upload.s3.amazonaws.com/",
         "fields": "{\\"key\\":\\"users/u1/a.jpg\\",\\"Policy\\":\\"eyJ=\\",\\"X-Amz-Date\\":20260502}"}}"""), new Canned(204, ""),
        new Canned(200, "{\"sdGenerationJob\": {\"generationId\": \"g\"}}")));
    Transport transport = call -> {
      calls.add(call);
      return answers.removeFirst();
    };
    var second = Duration.ofSeconds(1);
    var outside = new Providers.Outside(transport, ProvidersTest.NO_LINES, (l, f, m, p) -> { }, new FakeAccounts(), new FakeTime(), second, second, 1 << 20, "Easel/test");
    var picture = LeonardoStage.input(Path.of("a.jpg"), Input.Role.REFERENCE, MediaType.JPEG);
    new LeonardoProvider(ProviderSettings.of("leonardo", "leonardo"), LeonardoProvider.HOME, outside)
        .start(LeonardoStage.image(LeonardoStage.DIFFUSION, 1, picture), new Credential("leonardo", "l#1", new Secret("k")),
            new ProgressLog(Path.of("")));
    assertEquals(List.of("https://cloud.leonardo.ai/api/rest/v1/init-image", "https://image-upload.s3.amazonaws.com/",
        "https://cloud.leonardo.ai/api/rest/v1/generations"), calls.stream().map(c -> c.uri().toString()).toList());
    assertEquals(List.of(false, false, true), calls.stream().map(Call::submit).toList());
    assertEquals(new Call("POST", URI.create("https://image-upload.s3.amazonaws.com/"),
        List.of(new Call.Header("User-Agent", "Easel/test")), new Call.Form(List.of(new Call.TextPart("key", "users/u1/a.jpg"),
            new Call.TextPart("Policy", "eyJ="), new Call.TextPart("X-Amz-Date", "20260502"),
            new Call.FilePart("file", "image.jpg", "image/jpeg", Path.of("a.jpg")))), false, second, 8 << 20, new Call.Way(new Secret(""), true)), calls.get(1));
  }
}
