package easel.pool;

import easel.core.Kind;
import java.util.Optional;

/**
 * What somebody needs of one provider: those who need the same wait together.
 *
 * @param tier the lowest class of account that may do the work
 * @param only the one credential that will do, by name; empty for any
 */
record Need(Kind kind, int tier, Optional<String> only) {}
