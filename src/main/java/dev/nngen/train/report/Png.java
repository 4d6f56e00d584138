package dev.nngen.train.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A small image with transparency, embedded as a PNG file (ISO/IEC 15948) in a page. */
final class Png {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private final int width;
  private final int height;
  private final byte[] pixels;

  /** Creates a transparent image. */
  Png(int width, int height) {
    this.width = width;
    this.height = height;
    this.pixels = new byte[height * (1 + 4 * width)];
  }

  /** Sets a pixel; each component is from 0 to 1. */
  void set(int x, int y, double red, double green, double blue, double alpha) {
    int at = y * (1 + 4 * width) + 1 + 4 * x;
    pixels[at] = (byte) Math.round(255 * red);
    pixels[at + 1] = (byte) Math.round(255 * green);
    pixels[at + 2] = (byte) Math.round(255 * blue);
    pixels[at + 3] = (byte) Math.round(255 * alpha);
  }

  /** Returns an image element that contains the file. */
  String element(String style, String title) {
    return "<img class=\"pixels " + style + "\" alt=\"" + Svg.escape(title) + "\" src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(bytes()) + "\">";
  }

  private byte[] bytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    // Eight bits per channel: red, green, blue and alpha.
    chunk(file, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).put((byte) 6).array());
    chunk(file, "IDAT", deflated());
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private byte[] deflated() {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    deflater.setInput(pixels);
    deflater.finish();
    byte[] buffer = new byte[pixels.length + 1024];
    int length = deflater.deflate(buffer);
    deflater.end();
    return Arrays.copyOf(buffer, length);
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    file.writeBytes(name);
    file.writeBytes(data);
    file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }
}
