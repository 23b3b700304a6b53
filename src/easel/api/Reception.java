package easel.api;

import easel.core.Caller;
import easel.core.Fetcher;
import easel.core.Media;
import easel.core.Time;
import easel.http.Request;
import easel.job.JobEngine;
import easel.store.MediaStore;
import java.io.IOException;

/** Where requests of every generating face come in and leave as jobs. */
final class Reception {
  /** Makes an order of what was posted. */
  interface Reader {
    Order read(Form form);
  }

  private final JobEngine engine;
  private final Orders orders;
  private final MediaStore media;
  private final Fetcher fetcher;
  private final Time time;
  private volatile BodyLimits limits = BodyLimits.USUAL;

  Reception(JobEngine engine, Orders orders, MediaStore media, Fetcher fetcher, Time time) {
    this.engine = engine;
    this.orders = orders;
    this.media = media;
    this.fetcher = fetcher;
    this.time = time;
  }

  /** Takes requests within these limits from now on. */
  void use(BodyLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads the order, fetches what it points to, and has it stored. What no job needs after that is gone: files of bad
   * requests, and of repeats. Nothing may complain of the request any more once there is a job.
   */
  Orders.Placed place(Request request, MediaLinks.Base base, Form.Manner body, Reader reader)
      throws InterruptedException, IOException {
    var manner = Orders.manner(request);
    var most = limits;
    try (var form = Form.read(request, media, most.body(), body);
        var inputs = new Inputs(media, fetcher, base, form, most.picture(), m -> lasts(m, manner.caller()))) {
      var order = reader.read(form);
      var hash = form.hash();
      // An SDK that lost patience while links were fetched asks again: it must find this job, not make another.
      var claim = orders.claim(manner, order, hash);
      try {
        var joined = orders.joined(manner, order, hash);
        if (joined.isPresent()) return new Orders.Placed(manner, order, joined.get());
        var accepted = orders.place(manner, order, order.taken(inputs), hash);
        if (!accepted.replayed()) inputs.keep();
        return new Orders.Placed(manner, order, accepted);
      } finally {
        claim.close();
      }
    }
  }

  /** What expires while the request is read is as good as gone. */
  private boolean lasts(Media result, Caller caller) {
    return result.expires().map(e -> e.isAfter(time.instant())).orElse(true)
        && engine.find(result.job(), caller).isPresent();
  }
}
