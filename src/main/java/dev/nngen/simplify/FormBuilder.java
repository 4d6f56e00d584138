package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Writes products, sums and contractions in a tidy form. Equal factors are merged, numbers and scalars move outward, and available values are used. A
 * {@code where} encloses factors that may be infinite in the branch not taken.
 */
final class FormBuilder {

  private final Graph.Builder graph = new Graph.Builder();
  private final AvailableExpressions available = new AvailableExpressions(this::isLeaf);
  private final TargetForms judge;
  private final Set<Integer> chosen = new HashSet<>();
  private final Set<Integer> shared = new HashSet<>();
  private boolean isDerived;
  private final Map<Map<View, Rational>, View> products = new HashMap<>();
  /** Nodes of chosen forms and of their operands. */
  private final Set<Integer> taken = new HashSet<>();
  /** The chosen spelling of sums and maxima, by a node without the order of terms. */
  private final Map<Node, Integer> spellings = new HashMap<>();
  private final InfiniteValues infinite = new InfiniteValues(this);
  private final FormFunctions functions = new FormFunctions(this);
  private final FormSums sums = new FormSums(this);
  private final FormContractions contractions = new FormContractions(this);

  FormBuilder(NormalForms normalForms) {
    this.judge = new TargetForms(normalForms, graph);
  }

  /** Declares that a value has several users. Factors other than scalars are then not moved out of it. */
  void share(View view) {
    FactoredTerm term = factored(view);
    FactoredTerm tensor = term.only(factor -> view.axes().isEmpty() || !factor.axes().isEmpty());
    View core = product(tensor);
    shared.add(core.node());
    available.add(core.node(), tensor.map(factor -> inverse(factor, core.axes())), core.axes().size(), false);
  }

  /** Sets whether values are of the backward pass. There {@code where(c, v, 0)} is read as the product of c and v, so that it merges with others. */
  void setDerived(boolean derived) {
    this.isDerived = derived;
  }

  boolean isDerived() {
    return isDerived;
  }

  private boolean isLeaf(int node) {
    return graph.node(node) instanceof Node.Leaf;
  }

  AvailableExpressions available() {
    return available;
  }

  /** Declares that a form is chosen. Its negation is then written with it. */
  void choose(View view) {
    chosen.add(view.node());
    take(view.node());
  }

  private void take(int node) {
    if (taken.add(node)) {
      graph.node(node).operands().forEach(operand -> take(operand.node()));
    }
  }

  Graph.Builder graph() {
    return graph;
  }

  TargetForms judge() {
    return judge;
  }

  Node node(View view) {
    return graph.node(view.node());
  }

  /** Returns a commutative node in the operand order of a form that is chosen already. */
  int symmetric(Node node) {
    Node key = sorted(node);
    if (!taken.contains(spellings.getOrDefault(key, -1))) {
      spellings.put(key, graph.add(node));
    }
    return spellings.get(key);
  }

  private static Node sorted(Node node) {
    Comparator<View> order = Comparator.comparingInt(View::node).thenComparing(view -> view.axes().toString());
    return node instanceof Node.Sum sum ? new Node.Sum(sum.shape(), sum.constant(), sum.terms().stream().sorted(Comparator.comparing(Node.Term::view, order)).toList())
        : node.withOperands(node.operands().stream().sorted(order).toList());
  }

  View number(Rational value) {
    return new View(graph.add(new Node.Sum(List.of(), value, List.of())), List.of());
  }

  // ---- reading ----

  /** Returns the value as a product. */
  FactoredTerm factored(View view) {
    return factored(view, Rational.ONE);
  }

  FactoredTerm factored(View view, Rational exponent) {
    Node node = node(view);
    boolean isWhole = exponent.isInteger();
    if (isWhole && available.definition(view.node()).isPresent()) {
      return available.definition(view.node()).get().rewire(view.axes()).power(exponent.intValueExact());
    }
    if (available.contains(view.node())) {
      return new FactoredTerm(Rational.ONE, Map.of(view, exponent));
    }
    if (node instanceof Node.Sum sum && isWhole && sum.isNumber() && (exponent.signum() > 0 || !sum.constant().isZero())) {
      return FactoredTerm.number(sum.constant().power(exponent.intValueExact()));
    }
    if (node instanceof Node.Sum sum && isWhole && isScaling(sum)) {
      Node.Term term = sum.terms().get(0);
      return factored(term.view().rewire(view.axes()), exponent).times(term.coefficient().power(exponent.intValueExact()));
    }
    if (node instanceof Node.Product product && !product.isSumming() && (isWhole || product.factors().stream().allMatch(judge::isNonNegative))) {
      FactoredTerm total = FactoredTerm.ONE;
      for (View factor : product.factors()) {
        total = total.times(factored(factor.rewire(view.axes()), exponent));
      }
      return total;
    }
    if (node instanceof Node.Power power && (isWhole || judge.isNonNegative(power.base()))) {
      return factored(power.base().rewire(view.axes()), power.exponent().times(exponent));
    }
    if (isDerived && node instanceof Node.Apply apply && apply.fn() == Fn.WHERE && exponent.isOne()) {
      return choice(view, apply);
    }
    return new FactoredTerm(Rational.ONE, Map.of(view, exponent));
  }

  /** Returns the value as a product, with {@code where(c, v, 0)} as the product of c and v. */
  FactoredTerm opened(View view) {
    boolean before = isDerived;
    isDerived = true;
    FactoredTerm term = factored(view);
    isDerived = before;
    return term;
  }

  static boolean isScaling(Node.Sum sum) {
    return sum.terms().size() == 1 && sum.constant().isZero();
  }

  /** Returns where(c, x, 0) as the indicator of c times x. */
  private FactoredTerm choice(View view, Node.Apply apply) {
    List<View> arguments = apply.arguments().stream().map(argument -> argument.rewire(view.axes())).toList();
    if (isNumber(arguments.get(2), Rational.ZERO)) {
      return factored(arguments.get(1)).times(indicator(arguments.get(0), true), Rational.ONE);
    }
    return isNumber(arguments.get(1), Rational.ZERO)
        ? factored(arguments.get(2)).times(indicator(arguments.get(0), false), Rational.ONE) : FactoredTerm.of(view);
  }

  /** Returns the indicator of the condition, or of its negation. */
  View indicator(View condition, boolean holds) {
    if (holds && isComparison(condition)) {
      return condition;
    }
    View one = number(Rational.ONE);
    View zero = number(Rational.ZERO);
    return apply(Fn.WHERE, List.of(condition, holds ? one : zero, holds ? zero : one));
  }

  boolean isIndicator(View view) {
    return isComparison(view) || node(view) instanceof Node.Apply apply && apply.fn() == Fn.WHERE
        && (isNumber(apply.arguments().get(1), Rational.ONE) && isNumber(apply.arguments().get(2), Rational.ZERO)
        || isNumber(apply.arguments().get(1), Rational.ZERO) && isNumber(apply.arguments().get(2), Rational.ONE));
  }

  private boolean isComparison(View view) {
    return node(view) instanceof Node.Apply apply && apply.fn().isIndicator();
  }

  boolean isNumber(View view, Rational value) {
    return node(view) instanceof Node.Sum sum && sum.isNumber() && sum.constant().equals(value);
  }

  /** Returns the product of the views, unchanged. */
  View literal(Node.Product product, List<View> factors) {
    return View.identity(graph.add(new Node.Product(product.loops(), product.rank(), factors)), product.rank());
  }

  // ---- products ----

  /** Writes a product. */
  View product(FactoredTerm term) {
    FactoredTerm covered = positive(available.cover(idempotent(term)));
    if (covered.coefficient().isZero() || covered.isNumber()) {
      return number(covered.coefficient());
    }
    FactoredTerm indicators = covered.only(this::isIndicator);
    return scaled(covered.coefficient(), indicators.isNumber() ? tensor(covered.unit()) : guarded(indicators, covered));
  }

  /** Writes a product with indicators as a {@code where} if a factor must not be multiplied by 0, because it may be infinite. */
  private View guarded(FactoredTerm indicators, FactoredTerm covered) {
    FactoredTerm rest = covered.only(view -> !isIndicator(view));
    FactoredTerm scalars = rest.only(view -> view.axes().isEmpty() && !infinite.mayBeInfinite(view, rest.exponent(view)));
    FactoredTerm inner = rest.only(view -> scalars.exponent(view).isZero());
    boolean isGuard = !inner.isNumber() && (isDerived || indicators.powers().keySet().stream().anyMatch(view -> !isComparison(view))
        || inner.powers().entrySet().stream().anyMatch(f -> infinite.mayBeInfinite(f.getKey(), f.getValue())));
    return isGuard ? scaledBy(scalars, chosen(indicators, monomial(inner))) : tensor(rest.times(indicators));
  }

  /** -(a - b) is b - a. */
  private FactoredTerm positive(FactoredTerm term) {
    for (View base : term.powers().keySet()) {
      boolean isFlipped = isDerived && term.coefficient().signum() < 0 && term.exponent(base).isOne() && !available.contains(base.node())
          && node(base) instanceof Node.Sum sum && sum.constant().isZero()
          && sum.terms().stream().anyMatch(part -> part.coefficient().signum() < 0);
      if (isFlipped) {
        Node.Sum sum = (Node.Sum) node(base);
        Node.Sum negative = new Node.Sum(sum.shape(), Rational.ZERO,
            FormSums.positiveTermsFirst(sum.terms().stream().map(part -> new Node.Term(part.coefficient().negate(), part.view())).toList()));
        return term.without(base).times(new View(graph.add(negative), base.axes()), Rational.ONE).times(Rational.MINUS_ONE);
      }
    }
    return term;
  }

  /** Applies {@code c^2 = c} for an indicator, and {@code c f = f} if f is 0 where c is, such as {@code max(u, 0)} for {@code u < 0}. */
  private FactoredTerm idempotent(FactoredTerm term) {
    FactoredTerm result = term;
    for (View indicator : term.powers().keySet()) {
      if (isComparison(indicator) && term.powers().entrySet().stream().anyMatch(factor -> factor.getValue().signum() > 0
          && !factor.getKey().equals(indicator) && judge.absorbs(factor.getKey(), indicator))) {
        return idempotent(result.without(indicator));
      }
    }
    for (Map.Entry<View, Rational> factor : term.powers().entrySet()) {
      if (!factor.getValue().isOne() && factor.getValue().signum() > 0 && isIndicator(factor.getKey())) {
        result = result.times(factor.getKey(), Rational.ONE.minus(factor.getValue()));
      }
    }
    return result;
  }

  private View tensor(FactoredTerm term) {
    FactoredTerm scalars = term.only(view -> view.axes().isEmpty());
    FactoredTerm rest = term.only(view -> !view.axes().isEmpty());
    return rest.isNumber() ? monomial(scalars) : scaledBy(scalars, monomial(rest));
  }

  private View scaledBy(FactoredTerm scalars, View value) {
    if (scalars.isNumber()) {
      return value;
    }
    List<Extent> shape = node(value).shape();
    View own = View.identity(value.node(), shape.size());
    return new View(graph.add(new Node.Product(shape, shape.size(), List.of(monomial(scalars), own))), value.axes());
  }

  View scaled(Rational coefficient, View value) {
    if (coefficient.isOne()) {
      return value;
    }
    List<Extent> shape = node(value).shape();
    return new View(graph.add(new Node.Sum(shape, Rational.ZERO,
        List.of(new Node.Term(coefficient, View.identity(value.node(), shape.size()))))), value.axes());
  }

  /** Returns where(c, value, 0) for each indicator. */
  private View chosen(FactoredTerm indicators, View value) {
    View result = value;
    View zero = number(Rational.ZERO);
    for (View indicator : indicators.powers().keySet()) {
      if (isComparison(indicator)) {
        result = apply(Fn.WHERE, List.of(indicator, result, zero));
      } else {
        Node.Apply choice = (Node.Apply) node(indicator);
        boolean holds = isNumber(choice.arguments().get(1), Rational.ONE);
        View condition = choice.arguments().get(0).rewire(indicator.axes());
        result = apply(Fn.WHERE, List.of(condition, holds ? result : zero, holds ? zero : result));
      }
    }
    return result;
  }

  /** Returns the product of powers of views, one node for all orders of the factors. */
  private View monomial(FactoredTerm term) {
    if (term.isSingle()) {
      return term.first();
    }
    List<Integer> order = axisOrder(term.powers().keySet());
    FactoredTerm local = term.map(view -> inverse(view, order));
    View known = products.get(local.powers());
    if (known == null) {
      known = written(local, extents(term.powers().keySet(), order));
      products.put(local.powers(), known);
    }
    return known.rewire(order);
  }

  private View written(FactoredTerm local, List<Extent> shape) {
    List<View> above = new ArrayList<>();
    List<View> below = new ArrayList<>();
    local.powers().forEach((base, exponent) ->
        (exponent.signum() > 0 ? above : below).add(exponent.abs().isOne() ? base : power(base, exponent.abs())));
    if (!below.isEmpty()) {
      above.add(power(joined(below), Rational.MINUS_ONE));
    }
    return above.size() == 1 ? above.get(0) : View.identity(graph.add(new Node.Product(shape, shape.size(), above)), shape.size());
  }

  /** True for a high power of an unbounded value times a bounded sum that may vanish, such as 1 + tanh(u) for low u. */
  boolean mayOverflow(FactoredTerm term) {
    return term.powers().keySet().stream().anyMatch(base -> isHigh(base, term.exponent(base)))
        && mayVanish(term);
  }

  /** True for a product with a bounded sum that may vanish. */
  boolean mayVanish(FactoredTerm term) {
    return term.powers().keySet().stream().anyMatch(base -> node(base) instanceof Node.Sum && term.exponent(base).signum() > 0
        && judge.isBounded(base) && !judge.isAwayFromZero(base));
  }

  private boolean isHigh(View base, Rational exponent) {
    return exponent.isInteger() && exponent.compareTo(Rational.ONE) > 0 && !judge.isBounded(base);
  }

  /** Writes bounded factors first and multiplies high powers in last, one at a time, so that a factor 0 is applied before a power overflows. */
  View saturating(FactoredTerm term) {
    List<Integer> order = axisOrder(term.powers().keySet());
    List<View> factors = new ArrayList<>();
    List<View> unbounded = new ArrayList<>();
    List<View> high = new ArrayList<>();
    term.powers().forEach((base, exponent) -> {
      if (isHigh(base, exponent)) {
        high.addAll(Collections.nCopies(exponent.intValueExact(), inverse(base, order)));
      } else {
        (exponent.signum() > 0 && judge.isBounded(base) ? factors : unbounded).add(inverse(exponent.isOne() ? base : power(base, exponent), order));
      }
    });
    factors.addAll(unbounded);
    factors.addAll(high);
    List<Extent> shape = extents(term.powers().keySet(), order);
    View product = View.identity(graph.add(new Node.Product(shape, shape.size(), factors)), shape.size()).rewire(order);
    return scaled(term.coefficient(), product);
  }

  private View joined(List<View> factors) {
    FactoredTerm term = FactoredTerm.ONE;
    for (View factor : factors) {
      term = term.times(factor, Rational.ONE);
    }
    if (factors.size() == 1) {
      return factors.get(0);
    }
    List<Integer> order = axisOrder(term.powers().keySet());
    List<Extent> shape = extents(term.powers().keySet(), order);
    List<View> local = term.powers().keySet().stream().map(view -> inverse(view, order)).toList();
    return View.identity(graph.add(new Node.Product(shape, shape.size(), local)), shape.size()).rewire(order);
  }

  private View power(View base, Rational exponent) {
    List<Extent> shape = node(base).shape();
    return new View(graph.add(new Node.Power(shape, View.identity(base.node(), shape.size()), exponent)), base.axes());
  }

  /** Returns the loop axes of the views, those of the view with the most axes first. */
  static List<Integer> axisOrder(Set<View> views) {
    List<View> byRank = new ArrayList<>(views);
    byRank.sort(Comparator.comparingInt((View view) -> -view.axes().size()));
    Set<Integer> order = new LinkedHashSet<>();
    byRank.forEach(view -> order.addAll(view.axes()));
    return List.copyOf(order);
  }

  static View inverse(View view, List<Integer> order) {
    return new View(view.node(), view.axes().stream().map(order::indexOf).toList());
  }

  List<Extent> extents(Set<View> views, List<Integer> order) {
    Map<Integer, Extent> extents = new HashMap<>();
    for (View view : views) {
      List<Extent> shape = node(view).shape();
      IntStream.range(0, shape.size()).forEach(k -> extents.put(view.axes().get(k), shape.get(k)));
    }
    return order.stream().map(extents::get).toList();
  }

  /** Applies a function to values, see {@link FormFunctions}. */
  View apply(Fn fn, List<View> arguments) {
    return functions.apply(fn, arguments);
  }

  /** Applies a function to values. Odd and even functions move the sign out of their argument. */
  View signed(Fn fn, List<View> arguments) {
    boolean before = isDerived;
    isDerived = true;
    View view = apply(fn, arguments);
    isDerived = before;
    return view;
  }

  /** Writes a maximum over the loop axes from {@code rank} on. */
  View max(List<Extent> loops, int rank, View argument) {
    return functions.max(loops, rank, argument);
  }

  /** Writes a sum, see {@link FormSums}; {@code isDerived} in the backward pass. */
  View sum(Rational constant, List<FactoredTerm> terms, boolean isDerived) {
    return sums.sum(constant, terms, isDerived);
  }

  /** Writes a product summed over the loop axes from {@code rank} on, see {@link FormContractions}. */
  View contraction(List<Extent> loops, int rank, List<FactoredTerm> factors) {
    return contractions.contraction(loops, rank, factors, UnaryOperator.identity());
  }

  /** Writes such a sum with the best form of its summand. */
  View contraction(List<Extent> loops, int rank, List<FactoredTerm> factors, UnaryOperator<View> improve) {
    return contractions.contraction(loops, rank, factors, improve);
  }

  /** Returns forms of such a sum over sums that are computed already. */
  List<View> byPartialSums(List<Extent> loops, int rank, List<FactoredTerm> factors, PartialSums sums) {
    return contractions.byPartialSums(loops, rank, factors, sums);
  }

  InfiniteValues infinite() {
    return infinite;
  }

  boolean isChosen(int node) {
    return chosen.contains(node);
  }

  /** True for a value with several users. */
  boolean isShared(int node) {
    return shared.contains(node);
  }
}
