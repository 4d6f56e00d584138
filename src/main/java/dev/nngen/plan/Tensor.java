package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.List;

/**
 * A value that lies in memory, row-major. Up to two dimensions it is a matrix; more are folded into the columns.
 *
 * @param id counts tensors from 0
 * @param name what a reader would call it, such as {@code Z1} or {@code dW1}; not necessarily unique
 * @param dims its extents in the order of memory, the last one contiguous
 * @param row true where a value of one dimension is a row vector
 */
public record Tensor(int id, String name, Kind kind, List<Extent> dims, boolean row) {

  /** Who owns a tensor. */
  public enum Kind {
    /** An input or target, passed in by the caller. */
    ARGUMENT,
    PARAMETER, GRADIENT,
    /** An optimiser's memory. */
    STATE,
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

  /** The extents whose product is the number of rows. */
  public List<Extent> rows() {
    return rank() == 1 && row ? List.of() : dims.subList(0, Math.min(1, rank()));
  }

  /** The extents whose product is the number of columns. */
  public List<Extent> columns() {
    return rank() == 1 && row ? dims : dims.subList(Math.min(1, rank()), rank());
  }

  /** How many of its dimensions are only known at run time. */
  public int batchDegree() {
    return (int) dims.stream().filter(Extent.Symbol.class::isInstance).count();
  }

  /** The product of the dimensions known at compile time. */
  public long fixedSize() {
    return dims.stream().mapToLong(d -> d instanceof Extent.Fixed f ? f.size() : 1).reduce(1, (a, b) -> a * b);
  }

  public boolean hasSameLayout(Tensor other) {
    return dims.equals(other.dims) && row == other.row;
  }
}
