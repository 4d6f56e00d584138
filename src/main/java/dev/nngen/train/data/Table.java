package dev.nngen.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of numbers, all of one width, with their origin. Rows are only added at the end. Rows beyond a limit of memory are written to a temporary file
 * in chunks and mapped, so a table may be larger than memory; callers see no difference.
 */
public final class Table implements Rows {

  private static final int CHUNK_ENTRIES = 1 << 20;

  private final int width;
  /** Length of a row with the line that it was read from, which is last. */
  private final int stride;
  private final int chunkRows;
  private final long memoryEntries;
  private final List<DoubleBuffer> chunks = new ArrayList<>();
  private final Path folder;
  private double[] filling;
  private int filled;
  private int rows;
  private FileChannel file;

  /**
   * @param width numbers in a row
   * @param memoryBytes maximum size in memory
   * @param folder of the temporary file
   */
  public Table(int width, long memoryBytes, Path folder) {
    this.width = width;
    this.stride = width + 1;
    this.chunkRows = Math.max(1, CHUNK_ENTRIES / stride);
    this.memoryEntries = memoryBytes / Double.BYTES;
    this.folder = folder;
    this.filling = new double[chunkRows * stride];
  }

  /**
   * Adds a row.
   *
   * @param line that it was read from, counted from 1
   */
  public void add(double[] row, long line) throws IOException {
    System.arraycopy(row, 0, filling, filled * stride, width);
    filling[filled * stride + width] = line;
    rows++;
    if (++filled == chunkRows) {
      seal();
    }
  }

  private void seal() throws IOException {
    boolean fits = (chunks.size() + 1L) * filling.length <= memoryEntries;
    if (file == null && fits) {
      chunks.add(DoubleBuffer.wrap(filling));
      filling = new double[chunkRows * stride];
    } else {
      chunks.add(spill());
    }
    filled = 0;
  }

  private DoubleBuffer spill() throws IOException {
    if (file == null) {
      Path temporary = Files.createTempFile(folder, "nngen", ".rows");
      file = FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }
    long from = file.size();
    ByteBuffer bytes = ByteBuffer.allocate(filling.length * Double.BYTES).order(ByteOrder.nativeOrder());
    bytes.asDoubleBuffer().put(filling);
    while (bytes.hasRemaining()) {
      file.write(bytes, from + bytes.position());
    }
    return file.map(FileChannel.MapMode.READ_ONLY, from, bytes.capacity()).order(ByteOrder.nativeOrder()).asDoubleBuffer();
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public boolean isSpilled() {
    return file != null;
  }

  @Override
  public long line(int row) {
    int chunk = row / chunkRows;
    int at = row % chunkRows * stride + width;
    return (long) (chunk == chunks.size() ? filling[at] : chunks.get(chunk).get(at));
  }

  @Override
  public void row(int row, double[] to) {
    int chunk = row / chunkRows;
    int from = row % chunkRows * stride;
    if (chunk == chunks.size()) {
      System.arraycopy(filling, from, to, 0, width);
    } else {
      chunks.get(chunk).get(from, to, 0, width);
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
