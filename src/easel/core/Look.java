package easel.core;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The finish a caller asks for, in the OpenAI Images API's words; every part may be left to the provider.
 *
 * @param format the file type wanted
 * @param compression 0-100, JPEG and WebP only
 * @param fidelity how closely inputs are kept: {@code low} or {@code high}
 */
public record Look(Optional<String> quality, Optional<String> background, Optional<MediaType> format,
    OptionalInt compression, Optional<String> moderation, Optional<String> fidelity, Optional<String> style) {

  public static final Look ANY = new Look(Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty(),
      Optional.empty(), Optional.empty(), Optional.empty());
}
