package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples that are windows of sequences: steps as inputs, and later steps as targets. Rows are computed from the steps when
 * they are asked for, so that windows that overlap take no memory. No window reaches over the end of a file.
 */
public final class SequenceWindows implements Rows {

  /**
   * A part of a sample that is made of some numbers of some steps.
   *
   * @param from the first of a step's numbers
   * @param width how many of them
   * @param first the first step, from the window's first on
   * @param steps how many of them
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
   * Without windows as yet.
   *
   * @param blocks in the order of a sample
   * @param inputs how many of the blocks are inputs; the others are targets
   * @param stepsFirst whether a sample has the numbers of a step side by side; otherwise it has the steps of each number side by side
   * @param stride how many steps after the window before it a window begins
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

  /** How many steps a window and its targets take. */
  int span() {
    return span;
  }

  /** Adds the windows of steps from one up to another; how many there are. */
  int add(int fromStep, int toStep) {
    int count = Math.max(0, Math.floorDiv(toStep - fromStep - span, stride) + 1);
    parts.add(new Part(rows, fromStep));
    rows += count;
    return count;
  }

  /** The first step of a row. */
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

  /** Whether a row knows a step that is a target of a later one. */
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

  /** What an entry of a sample is called: its column and, of several, its step. */
  String name(int entry) {
    Place place = place(entry);
    return steps.name(place.number()) + (place.block().steps() == 1 ? "" : "[" + place.step() + "]");
  }

  Fault fault(ErrorCode code, int row, int entry, String message) {
    Place place = place(Math.max(0, entry));
    return steps.fault(code, start(row) + place.block().first() + place.step(), entry < 0 ? -1 : place.number(), message);
  }

  /** Which entries are the same number of other steps: for each entry, its number in a step. */
  int[] numbers(int entries) {
    int[] numbers = new int[entries];
    for (int k = 0; k < entries; k++) {
      numbers[k] = place(k).number();
    }
    return numbers;
  }

  /** Where an entry of a sample comes from: a number of a step, from the block's first on. */
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
