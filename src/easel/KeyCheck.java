package easel;

import easel.core.Balance;
import easel.core.Credential;
import easel.core.GatewayException;
import easel.core.Time;
import easel.provider.ProviderSettings;
import easel.provider.Providers;
import easel.store.CredentialTable;
import easel.upstream.Call;
import easel.upstream.Upstream;
import java.net.URI;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * What the doctor says of providers and their credentials. A key is shown to its provider only when that is wanted, and
 * only where it costs nothing; servers that need none are always asked.
 */
final class KeyCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long SKEW_MAX = 60;
  private static final String UNSEEN = "has no key in the configuration; those in the database were not looked at (easel token test)";

  private static final String UNTRIED =
      "key present; not tried: what took its place may be in the database, which was not looked at (easel token test tries it)";

  private final Doctor.Sink sink;
  private final Upstream upstream;
  private final Optional<Providers> providers;
  private final boolean asks;
  private final Time time;

  /**
   * {@code providers}: empty where the configuration makes none; {@code asks}: try every credential at its provider.
   */
  KeyCheck(Doctor.Sink sink, Upstream upstream, Optional<Providers> providers, boolean asks, Time time) {
    this.sink = sink;
    this.upstream = upstream;
    this.providers = providers;
    this.asks = asks;
    this.time = time;
  }

  /**
   * Looks at one provider.
   *
   * @param section as the configuration has it
   * @param stored the credentials of the database, what is locked there is told; empty if they could not be looked at
   */
  void look(ProviderSettings section, Optional<List<CredentialTable.Row>> stored) throws InterruptedException {
    var subject = "provider " + section.id();
    var rows = stored.orElse(List.of());
    for (var row : rows) {
      boolean locked = row.provider().equals(section.id()) && !row.locked().isEmpty();
      if (locked) sink.say(subject + " " + row.name(), Doctor.Health.BAD, row.locked());
    }
    // By the way each of them goes in earnest: a credential with a proxy of its own is not to be seen without it.
    var credentials = new Roster(List.of(section), rows).credentials(section);
    if (section.type().equals("sample")) sink.say(subject, Doctor.Health.OK, "built in");
    else if (credentials.isEmpty() && stored.isEmpty()) sink.say(subject, Doctor.Health.OK, UNSEEN);
    else if (credentials.isEmpty()) sink.say(subject, Doctor.Health.WARN, "has no key, so its models cannot be used");
    else for (var credential : credentials) look(section, stored.isPresent(), credential, subject + " " + credential.name());
  }

  private void look(ProviderSettings section, boolean stored, Credential credential, String subject) throws InterruptedException {
    var balance = providers.flatMap(p -> p.balance(section.id()));
    if (credential.secret().isEmpty()) askForModels(section, credential, subject);
    else if (!asks) sink.say(subject, Doctor.Health.OK, "key present (--check-keys tries it)");
    else if (renewed(section) && !stored) sink.say(subject, Doctor.Health.OK, UNTRIED);
    else if (balance.isPresent()) ask(balance.get(), credential, subject);
    else if (section.type().equals("openai")) askForModels(section, credential, subject);
    else sink.say(subject, Doctor.Health.OK, "cannot be tried without buying something");
  }

  private boolean renewed(ProviderSettings section) {
    return providers.flatMap(p -> p.refreshing(section.id())).isPresent();
  }

  private void ask(Balance balance, Credential credential, String subject) throws InterruptedException {
    try {
      var funds = balance.funds(credential);
      sink.say(subject, funds.amount().signum() > 0 ? Doctor.Health.OK : Doctor.Health.WARN,
          "works, " + funds.amount().toPlainString() + " " + funds.unit() + " left");
    } catch (GatewayException e) {
      sink.say(subject, Doctor.Health.BAD, credential.secret().hide(e.failure().message()));
    }
  }

  /** A key goes to its own provider and to nobody else; a provider may be several servers. */
  private void askForModels(ProviderSettings section, Credential credential, String subject) throws InterruptedException {
    var bases = section.baseUrls().isEmpty() ? Providers.home(section.type()).stream().toList() : section.baseUrls();
    if (bases.isEmpty()) sink.say(subject, Doctor.Health.WARN, "has no base_url");
    for (var base : bases) askForModels(base.toString(), credential, subject);
  }

  private void askForModels(String base, Credential credential, String subject) throws InterruptedException {
    var link = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/models");
    var secret = credential.secret();
    var call = Call.get(link, PATIENCE, 1 << 20).by(credential);
    try (var reply = upstream.send(secret.isEmpty() ? call : call.with("Authorization", "Bearer " + secret.reveal()))) {
      int status = reply.status();
      boolean refused = status == 401 || status == 403;
      sink.say(subject, refused ? Doctor.Health.BAD : status < 400 ? Doctor.Health.OK : Doctor.Health.WARN,
          refused ? "refuses the key (" + status + ")" : "answers " + status);
      reply.header("date").ifPresent(this::clock);
    } catch (GatewayException e) {
      sink.say(subject, Doctor.Health.BAD, secret.hide(e.failure().message()));
    }
  }

  /** The words of a date that is none are the provider's, and not repeated. */
  private void clock(String date) {
    try {
      var theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      long skew = Duration.between(theirs, time.instant()).toSeconds();
      sink.say("clock", Math.abs(skew) > SKEW_MAX ? Doctor.Health.WARN : Doctor.Health.OK,
          "differs from the provider's by " + skew + " s");
    } catch (DateTimeParseException e) {
      sink.say("clock", Doctor.Health.WARN, "the provider's date cannot be read");
    }
  }
}
