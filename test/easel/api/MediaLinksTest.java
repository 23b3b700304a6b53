package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.http.Request;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaLinksTest {
  @ParameterizedTest
  @CsvSource({
      "http://localhost/media/ab12.png, ab12",
      "https://cdn.example/x/media/ab12.png, ab12",
      "/media/ab12.png, ab12",
      "/media/ab12, ab12",
      "/media/ab12.png?download=1, ab12",
      "/media/ab12/../other, ab12",
      "/media/, ''",
      "http://localhost.evil.example/media/ab12.png, ",
      "https://cdn.example/media/ab12.png, ",
      "https://evil.example/?http://localhost/media/ab12.png, ",
      "//localhost/media/ab12.png, ",
      "media/ab12.png, "})
  void onlyLinksOfOursAreTakenApart(String link, String id) {
    var links = new MediaLinks();
    links.use("https://cdn.example/x/");

    assertEquals(Optional.ofNullable(id), links.of(Request.of("GET", "/")).mediaId(link));
  }
}
