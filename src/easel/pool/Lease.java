package easel.pool;

import easel.core.Credential;
import easel.core.Failure;

/** The temporary right to use a credential. Say how the call ended before closing; closing twice does no harm. */
public final class Lease implements AutoCloseable {
  private final TokenPool pool;
  private final TokenPool.Slot slot;
  private boolean closed;

  Lease(TokenPool pool, TokenPool.Slot slot) {
    this.pool = pool;
    this.slot = slot;
  }

  public Credential credential() {
    return slot.credential;
  }

  /** The provider took the credential: what was counted against it is forgiven. */
  public void succeeded() {
    pool.succeeded(slot);
  }

  /** Rests or disables the credential where the failure is its fault, and only there. */
  public void failed(Failure failure) {
    pool.failed(slot, failure);
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    pool.back(slot);
  }
}
