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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Writes products, sums and contractions in a tidy form: equal factors meet, numbers and scalars move outwards, values that are
 * available are used, and a choice encloses what may be infinite where it is not chosen.
 */
final class FormBuilder {

  /** Numbers leave a contraction while their product stays moderate, so that none grows with the depth of a network. */
  private static final double MODERATE = 4096;

  private final Graph.Builder graph = new Graph.Builder();
  private final AvailableExpressions available = new AvailableExpressions(this::isLeaf);
  private final TargetForms judge;
  private final Set<Integer> chosen = new HashSet<>();
  private final Set<Integer> shared = new HashSet<>();
  private boolean isDerived;
  private final Map<Map<View, Rational>, View> products = new HashMap<>();
  private final Map<Integer, Boolean> infinite = new HashMap<>();

  FormBuilder(Meanings meanings) {
    this.judge = new TargetForms(meanings, graph);
  }

  /** Makes known that several others read a value: a factor is then not taken out of it, but for scalars. */
  void share(View view) {
    FactoredTerm term = factored(view);
    FactoredTerm tensor = term.only(factor -> view.axes().isEmpty() || !factor.axes().isEmpty());
    View core = product(tensor);
    shared.add(core.node());
    available.add(core.node(), tensor.map(factor -> inverse(factor, core.axes())), core.axes().size(), false);
  }

  /** In the backward pass a choice is a product of its condition and its value, so that it meets with others. */
  void setDerived(boolean derived) {
    this.isDerived = derived;
  }

  private boolean isLeaf(int node) {
    return graph.node(node) instanceof Node.Leaf;
  }

  AvailableExpressions available() {
    return available;
  }

  /** Makes known that a form is taken: its negative is then written by it. */
  void choose(View view) {
    chosen.add(view.node());
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

  View number(Rational value) {
    return new View(graph.add(new Node.Sum(List.of(), value, List.of())), List.of());
  }

  // ---- reading ----

  /** The value as a product. */
  FactoredTerm factored(View view) {
    return factored(view, Rational.ONE);
  }

  FactoredTerm factored(View view, Rational exponent) {
    Node node = node(view);
    boolean isWhole = exponent.isInteger();
    if (isWhole && available.definition(view.node()).isPresent()) {
      return available.definition(view.node()).get().through(view.axes()).power(exponent.intValueExact());
    }
    if (available.contains(view.node())) {
      return new FactoredTerm(Rational.ONE, Map.of(view, exponent));
    }
    if (node instanceof Node.Sum sum && isWhole && sum.isNumber() && (exponent.signum() > 0 || !sum.constant().isZero())) {
      return FactoredTerm.number(sum.constant().power(exponent.intValueExact()));
    }
    if (node instanceof Node.Sum sum && isWhole && isScaling(sum)) {
      Node.Term term = sum.terms().get(0);
      return factored(term.view().through(view.axes()), exponent).times(term.coefficient().power(exponent.intValueExact()));
    }
    if (node instanceof Node.Product product && !product.isSumming() && (isWhole || product.factors().stream().allMatch(judge::isNonNegative))) {
      FactoredTerm total = FactoredTerm.ONE;
      for (View factor : product.factors()) {
        total = total.times(factored(factor.through(view.axes()), exponent));
      }
      return total;
    }
    if (node instanceof Node.Power power && (isWhole || judge.isNonNegative(power.base()))) {
      return factored(power.base().through(view.axes()), power.exponent().times(exponent));
    }
    if (isDerived && node instanceof Node.Apply apply && apply.fn() == Fn.WHERE && exponent.isOne()) {
      return choice(view, apply);
    }
    return new FactoredTerm(Rational.ONE, Map.of(view, exponent));
  }

  /** The value as a product, a choice between it and zero as the product of its condition and its value. */
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

  /** where(c, x, 0) as the indicator of c times x. */
  private FactoredTerm choice(View view, Node.Apply apply) {
    List<View> arguments = apply.arguments().stream().map(argument -> argument.through(view.axes())).toList();
    if (isNumber(arguments.get(2), Rational.ZERO)) {
      return factored(arguments.get(1)).times(indicator(arguments.get(0), true), Rational.ONE);
    }
    return isNumber(arguments.get(1), Rational.ZERO)
        ? factored(arguments.get(2)).times(indicator(arguments.get(0), false), Rational.ONE) : FactoredTerm.of(view);
  }

  /** 1 where the condition holds, or where it does not. */
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

  /** The product of the views as they are. */
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
    FactoredTerm rest = covered.only(view -> !isIndicator(view));
    FactoredTerm scalars = rest.only(view -> view.axes().isEmpty() && !mayBeInfinite(view, rest.exponent(view)));
    FactoredTerm inner = rest.only(view -> scalars.exponent(view).isZero());
    boolean isGuard = !indicators.isNumber() && !inner.isNumber() && (isDerived || indicators.powers().keySet().stream().anyMatch(view -> !isComparison(view))
        || inner.powers().entrySet().stream().anyMatch(f -> mayBeInfinite(f.getKey(), f.getValue())));
    View value = isGuard ? guarded(indicators, monomial(inner)) : tensor(rest.times(indicators));
    return scaled(covered.coefficient(), isGuard ? scaledBy(scalars, value) : value);
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
            positiveTermsFirst(sum.terms().stream().map(part -> new Node.Term(part.coefficient().negate(), part.view())).toList()));
        return term.without(base).times(new View(graph.add(negative), base.axes()), Rational.ONE).times(Rational.MINUS_ONE);
      }
    }
    return term;
  }

  /** c^2 = c for an indicator, and c f = f if f vanishes where c does, as max(u, 0) does where u < 0. */
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

  /** where(c, value, 0) for each indicator, so that what is not chosen is never multiplied by zero. */
  private View guarded(FactoredTerm indicators, View value) {
    View result = value;
    View zero = number(Rational.ZERO);
    for (View indicator : indicators.powers().keySet()) {
      if (isComparison(indicator)) {
        result = apply(Fn.WHERE, List.of(indicator, result, zero));
      } else {
        Node.Apply choice = (Node.Apply) node(indicator);
        boolean holds = isNumber(choice.arguments().get(1), Rational.ONE);
        View condition = choice.arguments().get(0).through(indicator.axes());
        result = apply(Fn.WHERE, List.of(condition, holds ? result : zero, holds ? zero : result));
      }
    }
    return result;
  }

  /** The product of views to powers; one node for all orders of the factors. */
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
    return known.through(order);
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

  /** True of a high power of something unbounded times a bounded sum that may vanish, as 1 + tanh(u) does where u is low. */
  boolean mayOverflow(FactoredTerm term) {
    return term.powers().keySet().stream().anyMatch(base -> isHigh(base, term.exponent(base)))
        && mayVanish(term);
  }

  /** True of a product with a bounded sum that may vanish. */
  boolean mayVanish(FactoredTerm term) {
    return term.powers().keySet().stream().anyMatch(base -> node(base) instanceof Node.Sum && term.exponent(base).signum() > 0
        && judge.isBounded(base) && !judge.isAwayFromZero(base));
  }

  private boolean isHigh(View base, Rational exponent) {
    return exponent.isInteger() && exponent.compareTo(Rational.ONE) > 0 && !judge.isBounded(base);
  }

  /** The product with bounded factors first, and with high powers multiplied in last and one by one: 0 meets what has not yet overflowed. */
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
    View product = View.identity(graph.add(new Node.Product(shape, shape.size(), factors)), shape.size()).through(order);
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
    return View.identity(graph.add(new Node.Product(shape, shape.size(), local)), shape.size()).through(order);
  }

  private View power(View base, Rational exponent) {
    List<Extent> shape = node(base).shape();
    return new View(graph.add(new Node.Power(shape, View.identity(base.node(), shape.size()), exponent)), base.axes());
  }

  /** The loop axes that views name, those of the view with the most axes first. */
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

  private List<Extent> extents(Set<View> views, List<Integer> order) {
    Map<Integer, Extent> extents = new HashMap<>();
    for (View view : views) {
      List<Extent> shape = node(view).shape();
      IntStream.range(0, shape.size()).forEach(k -> extents.put(view.axes().get(k), shape.get(k)));
    }
    return order.stream().map(extents::get).toList();
  }

  // ---- functions ----

  /** A function of views over one loop nest. */
  View apply(Fn fn, List<View> arguments) {
    if (fn == Fn.STOP) {
      return arguments.get(0);
    }
    FactoredTerm argument = factored(arguments.isEmpty() ? number(Rational.ZERO) : arguments.get(0));
    if (isDerived && arguments.size() == 1 && isSigned(fn) && !argument.isNumber()) {
      Rational sign = argument.coefficient().signum() < 0 ? Rational.MINUS_ONE : Rational.ONE;
      Rational magnitude = fn == Fn.ABS || fn == Fn.SIGN ? argument.coefficient().abs() : Rational.ONE;
      Rational outside = (isOdd(fn) ? sign : Rational.ONE).times(fn == Fn.ABS ? magnitude : Rational.ONE);
      Rational inside = sign.over(magnitude);
      if (!inside.isOne()) {
        return scaled(outside, applied(fn, List.of(product(argument.times(inside)))));
      }
    }
    return applied(fn, arguments);
  }

  /** Odd and even functions, of which a sign leaves the argument. */
  private static boolean isSigned(Fn fn) {
    return fn.parity() != Fn.Parity.NONE;
  }

  private static boolean isOdd(Fn fn) {
    return fn.parity() == Fn.Parity.ODD;
  }

  private View applied(Fn fn, List<View> arguments) {
    Set<View> views = new LinkedHashSet<>(arguments);
    List<Integer> order = axisOrder(views);
    List<View> local = arguments.stream().map(view -> inverse(view, order)).toList();
    int node = graph.add(new Node.Apply(fn, extents(views, order), local));
    return View.identity(node, order.size()).through(order);
  }

  View max(List<Extent> loops, int rank, View argument) {
    if (argument.axes().stream().noneMatch(axis -> axis >= rank)) {
      return argument;
    }
    List<Integer> order = new ArrayList<>(argument.axes().stream().filter(axis -> axis < rank).toList());
    int free = order.size();
    argument.axes().stream().filter(axis -> axis >= rank).forEach(order::add);
    int node = graph.add(new Node.Max(order.stream().map(loops::get).toList(), free, inverse(argument, order)));
    return View.identity(node, free).through(order.subList(0, free));
  }

  // ---- sums ----

  /**
   * Writes a sum.
   *
   * @param isDerived true in the backward pass, where factors that all terms have are taken out and choices meet
   */
  View sum(Rational constant, List<FactoredTerm> terms, boolean isDerived) {
    List<FactoredTerm> all = isDerived ? merged(new ChoiceMerger(this).merged(flat(merged(terms), !constant.isZero()))) : merged(terms);
    Rational total = all.stream().filter(FactoredTerm::isNumber).map(FactoredTerm::coefficient).reduce(constant, Rational::plus);
    List<FactoredTerm> distinct = withoutNegativeParts(all.stream().filter(term -> !term.isNumber()).toList());
    List<FactoredTerm> opened = distinct.stream().flatMap(term -> opened(term).stream()).toList();
    List<FactoredTerm> met = withoutNegativeParts(opened);
    distinct = met.equals(opened) ? distinct : met;
    if (distinct.isEmpty() || distinct.size() == 1 && total.isZero()) {
      return distinct.isEmpty() ? number(total) : product(distinct.get(0));
    }
    return isDerived ? collected(total, distinct) : plain(total, distinct);
  }

  /** Terms with the same factors as one. */
  private static List<FactoredTerm> merged(List<FactoredTerm> terms) {
    Map<Map<View, Rational>, FactoredTerm> merged = new LinkedHashMap<>();
    terms.forEach(term -> merged.merge(term.powers(), term, (a, b) -> a.unit().times(a.coefficient().plus(b.coefficient()))));
    return merged.values().stream().filter(term -> !term.coefficient().isZero()).toList();
  }

  /** max(v, 0) - v = max(-v, 0), and max(v, 0) - v/2 = |v|/2. */
  private List<FactoredTerm> withoutNegativeParts(List<FactoredTerm> terms) {
    for (FactoredTerm term : terms) {
      for (View factor : term.powers().keySet()) {
        if (term.exponent(factor).isOne() && node(factor) instanceof Node.Apply apply && apply.fn() == Fn.MAXIMUM
            && isNumber(apply.arguments().get(1), Rational.ZERO)) {
          FactoredTerm argument = factored(apply.arguments().get(0).through(factor.axes()));
          FactoredTerm whole = term.without(factor).times(argument).times(Rational.MINUS_ONE);
          if (hold(terms, whole)) {
            View positive = apply(Fn.MAXIMUM, List.of(product(argument.times(Rational.MINUS_ONE)), number(Rational.ZERO)));
            return replaced(terms, term, whole, term.without(factor).times(positive, Rational.ONE));
          }
          FactoredTerm half = whole.times(Rational.HALF);
          if (hold(terms, half)) {
            View size = apply(Fn.ABS, List.of(product(argument.unit().times(argument.coefficient().abs().times(Rational.HALF)))));
            return replaced(terms, term, half, term.without(factor).times(size, Rational.ONE));
          }
        }
      }
    }
    return terms;
  }

  /** The terms of a sum that nobody has named. */
  private List<FactoredTerm> opened(FactoredTerm term) {
    return term.isSingle() && available.contains(term.first().node()) ? List.of(term) : parts(List.of(), term);
  }

  private boolean hold(List<FactoredTerm> terms, FactoredTerm part) {
    return terms.containsAll(parts(terms, part));
  }

  /** The term if it is one of the terms, else those of the sum that it is. */
  private List<FactoredTerm> parts(List<FactoredTerm> terms, FactoredTerm term) {
    return !terms.contains(term) && term.isSingle() && node(term.first()) instanceof Node.Sum sum && sum.constant().isZero() ? sum.terms().stream()
        .map(part -> factored(part.view().through(term.first().axes())).times(part.coefficient()).times(term.coefficient())).toList() : List.of(term);
  }

  private List<FactoredTerm> replaced(List<FactoredTerm> terms, FactoredTerm term, FactoredTerm gone, FactoredTerm by) {
    List<FactoredTerm> rest = new ArrayList<>(terms);
    rest.set(rest.indexOf(term), by);
    rest.removeAll(parts(terms, gone));
    return rest;
  }

  /** The terms with sums among them taken apart, if that lets some of them meet. */
  private List<FactoredTerm> flat(List<FactoredTerm> terms, boolean hasConstant) {
    List<FactoredTerm> flat = new ArrayList<>();
    int numbers = hasConstant ? 1 : 0;
    Set<Map<View, Rational>> distinct = new HashSet<>();
    for (FactoredTerm term : terms) {
      if (term.isSingle() && node(term.first()) instanceof Node.Sum sum && !sum.isNumber() && !available.contains(term.first().node())) {
        flat.add(FactoredTerm.number(sum.constant().times(term.coefficient())));
        sum.terms().forEach(part -> flat.add(factored(part.view().through(term.first().axes())).times(part.coefficient()).times(term.coefficient())));
      } else {
        flat.add(term);
      }
    }
    flat.removeIf(term -> term.isNumber() && term.coefficient().isZero());
    numbers += (int) flat.stream().filter(FactoredTerm::isNumber).count();
    flat.forEach(term -> distinct.add(term.powers()));
    boolean meets = numbers > 1 || distinct.size() < flat.size();
    return meets ? flat : terms;
  }

  private View collected(Rational constant, List<FactoredTerm> all) {
    List<FactoredTerm> terms = grouped(all);
    FactoredTerm common = constant.isZero() ? common(terms) : FactoredTerm.ONE;
    Rational content = content(constant, terms);
    common = common.times(content);
    if (common.equals(FactoredTerm.ONE)) {
      return plain(constant, positiveFirst(terms));
    }
    FactoredTerm divisor = new FactoredTerm(content, common.powers()).power(-1);
    List<FactoredTerm> rest = terms.stream().map(divisor::times).toList();
    List<FactoredTerm> others = rest.stream().filter(term -> !term.isNumber()).toList();
    Rational number = rest.stream().filter(FactoredTerm::isNumber).map(FactoredTerm::coefficient)
        .reduce(constant.over(content), Rational::plus);
    View inner = sum(number, others, true);
    return product(common.times(factored(inner)));
  }

  /** a b + a c + d is a (b + c) + d: terms with a common factor together, those of the most common one first. */
  private List<FactoredTerm> grouped(List<FactoredTerm> terms) {
    Map<View, Integer> counts = new LinkedHashMap<>();
    terms.forEach(term -> term.powers().forEach((base, exponent) -> {
      if (!base.axes().isEmpty() && !isIndicator(base)) {
        counts.merge(base, 1, Integer::sum);
      }
    }));
    for (Map.Entry<View, Integer> entry : counts.entrySet()) {
      List<FactoredTerm> with = terms.stream().filter(term -> !term.exponent(entry.getKey()).isZero()).toList();
      boolean isPart = with.size() > 1 && with.size() < terms.size() && with.size() == Collections.max(counts.values());
      if (isPart && common(with).powers().containsKey(entry.getKey())) {
        List<FactoredTerm> rest = new ArrayList<>(terms);
        rest.set(rest.indexOf(with.get(0)), factored(collected(Rational.ZERO, with)));
        rest.removeAll(with);
        return rest.size() > 2 ? grouped(rest) : rest;
      }
    }
    return terms;
  }

  /** The factors that all terms have, to the smallest power of the same sign. */
  private static FactoredTerm common(List<FactoredTerm> terms) {
    FactoredTerm common = FactoredTerm.ONE;
    for (Map.Entry<View, Rational> factor : terms.get(0).powers().entrySet()) {
      Rational least = factor.getValue();
      for (FactoredTerm term : terms) {
        Rational here = term.exponent(factor.getKey());
        least = here.signum() != least.signum() ? Rational.ZERO : here.abs().compareTo(least.abs()) < 0 ? here : least;
      }
      common = least.isZero() ? common : common.times(factor.getKey(), least);
    }
    return common;
  }

  /** The number that all coefficients are multiples of by 1 and -1. */
  private static Rational content(Rational constant, List<FactoredTerm> terms) {
    Rational magnitude = terms.get(0).coefficient().abs();
    boolean isCommon = terms.stream().allMatch(term -> term.coefficient().abs().equals(magnitude))
        && (constant.isZero() || constant.abs().equals(magnitude));
    boolean isNegative = constant.signum() <= 0 && terms.stream().allMatch(term -> term.coefficient().signum() < 0);
    Rational content = isCommon ? magnitude : Rational.ONE;
    return isNegative ? content.negate() : content;
  }

  private static List<FactoredTerm> positiveFirst(List<FactoredTerm> terms) {
    if (terms.isEmpty() || terms.get(0).coefficient().signum() > 0) {
      return terms;
    }
    List<FactoredTerm> sorted = new ArrayList<>(terms);
    sorted.sort(Comparator.comparingInt(term -> -term.coefficient().signum()));
    return sorted;
  }

  /** The sum of the terms as they are. */
  private View plain(Rational constant, List<FactoredTerm> terms) {
    if (terms.size() == 1 && constant.isZero()) {
      return product(terms.get(0));
    }
    if (terms.isEmpty()) {
      return number(constant);
    }
    List<FactoredTerm> written = terms.stream().map(term -> {
      View view = product(term);
      return node(view) instanceof Node.Sum sum && isScaling(sum) && !available.contains(view.node())
          ? FactoredTerm.of(sum.terms().get(0).view().through(view.axes())).times(sum.terms().get(0).coefficient()) : FactoredTerm.of(view);
    }).toList();
    Set<View> views = new LinkedHashSet<>();
    written.forEach(term -> views.add(term.first()));
    List<Integer> order = axisOrder(views);
    List<Node.Term> local = written.stream().map(term -> new Node.Term(term.coefficient(), inverse(term.first(), order))).toList();
    List<Extent> shape = extents(views, order);
    Node.Sum sum = new Node.Sum(shape, constant, local);
    Node.Sum negative = new Node.Sum(shape, constant.negate(),
        positiveTermsFirst(local.stream().map(term -> new Node.Term(term.coefficient().negate(), term.view())).toList()));
    if (graph.find(negative).isPresent() && chosen.contains(graph.find(negative).getAsInt())) {
      return scaled(Rational.MINUS_ONE, View.identity(graph.find(negative).getAsInt(), order.size()).through(order));
    }
    return View.identity(graph.add(sum), order.size()).through(order);
  }

  private static List<Node.Term> positiveTermsFirst(List<Node.Term> terms) {
    List<Node.Term> sorted = new ArrayList<>(terms);
    sorted.sort(Comparator.comparingInt(term -> -term.coefficient().signum()));
    return sorted;
  }

  /** The value, or c expm1(u) for a sum c e^u - c (Kahan, Branch cuts for complex elementary functions, 1987). */
  View withExpm1(View value) {
    FactoredTerm outer = factored(value);
    if (!outer.isSingle() || !(node(outer.first()) instanceof Node.Sum sum) || sum.terms().size() != 1 || sum.constant().isZero()
        || !sum.terms().get(0).coefficient().equals(sum.constant().negate())) {
      return value;
    }
    FactoredTerm term = factored(sum.terms().get(0).view().through(outer.first().axes()));
    return term.isSingle() && term.coefficient().isOne() && node(term.first()) instanceof Node.Apply apply && apply.fn() == Fn.EXP
        ? product(FactoredTerm.of(apply(Fn.EXPM1, List.of(apply.arguments().get(0).through(term.first().axes()))))
            .times(sum.terms().get(0).coefficient()).times(outer.coefficient())) : value;
  }

  // ---- contractions ----

  /** Writes a product summed over the loop axes from {@code rank} on: what does not depend on them moves out. */
  View contraction(List<Extent> loops, int rank, List<FactoredTerm> factors) {
    FactoredTerm outside = FactoredTerm.ONE;
    List<FactoredTerm> operands = new ArrayList<>();
    for (FactoredTerm whole : factors) {
      FactoredTerm covered = available.cover(whole);
      FactoredTerm factor = covered.isSingle() ? covered : whole;
      outside = outside.times(factor.only(view -> view.axes().isEmpty()));
      FactoredTerm rest = factor.only(view -> !view.axes().isEmpty());
      if (!isModerate(outside.coefficient().times(factor.coefficient())) && !rest.isNumber()) {
        rest = rest.times(factor.coefficient());
      } else {
        outside = outside.times(factor.coefficient());
      }
      merge(operands, rest);
    }
    Set<Integer> free = new TreeSet<>();
    operands.forEach(operand -> operand.axes().stream().filter(axis -> axis < rank).forEach(free::add));
    for (int k = 0; k < operands.size(); k++) {
      boolean isReduction = operands.size() == 1 && !shared.contains(product(operands.get(k).unit()).node());
      FactoredTerm operand = isReduction
          ? available.pulled(operands.get(k), view -> view.axes().stream().allMatch(axis -> axis < rank)) : operands.get(k);
      FactoredTerm moved = operand.only(view -> view.axes().stream().allMatch(axis -> axis < rank)
          && (isReduction || operands.size() > 1 && new TreeSet<>(view.axes()).equals(free)));
      outside = outside.times(moved);
      operands.set(k, operand.only(view -> moved.exponent(view).isZero()).times(operand.coefficient()));
    }
    operands.removeIf(operand -> operand.equals(FactoredTerm.ONE));
    Set<Integer> named = new TreeSet<>();
    operands.forEach(operand -> named.addAll(operand.axes()));
    for (int axis = rank; axis < loops.size(); axis++) {
      outside = named.contains(axis) ? outside : outside.times(extent(loops.get(axis)));
    }
    return operands.isEmpty() ? product(outside) : product(outside.times(factored(reduced(loops, rank, operands))));
  }

  private static boolean isModerate(Rational number) {
    double magnitude = Math.abs(number.doubleValue());
    return magnitude == 0 || magnitude < MODERATE && magnitude > 1 / MODERATE;
  }

  private static void merge(List<FactoredTerm> operands, FactoredTerm factor) {
    for (int k = 0; k < operands.size(); k++) {
      if (operands.get(k).axes().equals(factor.axes())) {
        operands.set(k, operands.get(k).times(factor));
        return;
      }
    }
    if (!factor.equals(FactoredTerm.ONE)) {
      operands.add(factor);
    }
  }

  private FactoredTerm extent(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? FactoredTerm.number(Rational.of(fixed.size()))
        : FactoredTerm.of(new View(graph.add(new Node.Leaf(extent.toString(), Node.Role.EXTENT, List.of())), List.of()));
  }

  private View reduced(List<Extent> loops, int rank, List<FactoredTerm> operands) {
    List<View> views = operands.stream().map(this::product).toList();
    if (views.stream().anyMatch(view -> isNumber(view, Rational.ZERO))) {
      return number(Rational.ZERO);
    }
    Set<Integer> axes = new TreeSet<>();
    views.forEach(view -> axes.addAll(view.axes()));
    List<Integer> order = List.copyOf(axes);
    int free = (int) order.stream().filter(axis -> axis < rank).count();
    List<View> local = views.stream().map(view -> inverse(view, order)).toList();
    int node = graph.add(new Node.Product(order.stream().map(loops::get).toList(), free, local));
    List<Integer> outer = order.subList(0, free);
    return judge.constant(node).map(this::number).orElse(View.identity(node, free).through(outer));
  }

  // ---- what may be infinite ----

  /** True where a factor may be infinite, or no number, for finite data. */
  /** True of a value with a denominator that may vanish. */
  boolean isPole(View view) {
    return factored(view).powers().entrySet().stream().anyMatch(f -> f.getValue().signum() < 0 && !judge.isAwayFromZero(f.getKey()));
  }

  boolean mayBeInfinite(View base, Rational exponent) {
    return exponent.signum() < 0 && !judge.isAwayFromZero(base) || mayBeInfinite(base.node());
  }

  private boolean mayBeInfinite(int id) {
    Boolean known = infinite.get(id);
    if (known == null) {
      Node node = graph.node(id);
      known = !judge.isBounded(View.identity(id, node.rank())) && mayBeInfinite(node);
      infinite.put(id, known);
    }
    return known;
  }

  private boolean mayBeInfinite(Node node) {
    if (node instanceof Node.Power power && power.exponent().signum() < 0 && !judge.isAwayFromZero(power.base())) {
      return true;
    }
    if (node instanceof Node.Apply apply) {
      switch (apply.fn()) {
        case LOG, POW, LOG1P -> {
          return true;
        }
        case EXP, EXPM1 -> {
          return !judge.isNeverPositive(apply.arguments().get(0));
        }
        default -> { }
      }
    }
    return node.operands().stream().anyMatch(operand -> mayBeInfinite(operand.node()));
  }
}
