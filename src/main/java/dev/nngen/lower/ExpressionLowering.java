package dev.nngen.lower;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Rational;
import dev.nngen.lower.Matrices.Nest;
import dev.nngen.model.Dim;
import dev.nngen.model.Op;
import dev.nngen.model.Shape;
import dev.nngen.model.Value;
import java.util.List;
import java.util.Optional;

/** One typed value, with its operands lowered already, as nodes of the graph. */
final class ExpressionLowering {

  /** What values without operands stand for; it differs between a model and its update. */
  interface Leaves {
    Graph.Value data(int index);

    Graph.Value param(int index);

    Graph.Value quantity(Op.Quantity quantity);

    Graph.Value state(int index);

    /** All parameters that {@code l1} and {@code l2} range over. */
    List<Graph.Value> weightMatrices();
  }

  private final Matrices matrices;
  private final Arithmetic arithmetic;
  private final Leaves leaves;

  ExpressionLowering(Matrices matrices, Leaves leaves) {
    this.matrices = matrices;
    this.arithmetic = new Arithmetic(matrices);
    this.leaves = leaves;
  }

  Graph.Value lower(Value value, List<Graph.Value> operands) {
    return value.op().accept(new Case(value.shape(), operands));
  }

  /** The extent of a dimension; empty for one, which is no axis. */
  static Optional<Extent> extent(Dim dim) {
    if (dim.isBatch()) {
      return Optional.of(Extent.BATCH);
    }
    return dim.isOne() ? Optional.empty() : Optional.of(Extent.of(dim.size()));
  }

  private final class Case implements Op.Visitor<Graph.Value> {
    private final Shape shape;
    private final List<Graph.Value> operands;

    Case(Shape shape, List<Graph.Value> operands) {
      this.shape = shape;
      this.operands = operands;
    }

    @Override
    public Graph.Value number(Op.Number number) {
      return matrices.number(number.value());
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
    public Graph.Value quantity(Op.Quantity quantity) {
      return leaves.quantity(quantity);
    }

    @Override
    public Graph.Value state(Op.State state) {
      return leaves.state(state.index());
    }

    @Override
    public Graph.Value draw(Op.Draw draw) {
      throw new IllegalStateException("a draw stands in an initialiser only");
    }

    @Override
    public Graph.Value function(Op.Function function) {
      return arithmetic.apply(function.fn(), operands);
    }

    @Override
    public Graph.Value reduce(Op.Reduce reduce) {
      return arithmetic.reduce(reduce.kind(), reduce.overRows(), reduce.overColumns(), first());
    }

    /** c/2 times the sum of squares, or c times the sum of absolute values. */
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
        case TRANSPOSE -> first().transposed();
        case BROADCAST -> matrices.spread(first(), Nest.of(extent(shape.rows()), extent(shape.columns())));
        case DERIVATIVE -> arithmetic.derivative(first(), last());
      };
    }

    private Graph.Value first() {
      return operands.get(0);
    }

    private Graph.Value last() {
      return operands.get(operands.size() - 1);
    }
  }
}
