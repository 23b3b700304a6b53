package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import easel.core.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowCookieTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final String NAME = "__Secure-next-auth.session-token";
  private static final String USUAL = "; Path=/; Expires=Thu, 31 Jan 2030 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax";
  private static final String GONE = "; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax";

  private static Optional<String> given(String... headers) {
    return FlowCookie.given(List.of(headers), NOW).map(Secret::reveal);
  }

  // ---- read -------------------------------------------------------------------------------------------------------

  @Test
  void theTokenIsFoundAmongOthers() {
    assertEquals(Optional.of("eyJ.new-token"), given("__Host-next-auth.csrf-token=a%7Cb; Path=/", NAME + "=eyJ.new-token" + USUAL,
        "__Secure-next-auth.callback-url=https%3A%2F%2Flabs.google; Path=/"));
  }

  @Test
  void aSiteWithoutTlsUsesTheBareNameAndTheSecureOneComesFirst() {
    assertEquals(Optional.of("bare-token"), given("next-auth.session-token=bare-token; path=/"));
    assertEquals(Optional.of("secure-token"), given("next-auth.session-token=bare-token", NAME + "=secure-token"));
  }

  @Test
  void piecesAreJoinedInTheirOrderWhateverTheOneTheyComeIn() {
    assertEquals(Optional.of("first-second-third"), given(NAME + ".2=third" + USUAL, NAME + ".0=first-" + USUAL, NAME + "=" + GONE, NAME + ".1=second-" + USUAL));
  }

  @Test
  void thePiecesThatAShorterTokenLeavesBehindAreTakenAway() {
    assertEquals(Optional.of("whole-token"), given(NAME + ".0=" + GONE, NAME + ".1=" + GONE, NAME + "=whole-token" + USUAL));
    assertEquals(Optional.of("first-second"), given(NAME + ".0=first-", NAME + ".1=second", NAME + ".2=x; Max-Age=0"));
  }

  /** As much as a head may hold: looked at as a date it would take an hour. */
  @Test
  void aDateThatIsFarTooLongIsNone() {
    assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
        assertEquals(Optional.of("some-token"), given(NAME + "=some-token; Expires=x" + " ".repeat(380_000) + "y")));
  }

  @Test
  void theLastOfANameCounts() {
    assertEquals(Optional.of("second-token"), given(NAME + "=first-token", NAME + "=second-token"));
    assertEquals(Optional.empty(), given(NAME + "=first-token", NAME + "=; Max-Age=0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"=", "=;Path=/", "=token-that-ends; Max-Age=0", "=token-that-ends; max-age=-5", "=token-that-ends; Max-Age=-99999999999999999999",
      "=token-that-ends; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "=token-that-ends; expires=Thu, 01-Jan-1970 00:00:00 GMT",
      "=token-that-ends; Max-Age=60; Max-Age=0"})
  void aCookieThatIsTakenAwayIsNoRenewal(String rest) {
    assertEquals(Optional.empty(), given(NAME + rest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "; Max-Age=soon", "; Max-Age=99999999999999999999", "; Expires=one day",
      "; Expires=", "; Expires=Tue, 31 Dec 2029 23:59:59", ";;;; ;", "; Max-Age"})
  void whatNobodyCanReadOfItSaysNothingAndTheAgeComesBeforeTheDate(String attributes) {
    var ended = attributes.contains("2029");
    assertEquals(ended ? Optional.empty() : Optional.of("eyJ.new-token"), given(NAME + "=eyJ.new-token" + attributes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"session-token=other-token", "x__Secure-next-auth.session-token=other-token", "__secure-next-auth.session-token=other-token",
      "__Secure-next-auth.session-token2=other-token", "__Secure-next-auth.session-token.=other-token", "__Secure-next-auth.session-token.x=other-token",
      "__Secure-next-auth.session-token.-1=other-token", "__Secure-next-auth.session-token.00=other-token", "__Secure-next-auth.session-token.10=other-token",
      "__Secure-next-auth.session-token", "", "=", ";", "__Secure-next-auth.session-token.1=second-alone"})
  void nothingElseIsTheToken(String header) {
    assertEquals(Optional.empty(), given(header));
  }

  @Test
  void aGapBetweenPiecesOrTwoFormsAtOnceLeaveOpenWhichItIs() {
    assertEquals(Optional.empty(), given(NAME + ".0=first-token", NAME + ".2=third-token"));
    assertEquals(Optional.empty(), given(NAME + "=whole-token", NAME + ".0=first-token"));
  }

  @Test
  void onlyWhatCanStandInACookieIsTaken() {
    for (char c : "\u0000\u0007\t \"(),\\\u007f\u0080\u00e9\u2028".toCharArray()) {
      boolean good = "()".indexOf(c) >= 0;
      assertEquals(good ? Optional.of("token" + c + "token") : Optional.empty(), given(NAME + "=token" + c + "token"), "U+" + Integer.toHexString(c));
    }
    assertEquals(Optional.of("token=token=="), given(NAME + "=token=token=="));
  }

  @Test
  void aTokenIsNeitherTooShortToBeHiddenNorWithoutEnd() {
    assertEquals(Optional.empty(), given(NAME + "=1234567"));
    assertEquals(Optional.of("12345678"), given(NAME + "=12345678"));
    assertEquals(8192, given(NAME + "=" + "x".repeat(8192)).orElseThrow().length());
    assertEquals(Optional.empty(), given(NAME + "=" + "x".repeat(8193)));
    assertEquals(Optional.empty(), given(NAME + ".0=" + "x".repeat(4096), NAME + ".1=" + "x".repeat(4096), NAME + ".2=x"));
  }

  // ---- shown ------------------------------------------------------------------------------------------------------

  @Test
  void aLongTokenIsShownInPieces() {
    assertEquals(NAME + "=short", FlowCookie.of(new Secret("short")));
    assertEquals(NAME + "=short", FlowCookie.of(new Secret(NAME + "=short")));
    assertEquals(NAME + "=" + "x".repeat(3933), FlowCookie.of(new Secret("x".repeat(3933))));
    assertEquals(NAME + ".0=" + "x".repeat(3933) + "; " + NAME + ".1=y", FlowCookie.of(new Secret("x".repeat(3933) + "y")));
  }
}
