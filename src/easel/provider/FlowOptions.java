package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.codec.Fields;
import easel.core.Secret;
import easel.provider.Providers.Outside;
import java.net.URI;
import java.time.Duration;
import java.util.Set;

/**
 * Google's Flow, or something that speaks for it. The keys are those of a Flow2API file's {@code [flow]}.
 *
 * @param labs where sessions and projects are; sees the session token
 * @param api where pictures and videos are made; sees the access token
 * @param timeout total time of a call that makes nothing
 * @param imageTimeout total time of one that waits for pictures
 * @param videoTimeout total time of a job's downloads
 * @param pollInterval between two questions about a video
 * @param sessionInterval from one exchange of a session token to the next; zero: until the access token ends
 * @param projects a credential's work is spread over so many
 * @param recaptchaToken what an operator has to answer a captcha with; Easel has nothing of its own
 * @param recaptchaApplication the kind of page that answer was made for
 * @param answerMax bytes an answer or a result may have
 * @param agent what we call ourselves, {@code Easel/1.0}
 */
record FlowOptions(String id, URI labs, URI api, Duration timeout, Duration imageTimeout, Duration videoTimeout,
    Duration pollInterval, Duration sessionInterval, int projects, Secret recaptchaToken, String recaptchaApplication,
    long answerMax, String agent) {
  static final URI HOME = URI.create("https://labs.google/fx/api");
  static final URI API = URI.create("https://aisandbox-pa.googleapis.com/v1");
  private static final int MINUTES = 120;
  private static final int MINUTES_MAX = 7 * 24 * 60;
  private static final int PROJECTS = 4;
  private static final int PROJECTS_MAX = 50;

  /** @throws FieldException naming the key that makes no sense */
  static FlowOptions of(ProviderSettings settings, Outside outside) {
    if (!settings.baseUrls().isEmpty()) {
      throw settings.complaint("base_url", Complaint.VALUE, "has no meaning for flow, which has labs_base_url and api_base_url");
    }
    var f = Fields.of(settings.options(), "providers." + settings.id());
    return new FlowOptions(settings.id(), address(f, "labs_base_url", HOME), address(f, "api_base_url", API),
        f.duration("timeout", Duration.ofSeconds(120)), outside.imageTimeout(), outside.videoTimeout(),
        f.duration("poll_interval", Duration.ofSeconds(3)),
        Duration.ofMinutes(f.integer("session_interval", MINUTES, 0, MINUTES_MAX)),
        f.integer("project_pool_size", PROJECTS, 1, PROJECTS_MAX), new Secret(f.text("recaptcha_token", "")), f.text("recaptcha_application", "RECAPTCHA_APPLICATION_TYPE_WEB"),
        outside.answerMax(), outside.agent());
  }

  private static URI address(Fields f, String name, URI home) {
    var text = f.text(name, "").strip();
    if (text.isEmpty()) return home;
    try {
      var uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      boolean plain = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getUserInfo() == null;
      if (plain && uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())) return uri;
    } catch (IllegalArgumentException e) {
      throw f.wrong(name, "must be an http or https address");
    }
    throw f.wrong(name, "must be an http or https address");
  }

  /** A path and query of the labs API: {@code /auth/session}. */
  URI labs(String path) {
    return URI.create(labs + path);
  }

  /** A path of the other one, its {@code /} or {@code :} included: {@code /credits}, {@code /video:batch...}. */
  URI api(String path) {
    return URI.create(api + path);
  }

  /** What every call that makes something says of captchas (facts of the wire: {@code clientContext}). */
  JsonObject recaptcha() {
    return new JsonObject().add("token", recaptchaToken.reveal()).add("applicationType", recaptchaApplication);
  }
}
