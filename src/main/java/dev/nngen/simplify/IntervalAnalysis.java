package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Bounds of the entries of a differentiated graph's values. Interval arithmetic over the nodes comes first. If that is too weak, the bounds of the
 * normal form are used too: with matrix products as atoms, then multiplied out. Sound, not complete: {@link Interval#REALS} if nothing is known.
 */
public final class IntervalAnalysis implements Node.Visitor<Interval> {

  /** Functions with tighter bounds here than by the normal form, which writes them with indicators. */
  private static final Set<Fn> PIECEWISE = Set.of(Fn.MAXIMUM, Fn.MINIMUM, Fn.WHERE, Fn.WEIGHTED, Fn.FLOOR, Fn.LOG1P, Fn.EXPM1);

  /** Depth of the operations of a branch whose bounds use its condition. */
  private static final int DEEPEST_BRANCH = 6;

  private final Graph graph;
  private final Facts facts;
  private final Map<Integer, Interval> known = new HashMap<>();

  /** @param facts assumed facts about nodes of the graph */
  public IntervalAnalysis(Graph graph, Facts facts) {
    this.graph = graph;
    this.facts = facts;
  }

  /** Returns the bounds of the entries of a node. */
  public Interval of(int node) {
    return byNodes(node).and(byNormalForm(node, false));
  }

  /** True if every entry of the node is proved to be in the interval. */
  public boolean isWithin(int node, Interval interval) {
    return interval.encloses(byNodes(node)) || interval.encloses(of(node))
        || interval.encloses(of(node).and(byNormalForm(node, true)));
  }

  private Interval byNodes(int node) {
    if (!known.containsKey(node)) {
      boolean[] needed = graph.reachable(List.of(node));
      IntStream.rangeClosed(0, node).filter(id -> needed[id] && !known.containsKey(id)).forEach(id ->
          known.put(id, graph.node(id).accept(this).and(facts.ranges().getOrDefault(id, Interval.REALS))));
    }
    return known.get(node);
  }

  private Interval byNormalForm(int node, boolean expanding) {
    Excerpt excerpt = new Excerpt();
    int copy = excerpt.copy(node);
    NormalForms normalForms = excerpt.normalForms(expanding);
    RationalFunction normalForm = normalForms.of(copy);
    Interval bounds = normalForms.classBounds.of(normalForm);
    boolean hasLogarithm = normalForm.variables().stream().anyMatch(v -> normalForms.atomTable.isApplied(Fn.LOG, v));
    return hasLogarithm ? bounds.and(IntervalArithmetic.rising(normalForms.classBounds.of(normalForms.functions.exp(normalForm)).and(Interval.POSITIVE), Math::log)) : bounds;
  }

  private Interval of(View view) {
    return known.get(view.node());
  }

  @Override
  public Interval leaf(Node.Leaf leaf) {
    return leaf.range();
  }

  @Override
  public Interval sum(Node.Sum sum) {
    Interval total = Interval.point(sum.constant().doubleValue());
    for (Node.Term term : sum.terms()) {
      total = IntervalArithmetic.plus(total, IntervalArithmetic.scaled(of(term.view()), term.coefficient().doubleValue()));
    }
    return total;
  }

  @Override
  public Interval product(Node.Product product) {
    Interval term = factors(product.factors());
    if (!product.isSumming()) {
      return term;
    }
    List<View> summands = summands(product);
    for (View weight : summands) {
      List<View> others = new ArrayList<>(summands);
      others.remove(weight);
      Interval averaged = factors(others);
      if (!others.isEmpty() && of(weight).isNonNegative() && !averaged.equals(Interval.REALS) && sumsToOne(weight, product)) {
        return averaged;
      }
    }
    return summed(term, product.loops().subList(product.rank(), product.loops().size()));
  }

  /** Returns the factors of the summand, or those of its only factor if that is an entrywise product. */
  private List<View> summands(Node.Product product) {
    View first = product.factors().get(0);
    boolean nested = product.factors().size() == 1 && graph.node(first.node()) instanceof Node.Product inner && !inner.isSumming();
    return nested ? graph.node(first.node()).operands().stream().map(factor -> factor.rewire(first.axes())).toList() : product.factors();
  }

  /** Returns the bounds of a product of entries. A factor that occurs twice is a square. */
  private Interval factors(List<View> factors) {
    Map<View, Integer> powers = new LinkedHashMap<>();
    factors.forEach(factor -> powers.merge(factor, 1, Integer::sum));
    Interval product = Interval.point(1);
    for (Map.Entry<View, Integer> power : powers.entrySet()) {
      product = IntervalArithmetic.times(product, IntervalArithmetic.power(of(power.getKey()), power.getValue()));
    }
    return product;
  }

  private static Interval summed(Interval term, List<Extent> axes) {
    if (axes.stream().allMatch(Extent.Fixed.class::isInstance)) {
      return IntervalArithmetic.scaled(term, axes.stream().mapToDouble(axis -> ((Extent.Fixed) axis).size()).reduce(1, (a, b) -> a * b));
    }
    return term.isPositive() ? Interval.POSITIVE : term.isNonNegative() ? Interval.NON_NEGATIVE : Interval.REALS;
  }

  /** True if the weights of a weighted sum are proved to sum to 1, so that the sum is a weighted mean. */
  private boolean sumsToOne(View weight, Node.Product product) {
    List<Integer> free = weight.axes().stream().filter(axis -> axis < product.rank()).distinct().sorted().toList();
    List<Integer> axes = new ArrayList<>(free);
    IntStream.range(product.rank(), product.loops().size()).forEach(axes::add);
    if (!weight.axes().containsAll(axes)) {
      return false;
    }
    Excerpt excerpt = new Excerpt();
    View copy = new View(excerpt.copy(weight.node()), weight.axes().stream().map(axes::indexOf).toList());
    int total = excerpt.builder.add(new Node.Product(axes.stream().map(product.loops()::get).toList(), free.size(), List.of(copy)));
    RationalFunction normalForm = excerpt.normalForms(false).of(total);
    return normalForm.isConstant() && normalForm.coefficient().isOne();
  }

  @Override
  public Interval power(Node.Power power) {
    Interval base = of(power.base());
    Rational exponent = power.exponent();
    if (exponent.isSmallInteger(64)) {
      return IntervalArithmetic.power(base, exponent.intValueExact());
    }
    Interval root = base.isNonNegative()
        ? IntervalArithmetic.rising(base, x -> Math.pow(x, Math.abs(exponent.doubleValue()))) : Interval.NON_NEGATIVE;
    return exponent.signum() > 0 ? root : IntervalArithmetic.power(root, -1).and(Interval.POSITIVE);
  }

  @Override
  public Interval max(Node.Max max) {
    return of(max.argument());
  }

  @Override
  public Interval apply(Node.Apply apply) {
    List<Interval> x = apply.arguments().stream().map(this::of).toList();
    return switch (apply.fn()) {
      case ABS -> IntervalArithmetic.magnitude(x.get(0));
      case FLOOR -> new Interval(Math.floor(x.get(0).low()), x.get(0).low() == Double.NEGATIVE_INFINITY, Math.floor(x.get(0).high()),
          x.get(0).high() == Double.POSITIVE_INFINITY);
      case STOP -> x.get(0);
      case POW -> x.get(0).isPositive() ? Interval.POSITIVE : Interval.REALS;
      case MAXIMUM -> IntervalArithmetic.maximum(x.get(0), x.get(1));
      case MINIMUM -> IntervalArithmetic.scaled(IntervalArithmetic.maximum(IntervalArithmetic.scaled(x.get(0), -1), IntervalArithmetic.scaled(x.get(1), -1)), -1);
      case WEIGHTED -> IntervalArithmetic.times(x.get(0), x.get(1));
      case WHERE -> IntervalArithmetic.hull(branch(apply, true), branch(apply, false));
      default -> x.size() == 1 ? IntervalArithmetic.image(apply.fn(), x.get(0)) : apply.fn().range();
    };
  }

  /** Returns the bounds of one branch of {@code where}, given the truth of its comparison. */
  private Interval branch(Node.Apply where, boolean holds) {
    View value = where.arguments().get(holds ? 1 : 2);
    View condition = where.arguments().get(0);
    if (!(graph.node(condition.node()) instanceof Node.Apply comparison) || !comparison.fn().isIndicator()) {
      return of(value);
    }
    View left = comparison.arguments().get(0).rewire(condition.axes());
    View right = comparison.arguments().get(1).rewire(condition.axes());
    boolean open = (comparison.fn() == Fn.GREATER) == holds;
    if (comparison.fn() == Fn.EQUAL) {
      return value.equals(left) && holds ? of(value).and(of(right)) : of(value);
    }
    Map<View, Interval> given = new HashMap<>();
    given.put(left, holds ? above(of(right), open) : below(of(right), open));
    given.merge(right, holds ? below(of(left), open) : above(of(left), open), Interval::and);
    return given(value, given, 0);
  }

  private static Interval above(Interval bound, boolean open) {
    return new Interval(bound.low(), open || bound.lowOpen(), Double.POSITIVE_INFINITY, true);
  }

  private static Interval below(Interval bound, boolean open) {
    return new Interval(Double.NEGATIVE_INFINITY, true, bound.high(), open || bound.highOpen());
  }

  /** Returns the bounds of a view, given those of others over the same axes, to a limited depth. */
  private Interval given(View view, Map<View, Interval> given, int depth) {
    Node node = graph.node(view.node());
    Interval bounds = of(view).and(given.getOrDefault(view, Interval.REALS));
    boolean entrywise = node instanceof Node.Sum || node instanceof Node.Power || node instanceof Node.Apply
        || node instanceof Node.Product product && !product.isSumming();
    boolean viewedOnce = node.operands().stream().distinct().count() == node.operands().stream().map(View::node).distinct().count();
    if (given.containsKey(view) || !entrywise || !viewedOnce || depth == DEEPEST_BRANCH) {
      return bounds;
    }
    Map<Integer, Interval> before = new HashMap<>();
    for (View operand : node.operands()) {
      Interval inner = given(operand.rewire(view.axes()), given, depth + 1);
      before.putIfAbsent(operand.node(), known.put(operand.node(), inner));
    }
    bounds = bounds.and(node.accept(this));
    known.putAll(before);
    return bounds;
  }

  /** The part of the graph on which a value's bounds depend. Matrix products without bounds, and bounded piecewise functions, become leaves. */
  private final class Excerpt {
    private final Graph.Builder builder = new Graph.Builder();
    private final Map<Integer, Integer> copies = new LinkedHashMap<>();

    int copy(int root) {
      byNodes(root);
      Set<Integer> needed = new TreeSet<>();
      collect(root, needed);
      facts.equalities().forEach((left, right) -> {
        if (needed.contains(left)) {
          byNodes(right);
          collect(right, needed);
        }
      });
      for (int id : needed) {
        Node node = graph.node(id);
        copies.put(id, builder.add(isOpaque(id) ? new Node.Leaf("value " + id, Node.Role.INPUT, node.shape()) : node.withOperands(
            node.operands().stream().map(view -> new View(copies.get(view.node()), view.axes())).toList())));
      }
      return copies.get(root);
    }

    private void collect(int root, Set<Integer> needed) {
      boolean[] wanted = new boolean[graph.size()];
      wanted[root] = true;
      for (int id = root; id >= 0; id--) {
        if (wanted[id]) {
          needed.add(id);
          if (!isOpaque(id)) {
            graph.node(id).operands().forEach(operand -> wanted[operand.node()] = true);
          }
        }
      }
    }

    private boolean isOpaque(int id) {
      boolean known = !IntervalAnalysis.this.known.get(id).equals(Interval.REALS);
      boolean matrixProduct = graph.node(id) instanceof Node.Product product && product.isSumming() && product.factors().size() > 1;
      return known ? graph.node(id) instanceof Node.Apply apply && PIECEWISE.contains(apply.fn()) : matrixProduct;
    }

    NormalForms normalForms(boolean expanding) {
      Map<Integer, Interval> ranges = new LinkedHashMap<>();
      Map<Integer, Integer> equalities = new LinkedHashMap<>();
      copies.forEach((id, copy) -> {
        if (facts.ranges().containsKey(id) || isOpaque(id)) {
          ranges.merge(copy, known.get(id), Interval::and);
        }
        if (facts.equalities().containsKey(id)) {
          equalities.put(copy, copies.get(facts.equalities().get(id)));
        }
      });
      Facts of = new Facts(ranges, equalities);
      return expanding ? NormalForms.expanded(builder.build(), of, ranges::get) : NormalForms.of(builder.build(), of);
    }
  }
}
