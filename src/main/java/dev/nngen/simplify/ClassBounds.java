package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Interval bounds of the entries of classes, for the side conditions of rules: exp is positive, a sigmoid is in (0, 1). Unknown bounds are
 * {@link Interval#REALS}.
 */
final class ClassBounds {

  /** Functions with more terms are not multiplied out. */
  private static final int LONGEST = 12;

  private final AtomTable atomTable;
  private final Map<Integer, Interval> declared = new HashMap<>();
  private final Map<Integer, Interval> known = new HashMap<>();
  private final Set<Integer> numbers = new HashSet<>();
  /** The axes, by position, along which the entries of an atom sum to one. */
  private final Map<Integer, List<Integer>> shares = new HashMap<>();

  ClassBounds(AtomTable atomTable) {
    this.atomTable = atomTable;
  }

  /** Declares the fact that the entries of a class are in the interval. */
  void declare(int classId, Interval interval) {
    Interval before = declared.getOrDefault(classId, Interval.REALS);
    Interval after = before.and(interval);
    if (!after.equals(before)) {
      declared.put(classId, after);
      known.clear();
    }
  }

  /** Declares the fact that a sum is one, as that of a one-hot column is. */
  void declareOne(Node.Product sum) {
    RationalFunction term = sum.factors().size() == 1 ? atomTable.normalForm(sum.factors().get(0)) : RationalFunction.ZERO;
    if (term.isVariable()) {
      View entry = atomTable.view(term.variables().first());
      shares.put(entry.node(), IntStream.range(0, entry.axes().size()).filter(k -> entry.axes().get(k) >= sum.rank()).boxed().toList());
      known.clear();
    }
  }

  /** Declares that no entry of a class is NaN. */
  void declareNumber(int classId) {
    numbers.add(classId);
  }

  /**
   * True if the function is never NaN: its leaves are counts, constants and values with a declared range, and arguments of logarithms and roots are
   * in their domains. Ignores overflow.
   */
  boolean isNumber(RationalFunction function) {
    Deque<Integer> open = new ArrayDeque<>(List.of(atomTable.classOf(function).node()));
    Set<Integer> entered = new HashSet<>(open);
    while (!open.isEmpty()) {
      int next = open.pop();
      for (int variable : numbers.contains(next) ? Set.<Integer>of() : atomTable.normalForm(next).variables()) {
        int own = atomTable.classOf(RationalFunction.variable(variable)).node();
        boolean isDeclared = numbers.contains(own);
        if (!isDeclared && !isNumber(atomTable.definitionOf(variable))) {
          return false;
        }
        if (!isDeclared) {
          atomTable.definitionOf(variable).operands().stream().map(View::node).filter(entered::add).forEach(open::push);
        }
      }
    }
    return true;
  }

  /** True if an atom is not NaN for operands that are not NaN. */
  private boolean isNumber(Node definition) {
    if (definition instanceof Node.Leaf leaf) {
      return !leaf.range().equals(Interval.REALS);
    }
    if (definition instanceof Node.Apply apply && apply.fn() != Fn.POW) {
      return IntStream.range(0, apply.arguments().size())
          .allMatch(k -> isInside(apply.fn().domain(k).closure(), apply.arguments().get(k).node()));
    }
    boolean needsDomain = definition instanceof Node.Apply || definition instanceof Node.Power power && !power.exponent().isInteger();
    return !needsDomain || ofClass(definition.operands().get(0).node()).isNonNegative();
  }

  private boolean isInside(Interval domain, int classId) {
    return domain.equals(Interval.REALS.closure()) || domain.encloses(ofClass(classId));
  }

  /** Returns the bounds of the entries of a class. */
  Interval ofClass(int classId) {
    if (!known.containsKey(classId)) {
      computeFromBelow(classId);
      learn(classId);
    }
    return known.get(classId);
  }

  private void learn(int classId) {
    known.put(classId, compute(atomTable.normalForm(classId)).and(declared.getOrDefault(classId, Interval.REALS)));
  }

  /** Computes the bounds of operands first, with an explicit stack: a network may have thousands of layers. */
  private void computeFromBelow(int classId) {
    Deque<Integer> open = new ArrayDeque<>(List.of(classId));
    Set<Integer> entered = new HashSet<>();
    while (!open.isEmpty()) {
      int next = open.peek();
      if (entered.add(next)) {
        parts(next).stream().filter(part -> !known.containsKey(part) && !entered.contains(part)).forEach(open::push);
      } else {
        open.pop();
        if (next != classId && !known.containsKey(next)) {
          learn(next);
        }
      }
    }
  }

  /** Returns the classes on which the bounds of a class depend. */
  private Set<Integer> parts(int classId) {
    Set<Integer> parts = new TreeSet<>(Comparator.reverseOrder());
    for (int variable : atomTable.normalForm(classId).variables()) {
      Node definition = atomTable.definitionOf(variable);
      if (!(definition instanceof Node.Apply apply) || apply.fn() == Fn.EXP || apply.fn() == Fn.LOG || apply.fn() == Fn.POW) {
        definition.operands().forEach(operand -> parts.add(operand.node()));
      }
    }
    return parts;
  }

  /** Returns the bounds of a function, with the declared facts of its class if it has one. */
  Interval of(RationalFunction function) {
    return function.isConstant() ? Interval.point(function.coefficient().doubleValue())
        : ofClass(atomTable.classOf(function).node());
  }

  boolean isPositive(RationalFunction function) {
    return of(function).isPositive();
  }

  /** True if the factor is known to be nonzero. */
  boolean isNonzero(Polynomial factor) {
    return of(factor).excludesZero() || of(RationalFunction.of(factor)).excludesZero();
  }

  private Interval compute(RationalFunction function) {
    Interval bounds = Interval.point(function.coefficient().doubleValue());
    for (Map.Entry<Polynomial, Integer> entry : function.factors().entrySet()) {
      bounds = IntervalArithmetic.times(bounds, IntervalArithmetic.power(of(entry.getKey()), entry.getValue()));
    }
    return tightened(function, bounds);
  }

  /** Tightens the bounds of a proper quotient to (-1, 1), which interval arithmetic alone does not find. */
  private Interval tightened(RationalFunction function, Interval bounds) {
    if (function.factors().values().stream().noneMatch(k -> k < 0) || function.size() > LONGEST) {
      return bounds;
    }
    Interval denominator = of(function.denominator());
    if (!denominator.isPositive()) {
      return bounds;
    }
    Polynomial numerator = function.numerator().times(function.coefficient());
    Interval result = bounds;
    if (of(function.denominator().minus(numerator)).isPositive()) {
      result = result.and(new Interval(Double.NEGATIVE_INFINITY, true, 1, true));
    }
    if (of(function.denominator().plus(numerator)).isPositive()) {
      result = result.and(new Interval(-1, true, Double.POSITIVE_INFINITY, true));
    }
    return result;
  }

  Interval of(Polynomial polynomial) {
    Interval bounds = ofTerms(polynomial);
    bounds = bounds.low() == Double.NEGATIVE_INFINITY ? bounds.and(aboveSquare(polynomial)) : bounds;
    bounds = bounds.high() == Double.POSITIVE_INFINITY
        ? bounds.and(IntervalArithmetic.scaled(aboveSquare(polynomial.times(Rational.MINUS_ONE)), -1)) : bounds;
    boolean isPositive = !bounds.isPositive() && (isSumMinusOneOfItsTerms(polynomial) || isPositiveWithRoot(polynomial));
    return isPositive ? bounds.and(Interval.POSITIVE) : bounds;
  }

  /** Returns the bounds of the terms by interval arithmetic. */
  private Interval ofTerms(Polynomial polynomial) {
    Interval bounds = Interval.point(0);
    for (Map.Entry<Monomial, Rational> term : polynomial.terms().entrySet()) {
      Interval product = Interval.point(1);
      for (int k = 0; k < term.getKey().size(); k++) {
        product = IntervalArithmetic.times(product,
            IntervalArithmetic.power(ofVariable(term.getKey().variable(k)), term.getKey().exponent(k)));
      }
      bounds = IntervalArithmetic.plus(bounds, IntervalArithmetic.scaled(product, term.getValue().doubleValue()));
    }
    return bounds;
  }

  /** Bounds by completing the square: a v^2 + b v + c = a (v + b / 2a)^2 + c - b^2 / 4a is at least c - b^2 / 4a for positive a. */
  private Interval aboveSquare(Polynomial polynomial) {
    for (int variable : polynomial.size() > LONGEST ? Set.<Integer>of() : polynomial.variables()) {
      SortedMap<Integer, Polynomial> powers = polynomial.coefficients(variable);
      boolean isQuadratic = powers.containsKey(2) && powers.containsKey(1) && powers.lastKey() == 2;
      Rational a = isQuadratic && powers.get(2).isConstant() ? powers.get(2).constantTerm() : Rational.ZERO;
      if (a.signum() > 0) {
        Polynomial b = powers.get(1);
        Interval behind = of(powers.getOrDefault(0, Polynomial.ZERO).minus(b.times(b).times(a.times(Rational.of(4)).reciprocal())));
        return new Interval(behind.low(), behind.lowOpen(), Double.POSITIVE_INFINITY, true);
      }
    }
    return Interval.REALS;
  }

  /** True for sum_k E_k - E_k with positive E. Other terms remain, because an axis has at least two entries. */
  private boolean isSumMinusOneOfItsTerms(Polynomial polynomial) {
    if (polynomial.size() != 2 || !polynomial.primitive().terms().values().stream().allMatch(c -> c.isOne()
        || c.equals(Rational.MINUS_ONE))) {
      return false;
    }
    Monomial plus = null;
    Monomial minus = null;
    for (Map.Entry<Monomial, Rational> term : polynomial.terms().entrySet()) {
      plus = term.getValue().signum() > 0 ? term.getKey() : plus;
      minus = term.getValue().signum() < 0 ? term.getKey() : minus;
    }
    if (plus == null || minus == null || plus.totalDegree() != 1) {
      return false;
    }
    RationalFunction part = RationalFunction.of(Polynomial.term(Rational.ONE, minus));
    List<Integer> axes = atomTable.view(plus.variable(0)).axes();
    return atomTable.definitionOf(plus.variable(0)) instanceof Node.Product sum && sum.isSumming() && sum.factors().size() == 1
        && isEntry(atomTable.classOf(part), sum.factors().get(0), axes) && isPositive(part);
  }

  /** True for r + a sqrt(q) with positive a and a^2 q > r^2, which is positive, such as z + sqrt(z^2 + 1). */
  private boolean isPositiveWithRoot(Polynomial polynomial) {
    for (int variable : polynomial.size() > LONGEST ? Set.<Integer>of() : polynomial.variables()) {
      if (atomTable.definitionOf(variable) instanceof Node.Power root && root.exponent().equals(Rational.HALF)) {
        return exceeds(variable, atomTable.normalForm(root.base().rewire(atomTable.view(variable).axes())), polynomial);
      }
    }
    return false;
  }

  private boolean exceeds(int root, RationalFunction radicand, Polynomial polynomial) {
    SortedMap<Integer, Polynomial> byDegree = polynomial.coefficients(root);
    if (byDegree.lastKey() != 1 || !byDegree.get(1).isConstant() || byDegree.get(1).constantTerm().signum() < 0
        || radicand.size() > LONGEST || radicand.factors().values().stream().anyMatch(exponent -> exponent < 0)) {
      return false;
    }
    Polynomial factor = byDegree.get(1);
    Polynomial rest = polynomial.minus(Polynomial.variable(root).times(factor));
    Polynomial square = radicand.numerator().times(radicand.coefficient()).times(factor).times(factor);
    return of(square.minus(rest.times(rest))).isPositive();
  }

  private Interval ofVariable(int variable) {
    Node definition = atomTable.definitionOf(variable);
    Interval bounds = ofAtom(definition);
    Interval fact = declared.get(atomTable.classOf(RationalFunction.variable(variable)).node());
    return fact == null ? bounds : bounds.and(fact);
  }

  private Interval ofAtom(Node definition) {
    if (definition instanceof Node.Leaf leaf) {
      return leaf.range();
    }
    if (definition instanceof Node.Apply apply) {
      return ofFunction(apply);
    }
    if (definition instanceof Node.Power power) {
      Interval base = ofClass(power.base().node());
      return power.exponent().isInteger() ? IntervalArithmetic.power(base, power.exponent().intValueExact())
          : base.isNonNegative() ? IntervalArithmetic.rising(base, x -> Math.pow(x, power.exponent().doubleValue())) : Interval.NON_NEGATIVE;
    }
    if (definition instanceof Node.Max max) {
      return ofClass(max.argument().node());
    }
    if (definition instanceof Node.Product product) {
      return ofSum(product);
    }
    return definition instanceof Node.Sum && definition.operands().size() == 1
        ? ofClass(definition.operands().get(0).node()) : Interval.REALS;
  }

  private Interval ofSum(Node.Product product) {
    Interval term = Interval.point(1);
    for (View factor : product.factors()) {
      term = IntervalArithmetic.times(term, ofClass(factor.node()));
    }
    boolean isPositive = term.isPositive() || term.isNonNegative() && (hasPositiveTerm(product) || isMean(product));
    return isPositive ? Interval.POSITIVE : term.isNonNegative() ? Interval.NON_NEGATIVE : Interval.REALS;
  }

  /** True for a sum of positive terms over indices that satisfy relations, if at least one index does. */
  private boolean hasPositiveTerm(Node.Product product) {
    List<Witnesses.Condition> conditions = new ArrayList<>();
    for (View factor : product.factors()) {
      for (Polynomial part : atomTable.normalForm(factor).factors().keySet()) {
        Optional<Relation> relation = part.isVariable() && atomTable.definitionOf(part.asVariable()) instanceof Node.Leaf leaf ? leaf.relation() : Optional.empty();
        if (relation.isEmpty() && !of(part).isPositive()) {
          return false;
        }
        relation.ifPresent(r -> conditions.add(new Witnesses.Condition(r.kind(), r.over(atomTable.view(part.asVariable()).axes()))));
      }
    }
    return new Witnesses(product.loops()).exist(conditions, product.rank());
  }

  /** True for a mean of positive values, whose weights sum to one along summed axes. The entry that an index selects is one. */
  private boolean isMean(Node.Product product) {
    int weights = 0;
    for (View factor : product.factors()) {
      for (Map.Entry<Polynomial, Integer> part : atomTable.normalForm(factor).factors().entrySet()) {
        boolean isWeight = part.getValue() == 1 && part.getKey().isVariable() && isShare(atomTable.view(part.getKey().asVariable()), product.rank());
        weights += isWeight ? 1 : 0;
        if (!isWeight && !of(part.getKey()).isPositive()) {
          return false;
        }
      }
    }
    return weights == 1;
  }

  /** True if the entries sum to one along some of the loop axes from {@code rank} on. */
  private boolean isShare(View entry, int rank) {
    List<Integer> along = shares.getOrDefault(entry.node(), List.of()).stream().map(entry.axes()::get).toList();
    return !along.isEmpty() && entry.axes().stream().distinct().count() == entry.axes().size() && along.stream().allMatch(axis -> axis >= rank);
  }

  private Interval ofFunction(Node.Apply apply) {
    return switch (apply.fn()) {
      case EXP -> IntervalArithmetic.rising(ofClass(apply.arguments().get(0).node()), Math::exp)
          .and(isNeverPositive(atomTable.normalForm(apply.arguments().get(0).node())) ? new Interval(0, true, 1, false) : Interval.POSITIVE);
      case LOG -> ofLogarithm(ofClass(apply.arguments().get(0).node()));
      case POW -> ofClass(apply.arguments().get(0).node()).isPositive() ? Interval.POSITIVE : Interval.REALS;
      default -> apply.fn().range();
    };
  }

  /** Returns bounds that state the sign of a logarithm. Tighter bounds would be rounded. */
  private static Interval ofLogarithm(Interval argument) {
    return argument.isNonNegative() ? IntervalArithmetic.rising(argument, Math::log) : Interval.REALS;
  }

  /** True for q (u - max u) with q > 0, and for functions that interval arithmetic shows to be at most 0. */
  boolean isNeverPositive(RationalFunction function) {
    return of(function).high() <= 0 || function.factors().entrySet().stream()
        .anyMatch(factor -> factor.getValue() == 1 && isNeverPositive(function, factor.getKey()));
  }

  /** True if the factor is a multiple of u - max u, and the function is the factor times a positive value. */
  private boolean isNeverPositive(RationalFunction function, Polynomial factor) {
    for (int variable : factor.variables()) {
      SortedMap<Integer, Polynomial> parts = atomTable.definitionOf(variable) instanceof Node.Max ? factor.coefficients(variable) : new TreeMap<>();
      if (atomTable.definitionOf(variable) instanceof Node.Max max && parts.keySet().equals(Set.of(0, 1))) {
        RationalFunction scale = RationalFunction.of(parts.get(1)).times(Rational.MINUS_ONE);
        View compared = atomTable.classOf(RationalFunction.of(parts.get(0)).times(scale.inverse()));
        if (isEntry(compared, max.argument(), atomTable.view(variable).axes())) {
          return of(function.times(RationalFunction.of(factor).inverse()).times(scale)).isPositive();
        }
      }
    }
    return false;
  }

  /** True if the view is an entry of the argument of a reduction whose result has these axes. */
  private static boolean isEntry(View view, View argument, List<Integer> axes) {
    Map<Integer, Integer> entry = new HashMap<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      entry.put(axis, axes.get(axis));
    }
    return view.node() == argument.node() && IntStream.range(0, view.axes().size()).allMatch(k ->
        view.axes().get(k).equals(entry.computeIfAbsent(argument.axes().get(k), loop -> view.axes().get(k))));
  }
}
