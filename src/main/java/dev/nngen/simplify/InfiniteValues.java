package dev.nngen.simplify;

import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;

/** Which values may be infinite for finite data. */
final class InfiniteValues {

  private final FormBuilder builder;
  private final List<Boolean> infinite = new ArrayList<>();

  InfiniteValues(FormBuilder builder) {
    this.builder = builder;
  }

  /** True of a value with a denominator that may vanish. */
  boolean isPole(View view) {
    return builder.factored(view).powers().entrySet().stream().anyMatch(f -> f.getValue().signum() < 0 && !builder.judge().isAwayFromZero(f.getKey()));
  }

  /** True where a power may be infinite, or no number, for finite data. */
  boolean mayBeInfinite(View base, Rational exponent) {
    return exponent.signum() < 0 && !builder.judge().isAwayFromZero(base) || mayBeInfinite(base.node());
  }

  /** Operands have smaller identifiers, so they are known first; a network of thousands of layers is deeper than the stack. */
  private boolean mayBeInfinite(int id) {
    for (int next = infinite.size(); next <= id; next++) {
      Node node = builder.graph().node(next);
      boolean made = isPole(node) || node.operands().stream().anyMatch(operand -> infinite.get(operand.node()));
      infinite.add(made && !builder.judge().isBounded(View.identity(next, node.rank())));
    }
    return infinite.get(id);
  }

  private boolean isPole(Node node) {
    if (node instanceof Node.Power power) {
      return power.exponent().signum() < 0 && !builder.judge().isAwayFromZero(power.base());
    }
    if (node instanceof Node.Apply apply) {
      return switch (apply.fn()) {
        case LOG, POW, LOG1P -> true;
        case EXP, EXPM1 -> !builder.judge().isNeverPositive(apply.arguments().get(0));
        default -> false;
      };
    }
    return false;
  }
}
