package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Moves factors into sums over axes, and merges sums over the same axes, so that exponentials cancel: a sum(f) + b sum(g) = sum(a f + b g).
 *
 * @param improve returns the best form of a summed entry
 */
record ReductionForms(FormBuilder builder, Exponentials exponentials, UnaryOperator<View> improve) {

  /**
   * A sum over axes that is a factor of a term.
   *
   * @param entry the summand over the axes of the term, and from {@code rank} on over the axes of the sum
   * @param summed the extents of the sum's axes
   */
  private record Reduction(FactoredTerm entry, int rank, List<Extent> summed) {}

  /** Applies e^u sum(f) = sum(e^u f). An exponential with further axes leaves e^(u - M) outside, with its maximum M over these. */
  List<FactoredTerm> inward(FactoredTerm term) {
    List<FactoredTerm> forms = new ArrayList<>();
    for (View exponential : term.powers().keySet()) {
      for (View sum : term.powers().keySet()) {
        if (exponentials.isGrowing(exponential) && term.exponent(exponential).isOne() && isReduction(term, sum)) {
          forms.add(inward(term.without(exponential).without(sum), exponentials.argument(exponential), sum));
        }
      }
    }
    return forms;
  }

  /** Writes sum(e^u v) as a sum over one value e^u v, if an operand has all axes of the others. */
  List<FactoredTerm> merged(FactoredTerm term) {
    return term.powers().keySet().stream().filter(factor -> term.exponent(factor).isOne() && !builder.available().contains(factor.node())
        && builder.node(factor) instanceof Node.Product product && product.isSumming() && product.factors().size() > 1 && isCovered(product))
        .map(sum -> term.without(sum).times(builder.factored(written(reduction(sum, FactoredTerm.of(sum), rank(List.of(term))), FactoredTerm.ONE)))).toList();
  }

  private static boolean isCovered(Node.Product product) {
    return product.factors().stream().anyMatch(factor -> product.factors().stream().allMatch(other -> factor.axes().containsAll(other.axes())));
  }

  private boolean isReduction(FactoredTerm term, View factor) {
    return term.exponent(factor).isOne() && !(builder.isDerived() && builder.available().contains(factor.node()))
        && builder.node(factor) instanceof Node.Product product && product.isSumming() && product.factors().size() == 1;
  }

  /** True for a sum over axes into which all other factors of its term can move. */
  private boolean isOpen(FactoredTerm term, View sum) {
    return isReduction(term, sum) && sum.axes().containsAll(term.axes());
  }

  private FactoredTerm inward(FactoredTerm rest, View exponent, View sum) {
    View common = largest(exponent, sum.axes());
    FactoredTerm shifted = common.equals(exponent) ? rest : rest.times(exponentials.exp(exponentials.difference(exponent, common)));
    return shifted.times(builder.factored(written(reduction(sum, FactoredTerm.ONE, rank(List.of(rest, exponentials.exp(exponent), FactoredTerm.of(sum)))),
        exponentials.exp(common))));
  }

  /** Returns the value's maximum over all axes except some. */
  private View largest(View value, List<Integer> kept) {
    List<Integer> order = new ArrayList<>(value.axes().stream().filter(kept::contains).toList());
    int rank = order.size();
    value.axes().stream().filter(axis -> !kept.contains(axis)).forEach(order::add);
    View local = FormBuilder.inverse(value, order);
    return rank == order.size() ? value : builder.max(builder.extents(Set.of(value), order), rank, local).rewire(order.subList(0, rank));
  }

  /** Merges all sums over the same axes into one, with their other factors inside. */
  List<FactoredTerm> joined(List<FactoredTerm> terms) {
    int rank = rank(terms);
    for (FactoredTerm first : terms) {
      List<View> sums = first.powers().keySet().stream().filter(factor -> isOpen(first, factor)).toList();
      List<FactoredTerm> joined = sums.isEmpty() ? List.of() : joined(terms, reduction(sums.get(0), first, rank));
      if (!joined.isEmpty()) {
        return joined;
      }
    }
    return terms;
  }

  private List<FactoredTerm> joined(List<FactoredTerm> terms, Reduction first) {
    List<FactoredTerm> entries = new ArrayList<>();
    List<FactoredTerm> rest = new ArrayList<>();
    for (FactoredTerm term : terms) {
      List<Reduction> reductions = term.powers().keySet().stream().filter(factor -> isOpen(term, factor))
          .map(factor -> reduction(factor, term, first.rank)).filter(reduction -> reduction.summed.equals(first.summed)).toList();
      if (reductions.isEmpty()) {
        rest.add(term);
      } else {
        entries.add(reductions.get(0).entry);
      }
    }
    if (entries.size() < 2 && !exponentials.hasExponentials(entries.get(0))) {
      return List.of();
    }
    View entry = builder.sum(Rational.ZERO, entries, true);
    rest.add(0, builder.factored(written(new Reduction(builder.factored(entry), first.rank, first.summed), FactoredTerm.ONE)));
    return rest;
  }

  private static int rank(List<FactoredTerm> terms) {
    return 1 + terms.stream().flatMap(term -> term.axes().stream()).max(Integer::compare).orElse(-1);
  }

  /** Returns the sum with the other factors of its term inside. */
  private Reduction reduction(View sum, FactoredTerm term, int rank) {
    Node.Product product = (Node.Product) builder.node(sum);
    List<Integer> outer = new ArrayList<>(sum.axes());
    IntStream.range(product.rank(), product.loops().size()).forEach(axis -> outer.add(rank + axis - product.rank()));
    FactoredTerm entry = product.factors().stream().map(factor -> builder.opened(factor).rewire(outer)).reduce(term.without(sum), FactoredTerm::times);
    return new Reduction(entry, rank, product.loops().subList(product.rank(), product.loops().size()));
  }

  private View written(Reduction reduction, FactoredTerm factor) {
    View entry = improve.apply(builder.product(reduction.entry.times(factor)));
    List<Extent> shape = builder.node(entry).shape();
    List<Extent> loops = new ArrayList<>(IntStream.range(0, reduction.rank).mapToObj(axis -> {
      int at = entry.axes().indexOf(axis);
      return at < 0 ? Extent.BATCH : shape.get(at);
    }).toList());
    loops.addAll(reduction.summed);
    return builder.contraction(loops, reduction.rank, List.of(FactoredTerm.of(entry)));
  }
}
