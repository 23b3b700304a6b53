package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Credential;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.core.Time;
import easel.upstream.Call;
import easel.upstream.Reply;
import easel.upstream.Transport;
import java.net.URI;

/**
 * Flow's two hosts: labs, which knows the session token as a cookie, and the API, which wants the access token that it
 * was exchanged for. Neither token goes anywhere else. Where the API does not accept an access token, that is renewed
 * and the call sent once more: a 401 is a documented rejection, so this holds for submits too, and for nothing else.
 */
final class FlowWire {
  private static final int UNAUTHORIZED = 401;

  private final FlowOptions options;
  private final Transport transport;
  private final FlowSessions sessions;
  private final Time time;
  private final Exchange asking;
  private final Exchange working;

  FlowWire(FlowOptions options, Transport transport, FlowSessions sessions, Time time) {
    this.options = options;
    this.transport = transport;
    this.sessions = sessions;
    this.time = time;
    asking = new Exchange(options.id(), transport, options.timeout(), options.agent());
    working = new Exchange(options.id(), transport, options.imageTimeout(), options.agent());
  }

  /** A question to either host. */
  Call get(URI uri) {
    return asking.get(uri);
  }

  /** A POST that buys nothing. */
  Call post(URI uri, Call.Body body) {
    return asking.post(uri, body);
  }

  /** A call that buys, and answers when the pictures are done. */
  Call submit(URI uri, Call.Body body) {
    return working.submit(uri, body);
  }

  static Call.Body json(JsonObject body) {
    return Exchange.json(body);
  }

  /** How all {@code video:} calls say their JSON: as text, for which no browser asks beforehand. */
  static Call.Body text(JsonObject body) {
    return new Call.Bytes("text/plain;charset=UTF-8", JsonText.bytes(body));
  }

  /** To labs, with the session token. */
  Exchange.Answer labs(Credential credential, Call call) throws InterruptedException {
    return asking.send(cookie(options, credential, sessions.presented(credential), call));
  }

  /** To the API, with the access token: a small answer, whatever its status. */
  Exchange.Answer api(Credential credential, Call call) throws InterruptedException {
    var token = sessions.token(credential, call.submit());
    var answer = asking.send(bearer(credential, call, token));
    if (answer.status() != UNAUTHORIZED) return answer;
    return asking.send(bearer(credential, call, sessions.renewed(credential, token)));
  }

  /** The same for an answer that is too large to be held: the caller reads and closes it. */
  Reply open(Credential credential, Call call) throws InterruptedException {
    var token = sessions.token(credential, call.submit());
    var reply = transport.send(bearer(credential, call, token));
    if (reply.status() != UNAUTHORIZED) return reply;
    reply.close();
    return transport.send(bearer(credential, call, sessions.renewed(credential, token)));
  }

  /** Reads errors for this credential; its secrets do not come out of it. */
  FlowFailures failures(Credential credential) {
    return new FlowFailures(options.id(), credential.secret(), sessions.presented(credential));
  }

  /** What an answer without success comes to. */
  GatewayException rejected(Credential credential, Exchange.Answer answer) {
    return new GatewayException(failures(credential).of(answer, time.instant()));
  }

  static Call cookie(FlowOptions options, Credential credential, Secret token, Call call) {
    if (!Downloads.sameHost(options.labs(), call.uri())) throw stray();
    return call.by(credential).with("Cookie", FlowCookie.of(token));
  }

  private Call bearer(Credential credential, Call call, Secret token) {
    if (!Downloads.sameHost(options.api(), call.uri())) throw stray();
    return call.by(credential).with("Authorization", "Bearer " + token.reveal()).with("Origin", "https://labs.google")
        .with("Referer", "https://labs.google/");
  }

  private static IllegalArgumentException stray() {
    return new IllegalArgumentException("a token would go to a host that it is not for");
  }
}
