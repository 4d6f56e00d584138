package dev.nngen.schedule;

import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An instruction of a loop program. Expressions are {@link Scalar}s over {@link Entry}s and locals, never over loads. */
public sealed interface Instruction {

  /** Order of a loop's iterations. */
  enum Kind {
    SEQUENTIAL,
    /** Any order, so that iterations can be lanes of vectors even if they contain loops. */
    PARALLEL,
    /** Any order, and the last vector may run beyond the end. */
    PADDED,
    /** One vector of iterations at a time. */
    VECTOR,
    /** Written out in sequence. */
    UNROLLED
  }

  /**
   * A loop over an axis, or over all entries of consecutive axes.
   *
   * @param extent length of the axes
   * @param from start of the part that is run
   * @param to end of that part
   * @param step increment of the counter; ignored in a loop over vectors, which advances by the vector length
   */
  record Loop(Kind kind, Variable counter, Affine extent, Bound from, Bound to, int step, List<Instruction> body) implements Instruction {
    public Loop {
      body = List.copyOf(body);
    }

    /** Returns a loop over the whole axis. */
    static Loop over(Kind kind, Variable counter, Affine extent, List<Instruction> body) {
      return new Loop(kind, counter, extent, Bound.ZERO, Bound.at(extent), 1, body);
    }

    /** Returns the instruction inside loops, of which the first is the outermost. */
    static Instruction around(List<Loop> loops, Instruction inner) {
      Instruction code = inner;
      for (int k = loops.size() - 1; k >= 0; k--) {
        code = loops.get(k).with(List.of(code));
      }
      return code;
    }

    /** Whether the loop covers the axes completely. */
    boolean isWhole() {
      return from.equals(Bound.ZERO) && to.equals(Bound.at(extent));
    }

    Loop with(List<Instruction> other) {
      return new Loop(kind, counter, extent, from, to, step, other);
    }
  }

  /** Declares a constant number or vector. */
  record Let(Variable variable, Type type, Scalar value) implements Instruction {}

  /** Declares a constant integer: an index that several entries share. */
  record Index(Variable variable, Affine value) implements Instruction {}

  /** Declares the integer {@code floor(value / divisor)}, modulo {@code modulus} unless that is 0. */
  record Digit(Variable variable, Affine value, long divisor, long modulus) implements Instruction {}

  /** Declares an integer from data, which is a subscript. */
  record Whole(Variable variable, Scalar value) implements Instruction {}

  /**
   * Sets an accumulator to the neutral element of the reduction.
   *
   * @param to a local that this declares, or a number of the kernel
   * @param variable the local; for a number of the kernel, a suggested name
   */
  record Accumulator(Scalar to, Variable variable, Type type, Reduction reduction) implements Instruction {}

  /** Sets {@code to}, an entry or an accumulator, to the sum or maximum of itself and the value. */
  record Accumulate(Reduction reduction, Scalar to, Scalar value) implements Instruction {}

  /** Adds the product of the factors to the accumulator {@code to}, rounded once. */
  record MultiplyAdd(Scalar.Local to, Scalar factor, Scalar other) implements Instruction {}

  /** Declares the partial results of an accumulator, one per lane, with the neutral element. */
  record Lanes(Variable variable, Scalar of, Reduction reduction) implements Instruction {}

  /** Adds partial results to their accumulator. */
  record Fold(Reduction reduction, Scalar to, Variable lanes) implements Instruction {}

  /** Stores a value: {@code to = value}. */
  record Store(Entry to, Scalar value) implements Instruction {}

  /** Sets entries of a tensor to the neutral element of the reduction. */
  record Fill(Tensor tensor, Affine from, Affine to, Reduction reduction) implements Instruction {

    /** Returns the instruction, or the only one inside of loops, if it is of this kind. */
    static Optional<Fill> in(Instruction instruction) {
      return instruction instanceof Fill fill ? Optional.of(fill) : instruction instanceof Loop loop && loop.body().size() == 1 ? in(loop.body().get(0)) : Optional.empty();
    }
  }

  /** The part of a loop or product from the first number to before the last. */
  record Range(Variable first, Variable last) {}

  /**
   * Computes a product of matrices block by block; the body runs on each block while that is in the nearest cache.
   *
   * @param part the rows or columns that are computed; empty for all
   * @param isStored whether the product is written to memory; false if only the body reads it
   * @param blocks the rows and the columns of a block, or a range of its entries that are contiguous in the product
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
   * Computes entry (i, j) of the result, at {@code to + i * toRow + j}, as the scale times the sum over k of left entries at
   * {@code i * leftRow + k * leftDepth} times right entries at {@code k * rightDepth + j * rightColumn}; or adds this to it.
   */
  record Multiply(Scalar scale, Entry to, Affine toRow, Entry left, Affine leftRow, Affine leftDepth, Entry right, Affine rightDepth, Affine rightColumn,
      Affine rows, Affine columns, Affine depth, boolean accumulates) implements Instruction {

    /** Whether the result and both factors are stored row by row from their first entry, and at most one factor is transposed. */
    boolean isOfMatrices() {
      boolean first = Stream.of(to, left, right).allMatch(entry -> entry.offset().equals(Affine.ZERO));
      return first && toRow.equals(columns) && (isLeftTransposed() || isRowByRow(leftRow, leftDepth, depth)) && (isRightTransposed() || isRowByRow(rightDepth, rightColumn, columns))
          && !(isLeftTransposed() && isRightTransposed());
    }

    /** Whether the left factor is stored with its terms as rows. */
    public boolean isLeftTransposed() {
      return !isRowByRow(leftRow, leftDepth, depth) && isRowByRow(leftDepth, leftRow, rows);
    }

    /** Whether the right factor is stored with its columns as rows. */
    public boolean isRightTransposed() {
      return !isRowByRow(rightDepth, rightColumn, columns) && isRowByRow(rightColumn, rightDepth, depth);
    }

    private static boolean isRowByRow(Affine row, Affine column, Affine columns) {
      return column.equals(Affine.of(1)) && row.equals(columns);
    }
  }

  /** A loop of a {@link Contract}: its length, and the stride of its entries in the two arrays that have it. */
  record Axis(Affine length, Affine one, Affine other) {}

  /**
   * Computes entries of the result as the scale times a sum of products of two entries, or adds this to them. An array is constant along axes that it
   * does not have.
   *
   * @param rows axes of the left factor and the result, outermost first
   * @param columns axes of the right factor and the result
   * @param terms axes of both factors, over which products are added
   */
  record Contract(Scalar scale, Entry to, Entry left, Entry right, List<Axis> rows, List<Axis> columns, List<Axis> terms, boolean accumulates) implements Instruction {
    public Contract {
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
      terms = List.copyOf(terms);
    }
  }

  /**
   * Runs instructions in a method of their own.
   *
   * @param integers counters and indices that they use
   * @param numbers constant numbers that they use
   */
  record Outlined(List<Variable> integers, List<Variable> numbers, List<Instruction> body) implements Instruction {
    public Outlined {
      integers = List.copyOf(integers);
      numbers = List.copyOf(numbers);
      body = List.copyOf(body);
    }

    /** Returns the tensors that the instructions read or write. */
    public Set<Tensor> tensors() {
      return InstructionExpressions.tensors(body).collect(Collectors.toSet());
    }
  }

  /** A part of one loop of a nest, or of the rows (0) or columns (1) of a product. */
  record Part(int loop, Range range) {}
}
