package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, the type, the number of dimensions, the dimensions (big-endian), then all entries, the last
 * dimension fastest. The first dimension is that of samples.
 */
public final class IdxFile implements AutoCloseable {

  private static final int MOST_ENTRIES = 1 << 24;

  private final DataFile file;
  private final DataInputStream in;
  private final int type;
  private final int[] dimensions;
  private int next;

  private IdxFile(DataFile file, DataInputStream in) throws IOException, DataException {
    this.file = file;
    this.in = in;
    int zeros = in.readUnsignedShort();
    this.type = in.readUnsignedByte();
    this.dimensions = new int[in.readUnsignedByte()];
    if (zeros != 0 || bytes() == 0 || dimensions.length == 0 || dimensions.length > 8) {
      throw file.fault(ErrorCode.UNREADABLE_DATA, "not an IDX file: its type is " + type + ", its dimensions are " + dimensions.length);
    }
    for (int k = 0; k < dimensions.length; k++) {
      dimensions[k] = in.readInt();
    }
    long entries = Arrays.stream(dimensions).skip(1).mapToLong(d -> d).reduce(1, (a, b) -> a < 0 || b < 0 ? -1 : Math.min(a * b, MOST_ENTRIES + 1L));
    if (dimensions[0] < 0 || entries < 1 || entries > MOST_ENTRIES) {
      throw file.fault(ErrorCode.UNREADABLE_DATA, "the IDX file's dimensions cannot be " + Arrays.toString(dimensions));
    }
  }

  public static IdxFile open(DataFile file) throws DataException {
    try {
      return new IdxFile(file, new DataInputStream(file.open()));
    } catch (IOException broken) {
      throw file.unreadable(broken);
    }
  }

  private int bytes() {
    return switch (type) {
      case 0x08, 0x09 -> 1;
      case 0x0B -> 2;
      case 0x0C, 0x0D -> 4;
      case 0x0E -> 8;
      default -> 0;
    };
  }

  public DataFile file() {
    return file;
  }

  public int samples() {
    return dimensions[0];
  }

  /** Returns the numbers of a sample. */
  public int width() {
    return Arrays.stream(dimensions).skip(1).reduce(1, (a, b) -> a * b);
  }

  /** Returns the dimensions of a sample: rows and columns of an image, none for a label. */
  public int[] sampleDimensions() {
    return Arrays.copyOfRange(dimensions, 1, dimensions.length);
  }

  /** Whether entries are gray values from 0 to 255. */
  public boolean isUnsignedByte() {
    return type == 0x08;
  }

  public boolean hasNext() throws DataException {
    return next < dimensions[0];
  }

  /** Reads the next sample to the start of an array. */
  public void next(double[] to) throws DataException {
    try {
      byte[] raw = new byte[width() * bytes()];
      in.readFully(raw);
      ByteBuffer buffer = ByteBuffer.wrap(raw);
      for (int k = 0; k < raw.length / bytes(); k++) {
        to[k] = entry(buffer);
      }
      next++;
    } catch (EOFException early) {
      throw file.fault(ErrorCode.UNREADABLE_DATA, "the file ends in sample " + (next + 1) + " of the " + dimensions[0] + " that it announces");
    } catch (IOException broken) {
      throw file.unreadable(broken);
    }
  }

  private double entry(ByteBuffer buffer) {
    return switch (type) {
      case 0x08 -> buffer.get() & 0xff;
      case 0x09 -> buffer.get();
      case 0x0B -> buffer.getShort();
      case 0x0C -> buffer.getInt();
      case 0x0D -> buffer.getFloat();
      default -> buffer.getDouble();
    };
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException ignored) {
      // Nothing was written, so nothing is lost.
    }
  }
}
