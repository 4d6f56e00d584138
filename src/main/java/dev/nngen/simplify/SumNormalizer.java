package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Normal forms of sums over axes. Factors that do not depend on a summed axis move out of the sum. The others are grouped by their axes, so that a
 * matrix product keeps its two operands. A sum of terms is distributed only if that makes it smaller, as in sum_k (E_k - Y_k S) = S - S.
 */
final class SumNormalizer {

  /** A sum with more terms is not distributed. */
  private static final int MAX_TERMS = 12;

  private final AtomTable atomTable;
  private final RationalArithmetic arithmetic;
  private final Optional<ExpandedSums> expanded;
  private final SummationOrders orders;
  private final Map<Integer, RationalFunction> facts = new HashMap<>();

  /**
   * @param expanding true for proofs: sums of terms are multiplied out, and nested sums are merged
   */
  SumNormalizer(AtomTable atomTable, RationalArithmetic arithmetic, boolean expanding) {
    this.atomTable = atomTable;
    this.arithmetic = arithmetic;
    this.orders = new SummationOrders(atomTable, arithmetic);
    this.expanded = expanding ? Optional.of(new ExpandedSums(atomTable, arithmetic, this)) : Optional.empty();
  }

  /** Declares the fact that the atom equals a function of the atom's axes. */
  void declare(int atom, RationalFunction value) {
    facts.put(atom, value);
  }

  /** Declares that the sums among an adjoint's factors are not merged into other sums, which would grow from layer to layer. */
  void keep(RationalFunction adjoint) {
    adjoint.factors().keySet().stream().filter(Polynomial::isVariable).forEach(factor -> orders.keep(atomTable.view(factor.asVariable()).node()));
  }

  /** Returns the atoms that have declared facts. */
  Set<Integer> facts() {
    return facts.keySet();
  }

  /** Returns an atom's entry, or its value by a declared fact. */
  RationalFunction entry(Node definition, List<Integer> axes) {
    return entry(atomTable.atom(definition), axes);
  }

  private RationalFunction entry(int atom, List<Integer> axes) {
    RationalFunction fact = facts.get(atom);
    return fact == null ? RationalFunction.variable(atomTable.variable(new View(atom, axes))) : atomTable.rewire(fact, axes);
  }

  /** Returns the product of the factors, summed over the loop axes from {@code rank} on. */
  RationalFunction sum(List<Extent> loops, int rank, List<RationalFunction> factors) {
    List<Extent> axes = new ArrayList<>(loops);
    TreeSet<Integer> bound = new TreeSet<>();
    for (int axis = rank; axis < loops.size(); axis++) {
      bound.add(axis);
    }
    return expanded.isPresent() ? expanded.get().sum(loops, bound, product(factors)) : new Sum(axes, bound, false).of(factors);
  }

  /**
   * Replaces a summed axis that a factor [i = j] declares equal to another axis of its length.
   *
   * @param bound the summed axes, from which it is removed
   */
  List<RationalFunction> resolved(List<Extent> loops, TreeSet<Integer> bound, List<RationalFunction> factors) {
    for (int k = 0; k < factors.size(); k++) {
      for (Map.Entry<Polynomial, Integer> part : factors.get(k).factors().entrySet()) {
        Optional<Map.Entry<Integer, Integer>> equal = part.getValue() == 1 && part.getKey().isVariable()
            ? Relation.equalAxes(atomTable.definitionOf(part.getKey().asVariable()), atomTable.view(part.getKey().asVariable()).axes()) : Optional.empty();
        if (equal.isPresent() && (bound.contains(equal.get().getKey()) || bound.contains(equal.get().getValue()))) {
          boolean isFirst = bound.contains(equal.get().getKey());
          int summed = isFirst ? equal.get().getKey() : equal.get().getValue();
          int other = isFirst ? equal.get().getValue() : equal.get().getKey();
          bound.remove(summed);
          List<RationalFunction> rest = new ArrayList<>(factors);
          rest.set(k, rest.get(k).times(RationalFunction.of(part.getKey()).inverse()));
          List<Integer> outer = IntStream.range(0, loops.size()).mapToObj(axis -> axis == summed ? other : axis).toList();
          return resolved(loops, bound, rest.stream().map(factor -> atomTable.rewire(factor, outer)).toList());
        }
      }
    }
    return factors;
  }

  private RationalFunction product(List<RationalFunction> factors) {
    RationalFunction product = RationalFunction.ONE;
    for (RationalFunction factor : factors) {
      product = arithmetic.times(product, factor);
    }
    return product;
  }

  /** Returns the maximum over the loop axes from {@code rank} on. A positive coefficient moves out of it. */
  RationalFunction max(List<Extent> loops, int rank, RationalFunction argument) {
    boolean normalization = argument.coefficient().signum() > 0 && !argument.isConstant();
    Rational scale = normalization ? argument.coefficient() : Rational.ONE;
    RationalFunction inner = argument.times(scale.reciprocal());
    if (atomTable.axes(inner).stream().noneMatch(axis -> axis >= rank)) {
      return argument;
    }
    View view = atomTable.classOf(inner);
    List<Integer> free = view.axes().stream().filter(axis -> axis < rank).toList();
    List<Integer> order = new ArrayList<>(free);
    view.axes().stream().filter(axis -> axis >= rank).forEach(order::add);
    View wired = new View(view.node(), view.axes().stream().map(order::indexOf).toList());
    return atomTable.entry(new Node.Max(order.stream().map(loops::get).toList(), free.size(), wired), free).times(scale);
  }

  /** Returns the length of an axis as a number, or as an atom if it is known at run time only. */
  RationalFunction extent(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? RationalFunction.constant(Rational.of(fixed.size()))
        : atomTable.entry(new Node.Leaf(extent.toString(), Node.Role.EXTENT, List.of()), List.of());
  }

  /** One sum: the loop axes, those that are summed, the factors that have moved out, and the groups that remain. */
  private final class Sum {
    private final List<Extent> loops;
    private final TreeSet<Integer> bound;
    /** True for a part of a sum, which may cancel with other parts. It is not searched for cancellation itself, so that the search ends. */
    private final boolean isPart;
    private RationalFunction outside = RationalFunction.ONE;
    private List<Group> groups = new ArrayList<>();
    private boolean keepsRows;

    Sum(List<Extent> loops, TreeSet<Integer> bound, boolean isPart) {
      this.loops = loops;
      this.bound = new TreeSet<>(bound);
      this.isPart = isPart;
    }

    RationalFunction of(List<RationalFunction> given) {
      if (given.stream().anyMatch(RationalFunction::isZero)) {
        return RationalFunction.ZERO;
      }
      List<RationalFunction> factors = resolved(loops, bound, given);
      group(factors);
      RationalFunction collapsed = collapsed();
      if (collapsed != null) {
        return arithmetic.times(outside, collapsed);
      }
      if (isMatrixProduct()) {
        keepsRows = true;
        outside = RationalFunction.ONE;
        groups = new ArrayList<>();
        group(factors);
      }
      return arithmetic.times(outside, remaining());
    }

    private void group(List<RationalFunction> factors) {
      factors.forEach(this::put);
      for (int before = -1; before != groups.size(); ) {
        before = groups.size();
        List<Group> again = groups;
        groups = new ArrayList<>();
        again.forEach(group -> put(group.function));
      }
    }

    /** True if no group spans all axes. Then factors that scale rows of an operand stay with the operand. */
    private boolean isMatrixProduct() {
      return groups.size() > 1 && !hasSpanningGroup();
    }

    private boolean hasSpanningGroup() {
      SortedSet<Integer> all = new TreeSet<>();
      groups.forEach(group -> all.addAll(group.axes));
      return groups.stream().anyMatch(group -> group.axes.equals(all));
    }

    /** Moves factors that do not depend on a summed axis out, and multiplies the others into the group of their axes. */
    private void put(RationalFunction factor) {
      outside = arithmetic.times(outside, RationalFunction.constant(factor.coefficient()));
      RationalFunction.Product inner = new RationalFunction.Product();
      boolean bounded = !isFree(atomTable.axes(factor));
      factor.factors().forEach((polynomial, exponent) -> {
        SortedSet<Integer> along = atomTable.axes(polynomial);
        boolean stays = bounded && (along.isEmpty() ? isConstant(polynomial) : keepsRows);
        if (isFree(along) && !stays) {
          outside = arithmetic.times(outside, RationalFunction.of(polynomial).power(exponent));
        } else {
          inner.times(polynomial, exponent);
        }
      });
      RationalFunction rest = inner.build();
      if (!rest.isOne()) {
        SortedSet<Integer> axes = atomTable.axes(rest);
        for (int g = 0; g < groups.size(); g++) {
          if (groups.get(g).axes.equals(axes)) {
            RationalFunction product = arithmetic.times(groups.get(g).function, rest);
            groups.set(g, new Group(axes, product));
            return;
          }
        }
        groups.add(new Group(axes, rest));
      }
    }

    /** True for constants such as pi and sqrt(2). They stay inside, so that coefficients do not grow from layer to layer. */
    private boolean isConstant(Polynomial scalar) {
      return scalar.variables().stream().allMatch(v -> isConstant(atomTable.definitionOf(v)));
    }

    private boolean isConstant(Node definition) {
      return !(definition instanceof Node.Leaf) && definition.operands().stream()
          .allMatch(operand -> atomTable.normalForm(operand.node()).variables().stream()
              .allMatch(v -> isConstant(atomTable.definitionOf(v))));
    }

    private boolean isFree(SortedSet<Integer> axes) {
      return axes.stream().noneMatch(bound::contains);
    }

    /** Returns the sum distributed over its terms if one group spans all axes and fewer terms result, else null. */
    private RationalFunction collapsed() {
      if (!hasSpanningGroup()) {
        return null;
      }
      RationalFunction total = product(groups.stream().map(Group::function).toList());
      if (!isPart && cancels(total)) {
        return RationalFunction.ZERO;
      }
      Polynomial terms = total.numerator();
      if (total.size() > MAX_TERMS || terms.size() < 2) {
        return null;
      }
      RationalFunction apart = termByTerm(terms, total);
      return apart.numerator().size() < terms.size() || apart.numerator().size() == terms.size() && isPick(total) ? apart : null;
    }

    /** True for an entry that data select, written as a sum with an indicator; it distributes over terms. */
    private boolean isPick(RationalFunction total) {
      return total.variables().stream().anyMatch(variable -> arithmetic.gathers.counted(variable).filter(bound::contains).isPresent());
    }

    /** True for sum_k E_k (D_k S - C) with C = sum_k E_k D_k and S = sum_k E_k, without expanding D. */
    private boolean cancels(RationalFunction total) {
      RationalFunction scale = RationalFunction.of(total.denominator()).inverse();
      for (int variable : total.numerator().variables()) {
        SortedMap<Integer, Polynomial> parts = total.numerator().coefficients(variable);
        if (parts.size() > 1 && isFreeSum(variable) && orders.isZero(arithmetic.sum(parts.entrySet().stream().map(part -> {
          RationalFunction power = RationalFunction.variable(variable).power(part.getKey());
          return new Sum(loops, bound, true).of(List.of(arithmetic.times(RationalFunction.of(part.getValue()).times(power), scale)));
        }).toList()))) {
          return true;
        }
      }
      return false;
    }

    private boolean isFreeSum(int variable) {
      return atomTable.definitionOf(variable) instanceof Node.Product && isFree(new TreeSet<>(atomTable.view(variable).axes()));
    }

    private RationalFunction termByTerm(Polynomial terms, RationalFunction total) {
      RationalFunction denominator = RationalFunction.of(total.denominator()).inverse();
      List<RationalFunction> parts = new ArrayList<>();
      for (Map.Entry<Monomial, Rational> term : terms.terms().entrySet()) {
        RationalFunction part = RationalFunction.of(Polynomial.term(term.getValue().times(total.coefficient()), term.getKey()));
        parts.add(new Sum(loops, bound, isPart).of(List.of(arithmetic.times(part, denominator))));
      }
      return arithmetic.sum(parts);
    }

    /** Returns the atom of the remaining sum, times the extents of axes on which nothing depends. */
    private RationalFunction remaining() {
      RationalFunction result = RationalFunction.ONE;
      SortedSet<Integer> used = new TreeSet<>();
      groups.forEach(group -> used.addAll(group.axes));
      for (int axis : bound) {
        if (!used.contains(axis)) {
          result = arithmetic.times(result, extent(loops.get(axis)));
        }
      }
      return groups.isEmpty() ? result : arithmetic.times(result, atom());
    }

    private RationalFunction atom() {
      List<View> views = new ArrayList<>();
      for (Group group : groups) {
        outside = arithmetic.times(outside, RationalFunction.constant(group.function.coefficient()));
        views.add(atomTable.classOf(group.function.times(group.function.coefficient().reciprocal())));
      }
      views.sort(Comparator.comparingInt(View::node).thenComparing(view -> view.axes().toString()));
      List<Integer> free = new ArrayList<>();
      List<Integer> summed = new ArrayList<>();
      for (View view : views) {
        for (int axis : view.axes()) {
          List<Integer> order = bound.contains(axis) ? summed : free;
          if (!order.contains(axis)) {
            order.add(axis);
          }
        }
      }
      List<Integer> order = new ArrayList<>(free);
      order.addAll(summed);
      List<View> wired = views.stream()
          .map(view -> new View(view.node(), view.axes().stream().map(order::indexOf).toList())).toList();
      View atom = orders.of(new Node.Product(order.stream().map(loops::get).toList(), free.size(), wired)).rewire(free);
      return entry(atom.node(), atom.axes());
    }
  }

  /** Factors with the same axes. */
  private record Group(SortedSet<Integer> axes, RationalFunction function) {}
}
