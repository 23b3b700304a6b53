package easel.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Input;
import easel.core.Task;
import easel.http.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures that come with a request, in every way the SDKs and others send them. */
class OpenAiEditsTest {
  private static final byte[] A = Pixels.png(8, 8, 1);
  private static final byte[] B = Pixels.png(8, 8, 2);
  private static final byte[] MASK = Pixels.png(8, 8, 3);

  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  // ---- multipart --------------------------------------------------------------------------------------------------

  /** One part: its headers after the name, and its content. */
  private record Part(String name, String rest, byte[] content) {
    static Part text(String name, String value) {
      return new Part(name, "", value.getBytes(StandardCharsets.UTF_8));
    }

    static Part png(String name, byte[] content) {
      return new Part(name, "; filename=\"a.png\"\r\nContent-Type: image/png", content);
    }
  }

  private static byte[] body(Part... parts) throws IOException {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.write(("--B\r\nContent-Disposition: form-data; name=\"" + part.name() + "\"" + part.rest() + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      out.write(part.content());
      out.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    out.write("--B--\r\n".getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static Request multipart(String target, Part... parts) throws IOException {
    return Faces.request("POST", target).header("content-type", "multipart/form-data; boundary=B").body(body(parts));
  }

  private Faces.Reply edit(Part... parts) throws Exception {
    return faces.call(multipart("/v1/images/edits", parts));
  }

  /** What the provider was given, by role. */
  private List<byte[]> given(Input.Role role) throws IOException {
    var files = faces.provider.ledger.getLast().inputs(role);
    var contents = new java.util.ArrayList<byte[]>();
    for (var media : files) contents.add(Files.readAllBytes(media.file()));
    return contents;
  }

  private void assertGiven(Input.Role role, byte[]... expected) throws IOException {
    var given = given(role);
    assertEquals(expected.length, given.size());
    for (int i = 0; i < expected.length; i++) assertArrayEquals(expected[i], given.get(i));
  }

  @Test
  void pythonSendsFieldsFirstAndAListOfNamedFiles() throws Exception {
    var reply = edit(Part.text("prompt", "put a hat on it"), Part.text("model", "gpt-image-fake"), Part.text("n", "2"),
        Part.png("image[]", A), Part.png("image[]", B), Part.png("mask", MASK));

    assertEquals(200, reply.status(), reply.body());
    assertGiven(Input.Role.REFERENCE, A, B);
    assertGiven(Input.Role.MASK, MASK);
    assertEquals(2, reply.json().get("data").asArray().size());
    assertEquals(List.of("b64_json"), reply.data(0).names());
  }

  @Test
  void javaSendsTheFileFirstWithoutANameAndTypedText() throws Exception {
    var reply = edit(new Part("image", "\r\nContent-Type: application/octet-stream", A),
        new Part("prompt", "\r\nContent-Type: text/plain; charset=utf-8", "h\u00fct".getBytes(StandardCharsets.UTF_8)));

    assertEquals(200, reply.status(), reply.body());
    assertEquals("h\u00fct", faces.provider.ledger.getFirst().prompt());
    assertGiven(Input.Role.REFERENCE, A);
  }

  @Test
  void nodeSendsStreamsAsOctetsInItsOwnOrder() throws Exception {
    var reply = edit(new Part("image[]", "; filename=\"x\"\r\nContent-Type: application/octet-stream", A),
        Part.text("prompt", "p"), new Part("image[]", "; filename=\"y\"\r\nContent-Type: application/octet-stream", B),
        Part.text("stream", "false"));

    assertEquals(200, reply.status(), reply.body());
    assertGiven(Input.Role.REFERENCE, A, B);
  }

  @Test
  void theSameNameMayBeRepeated() throws Exception {
    edit(Part.png("image", A), Part.png("image", B), Part.text("prompt", "p"));

    assertGiven(Input.Role.REFERENCE, A, B);
  }

  @Test
  void textPartsAreTypedAsTheirFieldsAre() throws Exception {
    edit(Part.png("image", A), Part.text("prompt", "007"), Part.text("n", "3"), Part.text("output_compression", "50"),
        Part.text("output_format", "jpeg"), Part.text("input_fidelity", "high"), Part.text("seed", "9"), Part.text("size", ""),
        Part.text("provider_params", "{\"steps\":4}"));

    var task = (Task.Image) faces.provider.ledger.getFirst();
    assertEquals("007", task.prompt());
    assertEquals(3, task.count());
    assertEquals(50, task.look().compression().getAsInt());
    assertEquals(Optional.of("high"), task.look().fidelity());
    assertEquals("{\"steps\":4,\"seed\":9}", task.extras().toString());
  }

  @ParameterizedTest
  @CsvSource({"n, two, invalid_type n, n must be a whole number", "n, 2.5, invalid_type n, n must be a whole number",
      "n, 11, invalid_value n, n must be between 1 and 10", "stream, maybe, invalid_type stream, stream must be true or false",
      "provider_params, [], invalid_type provider_params, provider_params must be a JSON object",
      "prompt, again, invalid_value prompt, prompt appears twice"})
  void badTextPartsAreNamed(String name, String value, String trouble, String message) throws Exception {
    var reply = edit(Part.png("image", A), Part.text("prompt", "p"), Part.text(name, value));

    assertEquals("400 invalid_request_error " + trouble, reply.trouble());
    assertEquals(message, reply.error().get("message").asString());
    assertNothingIsLeft();
  }

  @Test
  void aFileThatWouldBeIgnoredIsRefused() throws Exception {
    var reply = edit(Part.png("image", A), Part.png("markup", B), Part.text("prompt", "p"));

    assertEquals("400 invalid_request_error unknown_parameter markup", reply.trouble());
    assertNothingIsLeft();
  }

  @Test
  void whatIsNoPictureIsNamedByItsPlace() throws Exception {
    var reply = edit(Part.png("image[]", A), Part.png("image[]", "<svg/>".getBytes()), Part.text("prompt", "p"));

    assertEquals("400 invalid_request_error invalid_value image[1]", reply.trouble());
    assertTrue(reply.error().get("message").asString().startsWith("image[1] is not a picture that can be used: "), reply.body());
    assertNothingIsLeft();
  }

  @Test
  void aPictureOfTooManyPixelsIsRefusedByItsHeader() throws Exception {
    var reply = edit(Part.png("image", Pixels.png(30_000, 30_000, 0)), Part.text("prompt", "p"));

    assertEquals("400 invalid_request_error invalid_value image", reply.trouble());
    assertNothingIsLeft();
  }

  @Test
  void aFormWithoutItsEndIsRefused() throws Exception {
    var whole = body(Part.text("prompt", "p"), Part.png("image", A));
    var reply = faces.call(Faces.request("POST", "/v1/images/edits")
        .header("content-type", "multipart/form-data; boundary=B").body(Arrays.copyOf(whole, whole.length - 20)));

    assertEquals(400, reply.status());
    assertNothingIsLeft();
  }

  @Test
  void moreThanSixteenPicturesAreTooMany() throws Exception {
    var parts = new Part[18];
    Arrays.fill(parts, Part.png("image[]", A));
    parts[17] = Part.text("prompt", "p");

    assertEquals("400 invalid_request_error invalid_value image", edit(parts).trouble());
    assertNothingIsLeft();
  }

  // ---- JSON -------------------------------------------------------------------------------------------------------

  @Test
  void jsonHoldsPicturesAsDataUrlsAndLinks() throws Exception {
    faces.web.pages.put("https://a.example/b.png", B);

    var reply = faces.edit("{'model':'gpt-image-fake','prompt':'p','images':[{'image_url':'" + Faces.dataUrl(A)
        + "'},{'image_url':'https://a.example/b.png'}],'mask':{'image_url':'" + Faces.dataUrl(MASK) + "'}}");

    assertEquals(200, reply.status(), reply.body());
    assertGiven(Input.Role.REFERENCE, A, B);
    assertGiven(Input.Role.MASK, MASK);
    assertEquals(List.of("https://a.example/b.png"), faces.web.fetched);
  }

  @Test
  void otherSpellingsOfAPictureAreUnderstood() throws Exception {
    var base64 = Faces.dataUrl(A).substring("data:image/png;base64,".length());
    for (var image : List.of("'image':'" + Faces.dataUrl(A) + "'", "'image':['" + Faces.dataUrl(A) + "']",
        "'images':[{'image_url':{'url':'" + Faces.dataUrl(A) + "'}}]", "'images':[{'b64_json':'" + base64 + "'}]",
        "'image':{'image_url':'" + Faces.dataUrl(A).replace("/", "\\/") + "'}")) {
      var reply = faces.edit("{'prompt':'p'," + image + "}");

      assertEquals(200, reply.status(), image + reply.body());
      assertGiven(Input.Role.REFERENCE, A);
    }
  }

  @Test
  void aResultOfOursIsUsedWithoutFetchingIt() throws Exception {
    var url = faces.generate("{'prompt':'p'}").data(0).get("url").asString();

    var reply = faces.edit("{'prompt':'p','images':[{'image_url':'" + url + "'}]}");

    assertEquals(200, reply.status(), reply.body());
    assertGiven(Input.Role.REFERENCE, Pixels.png(64, 48, 40));
    assertEquals(List.of(), faces.web.fetched);
  }

  @Test
  void aLinkOfOursToNothingIsNotFetchedEither() throws Exception {
    var reply = faces.edit("{'prompt':'p','images':[{'image_url':'http://localhost/media/0123.png'}]}");

    assertEquals("400 invalid_request_error invalid_value images[0].image_url", reply.trouble());
    assertEquals(List.of(), faces.web.fetched);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "'images':[] | missing_required_parameter image | image is required",
      "'images':[{'file_id':'file-1'}] | invalid_value images[0].file_id | images[0].file_id cannot be used: files are not kept here, send the picture as image_url",
      "'images':[{}] | invalid_value images[0] | images[0] needs exactly one of image_url or file_id",
      "'images':[{'file_id':'f','image_url':'https://a.example/'}] | invalid_value images[0] | images[0] needs exactly one of image_url or file_id",
      "'images':['x'] | invalid_type images[0] | images[0] must be an object",
      "'images':'x' | invalid_type images | images must be a list",
      "'images':[{'image_url':'ftp://a.example/a.png'}] | invalid_value images[0].image_url | images[0].image_url must be an http or https link, or a data: URL",
      "'images':[{'image_url':'nonsense'}] | invalid_value images[0].image_url | images[0].image_url must be an http or https link, or a data: URL",
      "'images':[{'image_url':'file:///etc/passwd'}] | invalid_value images[0].image_url | images[0].image_url must be an http or https link, or a data: URL",
      "'images':[{'image_url':'https://gone.example/a.png'}] | invalid_value images[0].image_url | images[0].image_url could not be fetched",
      "'images':[{'image_url':'data:image/svg+xml,<svg/>'}] | invalid_value images[0].image_url | images[0].image_url must have its data as base64",
      "'image':'https://gone.example/a.png','mask':{'file_id':'f'} | invalid_value mask.file_id | mask.file_id cannot be used: files are not kept here, send the picture as image_url",
  })
  void badPicturesInJsonAreNamed(String images, String trouble, String message) throws Exception {
    var reply = faces.edit("{'prompt':'p'," + images + "}");

    assertEquals("400 invalid_request_error " + trouble, reply.trouble());
    assertEquals(message, reply.error().get("message").asString());
    assertNothingIsLeft();
  }

  @Test
  void brokenBase64IsTheCallersFault() throws Exception {
    var reply = faces.edit("{'prompt':'p','images':[{'image_url':'data:image/png;base64,iVBO*'}]}");

    assertEquals(400, reply.status());
    assertNothingIsLeft();
  }

  @Test
  void everythingElseIsCheckedBeforeALinkIsFetched() throws Exception {
    var reply = faces.edit("{'prompt':'p','n':99,'images':[{'image_url':'https://a.example/b.png'}]}");

    assertEquals("400 invalid_request_error invalid_value n", reply.trouble());
    assertEquals(List.of(), faces.web.fetched);
  }

  @Test
  void picturesOfARefusedJobAreGone() throws Exception {
    var reply = faces.edit("{'prompt':'p','model':'fake-poor','images':[{'image_url':'" + Faces.dataUrl(A) + "'}]}");

    assertEquals("400 invalid_request_error invalid_value image", reply.trouble());
    assertNothingIsLeft();
  }

  @Test
  void picturesHideNeitherInThePromptNorInTheParameters() throws Exception {
    assertEquals("400 invalid_request_error invalid_value prompt",
        faces.generate("{'prompt':'" + Faces.dataUrl(A) + "'}").trouble());
    assertEquals("400 invalid_request_error invalid_value provider_params",
        faces.generate("{'prompt':'p','provider_params':{'input_image':'" + Faces.dataUrl(A) + "'}}").trouble());
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws IOException {
    assertEquals(List.of(), faces.jobs());
    assertEquals(List.of(), faces.inputFiles());
  }

  // ---- bodies -----------------------------------------------------------------------------------------------------

  @Test
  void otherKindsOfBodyAreNotRead() throws Exception {
    var form = Faces.request("POST", "/v1/images/edits").header("content-type", "application/x-www-form-urlencoded").body("prompt=p");
    assertEquals("415 invalid_request_error unsupported_media_type null", faces.call(form).trouble());

    var zipped = Faces.generation("{\"prompt\":\"p\"}").header("content-encoding", "gzip");
    assertEquals("415 invalid_request_error unsupported_media_type null", faces.call(zipped).trouble());

    var chat = multipart("/v1/chat/completions", Part.text("prompt", "p"));
    assertEquals("415 invalid_request_error unsupported_media_type null", faces.call(chat).trouble());
  }

  @Test
  void jsonNeedsNoDeclaration() throws Exception {
    assertEquals(200, faces.call(Faces.request("POST", "/v1/images/generations").body("{\"prompt\":\"p\"}")).status());
  }

  @Test
  void aMegabyteOfTextIsTooMuch() throws Exception {
    var reply = faces.generate("{'prompt':'" + "p".repeat(1 << 20) + "'}");

    assertEquals("413 invalid_request_error request_too_large null", reply.trouble());
  }

  @Test
  void noBodyBecomesAnyNumberOfFiles() throws Exception {
    var picture = "'" + Faces.dataUrl(Pixels.png()) + "'";

    var reply = faces.generate("{'prompt':'p','unknown':[" + (picture + ",").repeat(200) + picture + "]}");

    assertEquals("413 invalid_request_error request_too_large null", reply.trouble());
    assertNothingIsLeft();
  }

  @Test
  void aLargePictureIsNotText() throws Exception {
    var large = Pixels.png(8, 8, 3 << 20);

    assertEquals(200, faces.edit("{'prompt':'p','images':[{'image_url':'" + Faces.dataUrl(large) + "'}]}").status());
    assertGiven(Input.Role.REFERENCE, large);
  }

  @Test
  void theLimitsCanBeSet() throws Exception {
    faces.openAi.use(new BodyLimits(10_000, 100));

    assertEquals("413 invalid_request_error request_too_large null",
        edit(Part.png("image", Pixels.png(8, 8, 20_000)), Part.text("prompt", "p")).trouble());
    assertEquals("400 invalid_request_error invalid_value image",
        edit(Part.png("image", Pixels.png(8, 8, 200)), Part.text("prompt", "p")).trouble());
    assertNothingIsLeft();
    assertEquals(200, edit(Part.png("image", A), Part.text("prompt", "p")).status());
  }

  // ---- variations -------------------------------------------------------------------------------------------------

  @Test
  void aVariationNeedsNoPrompt() throws Exception {
    var reply = faces.call(multipart("/v1/images/variations", Part.png("image", A), Part.text("n", "2")));

    assertEquals(200, reply.status(), reply.body());
    assertEquals("Make a variation of this picture.", faces.provider.ledger.getFirst().prompt());
    assertEquals("images/variations", faces.onlyJob().origin().face());
    assertEquals(2, reply.json().get("data").asArray().size());
  }

  @Test
  void aVariationOfNothingIsRefused() throws Exception {
    var reply = faces.call(multipart("/v1/images/variations", Part.text("n", "2")));

    assertEquals("400 invalid_request_error missing_required_parameter image", reply.trouble());
  }
}
