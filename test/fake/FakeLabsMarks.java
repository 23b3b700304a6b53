package fake;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * What {@link FakeLabs} does with a task is told by marks in its prompt.
 *
 * <pre>
 * not accepted: [[400]] [[401]] [[403]] [[404]] [[429]] [[429=7]] (Retry-After) [[429info=7]] (RetryInfo) [[unsafe]]
 *   [[people]] [[captcha]] [[unusual]] [[tier]] [[credits]] [[500]] [[503]] [[once500]] [[html]] (a page with 502)
 * accepted, but: [[drop]] the connection ends without an answer; [[reset]] the same with a TCP reset; [[junk]] 200 and
 *   a page; [[empty]] no media in the answer; [[fewer]] one picture less; [[late500]] 500 although it was bought
 * later: [[vfail]] [[vunsafe]] the video ends so; [[stall]] it never ends; [[upfail]] its upscaling gets 500
 * [[slow=1.5]] takes so many seconds
 * </pre>
 */
final class FakeLabsMarks {
  private static final Pattern SLOW = Pattern.compile("\\[\\[(?:slow|sleep)=([0-9.]+)]]");
  private static final Pattern WAIT = Pattern.compile("\\[\\[429(info)?=([0-9.]+)]]");

  private FakeLabsMarks() {}

  static boolean has(String prompt, String mark) {
    return prompt.contains("[[" + mark + "]]");
  }

  static long slow(String prompt) {
    var found = SLOW.matcher(prompt);
    return found.find() ? (long) (1000 * Double.parseDouble(found.group(1))) : 0;
  }

  /** True where it was answered with what the mark says, and not accepted. */
  static boolean refused(FakeOpenAiExchange to, String prompt) throws IOException {
    var wait = WAIT.matcher(prompt);
    if (wait.find()) FakeLabsErrors.limited(to, wait.group(2), wait.group(1) == null);
    else if (has(prompt, "429")) FakeLabsErrors.limited(to, "", true);
    else if (has(prompt, "400")) FakeLabsErrors.invalid(to);
    else if (has(prompt, "401")) FakeLabsErrors.unauthenticated(to);
    else if (has(prompt, "403")) FakeLabsErrors.send(to, 403, "PERMISSION_DENIED", "", "The caller does not have permission");
    else if (has(prompt, "404")) FakeLabsErrors.missing(to);
    else if (has(prompt, "unsafe")) FakeLabsErrors.unsafe(to);
    else if (has(prompt, "people")) people(to);
    else if (has(prompt, "captcha")) FakeLabsErrors.captcha(to);
    else if (has(prompt, "unusual")) unusual(to);
    else if (has(prompt, "tier")) FakeLabsErrors.tier(to);
    else if (has(prompt, "credits")) FakeLabsErrors.credits(to);
    else if (has(prompt, "500")) FakeLabsErrors.internal(to, 500);
    else if (has(prompt, "503")) FakeLabsErrors.internal(to, 503);
    else if (has(prompt, "html")) to.send(502, "text/html", "<html><title>Error 502</title></html>".getBytes());
    else return false;
    return true;
  }

  private static void people(FakeOpenAiExchange to) throws IOException {
    FakeLabsErrors.send(to, 400, "INVALID_ARGUMENT", "PUBLIC_ERROR_PROMINENT_PEOPLE_FILTER_FAILED",
        "Request contains an invalid argument.");
  }

  private static void unusual(FakeOpenAiExchange to) throws IOException {
    FakeLabsErrors.send(to, 403, "PERMISSION_DENIED", "PUBLIC_ERROR_UNUSUAL_ACTIVITY", "reCAPTCHA evaluation failed");
  }

  /** True where it was accepted, and the answer is not what it should be. */
  static boolean spoilt(FakeOpenAiExchange to, String prompt) throws IOException {
    if (has(prompt, "drop")) to.drop(false);
    else if (has(prompt, "reset")) to.drop(true);
    else if (has(prompt, "junk")) to.send(200, "text/html", "<html>Google</html>".getBytes());
    else if (has(prompt, "late500")) FakeLabsErrors.internal(to, 500);
    else return false;
    return true;
  }
}
