package fake;

/** What {@link FakeLabs} makes where nobody asks for a shape or a size. */
public final class FakeLabsFiles {
  private FakeLabsFiles() {}

  public static byte[] picture() {
    return FakeLeonardoFiles.jpeg(1376, 768, 0);
  }

  /** The same where a picture of three to two was handed in. */
  public static byte[] edited() {
    return FakeLeonardoFiles.jpeg(1200, 896, 0);
  }

  public static byte[] film() {
    return FakeLeonardoFiles.mp4(1280, 720);
  }
}
