package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Writes products that are summed over axes. Factors that do not depend on these axes move out of the sum. */
record FormContractions(FormBuilder builder) {

  /** Numbers move out of a contraction while their product stays below this, so that none grows with the depth of a network. */
  private static final double MODERATE = 4096;

  /** The factors outside of a sum, and the summed ones. */
  private record Parts(FactoredTerm outside, List<View> views) {}

  /**
   * Writes a product summed over the loop axes from {@code rank} on.
   *
   * @param improve returns the best form of a summand
   */
  View contraction(List<Extent> loops, int rank, List<FactoredTerm> factors, UnaryOperator<View> improve) {
    for (FactoredTerm factor : factors) {
      for (View view : factor.powers().keySet()) {
        Optional<Map.Entry<Integer, Integer>> equal = Relation.equalAxes(builder.node(view), view.axes()).filter(axes -> Math.max(axes.getKey(), axes.getValue()) >= rank);
        if (equal.isPresent()) {
          return resolved(loops, rank, factors, view, equal.get(), improve);
        }
      }
    }
    return loops.size() == rank ? builder.product(factors.stream().reduce(FactoredTerm.ONE, FactoredTerm::times)) : written(loops, rank, parts(loops, rank, factors, improve));
  }

  /** Writes a sum with a factor [i = j] without the loop over the later axis: the sum over i of [i = j] x_i is x_j. */
  private View resolved(List<Extent> loops, int rank, List<FactoredTerm> factors, View indicator, Map.Entry<Integer, Integer> equal, UnaryOperator<View> improve) {
    int summed = Math.max(equal.getKey(), equal.getValue());
    int other = Math.min(equal.getKey(), equal.getValue());
    List<Extent> left = new ArrayList<>(loops);
    left.remove(summed);
    List<Integer> outer = IntStream.range(0, loops.size()).mapToObj(axis -> axis == summed ? other : axis > summed ? axis - 1 : axis).toList();
    List<FactoredTerm> rest = factors.stream().map(factor -> factor.powers().containsKey(indicator) ? factor.without(indicator) : factor).map(factor -> factor.rewire(outer)).toList();
    return contraction(left, rank, rest, improve);
  }

  /** Returns forms over sums that are computed already. */
  List<View> byPartialSums(List<Extent> loops, int rank, List<FactoredTerm> factors, PartialSums sums) {
    Parts parts = parts(loops, rank, factors, UnaryOperator.identity());
    List<View> forms = new ArrayList<>();
    for (List<FactoredTerm> form : sums.of(loops, rank, parts.views)) {
      List<Integer> left = IntStream.range(0, loops.size()).boxed().filter(axis -> axis < rank || form.stream().anyMatch(factor -> factor.axes().contains(axis))).toList();
      List<FactoredTerm> local = form.stream().map(factor -> factor.map(view -> FormBuilder.inverse(view, left))).toList();
      forms.add(builder.product(parts.outside.times(builder.factored(contraction(left.stream().map(loops::get).toList(), rank, local, UnaryOperator.identity())))));
    }
    return forms;
  }

  private View written(List<Extent> loops, int rank, Parts parts) {
    return builder.product(parts.views.isEmpty() ? parts.outside : parts.outside.times(builder.factored(reduced(loops, rank, parts.views))));
  }

  private Parts parts(List<Extent> loops, int rank, List<FactoredTerm> factors, UnaryOperator<View> improve) {
    FactoredTerm outside = FactoredTerm.ONE;
    List<FactoredTerm> operands = new ArrayList<>();
    for (FactoredTerm whole : factors) {
      FactoredTerm covered = builder.available().cover(whole);
      // Sums of the text do not expand a value of the text; gradients do, so that factors merge.
      FactoredTerm factor = !builder.isDerived() || covered.powers().size() == 1 ? covered : whole;
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
      boolean isReduction = operands.size() == 1 && !builder.isShared(builder.product(operands.get(k).unit()).node());
      FactoredTerm operand = isReduction
          ? builder.available().movedOut(operands.get(k), view -> view.axes().stream().allMatch(axis -> axis < rank)) : operands.get(k);
      FactoredTerm moved = operand.only(view -> view.axes().stream().allMatch(axis -> axis < rank)
          && (isReduction || operands.size() > 1 && new TreeSet<>(view.axes()).equals(free)));
      outside = outside.times(moved);
      operands.set(k, operand.only(view -> moved.exponent(view).isZero()).times(operand.coefficient()));
    }
    // Operands are written first. Their factors may cancel, and an axis may then have no factor.
    List<View> views = new ArrayList<>(operands.stream().map(operand -> improve.apply(builder.product(operand))).toList());
    for (View view : views) {
      outside = view.axes().isEmpty() ? outside.times(builder.factored(view)) : outside;
    }
    views.removeIf(view -> view.axes().isEmpty());
    Set<Integer> named = new TreeSet<>();
    views.forEach(view -> named.addAll(view.axes()));
    for (int axis = rank; axis < loops.size(); axis++) {
      outside = named.contains(axis) ? outside : outside.times(extent(loops.get(axis)));
    }
    return new Parts(outside, views);
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
        : FactoredTerm.of(new View(builder.graph().add(new Node.Leaf(extent.toString(), Node.Role.EXTENT, List.of())), List.of()));
  }

  private View reduced(List<Extent> loops, int rank, List<View> views) {
    Set<Integer> axes = new TreeSet<>();
    views.forEach(view -> axes.addAll(view.axes()));
    List<Integer> order = List.copyOf(axes);
    int free = (int) order.stream().filter(axis -> axis < rank).count();
    List<View> local = views.stream().map(view -> FormBuilder.inverse(view, order)).toList();
    int node = builder.graph().add(new Node.Product(order.stream().map(loops::get).toList(), free, local));
    List<Integer> outer = order.subList(0, free);
    return builder.judge().constant(node).map(builder::number).orElse(View.identity(node, free).rewire(outer));
  }
}
