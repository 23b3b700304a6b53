package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.upstream.Call;
import easel.upstream.Reply;
import easel.upstream.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Small answers of one provider, read whole. Each call goes out once: nothing here repeats one. */
final class Exchange {
  /** Bytes of an answer that carries no pictures. */
  private static final int SMALL = 8 << 20;
  private static final Duration SOON = Duration.ofSeconds(5);

  private final String provider;
  private final Transport transport;
  private final Duration within;
  private final String agent;

  /** {@code within}: total time of a call, its answer included. */
  Exchange(String provider, Transport transport, Duration within, String agent) {
    this.provider = provider;
    this.transport = transport;
    this.within = within;
    this.agent = agent;
  }

  /** What came back, whatever its status; {@code cookies}: each {@code Set-Cookie} as it stands there. */
  record Answer(int status, Function<String, Optional<String>> header, List<String> cookies, byte[] body) {
    Answer(int status, Function<String, Optional<String>> header, byte[] body) {
      this(status, header, List.of(), body);
    }

    boolean good() {
      return status >= 200 && status < 300;
    }

    /** The body as an object, in which a fact of a wrong type counts as absent; empty where it is none. */
    Optional<Fields> object() {
      try {
        return Optional.of(Fields.gathering(JsonText.object(body), e -> { }));
      } catch (FieldException e) {
        return Optional.empty();
      }
    }

    /** The objects of a body that is a list; empty where it is none. */
    List<Fields> items() {
      try {
        var list = JsonText.array(new String(body, StandardCharsets.UTF_8));
        return Fields.gathering(new JsonObject().add("items", list), e -> { }).list("items", f -> f);
      } catch (FieldException e) {
        return List.of();
      }
    }
  }

  /** A call that may buy something. */
  Call submit(URI uri, Call.Body body) {
    return Call.submit(uri, body, within, SMALL).with("User-Agent", agent);
  }

  Call submit(URI uri, JsonObject body) {
    return submit(uri, json(body));
  }

  /** A POST that buys nothing. */
  Call post(URI uri, Call.Body body) {
    return Call.post(uri, body, within, SMALL).with("User-Agent", agent);
  }

  Call post(URI uri, JsonObject body) {
    return post(uri, json(body));
  }

  Call get(URI uri) {
    return Call.get(uri, within, SMALL).with("User-Agent", agent);
  }

  /** By the credential's way, and with its key where the provider wants one. */
  static Call bearer(Call call, Credential credential) {
    return keyed(call, credential, "Authorization", "Bearer ");
  }

  /** The same for a provider with a header of its own. */
  static Call keyed(Call call, Credential credential, String header, String before) {
    var secret = credential.secret();
    var going = call.by(credential);
    return secret.isEmpty() ? going : going.with(header, before + secret.reveal());
  }

  /** The same for calls without a key, by the credential's way. */
  Exchange by(Credential credential) {
    return new Exchange(provider, call -> transport.send(call.by(credential)), within, agent);
  }

  static Call.Body json(JsonObject body) {
    return new Call.Bytes("application/json", JsonText.bytes(body));
  }

  /** The whole answer. @throws GatewayException as {@link Transport#send} and {@link Reply#body} do */
  Answer send(Call call) throws InterruptedException {
    try (var reply = transport.send(call)) {
      return new Answer(reply.status(), reply::header, reply.headers("Set-Cookie"), body(reply));
    } catch (GatewayException e) {
      throw unlessInterrupted(e);
    } catch (IOException e) {
      throw unlessInterrupted(new GatewayException(new Failure.UpstreamBroken(0, provider + " broke off its answer"), e));
    }
  }

  /** An error that breaks off is still an error: its status was heard. */
  private static byte[] body(Reply reply) throws IOException {
    try {
      return reply.body().readAllBytes();
    } catch (GatewayException | IOException e) {
      if (reply.status() < 400 || Thread.currentThread().isInterrupted()) throw e;
      return new byte[0];
    }
  }

  /** Trouble with a call that only prepares a purchase: nothing was bought yet, whatever went wrong. */
  static GatewayException unbought(GatewayException e, String words) {
    var failure = e.failure();
    if (failure.notAccepted()) return e;
    return new GatewayException(new Failure.NoCapacity(SOON, words + ": " + failure.message()), e);
  }

  /** The transport tells an interrupt in the middle of a body as a broken call, and leaves the flag set. */
  static GatewayException unlessInterrupted(GatewayException e) throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    return e;
  }
}
