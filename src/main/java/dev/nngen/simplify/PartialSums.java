package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Writes sums over sums that are computed already: with D_s = sum_j V_sj G_j, sum_sj E_s V_sj G_j is sum_s E_s D_s. */
final class PartialSums {

  /** With more factors not all subsets are tried. */
  private static final int MAX_FACTORS = 6;

  private final NormalForms normalForms;
  private final FormBuilder builder;
  /** The computed sums by class, over the axes of the class. */
  private final Map<Integer, FactoredTerm> computed = new HashMap<>();
  private final Set<Integer> nodes = new HashSet<>();

  PartialSums(NormalForms normalForms, FormBuilder builder) {
    this.normalForms = normalForms;
    this.builder = builder;
  }

  /** Records the sums among a value's factors. Factors without a summed axis move out of them. */
  void learn(View value) {
    for (View factor : builder.factored(value).powers().keySet()) {
      if (builder.node(factor) instanceof Node.Product product && product.isSumming()) {
        nodes.add(factor.node());
        FactoredTerm scale = FactoredTerm.ONE;
        List<View> summed = new ArrayList<>();
        for (View view : product.factors()) {
          boolean isSummed = view.axes().stream().anyMatch(axis -> axis >= product.rank());
          scale = isSummed ? scale : scale.times(builder.factored(view));
          summed.addAll(isSummed ? List.of(view) : List.of());
        }
        if (summed.size() > 1) {
          learn(product, factor.node(), summed, scale);
        }
      }
    }
  }

  /** True for a sum that is computed already. */
  boolean isComputed(int node) {
    return nodes.contains(node);
  }

  private void learn(Node.Product product, int node, List<View> summed, FactoredTerm scale) {
    View own = scale.isNumber() ? normalForms.atomTable.classOf(builder.judge().of(node)) : sum(product.loops(), product.rank(), summed);
    boolean isKnown = own.axes().size() == product.rank() && scale.powers().keySet().stream().allMatch(builder.judge()::isNonzero);
    if (isKnown) {
      computed.putIfAbsent(own.node(), FactoredTerm.of(View.identity(node, product.rank())).times(scale.power(-1)).map(view -> FormBuilder.inverse(view, own.axes())));
    }
  }

  /**
   * Returns lists of factors whose product has the same sum over the loop axes from {@code rank} on. One factor of each is a sum that is computed
   * already.
   */
  List<List<FactoredTerm>> of(List<Extent> loops, int rank, List<View> factors) {
    List<List<FactoredTerm>> forms = new ArrayList<>();
    int count = factors.size();
    for (int selection = 3; count > 2 && count <= MAX_FACTORS && selection < (1 << count) - 1; selection++) {
      List<View> inside = new ArrayList<>();
      List<View> outside = new ArrayList<>();
      for (int k = 0; k < count; k++) {
        ((selection >> k & 1) == 1 ? inside : outside).add(factors.get(k));
      }
      known(loops, rank, inside, outside).ifPresent(known ->
          forms.add(Stream.concat(Stream.of(known), outside.stream().map(builder::factored)).toList()));
    }
    return forms;
  }

  /** Returns the sum of the product {@code inside} over the axes that the other factors do not have, if it is computed already. */
  private Optional<FactoredTerm> known(List<Extent> loops, int rank, List<View> inside, List<View> outside) {
    Set<Integer> free = axes(inside);
    List<Integer> summed = free.stream().filter(axis -> axis >= rank && !axes(outside).contains(axis)).toList();
    if (inside.size() == 1 || summed.isEmpty()) {
      return Optional.empty();
    }
    summed.forEach(free::remove);
    List<Integer> order = Stream.concat(free.stream(), summed.stream()).toList();
    View own = sum(order.stream().map(loops::get).toList(), free.size(), inside.stream().map(view -> FormBuilder.inverse(view, order)).toList());
    return Optional.ofNullable(computed.get(own.node())).map(known -> known.rewire(own.axes()).rewire(order));
  }

  /** Returns the class of the sum of a product over the loop axes from {@code rank} on. */
  private View sum(List<Extent> loops, int rank, List<View> factors) {
    RationalFunction sum = normalForms.sumNormalizer.sum(loops, rank, factors.stream().map(builder.judge()::of).toList());
    return normalForms.atomTable.classOf(sum);
  }

  private static Set<Integer> axes(List<View> views) {
    Set<Integer> axes = new TreeSet<>();
    views.forEach(view -> axes.addAll(view.axes()));
    return axes;
  }
}
