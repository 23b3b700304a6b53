package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Size;
import easel.provider.SampleWork.Given;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class SampleVideoTest {
  private static final Size SMALL = new Size(320, 192);

  @TempDir
  Path folder;

  private static SampleWork work(String prompt, Size size, int seconds, Given... inputs) {
    return new SampleWork(Kind.VIDEO, prompt, 1, size, 1, 0, seconds, List.of(inputs));
  }

  private Path video(SampleWork work) throws Exception {
    var file = folder.resolve("a.mp4");
    SampleVideo.write(work, work.prompt(), file, new ProgressLog(folder));
    return file;
  }

  @Test
  void indexComesBeforeThePicturesAndFindsThemAll() throws Exception {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(video(work("a red cat", SMALL, 2))));
    var boxes = new ArrayList<String>();
    int data = 0;
    for (int at = 0; at < bytes.limit(); at += bytes.getInt(at)) {
      boxes.add(new String(bytes.array(), at + 4, 4, StandardCharsets.US_ASCII));
      data = at + 8;
    }
    assertEquals(List.of("ftyp", "moov", "mdat"), boxes);
    assertEquals(data, bytes.getInt(find(bytes, "stco") + 12));
    int sizes = find(bytes, "stsz");
    int at = data;
    for (int i = 0; i < bytes.getInt(sizes + 12); i++) {
      int length = bytes.getInt(sizes + 16 + 4 * i);
      assertEquals(length - 4, bytes.getInt(at));
      assertEquals(i == 0 ? 0x65 : 0x61, bytes.get(at + 4));
      at += length;
    }
    assertEquals(bytes.limit(), at);
  }

  private static int find(ByteBuffer bytes, String box) {
    return new String(bytes.array(), StandardCharsets.ISO_8859_1).indexOf(box);
  }

  @Test
  void onlyWhatMovesIsWrittenAgain() throws Exception {
    long picture = 320L * 192 * 3 / 2;
    long bytes = Files.size(video(work("mountains", SMALL, 4)));
    assertTrue(bytes > picture && bytes < 6 * picture, "bytes: " + bytes);
  }

  /** A first picture of 1.4 MB and what moves: 12 seconds of it stay under 6 MB. */
  @Test
  void largeVideoGrowsByLittleEverySecond() throws Exception {
    var size = new Size(1280, 720);
    long first = Files.size(video(work("five dogs in a snowy city", size, 1)));
    long third = Files.size(video(work("five dogs in a snowy city", size, 3)));
    assertTrue(third - first < 2 * 400_000, "grew by " + (third - first));
  }

  @Test
  void playersDecodeExactlyWhatWasDrawn() throws Exception {
    var work = work("three blue cats by the sea", SMALL, 3);
    var decoded = output("ffmpeg", "-v", "error", "-i", video(work).toString(), "-f", "rawvideo", "-pix_fmt",
        "yuv420p", "-");
    var drawn = new ByteArrayOutputStream();
    for (int i = 0; i < 24; i++) {
      var frame = new H264Frame(SampleVideo.frame(work, work.prompt(), i, 24));
      drawn.writeBytes(frame.y);
      drawn.writeBytes(frame.cb);
      drawn.writeBytes(frame.cr);
    }
    assertArrayEquals(drawn.toByteArray(), decoded);
  }

  @Test
  void playersShowTheColoursThatWereDrawn() throws Exception {
    var input = png("i.png", 0xc83264);
    var rgb = output("ffmpeg", "-v", "error", "-i", video(work("", SMALL, 1, input)).toString(), "-frames:v", "1",
        "-vf",
        "scale=in_color_matrix=bt709:in_range=tv:out_range=pc", "-f", "rawvideo", "-pix_fmt", "rgb24", "-");
    int at = 3 * (60 * 320 + 160);
    assertEquals(0xc8, rgb[at] & 255, 3);
    assertEquals(0x32, rgb[at + 1] & 255, 3);
    assertEquals(0x64, rgb[at + 2] & 255, 3);
  }

  @Test
  void proberFindsNothingToComplainAbout() throws Exception {
    for (var size : List.of(SMALL, new Size(192, 320), new Size(720, 1280))) {
      var said = new String(output("ffprobe", "-v", "warning", "-count_frames", "-show_entries",
          "stream=codec_name,profile,width,height,pix_fmt,r_frame_rate,nb_read_frames,duration", "-of", "csv=p=0",
          video(work("a rocket", size, 2)).toString()), StandardCharsets.UTF_8);
      assertEquals("h264,Constrained Baseline," + size.width() + "," + size.height() + ",yuv420p,8/1,2.000000,16\n",
          said);
    }
  }

  @Test
  void lastFrameOfTheCallersEndsTheVideo() throws Exception {
    var last = png("l.png", 0x2050c0);
    var ending = new Given(last.file(), Input.Role.LAST_FRAME, MediaType.PNG, 320, 192, "ff");
    var work = work("a cat", SMALL, 3, ending);
    assertEquals(0xff2050c0, SampleVideo.frame(work, "a cat", 23, 24).pixels[0]);
    assertTrue(SampleVideo.frame(work, "a cat", 0, 24).pixels[0] != 0xff2050c0);
  }

  private Given png(String name, int color) throws IOException {
    var canvas = new SampleCanvas(320, 192);
    canvas.box(0, 0, 320, 192, color, 256);
    PngWriter.write(canvas, folder.resolve(name));
    return new Given(folder.resolve(name), Input.Role.FIRST_FRAME, MediaType.PNG, 320, 192, "0123456789abcdef");
  }

  /** What a tool prints; it must say nothing on its error stream. Skips loudly where the tool is not installed. */
  private static byte[] output(String... command) throws IOException, InterruptedException {
    var errors = Files.createTempFile("sample", ".txt");
    try {
      var process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      var out = process.getInputStream().readAllBytes();
      assertEquals(0, process.waitFor());
      assertEquals("", Files.readString(errors));
      return out;
    } catch (IOException e) {
      throw new TestAbortedException(command[0] + " is not installed, so nobody else has looked at the video: "
          + e.getMessage());
    } finally {
      Files.delete(errors);
    }
  }
}
