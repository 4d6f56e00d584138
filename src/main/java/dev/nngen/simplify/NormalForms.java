package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The meaning of every node of a graph: a rational function over the node's own axes. Linear in the size of the graph, since
 * what grows too large, and what holds a matrix product, becomes an atom.
 */
final class NormalForms implements Node.Visitor<RationalFunction> {

  /** A meaning of more terms than this becomes an atom, so that long entrywise chains stay linear. */
  private static final int MAX_SIZE = 24;
  private static final int MAX_SIZE_EXPANDED = 200;
  /** How many times as many terms are multiplied out to see whether they cancel. */
  private static final int MULTIPLIED_OUT = 16;

  final AtomTable atomTable;
  final ClassBounds classBounds;
  final RationalArithmetic arithmetic;
  final FunctionNormalForms functions;
  final SumNormalizer sumNormalizer;
  private final Graph graph;
  private final Facts facts;
  private final boolean expanding;
  /** What is known of a node's values from elsewhere. */
  private final IntFunction<Interval> ranges;
  private final RationalFunction[] normalForms;
  private final IntFunction<RationalFunction> known;
  /** What a declared equality is about: a sum that is 1 has no NaN among its terms. */
  private final boolean[] numbers;
  private final Set<Integer> stops = new HashSet<>();
  private final Set<Integer> adjoints = new HashSet<>();

  private NormalForms(Graph graph, Facts facts, boolean expanding, boolean opaque, IntFunction<Interval> ranges) {
    this.graph = graph;
    this.facts = facts;
    this.expanding = expanding;
    this.ranges = ranges;
    this.normalForms = new RationalFunction[graph.size()];
    this.numbers = graph.reachable(facts.equalities().keySet());
    this.atomTable = new AtomTable(expanding);
    this.classBounds = new ClassBounds(atomTable);
    this.arithmetic = new RationalArithmetic(atomTable, classBounds);
    this.sumNormalizer = new SumNormalizer(atomTable, arithmetic, expanding);
    this.functions = new FunctionNormalForms(atomTable, classBounds, arithmetic, sumNormalizer, expanding, opaque);
    this.known = node -> normalForms[node];
  }

  private NormalForms(NormalForms shared, IntFunction<RationalFunction> known) {
    this.graph = shared.graph;
    this.facts = shared.facts;
    this.expanding = shared.expanding;
    this.ranges = shared.ranges;
    this.normalForms = new RationalFunction[0];
    this.numbers = new boolean[0];
    this.atomTable = shared.atomTable;
    this.classBounds = shared.classBounds;
    this.arithmetic = shared.arithmetic;
    this.functions = shared.functions;
    this.sumNormalizer = shared.sumNormalizer;
    this.known = known;
  }

  /** Reads nodes of another graph, in the same atoms; the normal forms of their operands are asked of {@code known}. */
  Node.Visitor<RationalFunction> reader(IntFunction<RationalFunction> known) {
    return new NormalForms(this, known);
  }

  /** Reads a graph for code: matrix products and named sums of them stay whole. */
  static NormalForms of(Graph graph, Facts facts) {
    return of(graph, facts, false);
  }

  /** Reads a graph with hyperbolic functions as atoms: what holds for any value of tanh holds for tanh, and a polynomial in it is shorter than a quotient of exponentials. */
  static NormalForms withOpaqueFunctions(Graph graph, Facts facts) {
    return of(graph, facts, true);
  }

  private static NormalForms of(Graph graph, Facts facts, boolean opaque) {
    NormalForms normalForms = new NormalForms(graph, facts, false, opaque, facts.ranges()::get);
    normalForms.readNames();
    IntStream.range(0, graph.size()).forEach(normalForms::read);
    return normalForms;
  }

  /**
   * Reads a graph for proofs: everything is multiplied out, but only what is asked for.
   *
   * @param ranges the bounds of nodes
   */
  static NormalForms expanded(Graph graph, Facts facts, IntFunction<Interval> ranges) {
    Set<Integer> bounded = arguments(graph);
    NormalForms normalForms = new NormalForms(graph, facts, true, false, id -> bounded.contains(id) || facts.ranges().containsKey(id) ? ranges.apply(id) : null);
    Set<Integer> about = new TreeSet<>(facts.equalities().keySet());
    about.addAll(facts.equalities().values());
    normalForms.read(about);
    return normalForms;
  }

  /** True if equalities are declared, which random points do not satisfy. */
  boolean hasEqualities() {
    return !facts.equalities().isEmpty();
  }

  /** What is declared of a node's entries: bounds and equalities. */
  Set<Object> declared(int node) {
    Set<Object> declared = new HashSet<>();
    if (facts.ranges().containsKey(node)) {
      declared.add(facts.ranges().get(node));
    }
    if (facts.equalities().containsKey(node)) {
      declared.add(facts.equalities().get(node));
    }
    return declared;
  }

  /** The meaning of a node over its own axes. */
  RationalFunction of(int node) {
    if (normalForms[node] == null) {
      read(Set.of(node));
    }
    return normalForms[node];
  }

  /** The nodes whose bounds are asked for: what functions and powers are taken of. */
  private static Set<Integer> arguments(Graph graph) {
    Set<Integer> arguments = new HashSet<>();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Apply || graph.node(id) instanceof Node.Power) {
        graph.node(id).operands().forEach(operand -> arguments.add(operand.node()));
      }
    }
    return arguments;
  }

  private void readNames() {
    graph.names().forEach((name, value) -> {
      if (ValueName.parse(name).isForward()) {
        stops.add(value.node());
      } else if (isAdjointOfValue(ValueName.parse(name))) {
        adjoints.add(value.node());
      }
    });
  }

  private void read(Set<Integer> roots) {
    boolean[] needed = graph.reachable(roots);
    for (int id = 0; id < needed.length; id++) {
      if (needed[id] && normalForms[id] == null) {
        read(id);
      }
    }
  }

  private void read(int id) {
    RationalFunction normalForm = bounded(graph.node(id).accept(this));
    normalForm = stops.contains(id) ? stopped(normalForm) : adjoints.contains(id) ? accumulated(normalForm) : normalForm;
    if (adjoints.contains(id)) {
      sumNormalizer.keep(normalForm);
    }
    normalForms[id] = normalForm;
    if (!expanding) {
      arithmetic.normalization.learn(normalForm);
    }
    View view = atomTable.classOf(normalForm);
    if (facts.ranges().containsKey(id) || numbers[id] && graph.node(id) instanceof Node.Leaf) {
      classBounds.declareNumber(view.node());
    }
    learn(id, normalForm);
  }

  /** True for dJ/dH, where H is computed, and neither a parameter nor data. */
  private boolean isAdjointOfValue(ValueName name) {
    return name.variable().map(graph.names()::get).filter(of -> !(graph.node(of.node()) instanceof Node.Leaf)).isPresent();
  }

  /** A named value W x + b is kept whole under its name. */
  private RationalFunction stopped(RationalFunction normalForm) {
    boolean product = hasParameterProduct(normalForm) || containsProduct(normalForm);
    return product && !normalForm.isVariable() ? atomTable.opaque(normalForm) : normalForm;
  }

  /**
   * An adjoint that adds up matrix products, one for each path on which it comes back, is kept whole, or that of a layer with a
   * bypass would be a sum over all layers behind it. It is scaled so that it does not grow from layer to layer.
   */
  private RationalFunction accumulated(RationalFunction normalForm) {
    for (Map.Entry<Polynomial, Integer> factor : normalForm.factors().entrySet()) {
      Polynomial sum = factor.getKey();
      if (factor.getValue() == 1 && sum.size() > 1 && sum.variables().stream().allMatch(this::isLinear)
          && sum.terms().keySet().stream().anyMatch(term -> term.totalDegree() == 1 && isContraction(atomTable.definitionOf(term.variable(0))))) {
        Rational largest = sum.terms().values().stream().map(Rational::abs).max(Comparator.naturalOrder()).orElseThrow();
        RationalFunction scaled = RationalFunction.of(sum).times(largest.reciprocal());
        return normalForm.times(RationalFunction.of(sum).inverse()).times(atomTable.opaque(scaled)).times(largest);
      }
    }
    return normalForm;
  }

  /** True for w x + b in scalars: what a matrix product is for matrices, kept whole under its name. */
  private boolean hasParameterProduct(RationalFunction normalForm) {
    boolean plain = normalForm.variables().stream().allMatch(v -> atomTable.definitionOf(v) instanceof Node.Leaf);
    return plain && normalForm.factors().values().stream().allMatch(k -> k > 0)
        && normalForm.numerator().terms().keySet().stream().anyMatch(m -> m.totalDegree() > 1 && hasParameter(m));
  }

  private boolean hasParameter(Monomial monomial) {
    for (int k = 0; k < monomial.size(); k++) {
      if (atomTable.definitionOf(monomial.variable(k)) instanceof Node.Leaf leaf && leaf.role() == Node.Role.PARAMETER) {
        return true;
      }
    }
    return false;
  }

  private void learn(int id, RationalFunction normalForm) {
    Interval range = ranges.apply(id);
    if (range != null && !normalForm.isConstant()) {
      classBounds.declare(atomTable.classOf(normalForm).node(), range);
    }
    Integer equal = facts.equalities().get(id);
    if (equal != null && equal < id && normalForm.isVariable()) {
      declare(normalForm, normalForms[equal]);
      normalForms[id] = normalForms[equal];
    }
    for (Map.Entry<Integer, Integer> fact : facts.equalities().entrySet()) {
      if (fact.getValue() == id && fact.getKey() < id && normalForms[fact.getKey()].isVariable()) {
        declare(normalForms[fact.getKey()], normalForm);
        normalForms[fact.getKey()] = normalForm;
      }
    }
  }

  private void declare(RationalFunction variable, RationalFunction value) {
    View view = atomTable.view(variable.variables().first());
    List<Integer> back = new ArrayList<>();
    for (int axis = 0; axis < view.axes().size(); axis++) {
      back.add(view.axes().indexOf(axis));
    }
    sumNormalizer.declare(view.node(), atomTable.rewire(value, back));
  }

  /** A normal form that is too large for more algebra is an atom. */
  RationalFunction bounded(RationalFunction normalForm) {
    return normalForm.size() > limit() ? opaque(normalForm) : normalForm;
  }

  private int limit() {
    return expanding ? MAX_SIZE_EXPANDED : MAX_SIZE;
  }

  /** The function as an atom that algebra does not look into, times its scalar content. */
  private RationalFunction opaque(RationalFunction function) {
    RationalFunction.Product content = new RationalFunction.Product()
        .times(RationalFunction.constant(function.coefficient()), 1);
    RationalFunction.Product rest = new RationalFunction.Product();
    for (Map.Entry<Polynomial, Integer> entry : function.factors().entrySet()) {
      boolean scalar = atomTable.axes(entry.getKey()).isEmpty();
      (scalar ? content : rest).times(entry.getKey(), entry.getValue());
    }
    RationalFunction inner = rest.build();
    if (inner.isConstant() || inner.isVariable()) {
      return function;
    }
    return content.build().times(atomTable.opaque(inner));
  }

  private RationalFunction normalForm(View view) {
    return atomTable.rewire(known.apply(view.node()), view.axes());
  }

  @Override
  public RationalFunction leaf(Node.Leaf leaf) {
    return atomTable.entry(leaf, View.identity(0, leaf.rank()).axes());
  }

  @Override
  public RationalFunction sum(Node.Sum sum) {
    List<RationalFunction> terms = new ArrayList<>();
    terms.add(RationalFunction.constant(sum.constant()));
    sum.terms().forEach(term -> terms.add(normalForm(term.view()).times(term.coefficient())));
    int most = MULTIPLIED_OUT * limit();
    boolean isLong = RationalFunction.termsOfSum(terms, most) == most;
    return arithmetic.sum(isLong ? terms.stream().map(this::opaque).toList() : terms);
  }

  /** True for matrix products plus leaves, W x + b, and sums of those with a name of their own: better not multiplied out. */
  private boolean containsProduct(RationalFunction total) {
    return total.factors().keySet().stream().anyMatch(factor -> factor.size() > 1
        && factor.variables().stream().anyMatch(v -> !(atomTable.definitionOf(v) instanceof Node.Leaf))
        && factor.variables().stream().allMatch(this::isLinear));
  }

  /** True for a leaf, a matrix product, and a sum of those that is kept whole. */
  private boolean isLinear(int variable) {
    Node definition = atomTable.definitionOf(variable);
    return definition instanceof Node.Leaf || definition instanceof Node.Sum || isContraction(definition);
  }

  private static boolean isContraction(Node definition) {
    return definition instanceof Node.Product product && product.factors().size() > 1;
  }

  @Override
  public RationalFunction product(Node.Product product) {
    List<RationalFunction> factors = product.factors().stream().map(this::normalForm).toList();
    if (product.isSumming()) {
      return sumNormalizer.sum(product.loops(), product.rank(), factors);
    }
    RationalFunction total = RationalFunction.ONE;
    for (RationalFunction factor : factors) {
      total = arithmetic.times(total, factor);
    }
    return total;
  }

  @Override
  public RationalFunction power(Node.Power power) {
    RationalFunction base = normalForm(power.base());
    Rational exponent = power.exponent();
    if (!exponent.isSmallInteger(64)) {
      return functions.root(base, exponent);
    }
    int times = exponent.intValueExact();
    return arithmetic.power(Math.abs(times) * base.size() <= limit() ? base : opaque(base), times);
  }

  @Override
  public RationalFunction apply(Node.Apply apply) {
    RationalFunction normalForm = functions.apply(apply.fn(), apply.arguments().stream().map(this::normalForm).toList());
    return apply.fn() == Fn.TANH && !expanding && hasLogarithm(normalForm(apply.arguments().get(0))) ? atomTable.opaque(normalForm) : normalForm;
  }

  /** True for what tanh makes a quotient of polynomials, without its exponential: mish, Z tanh(log(1 + e^Z)), is shorter in tanh. */
  private boolean hasLogarithm(RationalFunction argument) {
    return argument.variables().stream().anyMatch(v -> atomTable.isApplied(Fn.LOG, v));
  }

  @Override
  public RationalFunction max(Node.Max max) {
    return sumNormalizer.max(max.loops(), max.rank(), normalForm(max.argument()));
  }

  @Override
  public RationalFunction derivative(Node.Derivative derivative) {
    throw new IllegalStateException("autodiff has not run");
  }
}
