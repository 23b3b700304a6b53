package easel.core;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import java.time.Duration;

/** A failure as it lies in a job's row, so that a replay after a restart answers exactly as the first time. */
public final class FailureJson {
  private FailureJson() {}

  public static JsonObject write(Failure failure) {
    var json = new JsonObject().add("kind", failure.getClass().getSimpleName()).add("message", failure.message());
    switch (failure) {
      case Failure.Invalid i -> json.add("field", i.field());
      case Failure.Missing m -> json.add("code", m.code());
      case Failure.Limited l -> json.add("retry_after_ms", l.retryAfter().toMillis());
      case Failure.NoCapacity n -> json.add("retry_after_ms", n.retryAfter().toMillis());
      case Failure.UpstreamBroken b -> json.add("status", b.status());
      case Failure.WorkFailed w -> json.add("free", w.free());
      default -> { }
    }
    return json;
  }

  public static Failure read(Fields f) {
    var message = f.text("message");
    var retryAfter = Duration.ofMillis(f.optWhole("retry_after_ms", 0, Long.MAX_VALUE).orElse(0L));
    return switch (f.text("kind")) {
      case "Invalid" -> new Failure.Invalid(f.text("field", ""), message);
      case "Unauthorized" -> new Failure.Unauthorized(message);
      case "Forbidden" -> new Failure.Forbidden(message);
      case "Missing" -> new Failure.Missing(f.text("code", "not_found"), message);
      case "TooLarge" -> new Failure.TooLarge(message);
      case "Unsupported" -> new Failure.Unsupported(message);
      case "KeyReused" -> new Failure.KeyReused(message);
      case "Refused" -> new Failure.Refused(message);
      case "Limited" -> new Failure.Limited(retryAfter, message);
      case "OutOfCredit" -> new Failure.OutOfCredit(message);
      case "BadCredential" -> new Failure.BadCredential(message);
      case "Unfit" -> new Failure.Unfit(message);
      case "Withheld" -> new Failure.Withheld(message);
      case "NoCapacity" -> new Failure.NoCapacity(retryAfter, message);
      case "NoSpace" -> new Failure.NoSpace(message);
      case "Unreachable" -> new Failure.Unreachable(message);
      case "UpstreamBroken" -> new Failure.UpstreamBroken(f.integer("status", 0, 0, 999), message);
      case "WorkFailed" -> new Failure.WorkFailed(message, f.flag("free", false));
      case "BadMedia" -> new Failure.BadMedia(message);
      case "OutcomeUnknown" -> new Failure.OutcomeUnknown(message);
      case "TimedOut" -> new Failure.TimedOut(message);
      case "Cancelled" -> new Failure.Cancelled(message);
      default -> new Failure.Internal(message);
    };
  }
}
