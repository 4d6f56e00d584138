package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.Comparator;
import java.util.List;

/**
 * A value that lies in memory, row-major: a matrix, whose rows and columns may be several dimensions each.
 *
 * @param id counts tensors from 0
 * @param name what a reader would call it, such as {@code Z1} or {@code dW1}; not necessarily unique
 * @param dims its extents in the order of memory, the last one contiguous
 * @param split how many of the dimensions are rows; the others are columns
 */
public record Tensor(int id, String name, Kind kind, List<Extent> dims, int split) {

  /** Who owns a tensor. */
  public enum Kind {
    /** An input or target, passed in by the caller. */
    ARGUMENT,
    PARAMETER, GRADIENT,
    /** An optimizer's memory. */
    STATE,
    /** A state of the model, and the same after a step. */
    MODEL_STATE, NEXT_STATE,
    /** What a training step draws. */
    NOISE,
    /** Numbers that the text writes out; its name is their text. */
    CONSTANT,
    /** What {@code predict} returns. */
    OUTPUT,
    /** Visible to nobody but the kernels. */
    TEMPORARY,
    /** An array of the class that a step uses for a moment, and any other step too. */
    SCRATCH
  }

  public Tensor {
    dims = List.copyOf(dims);
  }

  public int rank() {
    return dims.size();
  }

  /** True where it is a plain number rather than a matrix. */
  public boolean isScalar() {
    return dims.isEmpty() && kind == Kind.TEMPORARY;
  }

  /** True of a row vector. */
  public boolean isRow() {
    return rank() == 1 && split == 0;
  }

  /** The extents whose product is the number of rows. */
  public List<Extent> rows() {
    return dims.subList(0, split);
  }

  /** The extents whose product is the number of columns. */
  public List<Extent> columns() {
    return dims.subList(split, rank());
  }

  /** Those of its dimensions that are known at run time only, in an order that does not depend on where they are. */
  public List<Extent.Symbol> openDims() {
    return dims.stream().filter(Extent.Symbol.class::isInstance).map(Extent.Symbol.class::cast).sorted(Comparator.comparing(Extent.Symbol::name)).toList();
  }

  /** Whether its size is known at run time only. */
  public boolean isOpen() {
    return !openDims().isEmpty();
  }

  /** The product of the dimensions known at compile time. */
  public long fixedSize() {
    return dims.stream().mapToLong(d -> d instanceof Extent.Fixed f ? f.size() : 1).reduce(1, (a, b) -> a * b);
  }

  /** True of matrices that may lie in each other's place; a plain number is no matrix. */
  public boolean hasSameLayout(Tensor other) {
    return rank() > 0 && dims.equals(other.dims) && split == other.split;
  }
}
