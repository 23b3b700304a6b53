package easel.provider;

import java.util.Arrays;

/**
 * Writes H.264 (ITU-T H.264, clause 7.3) the plainest way there is: constrained baseline, the first picture as raw
 * samples (I_PCM), every later one as the macroblocks that changed, raw again, and "skipped" for the rest. Nothing is
 * lost and nothing is squeezed: right for short clips in which little moves.
 */
final class H264Writer {
  private static final int IDR_NAL = 0x65;
  private static final int PICTURE_NAL = 0x61;
  private static final int SPS_NAL = 0x67;
  private static final int PPS_NAL = 0x68;
  static final int PROFILE = 66;
  /** Constraint sets 0 and 1: every decoder of baseline or main profile can read it. */
  static final int CONSTRAINTS = 0xc0;
  /** 3.1: enough for 1280x720. */
  static final int LEVEL = 31;
  private static final int FRAME_NUMBER_BITS = 8;
  private static final int I_SLICES = 7;
  private static final int P_SLICES = 5;
  private static final int I_PCM = 25;
  private static final int P_TYPES = 5;

  private final int width;
  private final int height;
  private final int fps;
  private H264Frame last;
  private int number;

  /** Sides in pixels, divisible by 16. */
  H264Writer(int width, int height, int fps) {
    if (width % 16 != 0 || height % 16 != 0) throw new IllegalArgumentException(width + "x" + height);
    this.width = width;
    this.height = height;
    this.fps = fps;
  }

  /** The sequence parameter set. */
  byte[] sps() {
    var bits = new Bits(SPS_NAL).fixed(PROFILE, 8).fixed(CONSTRAINTS, 8).fixed(LEVEL, 8).ue(0);
    bits.ue(FRAME_NUMBER_BITS - 4).ue(2 /* shown in the order of decoding */).ue(1 /* reference */).fixed(0, 1);
    bits.ue(width / 16 - 1).ue(height / 16 - 1).fixed(1, 1 /* whole frames */).fixed(1, 1)
        .fixed(0, 1 /* no cropping */);
    bits.fixed(1, 1 /* VUI follows */).fixed(0, 1).fixed(0, 1);
    bits.fixed(1, 1).fixed(5, 3).fixed(0, 1 /* limited range */).fixed(1, 1).fixed(1, 8).fixed(1, 8)
        .fixed(1, 8 /* BT.709 */);
    bits.fixed(0, 1).fixed(1, 1).fixed(1, 32).fixed(2 * fps, 32).fixed(1, 1 /* even rate */).fixed(0, 1).fixed(0, 1)
        .fixed(0, 1);
    return bits.fixed(1, 1).fixed(1, 1).ue(0).ue(0).ue(10).ue(10).ue(0).ue(1).end();
  }

  /** The picture parameter set: CAVLC, and slices say that they want no deblocking. */
  byte[] pps() {
    return new Bits(PPS_NAL).ue(0).ue(0).fixed(0, 1).fixed(0, 1).ue(0).ue(0).ue(0).fixed(0, 1).fixed(0, 2).se0().se0()
        .se0()
        .fixed(1, 1).fixed(0, 1).fixed(0, 1).end();
  }

  /** The next picture as one NAL unit; the first is one to start from. */
  byte[] picture(H264Frame frame) {
    var nal = last == null ? first(frame) : next(frame);
    last = frame;
    number = (number + 1) % (1 << FRAME_NUMBER_BITS);
    return nal;
  }

  private byte[] first(H264Frame frame) {
    var bits = new Bits(IDR_NAL).ue(0).ue(I_SLICES).ue(0).fixed(0, FRAME_NUMBER_BITS).ue(0).fixed(0, 2).se0()
        .ue(1 /* no deblocking */);
    for (int mb = 0; mb < width * height / 256; mb++) bits.ue(I_PCM)
        .samples(frame, mb % (width / 16), mb / (width / 16));
    return bits.end();
  }

  private byte[] next(H264Frame frame) {
    var bits = new Bits(PICTURE_NAL).ue(0).ue(P_SLICES).ue(0).fixed(number, FRAME_NUMBER_BITS).fixed(0, 3).se0().ue(1);
    int skipped = 0;
    for (int mb = 0; mb < width * height / 256; mb++) {
      int x = mb % (width / 16);
      int y = mb / (width / 16);
      if (frame.same(last, x, y)) {
        skipped++;
        continue;
      }
      bits.ue(skipped).ue(P_TYPES + I_PCM).samples(frame, x, y);
      skipped = 0;
    }
    return (skipped > 0 ? bits.ue(skipped) : bits).end();
  }

  /** A NAL unit under way, bit by bit. */
  private static final class Bits {
    private byte[] bytes = new byte[1024];
    private int length;
    private int rest = 8;

    Bits(int nal) {
      fixed(nal, 8);
    }

    Bits fixed(int value, int width) {
      for (int i = width - 1; i >= 0; i--) {
        if (rest == 8) room(1);
        bytes[length] |= (byte) ((value >>> i & 1) << --rest);
        if (rest > 0) continue;
        length++;
        rest = 8;
      }
      return this;
    }

    /** Unsigned Exp-Golomb (clause 9.1). */
    Bits ue(int value) {
      int bits = 32 - Integer.numberOfLeadingZeros(value + 1);
      return fixed(0, bits - 1).fixed(value + 1, bits);
    }

    /** Signed Exp-Golomb of zero. */
    Bits se0() {
      return fixed(1, 1);
    }

    Bits samples(H264Frame frame, int mbX, int mbY) {
      align();
      room(384);
      plane(frame.y, frame.width, 16, mbX, mbY);
      plane(frame.cb, frame.width / 2, 8, mbX, mbY);
      plane(frame.cr, frame.width / 2, 8, mbX, mbY);
      return this;
    }

    private void plane(byte[] plane, int stride, int side, int mbX, int mbY) {
      for (int row = 0; row < side; row++, length += side) {
        System.arraycopy(plane, (mbY * side + row) * stride + mbX * side, bytes, length, side);
      }
    }

    private void align() {
      if (rest == 8) return;
      length++;
      rest = 8;
    }

    private void room(int more) {
      if (length + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }

    /** Closes the unit and breaks up what looks like a start code in it (clause 7.4.1). */
    byte[] end() {
      fixed(1, 1);
      align();
      var out = new byte[length + length / 2 + 1];
      int n = 0;
      int zeros = 0;
      for (int i = 0; i < length; i++) {
        if (zeros == 2 && (bytes[i] & 0xfc) == 0) {
          out[n++] = 3;
          zeros = 0;
        }
        zeros = bytes[i] == 0 ? zeros + 1 : 0;
        out[n++] = bytes[i];
      }
      return Arrays.copyOf(out, n);
    }
  }
}
