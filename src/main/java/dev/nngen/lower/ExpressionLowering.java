package dev.nngen.lower;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Rational;
import dev.nngen.lower.Matrices.Nest;
import dev.nngen.model.Dim;
import dev.nngen.model.Op;
import dev.nngen.model.Shape;
import dev.nngen.model.Size;
import dev.nngen.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lowers one typed value, whose operands are already lowered, to nodes of the graph. */
final class ExpressionLowering {

  /** The graph values of operations without operands; they differ between a model and its update. */
  interface Leaves {
    Graph.Value data(int index);

    Graph.Value param(int index);

    Graph.Value quantity(Op.Quantity quantity);

    /** Returns a size known only at run time. */
    Graph.Value count(Size size);

    Graph.Value state(int index);

    Graph.Value noise(int index);

    /** Returns the value carried from one index of a block to the next, by its number. */
    Graph.Value carried(int number, Shape shape);

    /** Returns the Euclidean norm of a value over all entries of an optimizer's parameter. */
    Graph.Value norm(Graph.Value value);

    /** Returns all parameters that {@code l1} and {@code l2} cover. */
    List<Graph.Value> weightMatrices();
  }

  private final Matrices matrices;
  private final Arithmetic arithmetic;
  private final Leaves leaves;
  private final Subscripts subscripts;

  ExpressionLowering(Matrices matrices, Leaves leaves) {
    this.matrices = matrices;
    this.arithmetic = new Arithmetic(matrices);
    this.leaves = leaves;
    this.subscripts = new Subscripts(matrices);
  }

  Graph.Value lower(Value value, List<Graph.Value> operands, List<Shape> shapes) {
    return value.op().accept(new Case(value.shape(), operands, shapes));
  }

  /** Returns the loops over all entries of a shape. */
  static Nest nest(Shape shape) {
    return Nest.of(extents(shape.rows()), extents(shape.columns()));
  }

  private static List<Optional<Extent>> extents(Dim dim) {
    return dim.sizes().stream().map(Size::extent).toList();
  }

  private final class Case implements Op.Visitor<Graph.Value> {
    private final Shape shape;
    private final List<Graph.Value> operands;
    private final List<Shape> shapes;

    Case(Shape shape, List<Graph.Value> operands, List<Shape> shapes) {
      this.shape = shape;
      this.operands = operands;
      this.shapes = shapes;
    }

    @Override
    public Graph.Value number(Op.Number number) {
      return matrices.number(number.value());
    }

    @Override
    public Graph.Value matrix(Op.Matrix matrix) {
      return matrices.constant(matrix.entries(), nest(shape));
    }

    @Override
    public Graph.Value data(Op.Data data) {
      return leaves.data(data.index());
    }

    @Override
    public Graph.Value param(Op.Param param) {
      return leaves.param(param.index());
    }

    @Override
    public Graph.Value noise(Op.Noise noise) {
      return leaves.noise(noise.index());
    }

    @Override
    public Graph.Value count(Op.Count count) {
      return leaves.count(count.size());
    }

    @Override
    public Graph.Value quantity(Op.Quantity quantity) {
      return leaves.quantity(quantity);
    }

    @Override
    public Graph.Value state(Op.State state) {
      return leaves.state(state.index());
    }

    @Override
    public Graph.Value draw(Op.Draw draw) {
      throw new IllegalStateException("a draw outside of an initializer");
    }

    @Override
    public Graph.Value function(Op.Function function) {
      return arithmetic.apply(function.fn(), operands);
    }

    @Override
    public Graph.Value reduce(Op.Reduce reduce) {
      return arithmetic.reduce(reduce.kind(), reduce.overRows(), reduce.overColumns(), first());
    }

    @Override
    public Graph.Value norm(Op.Norm norm) {
      return leaves.norm(first());
    }

    /** Returns c/2 times the sum of squares, or c times the sum of absolute values. */
    @Override
    public Graph.Value penalty(Op.Penalty penalty) {
      Graph.Value total = matrices.number(Rational.ZERO);
      for (Graph.Value matrix : leaves.weightMatrices()) {
        Graph.Value norm = penalty.order() == 1
            ? arithmetic.apply(Fn.ABS, List.of(matrix)) : arithmetic.power(matrix, Rational.TWO);
        Graph.Value sum = arithmetic.sum(norm);
        total = matrices.number(total).isPresent() ? sum : arithmetic.add(total, Rational.ONE, sum);
      }
      return arithmetic.multiply(penalty.order() == 1 ? first() : arithmetic.scaled(Rational.HALF, first()), total);
    }

    @Override
    public Graph.Value operator(Op.Operator operator) {
      return switch (operator) {
        case ADD -> arithmetic.add(first(), Rational.ONE, last());
        case SUBTRACT -> arithmetic.add(first(), Rational.MINUS_ONE, last());
        case MULTIPLY -> arithmetic.multiply(first(), last());
        case DIVIDE -> arithmetic.divide(first(), last());
        case POWER -> arithmetic.power(first(), last());
        case NEGATE -> arithmetic.scaled(Rational.MINUS_ONE, first());
        case GREATER -> arithmetic.apply(Fn.GREATER, List.of(first(), last()));
        case AT_LEAST -> arithmetic.apply(Fn.AT_LEAST, List.of(first(), last()));
        case LESS -> arithmetic.apply(Fn.GREATER, List.of(last(), first()));
        case AT_MOST -> arithmetic.apply(Fn.AT_LEAST, List.of(last(), first()));
        case EQUAL -> arithmetic.apply(Fn.EQUAL, List.of(first(), last()));
        case NOT_EQUAL -> arithmetic.not(arithmetic.apply(Fn.EQUAL, List.of(first(), last())));
        case AND -> arithmetic.multiply(arithmetic.truth(first()), arithmetic.truth(last()));
        case OR -> arithmetic.not(arithmetic.multiply(
            arithmetic.not(arithmetic.truth(first())), arithmetic.not(arithmetic.truth(last()))));
        case NOT -> arithmetic.not(arithmetic.truth(first()));
        case MATRIX_PRODUCT -> arithmetic.matrixProduct(first(), last());
        case SAMPLED_PRODUCT -> arithmetic.sampledProduct(first(), last(), shape.rows().hasBatch());
        case TRANSPOSE -> first().transposed();
        case SAMPLED_TRANSPOSE -> exchanged(first());
        case TURN -> turned(first());
        case BROADCAST, TRAINING -> matrices.spread(first(), nest(shape));
        case DERIVATIVE -> arithmetic.derivative(first(), last());
      };
    }

    @Override
    public Graph.Value read(Op.Read read) {
      return subscripts.read(read, shape, operands);
    }

    @Override
    public Graph.Value align(Op.Align align) {
      return subscripts.align(align, shape, first());
    }

    @Override
    public Graph.Value fold(Op.Fold fold) {
      return subscripts.fold(fold, shape, first(), shapes.get(0));
    }

    @Override
    public Graph.Value counter(Op.Counter counter) {
      return subscripts.counter(shape);
    }

    @Override
    public Graph.Value holds(Op.Holds holds) {
      return subscripts.holds(holds, shape);
    }

    @Override
    public Graph.Value carried(Op.Carried carried) {
      return leaves.carried(carried.number(), shape);
    }

    @Override
    public Graph.Value slice(Op.Slice slice) {
      throw new IllegalStateException("a slice is not an operation at one index");
    }

    @Override
    public Graph.Value stack(Op.Stack stack) {
      throw new IllegalStateException("a stack is not an operation at one index");
    }

    private Graph.Value exchanged(Graph.Value value) {
      List<Integer> axes = value.allAxes();
      int first = shape.rows().hasBatch() ? 1 : 0;
      List<Integer> swapped = new ArrayList<>(axes);
      swapped.set(first, axes.get(first + 1));
      swapped.set(first + 1, axes.get(first));
      return Subscripts.arranged(value.node(), swapped, shape);
    }

    /** Exchanges rows and columns, and moves samples to the other end. */
    private Graph.Value turned(Graph.Value value) {
      int samples = shapes.get(0).axes().indexOf(Size.SAMPLES);
      List<Integer> axes = new ArrayList<>(value.transposed().allAxes());
      if (samples >= 0) {
        int sample = value.allAxes().get(samples);
        axes.remove(axes.indexOf(sample));
        axes.add(shape.rows().hasBatch() ? 0 : axes.size(), sample);
      }
      return Subscripts.arranged(value.node(), axes, shape);
    }

    private Graph.Value first() {
      return operands.get(0);
    }

    private Graph.Value last() {
      return operands.get(operands.size() - 1);
    }
  }
}
