package easel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void onlyWhatIsLongEnoughToBeASecretIsHidden() {
    assertEquals("no *** here", new Secret("eightlet").hide("no eightlet here"));
    assertEquals("the provider answers 500", new Secret("ans").hide("the provider answers 500"));
    assertEquals("words", new Secret("").hide("words"));
  }
}
