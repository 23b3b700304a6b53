package easel.api;

import easel.core.Media;
import easel.http.Request;
import java.util.Optional;

/** Where results are found from outside: below the configured address, else below the one the caller used. */
public final class MediaLinks {
  private volatile String configured = "";

  /** @param baseUrl what links start with, such as a CDN's address; empty for each caller's own */
  public void use(String baseUrl) {
    configured = withoutSlash(baseUrl.strip());
  }

  /** Links for the one who asks. */
  Base of(Request request) {
    return new Base(configured.isEmpty() ? request.baseUrl() : configured, request.baseUrl());
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? withoutSlash(url.substring(0, url.length() - 1)) : url;
  }

  /**
   * What links start with.
   *
   * @param own the address the caller used, which may differ where links point to a CDN
   */
  record Base(String url, String own) {
    private static final String PATH = "/media/";

    String link(Media media) {
      return url + PATH + media.id() + "." + media.type().extension();
    }

    /** The media id in a link of ours, absolute or not; empty for everybody else's links. */
    Optional<String> mediaId(String link) {
      for (var start : new String[] {url + PATH, own + PATH, PATH}) {
        if (link.startsWith(start)) return Optional.of(id(link.substring(start.length())));
      }
      return Optional.empty();
    }

    private static String id(String file) {
      int end = 0;
      while (end < file.length() && ".?#/".indexOf(file.charAt(end)) < 0) end++;
      return file.substring(0, end);
    }
  }
}
