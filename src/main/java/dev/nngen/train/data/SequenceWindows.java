package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows of sequences as samples: steps as inputs, and later steps as targets. Rows are computed from the steps on demand, so overlapping windows
 * take no memory. No window crosses the end of a file.
 */
public final class SequenceWindows implements Rows {

  /**
   * A part of a sample: some entries of some steps.
   *
   * @param from the first of a step's entries
   * @param width number of entries
   * @param first the first step, relative to the window's start
   * @param steps number of steps
   */
  record Block(int from, int width, int first, int steps) {
    int size() {
      return width * steps;
    }
  }

  /** The windows of one file: rows from {@code row} on, of steps from {@code step} on. */
  private record Part(int row, int step) {}

  private final SequenceSteps steps;
  private final List<Block> blocks;
  private final boolean stepsFirst;
  private final int stride;
  private final int span;
  /** The first step of any target. */
  private final int targetsFrom;
  private final List<Part> parts = new ArrayList<>();
  private final double[] one;
  private int rows;

  /**
   * Creates samples without windows.
   *
   * @param blocks in the order of a sample
   * @param inputs the number of blocks that are inputs; the others are targets
   * @param stepsFirst whether the entries of a step are contiguous in a sample; otherwise the steps of each entry are
   * @param stride distance between windows, in steps
   */
  SequenceWindows(SequenceSteps steps, List<Block> blocks, int inputs, boolean stepsFirst, int stride) {
    this.steps = steps;
    this.blocks = List.copyOf(blocks);
    this.stepsFirst = stepsFirst;
    this.stride = stride;
    this.span = blocks.stream().mapToInt(block -> block.first() + block.steps()).max().orElseThrow();
    this.targetsFrom = blocks.stream().skip(inputs).mapToInt(Block::first).min().orElse(0);
    this.one = new double[steps.width()];
  }

  /** Returns the number of steps of a window with its targets. */
  int span() {
    return span;
  }

  /** Adds the windows of a range of steps; returns their number. */
  int add(int fromStep, int toStep) {
    int count = Math.max(0, Math.floorDiv(toStep - fromStep - span, stride) + 1);
    parts.add(new Part(rows, fromStep));
    rows += count;
    return count;
  }

  /** Returns the first step of a row. */
  int start(int row) {
    Part part = part(row);
    return part.step() + (row - part.row()) * stride;
  }

  private Part part(int row) {
    for (int k = parts.size() - 1; k > 0; k--) {
      if (row >= parts.get(k).row()) {
        return parts.get(k);
      }
    }
    return parts.get(0);
  }

  /** Whether a row contains a step that is a target of a later one. */
  boolean knows(int row, int later) {
    return part(row).equals(part(later)) && start(row) + span > start(later) + targetsFrom;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return blocks.stream().mapToInt(Block::size).sum();
  }

  @Override
  public void row(int row, double[] to) {
    int start = start(row);
    int offset = 0;
    for (Block block : blocks) {
      for (int s = 0; s < block.steps(); s++) {
        steps.step(start + block.first() + s, one);
        for (int k = 0; k < block.width(); k++) {
          to[offset + (stepsFirst ? s * block.width() + k : k * block.steps() + s)] = one[block.from() + k];
        }
      }
      offset += block.size();
    }
  }

  @Override
  public long line(int row) {
    return steps.line(start(row));
  }

  /** Returns the name of an entry of a sample: its column and, if there are several steps, its step. */
  String name(int entry) {
    Place place = place(entry);
    return steps.name(place.number()) + (place.block().steps() == 1 ? "" : "[" + place.step() + "]");
  }

  DataException fault(ErrorCode code, int row, int entry, String message) {
    Place place = place(Math.max(0, entry));
    return steps.fault(code, start(row) + place.block().first() + place.step(), entry < 0 ? -1 : place.number(), message);
  }

  /** Returns for each entry of a sample its number within its step. */
  int[] numbers(int entries) {
    int[] numbers = new int[entries];
    for (int k = 0; k < entries; k++) {
      numbers[k] = place(k).number();
    }
    return numbers;
  }

  /** The origin of an entry of a sample: an entry of a step, relative to the block. */
  private record Place(Block block, int step, int number) {}

  private Place place(int entry) {
    int at = entry;
    for (Block block : blocks) {
      if (at < block.size()) {
        int step = stepsFirst ? at / block.width() : at % block.steps();
        return new Place(block, step, block.from() + (stepsFirst ? at % block.width() : at / block.steps()));
      }
      at -= block.size();
    }
    throw new IndexOutOfBoundsException(entry);
  }

  @Override
  public void close() throws IOException {
    steps.close();
  }
}
