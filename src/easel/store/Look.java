package easel.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What is known of a file after one look at it: opened once for all of that, and for its way to the disk. */
record Look(MediaProbe.Found found, long bytes, String sha256) {
  private static final int BLOCK = 1 << 16;

  /**
   * Of a file whose bytes are on the disk when this returns. Not through a channel: an interrupt would close that half
   * way.
   *
   * @throws easel.core.GatewayException {@code BadMedia} if it is no picture and no video that is taken here
   */
  static Look lasting(Path file, long pixelsMax) throws IOException {
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      var look = new Look(MediaProbe.probe(FileHead.of(open), pixelsMax), open.length(), sha256(open));
      open.getFD().sync();
      return look;
    }
  }

  static String sha256(Path file) throws IOException {
    try (var open = new RandomAccessFile(file.toFile(), "r")) {
      return sha256(open);
    }
  }

  private static String sha256(RandomAccessFile file) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var block = new byte[Math.clamp(file.length(), 1, BLOCK)];
      file.seek(0);
      for (int n = file.read(block); n >= 0; n = file.read(block)) {
        digest.update(block, 0, n);
        // Other virtual threads get their turn between blocks of a large file.
        if (n == BLOCK) Thread.yield();
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
