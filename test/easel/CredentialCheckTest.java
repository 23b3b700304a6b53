package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.api.CredentialBook;
import easel.api.CredentialBook.Check;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Refreshing;
import easel.core.Secret;
import easel.store.Terms;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Trying a credential at a provider that tells what is left, without a wire. */
class CredentialCheckTest {
  private static final Secret SECRET = new Secret("secret-of-the-check");
  private static final Balance RICH = credential -> new Balance.Funds(new BigDecimal("7.25"), "USD");
  private static final Balance RUDE = credential -> {
    throw new GatewayException(new Failure.BadCredential("no such key: " + credential.secret().reveal()));
  };

  private final CredentialStage stage = new CredentialStage();
  private final Credentials credentials = stage.credentials;

  @AfterEach
  void close() {
    stage.close();
  }

  private static CredentialBook.Fresh fresh(String provider) {
    return new CredentialBook.Fresh(provider, SECRET, "", true, Terms.OPEN);
  }

  @Test
  void whatIsLeftIsToldForEverySource() throws Exception {
    stage.balance = Optional.of(RICH);
    int before = stage.refreshed;
    assertTrue(credentials.add(fresh("openai")).fresh());
    assertEquals(before + 1, stage.refreshed);
    var funds = new Balance.Funds(new BigDecimal("7.25"), "USD");
    var heard = Account.UNKNOWN.with(funds, Optional.empty(), stage.time.instant());
    for (var entry : credentials.list()) {
      assertEquals(new Check(Optional.of(funds), heard, ""), credentials.check(entry.id()));
      assertEquals(heard, credentials.find(entry.id()).orElseThrow().account());
    }
    assertEquals(2, credentials.list().size());
  }

  @Test
  void aRefusalIsToldWithoutTheSecretThatTheProviderRepeats() throws Exception {
    var id = credentials.add(fresh("openai")).entry().id();
    stage.balance = Optional.of(RUDE);
    assertEquals(new Check(Optional.empty(), Account.UNKNOWN, "no such key: ***"), credentials.check(id));
  }

  @Test
  void aRenewalGoesToTheProviderAndTellsWhatIsKnownThen() throws Exception {
    var id = credentials.add(fresh("openai")).entry().id();
    assertThrows(GatewayException.class, () -> credentials.refresh(id));
    var session = new Account.Session(new Secret("session-of-the-check"), stage.time.instant());
    stage.refreshing = Optional.of(new Refreshing() {
      @Override
      public Optional<Instant> due(Credential credential) {
        return Optional.of(stage.time.instant());
      }

      @Override
      public void refresh(Credential credential) {
        stage.accounts.keep(credential, account -> account.with(session, "a@example.org"));
      }
    });
    assertEquals(new Check(Optional.empty(), Account.UNKNOWN.with(session, "a@example.org"), ""), credentials.refresh(id));
    assertEquals(Optional.of(stage.time.instant()), credentials.find(id).orElseThrow().condition().refresh());
    stage.balance = Optional.of(credential -> {
      throw new GatewayException(new Failure.UpstreamBroken(500, "odd: session-of-the-check"));
    });
    assertEquals("odd: ***", credentials.check(id).error());
  }

  @Test
  void whatCannotBeTriedForNothingIsNotTried() {
    var id = credentials.add(fresh("openai")).entry().id();
    stage.balance = Optional.empty();
    var e = assertThrows(GatewayException.class, () -> credentials.check(id));
    assertEquals(new Failure.Invalid("id", "The provider openai has nothing that tries a credential without buying something."), e.failure());
  }

  @Test
  void aProviderThatIsNotSetUpGetsNoCredential() {
    var e = assertThrows(GatewayException.class, () -> credentials.add(fresh("opnai")));
    assertTrue(e.failure().message().startsWith("provider must be one of openai"), e.failure().message());
    assertEquals("provider", ((Failure.Invalid) e.failure()).field());
    assertThrows(GatewayException.class, () -> credentials.add(fresh("sample")));
    assertEquals(1, credentials.list().size());
  }

  @Test
  void nobodyKnowsAnUnknownOne() {
    assertEquals(new Failure.Missing("credential_not_found", "There is no such credential."),
        assertThrows(GatewayException.class, () -> credentials.check("cred_0")).failure());
  }
}
