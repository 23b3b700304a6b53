package easel.store;

import easel.core.Secret;

/**
 * What an operator sets of a credential besides its secret.
 *
 * @param images it may make pictures
 * @param videos it may make videos
 * @param imageConcurrency pictures' jobs it carries at once; -1: any number, 0: none
 * @param videoConcurrency the same for videos
 * @param proxy the way its calls take, with its password; empty: the one that all calls take
 * @param projectId the container its work goes into; empty: one is made where the provider has such a thing
 * @param projectName what containers that are made for it are called; empty: as the provider's adapter likes
 */
public record Terms(boolean images, boolean videos, int imageConcurrency, int videoConcurrency, Secret proxy, String projectId,
    String projectName) {
  /** Where nobody has said anything. */
  public static final Terms OPEN = new Terms(true, true, -1, -1, new Secret(""), "", "");

  public static final int CONCURRENCY_MAX = 1000;

  /** Jobs it may carry at once for pictures, its switch included. */
  public int imagesAtOnce() {
    return images ? imageConcurrency : 0;
  }

  public int videosAtOnce() {
    return videos ? videoConcurrency : 0;
  }

  /** The same with these switches. */
  public Terms able(boolean forImages, boolean forVideos) {
    return new Terms(forImages, forVideos, imageConcurrency, videoConcurrency, proxy, projectId, projectName);
  }

  /** The same with these limits. */
  public Terms atOnce(int ofImages, int ofVideos) {
    return new Terms(images, videos, ofImages, ofVideos, proxy, projectId, projectName);
  }

  /** The same by another way. */
  public Terms by(Secret way) {
    return new Terms(images, videos, imageConcurrency, videoConcurrency, way, projectId, projectName);
  }

  /** The same with another container. */
  public Terms in(String id, String name) {
    return new Terms(images, videos, imageConcurrency, videoConcurrency, proxy, id, name);
  }
}
