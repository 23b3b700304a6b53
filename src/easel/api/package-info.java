/**
 * The faces: what callers see of Easel over HTTP, each in its own shape, and who may call.
 *
 * <p>A request goes through the face's error filter, the key filter, a handler that reads a task out of it, the engine,
 * and back as a reply. Nothing here knows a provider.
 */
package easel.api;
