package easel.api;

import easel.core.Account;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Credentials that can be looked at, and no more. */
record ListedBook(Supplier<List<CredentialBook.Entry>> entries) implements CredentialBook {
  @Override
  public List<Entry> list() {
    return entries.get();
  }

  @Override
  public Optional<Entry> find(String id) {
    return list().stream().filter(e -> e.id().equals(id)).findFirst();
  }

  private static AssertionError nobody() {
    return new AssertionError("nobody asked for this");
  }

  @Override
  public Added add(Fresh fresh) {
    throw nobody();
  }

  @Override
  public List<Boolean> enter(List<Fresh> many) {
    throw nobody();
  }

  @Override
  public Entry change(String id, Change change) {
    throw nobody();
  }

  @Override
  public Set<String> amend(Map<String, Change> many) {
    throw nobody();
  }

  @Override
  public Entry enable(String id) {
    throw nobody();
  }

  @Override
  public Optional<Entry> remove(String id) {
    throw nobody();
  }

  @Override
  public Check check(String id) {
    throw nobody();
  }

  @Override
  public Check refresh(String id) {
    throw nobody();
  }

  @Override
  public void renewed(String id, Account.Renewal renewal) {
    throw nobody();
  }

  @Override
  public <T> T together(Supplier<T> changes) {
    throw nobody();
  }

  @Override
  public List<Bare> bare() {
    throw nobody();
  }

  @Override
  public List<ProviderState> providers() {
    throw nobody();
  }
}
