package dev.nngen.model;

import dev.nngen.ir.Evaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Folds values to numbers, or to {@code center + scale * draw}, in doubles. Each is folded once, after its operands, without recursion. */
final class InitializerFolding {

  private final Values values;
  private final List<Optional<Initial>> known = new ArrayList<>();

  InitializerFolding(Values values) {
    this.values = values;
  }

  /** Returns the constant number of the value; empty if it is not constant. */
  OptionalDouble number(int id) {
    Optional<Initial> initial = initial(id);
    return initial.isPresent() && initial.get().kind() == Initial.Kind.CONSTANT
        ? OptionalDouble.of(initial.get().center()) : OptionalDouble.empty();
  }

  /** Returns the value as a number or one draw, shifted and scaled; empty if it is neither. */
  Optional<Initial> initial(int id) {
    while (known.size() <= id) {
      known.add(reduce(values.get(known.size())));
    }
    return known.get(id);
  }

  private Optional<Initial> reduce(Value value) {
    if (value.op() instanceof Op.Number number) {
      return Optional.of(Initial.constant(number.value().doubleValue()));
    }
    List<Initial> operands = new ArrayList<>();
    for (int operand : value.operands()) {
      if (known.get(operand).isEmpty()) {
        return Optional.empty();
      }
      operands.add(known.get(operand).get());
    }
    if (operands.stream().allMatch(o -> o.kind() == Initial.Kind.CONSTANT)) {
      return constant(value, operands);
    }
    return value.op() instanceof Op.Operator operator ? affine(operator, operands.get(0), operands.get(operands.size() - 1))
        : Optional.empty();
  }

  private static Optional<Initial> constant(Value value, List<Initial> operands) {
    double[] x = operands.stream().mapToDouble(Initial::center).toArray();
    if (value.op() instanceof Op.Draw draw) {
      return Optional.of(new Initial(draw == Op.Draw.UNIFORM ? Initial.Kind.UNIFORM : Initial.Kind.NORMAL, 0, x[0]));
    } else if (value.op() instanceof Op.Function function) {
      return Optional.of(Initial.constant(Evaluator.apply(function.fn(), x)));
    }
    return value.op() instanceof Op.Operator operator ? operator(operator, x[0], x[x.length - 1]).map(Initial::constant)
        : Optional.empty();
  }

  private static Optional<Double> operator(Op.Operator operator, double a, double b) {
    return switch (operator) {
      case ADD -> Optional.of(a + b);
      case SUBTRACT -> Optional.of(a - b);
      case MULTIPLY, MATRIX_PRODUCT -> Optional.of(a * b);
      case DIVIDE -> Optional.of(a / b);
      case POWER -> Optional.of(b == 0.5 ? Math.sqrt(a) : Math.pow(a, b));
      case NEGATE -> Optional.of(-a);
      case LESS -> truth(a < b);
      case AT_MOST -> truth(a <= b);
      case GREATER -> truth(a > b);
      case AT_LEAST -> truth(a >= b);
      case EQUAL -> truth(a == b);
      case NOT_EQUAL -> truth(a != b);
      case AND -> truth(a != 0 && b != 0);
      case OR -> truth(a != 0 || b != 0);
      case NOT -> truth(a == 0);
      case TRANSPOSE, SAMPLED_TRANSPOSE, TURN, BROADCAST -> Optional.of(a);
      case SAMPLED_PRODUCT, TRAINING, DERIVATIVE -> Optional.empty();
    };
  }

  /** Folds an operation on one draw and at most one number. */
  private static Optional<Initial> affine(Op.Operator operator, Initial a, Initial b) {
    boolean first = a.kind() != Initial.Kind.CONSTANT;
    if (operator == Op.Operator.NEGATE) {
      return Optional.of(scaled(a, -1));
    }
    if (first && b.kind() != Initial.Kind.CONSTANT) {
      return Optional.empty();
    }
    Initial draw = first ? a : b;
    double number = first ? b.center() : a.center();
    return switch (operator) {
      case ADD -> Optional.of(shift(draw, number));
      case SUBTRACT -> Optional.of(first ? shift(draw, -number) : shift(scaled(draw, -1), number));
      case MULTIPLY -> Optional.of(scaled(draw, number));
      case DIVIDE -> first ? Optional.of(new Initial(draw.kind(), draw.center() / number, draw.scale() / number))
          : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Initial scaled(Initial draw, double factor) {
    return new Initial(draw.kind(), draw.center() * factor, draw.scale() * factor);
  }

  private static Initial shift(Initial draw, double by) {
    return new Initial(draw.kind(), draw.center() + by, draw.scale());
  }

  private static Optional<Double> truth(boolean value) {
    return Optional.of(value ? 1.0 : 0.0);
  }
}
