package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureJsonTest {
  @TempDir
  Path folder;

  @Test
  void everyLengthComesOutWholeAndAsAnnounced() throws Exception {
    var random = new Random(7);
    for (int size : new int[] {0, 1, 2, 3, 4, 12 * 1024 - 1, 12 * 1024, 12 * 1024 + 1, 24 * 1024, 100_000}) {
      var bytes = new byte[size];
      random.nextBytes(bytes);
      var file = Files.write(folder.resolve("p" + size), bytes);
      var json = new PictureJson();
      var response = json.response(new JsonObject().add("a", "\u00e4\"").add("picture", json.mark(file)).add("b", 1));

      var out = new ByteArrayOutputStream();
      response.writeBody(out);

      assertEquals("{\"a\":\"\u00e4\\\"\",\"picture\":\"" + Base64.getEncoder().encodeToString(bytes) + "\",\"b\":1}",
          out.toString(StandardCharsets.UTF_8));
      assertEquals(out.size(), response.body().length());
    }
  }

  @Test
  void whatLooksLikeAMarkIsText() throws Exception {
    var json = new PictureJson();
    var mark = json.mark(Files.write(folder.resolve("p"), new byte[] {1}));
    var text = mark.replaceAll("[0-9]+\\.$", "x.");
    var out = new ByteArrayOutputStream();

    assertTrue(!text.equals(mark));
    json.response(new JsonObject().add("picture", mark).add("text", "picture-0.")).writeBody(out);
    assertEquals("{\"picture\":\"AQ==\",\"text\":\"picture-0.\"}", out.toString());
  }

  @Test
  void anOpenStreamIsReadFromWhereItStands() throws Exception {
    var json = new PictureJson();
    var in = new ByteArrayInputStream(new byte[] {9, 1, 2, 3});
    in.read();
    var out = new ByteArrayOutputStream();

    json.writer(new JsonObject().add("p", json.mark(in, 3))).write(out);

    assertEquals("{\"p\":\"AQID\"}", out.toString());
  }

  @Test
  void aMissingFileIsNoticedBeforeAnythingIsSent() {
    assertThrows(NoSuchFileException.class, () -> new PictureJson().mark(folder.resolve("none")));
  }

  @Test
  void eightLargePicturesCostHardlyAnyMemory() throws Exception {
    var json = new PictureJson();
    var reply = new JsonObject();
    for (int i = 0; i < 8; i++) {
      var file = folder.resolve("large" + i);
      try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
        sparse.setLength(20 << 20);
      }
      reply.add("p" + i, json.mark(file));
    }
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    json.response(reply).writeBody(OutputStream.nullOutputStream());

    long used = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(used < 4 << 20, "allocated " + used);
  }
}
