package easel;

import easel.codec.Fields;
import easel.upstream.ProxyOptions;
import easel.upstream.ProxySetting;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code [proxy]}. What is switched off is not looked at, and what is wrong is never quoted: it holds
 * passwords.
 */
final class ConfigProxy {
  private ConfigProxy() {}

  static ProxyOptions read(Fields f) {
    var url = f.text("proxy_url", "");
    var urls = f.texts("proxy_urls");
    var mediaUrl = f.text("media_proxy_url", "");
    var usual = new ArrayList<ProxySetting>();
    if (f.flag("proxy_enabled", false)) {
      if (url.isBlank() && urls.isEmpty()) f.complain("proxy_enabled", "is set, and there is no proxy_url");
      add(usual, f, "proxy_url", List.of(url));
      add(usual, f, "proxy_urls", urls);
    }
    var media = new ArrayList<ProxySetting>();
    if (f.flag("media_proxy_enabled", false)) {
      if (mediaUrl.isBlank()) f.complain("media_proxy_enabled", "is set, and there is no media_proxy_url");
      add(media, f, "media_proxy_url", List.of(mediaUrl));
    }
    boolean direct = f.flag("direct_fallback", true);
    var named = f.has("no_proxy") ? f.texts("no_proxy") : ProxyOptions.LOOPBACK;
    var without = named.stream().filter(host -> valid(f, host)).toList();
    f.strict();
    return new ProxyOptions(usual, media, direct, without);
  }

  private static void add(List<ProxySetting> list, Fields f, String name, List<String> texts) {
    for (var text : texts) {
      try {
        for (var proxy : ProxySetting.parseAll(text)) if (!list.contains(proxy)) list.add(proxy);
      } catch (IllegalArgumentException e) {
        f.complain(name, e.getMessage());
      }
    }
  }

  private static boolean valid(Fields f, String host) {
    try {
      new ProxyOptions(List.of(), List.of(), true, List.of(host));
      return true;
    } catch (IllegalArgumentException e) {
      f.complain("no_proxy", e.getMessage());
      return false;
    }
  }
}
