package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.Comparator;
import java.util.List;

/**
 * A stored value, row-major: a matrix, whose rows and columns may be several dimensions each.
 *
 * @param id numbered from 0
 * @param name for readers, such as {@code Z1} or {@code dW1}; not necessarily unique
 * @param dims its extents in memory order, the last one contiguous
 * @param split number of leading dimensions that are rows; the others are columns
 */
public record Tensor(int id, String name, Kind kind, List<Extent> dims, int split) {

  /** Owner of a tensor. */
  public enum Kind {
    /** An input or target, passed in by the caller. */
    ARGUMENT,
    PARAMETER, GRADIENT,
    /** A state of an optimizer. */
    STATE,
    /** A state of the model, before and after a step. */
    MODEL_STATE, NEXT_STATE,
    /** Random numbers of a training step. */
    NOISE,
    /** Numbers written in the model's text; the tensor's name is their text. */
    CONSTANT,
    /** A prediction. */
    OUTPUT,
    /** Visible only to kernels. */
    TEMPORARY,
    /** An array of the class that a step uses temporarily; steps share it. */
    SCRATCH,
    /** A matrix into which a step copies entries of others; steps share it. */
    COPY
  }

  public Tensor {
    dims = List.copyOf(dims);
  }

  /** Returns the tensor's name after a word, {@code paddedX}. */
  public String nameAfter(String word) {
    return word + Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  public int rank() {
    return dims.size();
  }

  /** Whether it is a plain number, not a matrix. */
  public boolean isScalar() {
    return dims.isEmpty() && kind == Kind.TEMPORARY;
  }

  /** Whether it is a row vector. */
  public boolean isRow() {
    return rank() == 1 && split == 0;
  }

  /** Returns the extents whose product is the number of rows. */
  public List<Extent> rows() {
    return dims.subList(0, split);
  }

  /** Returns the extents whose product is the number of columns. */
  public List<Extent> columns() {
    return dims.subList(split, rank());
  }

  /** Returns the dimensions known only at run time, in an order that does not depend on their places. */
  public List<Extent.Symbol> openDims() {
    return dims.stream().filter(Extent.Symbol.class::isInstance).map(Extent.Symbol.class::cast).sorted(Comparator.comparing(Extent.Symbol::name)).toList();
  }

  /** Whether its size is known only at run time. */
  public boolean isOpen() {
    return !openDims().isEmpty();
  }

  /** Returns the product of the dimensions known at compile time. */
  public long fixedSize() {
    return dims.stream().mapToLong(d -> d instanceof Extent.Fixed f ? f.size() : 1).reduce(1, (a, b) -> a * b);
  }

  /** Whether both are matrices with the same rows and columns, so that one may use the memory of the other. */
  public boolean hasSameLayout(Tensor other) {
    return rank() > 0 && dims.equals(other.dims) && split == other.split;
  }
}
