package easel;

import easel.api.ApiKeys;
import easel.codec.FieldException;
import easel.core.Accounts;
import easel.core.Caller;
import easel.core.Time;
import easel.job.Catalogue;
import easel.job.JobOptions;
import easel.job.Names;
import easel.pool.TokenPool;
import easel.provider.ProviderSettings;
import easel.provider.Providers;
import easel.store.StoreOptions;
import easel.upstream.Upstream;
import easel.upstream.UpstreamOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a configuration wants the parts to be: the options of each, and the providers and models it makes. Sends
 * nothing.
 */
record Blueprint(Config config) {
  UpstreamOptions wayOut() {
    return UpstreamOptions.defaults().allowing(config.limits().allowPrivate()).by(config.proxies());
  }

  StoreOptions store() {
    var storage = config.storage();
    return StoreOptions.at(storage.data(), storage.results()).withReserve(storage.reserve())
        .withMedia(storage.life(), storage.bytesMax()).withPixels(config.limits().pixelsMax());
  }

  JobOptions jobs() {
    var g = config.generation();
    var d = JobOptions.defaults();
    return new JobOptions(g.imageTimeout(), g.videoTimeout(), g.noProgress(), g.fetchGrace(), g.imagePatience(),
        g.videoPatience(), config.limits().jobsOpenMax(), d.joinWindow(), config.dispatch().fallbackOnRefusal());
  }

  Map<String, TokenPool.Cap> caps() {
    return config.providers().stream().collect(Collectors.toMap(ProviderSettings::id,
        p -> new TokenPool.Cap(p.limits().totalConcurrency(), p.limits().totalPerMinute())));
  }

  ApiKeys apiKeys() {
    var entries = new ArrayList<ApiKeys.Entry>();
    for (var key : config.access().apiKeys()) {
      var hash = ApiKeys.hash(key.reveal());
      entries.add(new ApiKeys.Entry(new Caller("config-" + hash.substring(0, 16), "configuration"), hash));
    }
    return new ApiKeys(entries);
  }

  Providers providers(Upstream upstream, Accounts accounts, Time time) throws ConfigException {
    var generation = config.generation();
    var outside = new Providers.Outside(upstream, upstream, upstream.resultFetcher(), accounts, time,
        generation.imageTimeout(), generation.videoTimeout(), config.limits().answerMax(), "Easel/" + Version.text());
    try {
      return new Providers(config.providers(), outside);
    } catch (FieldException e) {
      throw new ConfigException(List.of(config.where().apply(e.path()) + e.getMessage()));
    }
  }

  /** The models; {@code sections}: the providers of the configuration with all their keys. */
  Catalogue catalogue(Providers providers, List<ProviderSettings> sections, Time time) {
    var ready = sections.stream().filter(p -> !p.credentials().isEmpty()).map(ProviderSettings::id).collect(Collectors.toSet());
    var offer = new Catalogue.Offer(providers.all(), ready, providers::cancelling, providers::reconciling, providers::tiered);
    var names = Names.with(config.names().stream().map(Config.Name::entry).toList(), config.dispatch().strategy());
    return new Catalogue(offer, names, time);
  }

  /** The same, if what only the providers know agrees: whether they have what the operator's names are made of. */
  Catalogue checkedCatalogue(Providers providers, List<ProviderSettings> sections, Time time) throws ConfigException {
    var catalogue = catalogue(providers, sections, time);
    var complaints = new ArrayList<String>();
    for (var name : config.names()) {
      var targets = name.entry().targets();
      for (int i = 0; i < targets.size(); i++) {
        var wrong = catalogue.complaint(targets.get(i));
        var place = name.path() + ".candidates[" + i + "]";
        wrong.ifPresent(w -> complaints.add(config.where().apply(place) + place + "." + w.field() + " " + w.message()));
      }
    }
    if (!complaints.isEmpty()) throw new ConfigException(complaints);
    return catalogue;
  }
}
