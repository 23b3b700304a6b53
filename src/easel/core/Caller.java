package easel.core;

/**
 * Who called: the owner of the jobs made with it.
 *
 * @param id the API key's id; jobs, media and idempotency keys belong to it
 * @param name what people call the key
 */
public record Caller(String id, String name) {}
