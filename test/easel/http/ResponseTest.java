package easel.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {
  @Test
  void answersAreValues() {
    assertEquals(Response.json(200, "{}".getBytes()), Response.json(200, "{}".getBytes()));
    assertNotEquals(Response.json(200, "{}".getBytes()), Response.json(200, "[]".getBytes()));
    assertEquals(Optional.of("application/json"), Response.json(200, "{}".getBytes()).header("content-type"));
    assertEquals("{}", Response.json(200, "{}".getBytes()).body().toString());
  }

  @Test
  void headersAreReplacedOrAdded() {
    var response = Response.empty(204).withHeader("A", "1").withHeader("a", "2")
        .withAddedHeader("B", "x").withAddedHeader("B", "y");
    assertEquals(List.of(new Response.Header("a", "2"), new Response.Header("B", "x"), new Response.Header("B", "y")),
        response.headers());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"X|'a\r\nb'", "X|'a\nb'", "X|'a\rb'", "X|'a\u0000'", "X|é", "'X Y'|a", "'X:'|a",
      "''|a", "Content-Length|1", "transfer-encoding|chunked", "Date|x"})
  void headersThatCouldEndEarlyOrLieAreRefused(String name, String value) {
    assertThrows(IllegalArgumentException.class, () -> Response.empty(200).withHeader(name, value));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 199, 600, -1})
  void onlyFinalStatusesAreAnswers(int status) {
    assertThrows(IllegalArgumentException.class, () -> Response.empty(status));
  }

  @Test
  void aBodyCanBeWrittenAnywhere() throws Exception {
    var out = new ByteArrayOutputStream();
    Response.text(200, "a").writeBody(out);
    Response.stream("x/y", 1, to -> to.write('b')).writeBody(out);
    Response.empty(200).writeBody(out);
    Response.events(stream -> stream.send("c")).writeBody(out);
    assertArrayEquals("abdata: c\n\n".getBytes(), out.toByteArray());
  }
}
