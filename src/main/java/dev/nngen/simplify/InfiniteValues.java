package dev.nngen.simplify;

import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds values that may be infinite for finite data. */
final class InfiniteValues {

  private final FormBuilder builder;
  private final Map<Integer, Boolean> infinite = new HashMap<>();

  InfiniteValues(FormBuilder builder) {
    this.builder = builder;
  }

  /** True for a value with a denominator that may vanish. */
  boolean isPole(View view) {
    return builder.factored(view).powers().entrySet().stream().anyMatch(f -> f.getValue().signum() < 0 && !builder.judge().isAwayFromZero(f.getKey()));
  }

  /** True if a power may be infinite or NaN for finite data. */
  boolean mayBeInfinite(View base, Rational exponent) {
    return exponent.signum() < 0 && !builder.judge().isAwayFromZero(base) || mayBeInfinite(base.node());
  }

  /** Uses an explicit stack, because a network may have thousands of layers. */
  private boolean mayBeInfinite(int root) {
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      Node node = builder.graph().node(open.peek());
      List<Integer> unknown = infinite.containsKey(open.peek()) ? List.of() : node.operands().stream().map(View::node).filter(operand -> !infinite.containsKey(operand)).toList();
      unknown.forEach(open::push);
      if (unknown.isEmpty()) {
        infinite.computeIfAbsent(open.pop(), id -> isInfinite(id, node));
      }
    }
    return infinite.get(root);
  }

  private boolean isInfinite(int id, Node node) {
    boolean isMade = isPole(node) || node.operands().stream().anyMatch(operand -> infinite.get(operand.node()));
    return isMade && !builder.judge().isBounded(View.identity(id, node.rank()));
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
