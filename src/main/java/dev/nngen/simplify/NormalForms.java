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
 * The normal form of every node of a graph: a rational function of atoms, over the node's axes. The time is linear in the size of the graph, because
 * large functions and functions with matrix products become atoms.
 */
final class NormalForms implements Node.Visitor<RationalFunction> {

  /** A function with more terms becomes an atom, so that long entrywise chains take linear time. */
  private static final int MAX_SIZE = 24;
  private static final int MAX_SIZE_EXPANDED = 200;
  /** Functions of up to this many times as many terms are multiplied out to find cancellation. */
  private static final int MULTIPLIED_OUT = 16;

  final AtomTable atomTable;
  final ClassBounds classBounds;
  final RationalArithmetic arithmetic;
  final FunctionNormalForms functions;
  final SumNormalizer sumNormalizer;
  private final Graph graph;
  private final Facts facts;
  private final boolean expanding;
  /** Bounds of a node's values from another analysis. */
  private final IntFunction<Interval> ranges;
  private final RationalFunction[] normalForms;
  private final IntFunction<RationalFunction> known;
  /** Nodes of declared equalities: a sum that is 1 has no NaN among its terms. */
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

  /** Returns a visitor for nodes of another graph, with the same atoms. {@code known} returns the normal forms of operands. */
  Node.Visitor<RationalFunction> reader(IntFunction<RationalFunction> known) {
    return new NormalForms(this, known);
  }

  /** Computes normal forms for code: matrix products and named sums of them are atoms. */
  static NormalForms of(Graph graph, Facts facts) {
    return of(graph, facts, false);
  }

  /**
   * Computes normal forms with hyperbolic functions as atoms. A polynomial in tanh is shorter than a quotient of exponentials, and an identity for
   * any value of the atom holds for tanh.
   */
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
   * Computes normal forms for proofs: everything is multiplied out, for requested nodes only.
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

  /** True if equalities are declared. Random points do not satisfy them. */
  boolean hasEqualities() {
    return !facts.equalities().isEmpty();
  }

  /** Returns the declared bounds and equalities of a node. */
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

  /** Returns the normal form of a node over its axes. */
  RationalFunction of(int node) {
    if (normalForms[node] == null) {
      read(Set.of(node));
    }
    return normalForms[node];
  }

  /** Returns the nodes whose bounds are used: arguments of functions and bases of powers. */
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

  /** True for dJ/dH with a computed value H, neither a parameter nor data. */
  private boolean isAdjointOfValue(ValueName name) {
    return name.variable().map(graph.names()::get).filter(of -> !(graph.node(of.node()) instanceof Node.Leaf)).isPresent();
  }

  /** Returns a named value W x + b as an opaque atom. */
  private RationalFunction stopped(RationalFunction normalForm) {
    boolean product = hasParameterProduct(normalForm) || containsProduct(normalForm);
    return product && !normalForm.isVariable() ? atomTable.opaque(normalForm) : normalForm;
  }

  /**
   * Returns an adjoint that is a sum of matrix products, one for each path, as an opaque atom. Otherwise the adjoint of a layer with a residual
   * connection would be a sum over all later layers. It is scaled so that coefficients do not grow from layer to layer.
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

  /** True for w x + b in scalars, which is opaque like a matrix product. */
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
    if (value.isOne() && atomTable.definitionOf(variable.variables().first()) instanceof Node.Product sum) {
      classBounds.declareOne(sum);
    }
  }

  /** Turns a normal form that is too large into an atom. */
  RationalFunction bounded(RationalFunction normalForm) {
    return normalForm.size() > limit() ? opaque(normalForm) : normalForm;
  }

  private int limit() {
    return expanding ? MAX_SIZE_EXPANDED : MAX_SIZE;
  }

  /** Returns the function as an opaque atom times its scalar content. */
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

  /** True for matrix products plus leaves, W x + b, and named sums of them, which are not multiplied out. */
  private boolean containsProduct(RationalFunction total) {
    return total.factors().keySet().stream().anyMatch(factor -> factor.size() > 1
        && factor.variables().stream().anyMatch(v -> !(atomTable.definitionOf(v) instanceof Node.Leaf))
        && factor.variables().stream().allMatch(this::isLinear));
  }

  /** True for a leaf, a matrix product, and an opaque sum of them. */
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

  /** True for arguments whose tanh is a quotient of polynomials without the exponential, as in mish, Z tanh(log(1 + e^Z)). */
  private boolean hasLogarithm(RationalFunction argument) {
    return argument.variables().stream().anyMatch(v -> atomTable.isApplied(Fn.LOG, v));
  }

  @Override
  public RationalFunction max(Node.Max max) {
    return sumNormalizer.max(max.loops(), max.rank(), normalForm(max.argument()));
  }
}
