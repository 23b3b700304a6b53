package easel.prompt;

import easel.core.Failure;
import easel.core.GatewayException;

/** The rules every prompt must meet, whatever the model. */
public final class PromptCheck {
  /** Characters. Each model's own limit, which may be lower, is in its capability. */
  public static final int LENGTH_MAX = 10_000;

  private PromptCheck() {}

  /** Throws {@code Invalid("prompt")} for a prompt that is blank or longer than {@value #LENGTH_MAX}. */
  public static void check(String prompt) {
    if (prompt.isBlank()) throw wrong("prompt is required");
    if (prompt.codePointCount(0, prompt.length()) > LENGTH_MAX) {
      throw wrong("prompt must have at most " + LENGTH_MAX + " characters");
    }
  }

  private static GatewayException wrong(String message) {
    return new GatewayException(new Failure.Invalid("prompt", message));
  }
}
