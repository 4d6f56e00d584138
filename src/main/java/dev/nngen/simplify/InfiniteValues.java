package dev.nngen.simplify;

import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.Map;

/** Which values may be infinite for finite data. */
final class InfiniteValues {

  private final FormBuilder builder;
  private final Map<Integer, Boolean> infinite = new HashMap<>();

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

  private boolean mayBeInfinite(int id) {
    Boolean known = infinite.get(id);
    if (known == null) {
      Node node = builder.graph().node(id);
      known = !builder.judge().isBounded(View.identity(id, node.rank())) && mayBeInfinite(node);
      infinite.put(id, known);
    }
    return known;
  }

  private boolean mayBeInfinite(Node node) {
    if (node instanceof Node.Power power && power.exponent().signum() < 0 && !builder.judge().isAwayFromZero(power.base())) {
      return true;
    }
    if (node instanceof Node.Apply apply) {
      switch (apply.fn()) {
        case LOG, POW, LOG1P -> {
          return true;
        }
        case EXP, EXPM1 -> {
          return !builder.judge().isNeverPositive(apply.arguments().get(0));
        }
        default -> { }
      }
    }
    return node.operands().stream().anyMatch(operand -> mayBeInfinite(operand.node()));
  }
}
