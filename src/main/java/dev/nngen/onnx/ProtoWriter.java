package dev.nngen.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes a message in the wire format of protocol buffers: each field is a tag, then a varint, four bytes, or a length and as many bytes
 * (protobuf.dev/programming-guides/encoding). ONNX needs only these. Fields in a fixed order give the same bytes every time.
 */
final class ProtoWriter {

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  ProtoWriter integer(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
    return this;
  }

  ProtoWriter real(int field, float value) {
    varint((long) field << 3 | FOUR_BYTES);
    int bits = Float.floatToIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes.write(bits >>> shift);
    }
    return this;
  }

  /** Writes text; nothing if it is empty, which is the default. */
  ProtoWriter text(int field, String text) {
    return text.isEmpty() ? this : data(field, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes text, even if it is empty, because its position in a list counts. */
  ProtoWriter name(int field, String name) {
    return data(field, name.getBytes(StandardCharsets.UTF_8));
  }

  ProtoWriter message(int field, Consumer<ProtoWriter> content) {
    ProtoWriter message = new ProtoWriter();
    content.accept(message);
    return data(field, message.toBytes());
  }

  ProtoWriter data(int field, byte[] content) {
    varint((long) field << 3 | LENGTH_DELIMITED);
    varint(content.length);
    bytes.writeBytes(content);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
