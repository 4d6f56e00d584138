package dev.nngen.model;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import java.util.List;

/** The operation of a {@link Value}: the operations of the language, with matrices as users see them. */
public sealed interface Op {

  <R> R accept(Visitor<R> visitor);

  /** One case per operation. */
  interface Visitor<R> {
    R number(Number number);

    R matrix(Matrix matrix);

    R data(Data data);

    R param(Param param);

    R noise(Noise noise);

    R quantity(Quantity quantity);

    R count(Count count);

    R state(State state);

    R draw(Draw draw);

    R operator(Operator operator);

    R function(Function function);

    R reduce(Reduce reduce);

    R penalty(Penalty penalty);

    R norm(Norm norm);

    R read(Read read);

    R align(Align align);

    R fold(Fold fold);

    R counter(Counter counter);

    R holds(Holds holds);

    R carried(Carried carried);

    R slice(Slice slice);

    R stack(Stack stack);
  }

  /** An exact number. */
  record Number(Rational value) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.number(this);
    }
  }

  /** Exact numbers, row by row. */
  record Matrix(List<Rational> entries) implements Op {
    public Matrix {
      entries = List.copyOf(entries);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.matrix(this);
    }
  }

  /** An input or target, by its index in {@link Model#data()}. */
  record Data(int index) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.data(this);
    }
  }

  /** A parameter, by its index in {@link Model#parameters()}. */
  record Param(int index) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.param(this);
    }
  }

  /** Random numbers of each step, by their index in {@link Model#noises()}. */
  record Noise(int index) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.noise(this);
    }
  }

  /** A scalar given by the caller. In optimizers, which are written for one entry, w and g are scalars too. */
  enum Quantity implements Op {
    /** {@code w} at the start of the optimizer's stage. */
    WEIGHT,
    /** {@code g} at the start of the optimizer's stage. */
    GRADIENT,
    /** {@code t}. */
    STEP,
    /** An optimizer's argument {@code rate}, if it is a plain number. */
    RATE,
    /** The Euclidean norm of all gradients at the start of the optimizer's stage. */
    GRADIENT_NORM;

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.quantity(this);
    }
  }

  /** A size known only at run time, such as {@code m}. */
  record Count(Size size) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.count(this);
    }
  }

  /** A state before the step: of an optimizer, by its index in {@link Update#states()}, or of the model, by its index in {@link Model#states()}. */
  record State(int index) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.state(this);
    }
  }

  /** In initializers: U(-a, a), or N(0, a^2), for the operand a. */
  enum Draw implements Op {
    UNIFORM, NORMAL;

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.draw(this);
    }
  }

  /** Operators; those before MATRIX_PRODUCT are entrywise and broadcast dimensions of one. */
  enum Operator implements Op {
    ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, NEGATE,
    LESS, AT_MOST, GREATER, AT_LEAST, EQUAL, NOT_EQUAL,
    AND, OR, NOT,
    MATRIX_PRODUCT,
    /** The product of two matrices for each sample. */
    SAMPLED_PRODUCT,
    TRANSPOSE,
    /** Exchanges two axes for each sample. */
    SAMPLED_TRANSPOSE,
    /** Converts a value to the other orientation, see {@link Shape#turned}. */
    TURN,
    /** Broadcasts the operand to the value's shape. */
    BROADCAST,
    /** Selects the first operand in training and the second in predictions, broadcast to the value's shape. */
    TRAINING,
    /** The derivative of the first operand, a scalar, with respect to the second. */
    DERIVATIVE;

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.operator(this);
    }
  }

  /** An entrywise function that broadcasts dimensions of one. */
  record Function(Fn fn) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.function(this);
    }
  }

  enum Kind { SUM, MAX, MIN }

  /** The sum, maximum or minimum over all rows, over all columns, or over both. */
  record Reduce(Kind kind, boolean overRows, boolean overColumns) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reduce(this);
    }
  }

  /** {@code l1(c)} (order 1) or {@code l2(c)} (order 2) of all parameters declared with two sizes; c is the operand. */
  record Penalty(int order) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.penalty(this);
    }
  }

  /** In optimizers: the Euclidean norm of the operand over all entries of the parameter. */
  record Norm() implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.norm(this);
    }
  }

  /** The position at which an axis of a value is read. */
  sealed interface Position {
    /** An affine expression of the result's subscripts, divided by an integer and rounded down. */
    record At(Relation.Affine affine, long divisor) implements Position {}

    /**
     * An integer from data.
     *
     * @param operand index of the operand that holds the numbers
     * @param axes the result's axis for each of that operand's axes
     */
    record Number(int operand, List<Integer> axes) implements Position {
      public Number {
        axes = List.copyOf(axes);
      }
    }
  }

  /** An entry of the first operand, at a position for each of its axes; 0 if a position is out of bounds. */
  record Read(List<Position> positions) implements Op {
    public Read {
      positions = List.copyOf(positions);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.read(this);
    }
  }

  /** The operand with its axis k as axis {@code axes.get(k)} of the result, broadcast along the result's other axes. */
  record Align(List<Integer> axes) implements Op {
    public Align {
      axes = List.copyOf(axes);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.align(this);
    }
  }

  /** The sum, maximum or minimum over all axes of the operand except {@code kept}, which are the result's. */
  record Fold(Kind kind, List<Integer> kept) implements Op {
    public Fold {
      kept = List.copyOf(kept);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.fold(this);
    }
  }

  /** The numbers 0, 1, 2, ... along the value's only axis. */
  record Counter() implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.counter(this);
    }
  }

  /** 1 if an affine expression of the value's subscripts is 0, or nonnegative, according to the kind; otherwise 0. */
  record Holds(Relation.Kind kind, Relation.Affine affine) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.holds(this);
    }
  }

  /** A value carried from one index of a block to the next, at all indices. Its definition comes later in the text, see {@link Model.Recurrence}. */
  record Carried(int number) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.carried(this);
    }
  }

  /**
   * The operand at the index of a block.
   *
   * @param axes the result's axis for each axis of the operand, or -1 for that of the block
   */
  record Slice(int block, List<Integer> axes) implements Op {
    public Slice {
      axes = List.copyOf(axes);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.slice(this);
    }
  }

  /**
   * The operand, a value of a block, at all indices.
   *
   * @param axes the operand's axis for each axis of the result, or -1 for that of the block
   */
  record Stack(int block, List<Integer> axes) implements Op {
    public Stack {
      axes = List.copyOf(axes);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.stack(this);
    }
  }
}
