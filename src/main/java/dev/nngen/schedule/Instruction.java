package dev.nngen.schedule;

import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.List;
import java.util.Optional;

/** What a loop program does, step by step. Expressions are {@link Scalar}s over {@link Entry}s and locals, never over loads. */
public sealed interface Instruction {

  /** How the iterations of a loop run. */
  enum Kind {
    SEQUENTIAL,
    /** In any order, so that they can be the lanes of vectors whatever loops are inside. */
    PARALLEL,
    /** The same where the last vector may run beyond the end. */
    PADDED,
    /** As many at a time as a vector has lanes. */
    VECTOR,
    /** Written one by one, next to each other. */
    UNROLLED
  }

  /**
   * A loop over an axis, or over all entries of consecutive axes.
   *
   * @param extent how long the axes are
   * @param from where the part begins that is run
   * @param to where that part ends
   * @param step by how much the counter grows; in a loop over vectors their length counts instead
   */
  record Loop(Kind kind, Variable counter, Affine extent, Bound from, Bound to, int step, List<Instruction> body) implements Instruction {
    public Loop {
      body = List.copyOf(body);
    }

    /** A loop over all of an axis. */
    static Loop over(Kind kind, Variable counter, Affine extent, List<Instruction> body) {
      return new Loop(kind, counter, extent, Bound.ZERO, Bound.at(extent), 1, body);
    }

    /** True where no part of the axes is left out. */
    boolean isWhole() {
      return from.equals(Bound.ZERO) && to.equals(Bound.at(extent));
    }

    Loop with(List<Instruction> other) {
      return new Loop(kind, counter, extent, from, to, step, other);
    }
  }

  /** A number or vector that does not change. */
  record Let(Variable variable, Type type, Scalar value) implements Instruction {}

  /** A whole number that does not change: an index that several entries share. */
  record Index(Variable variable, Affine value) implements Instruction {}

  /** A whole number that does not change: {@code floor(value / divisor)}, of which the remainder by {@code modulus} is taken unless that is 0. */
  record Digit(Variable variable, Affine value, long divisor, long modulus) implements Instruction {}

  /** A whole number of data: a subscript. */
  record Whole(Variable variable, Scalar value) implements Instruction {}

  /**
   * What is joined to begins with the neutral element of the reduction.
   *
   * @param to a local that this declares, or a number of the kernel
   * @param variable the local; of a number of the kernel, what it might be called
   */
  record Accumulator(Scalar to, Variable variable, Type type, Reduction reduction) implements Instruction {}

  /** {@code to} is the sum, or the maximum, of itself and the value. The target is an entry or an accumulator. */
  record Accumulate(Reduction reduction, Scalar to, Scalar value) implements Instruction {}

  /** {@code to} is the sum of itself and the product of the factors, rounded once. The target is an accumulator. */
  record MultiplyAdd(Scalar.Local to, Scalar factor, Scalar other) implements Instruction {}

  /** The partial results of an accumulator, one for each lane; they begin with the neutral element. */
  record Lanes(Variable variable, Scalar of, Reduction reduction) implements Instruction {}

  /** Partial results are joined to their accumulator. */
  record Fold(Reduction reduction, Scalar to, Variable lanes) implements Instruction {}

  /** {@code to = value}. */
  record Store(Entry to, Scalar value) implements Instruction {}

  /** Entries of a tensor become the neutral element of the reduction. */
  record Fill(Tensor tensor, Affine from, Affine to, Reduction reduction) implements Instruction {}

  /** The part of a loop or of a product between two numbers. */
  record Range(Variable first, Variable last) {}

  /**
   * A product of matrices, computed block by block; the body runs on each block while that is in the nearest cache.
   *
   * @param part the rows or columns that are computed; empty for all
   * @param isStored true where the product is written to memory, false where only the body reads it
   * @param blocks the rows and the columns of a block, or a run of its entries that are consecutive in the product
   */
  record Gemm(MatrixProduct product, Optional<Part> part, boolean isStored, List<Range> blocks, List<Instruction> body) implements Instruction {
    public Gemm {
      blocks = List.copyOf(blocks);
      body = List.copyOf(body);
    }

    Gemm with(List<Instruction> other) {
      return new Gemm(product, part, isStored, blocks, other);
    }
  }

  /**
   * Entry (i, j) of the result, at {@code to + i * toRow + j}, is the sum over k of entries of the left factor at {@code i * leftRow + k * leftDepth}, times those
   * of the right one at {@code k * rightDepth + j * rightColumn}, times the scale; or that is added to it.
   */
  record Multiply(Scalar scale, Entry to, Affine toRow, Entry left, Affine leftRow, Affine leftDepth, Entry right, Affine rightDepth, Affine rightColumn,
      Affine rows, Affine columns, Affine depth, boolean accumulates) implements Instruction {}

  /** One loop of a {@link Contract}: its length, and how far apart its entries are in each of the two arrays that have it. */
  record Axis(Affine length, Affine one, Affine other) {}

  /**
   * Entries of the result are the scale times a sum of products of two entries, or that is added to them. What is at no axis of an array is the same for all of its entries.
   *
   * @param rows axes of the left factor and of the result, outermost first
   * @param columns axes of the right factor and of the result
   * @param terms axes of the left factor and of the right one, over which the products are added up
   */
  record Contract(Scalar scale, Entry to, Entry left, Entry right, List<Axis> rows, List<Axis> columns, List<Axis> terms, boolean accumulates) implements Instruction {
    public Contract {
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
      terms = List.copyOf(terms);
    }
  }

  /** A part of one loop of a nest, or of the rows (0) or columns (1) of a product. */
  record Part(int loop, Range range) {}
}
