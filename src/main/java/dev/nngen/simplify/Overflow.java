package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Which values may overflow or underflow on the way to a result that is finite, for inputs of moderate size: infinity minus
 * infinity, zero times infinity, and the logarithm of what has become zero or infinite.
 */
final class Overflow implements Node.Visitor<Integer> {

  private static final int PLUS_INFINITY = 1;
  private static final int MINUS_INFINITY = 2;
  private static final int INFINITE = PLUS_INFINITY | MINUS_INFINITY;
  private static final int ZERO = 4;
  private static final int LOST = 8;
  /** Computed from exponentials, so that it may come so near to a bound that a difference from it is zero. */
  private static final int SATURATES = 16;
  /** Has a coefficient so large or small that it hardly fits into a float, as those get that are multiplied out. */
  private static final int BEYOND_FLOATS = 32;
  /** Depends on something else than numbers: exp(1) overflows for no input. */
  private static final int VARIES = 64;
  private static final int INHERITED = LOST | SATURATES | BEYOND_FLOATS | VARIES;

  /** A float's largest value is 3e38; what a coefficient is multiplied by needs room too. */
  private static final double LARGEST = 1e30;

  private final Graph.Builder graph;
  private final IntPredicate neverPositive;
  private final IntFunction<Interval> bounds;
  private final Map<Integer, Integer> flags = new HashMap<>();

  /**
   * @param neverPositive tells of a node that it is at most 0, as u - max u is
   * @param bounds between which the entries of a node lie
   */
  Overflow(Graph.Builder graph, IntPredicate neverPositive, IntFunction<Interval> bounds) {
    this.graph = graph;
    this.neverPositive = neverPositive;
    this.bounds = bounds;
  }

  /** True where computing the node as it stands may lose a value that is finite. */
  boolean isLost(int node) {
    return (flags(node) & LOST) != 0;
  }

  /** True where the node itself may become infinite. */
  boolean isInfinite(int node) {
    return (flags(node) & INFINITE) != 0;
  }

  /** True where a number in the node, or in what it is made of, is beyond what a float holds. */
  boolean isBeyondFloats(int node) {
    return (flags(node) & BEYOND_FLOATS) != 0;
  }

  private int flags(int node) {
    Integer known = flags.get(node);
    if (known == null) {
      boolean isAway = graph.node(node) instanceof Node.Sum sum && (isAwayFromZero(bounds.apply(node)) || isAwayFromZero(ofTerms(sum)));
      known = graph.node(node).accept(this) & (isAway ? ~ZERO : ~0);
      flags.put(node, known);
    }
    return known;
  }

  @Override
  public Integer leaf(Node.Leaf leaf) {
    return VARIES;
  }

  @Override
  public Integer sum(Node.Sum sum) {
    int all = 0;
    boolean vanishes = sum.constant().isZero() && !sum.isNumber();
    boolean oneSign = true;
    int sign = sum.constant().signum();
    for (Node.Term term : sum.terms()) {
      int part = flags(term.view().node());
      int infinite = part & INFINITE;
      boolean flips = term.coefficient().signum() < 0 && infinite != 0 && infinite != INFINITE;
      int signed = flips ? infinite ^ INFINITE : infinite;
      boolean clash = signed != 0 && (all & INFINITE) != 0 && (signed | all & INFINITE) == INFINITE;
      all |= signed | part & INHERITED | (clash ? LOST : 0);
      vanishes &= (part & ZERO) != 0;
      oneSign &= bounds.apply(term.view().node()).isPositive() && sign * term.coefficient().signum() >= 0;
      sign = term.coefficient().signum();
    }
    all |= isBeyondFloats(sum.constant()) || sum.terms().stream().anyMatch(term -> isBeyondFloats(term.coefficient())) ? BEYOND_FLOATS : 0;
    boolean single = sum.terms().size() == 1 && sum.constant().isZero();
    boolean cancels = !single && !oneSign && (all & SATURATES) != 0;
    return all | (vanishes || cancels ? ZERO : 0);
  }

  /** The bounds that the terms have: of 2 + tanh(x), between 1 and 3. */
  private Interval ofTerms(Node.Sum sum) {
    Interval total = Interval.point(sum.constant().doubleValue());
    for (Node.Term term : sum.terms()) {
      total = Intervals.plus(total, Intervals.scaled(bounds.apply(term.view().node()), term.coefficient().doubleValue()));
    }
    return total;
  }

  private static boolean isAwayFromZero(Interval bounds) {
    return bounds.low() > 0 || bounds.high() < 0;
  }

  private static boolean isBeyondFloats(Rational number) {
    double magnitude = Math.abs(number.doubleValue());
    return magnitude != 0 && !(magnitude > 1 / LARGEST && magnitude < LARGEST);
  }

  @Override
  public Integer product(Node.Product product) {
    int all = 0;
    for (View factor : product.factors()) {
      all |= flags(factor.node());
    }
    boolean clash = product.factors().size() > 1 && (all & INFINITE) != 0 && (all & ZERO) != 0;
    boolean spread = product.factors().size() > 1 && (all & INFINITE) != 0;
    boolean largestIsOne = product.isSumming() && product.factors().size() == 1 && isShiftedExponential(product.factors().get(0));
    int kept = product.isSumming() ? ~SATURATES : ~0;
    return (all | (clash ? LOST : 0) | (spread ? INFINITE : 0)) & (largestIsOne ? ~ZERO : ~0) & kept;
  }

  /** exp(c (u - max u)), whose largest entry is 1, so that the sum of all is at least 1. */
  private boolean isShiftedExponential(View view) {
    if (!(graph.node(view.node()) instanceof Node.Apply apply) || apply.fn() != Fn.EXP || !neverPositive.test(apply.arguments().get(0).node())) {
      return false;
    }
    Node argument = graph.node(apply.arguments().get(0).node());
    while (argument instanceof Node.Sum scaled && scaled.terms().size() == 1 && scaled.constant().isZero()) {
      argument = graph.node(scaled.terms().get(0).view().node());
    }
    return argument.operands().stream().anyMatch(operand -> graph.node(operand.node()) instanceof Node.Max);
  }

  @Override
  public Integer power(Node.Power power) {
    int base = flags(power.base().node());
    if (power.exponent().signum() >= 0) {
      return base;
    }
    int inverted = ((base & ZERO) != 0 ? INFINITE : 0) | ((base & INFINITE) != 0 ? ZERO : 0);
    return inverted | base & INHERITED;
  }

  @Override
  public Integer apply(Node.Apply apply) {
    int all = 0;
    for (View argument : apply.arguments()) {
      all |= flags(argument.node());
    }
    int lost = all & INHERITED;
    if ((all & VARIES) == 0) {
      return lost;
    }
    return switch (apply.fn()) {
      case EXP, EXPM1 -> lost | ((all & PLUS_INFINITY) != 0 ? LOST : 0)
          | (neverPositive.test(apply.arguments().get(0).node()) ? 0 : PLUS_INFINITY)
          | SATURATES | (apply.fn() == Fn.EXP ? ZERO : 0);
      case LOG, LOG1P -> lost | ((all & (ZERO | INFINITE)) != 0 && apply.fn() == Fn.LOG
          || (all & INFINITE) != 0 ? LOST : 0);
      case TANH, ERF -> lost | SATURATES;
      case WHERE, MAXIMUM, MINIMUM, ABS, STOP -> all;
      case POW -> lost;
      default -> lost;
    };
  }

  @Override
  public Integer max(Node.Max max) {
    return flags(max.argument().node());
  }

  @Override
  public Integer derivative(Node.Derivative derivative) {
    throw new IllegalStateException("autodiff has not run");
  }
}
