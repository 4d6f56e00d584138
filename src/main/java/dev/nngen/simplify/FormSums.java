package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes sums. Equal terms are merged, and in the backward pass common factors are taken out. */
record FormSums(FormBuilder builder) {

  /**
   * Writes a sum.
   *
   * @param isDerived true in the backward pass, where common factors are taken out and {@code where} terms are merged
   */
  View sum(Rational constant, List<FactoredTerm> terms, boolean isDerived) {
    List<FactoredTerm> all = isDerived ? merged(new ChoiceMerger(builder).merged(flat(merged(terms), !constant.isZero()))) : merged(terms);
    Rational total = all.stream().filter(FactoredTerm::isNumber).map(FactoredTerm::coefficient).reduce(constant, Rational::plus);
    List<FactoredTerm> distinct = withoutNegativeParts(all.stream().filter(term -> !term.isNumber()).toList());
    List<FactoredTerm> opened = distinct.stream().flatMap(term -> opened(term).stream()).toList();
    List<FactoredTerm> met = withoutNegativeParts(opened);
    distinct = met.equals(opened) ? distinct : met;
    if (distinct.isEmpty() || distinct.size() == 1 && total.isZero()) {
      return distinct.isEmpty() ? builder.number(total) : builder.product(distinct.get(0));
    }
    return isDerived ? collected(total, distinct) : plain(total, distinct);
  }

  /** Merges terms with the same factors. */
  static List<FactoredTerm> merged(List<FactoredTerm> terms) {
    Map<Map<View, Rational>, FactoredTerm> merged = new LinkedHashMap<>();
    terms.forEach(term -> merged.merge(term.powers(), term, (a, b) -> a.unit().times(a.coefficient().plus(b.coefficient()))));
    return merged.values().stream().filter(term -> !term.coefficient().isZero()).toList();
  }

  /** Applies max(v, 0) - v = max(-v, 0) and max(v, 0) - v/2 = |v|/2. */
  private List<FactoredTerm> withoutNegativeParts(List<FactoredTerm> terms) {
    for (FactoredTerm term : terms) {
      for (View factor : term.powers().keySet()) {
        if (term.exponent(factor).isOne() && builder.node(factor) instanceof Node.Apply apply && apply.fn() == Fn.MAXIMUM
            && builder.isNumber(apply.arguments().get(1), Rational.ZERO)) {
          FactoredTerm argument = builder.factored(apply.arguments().get(0).rewire(factor.axes()));
          FactoredTerm whole = term.without(factor).times(argument).times(Rational.MINUS_ONE);
          if (hold(terms, whole)) {
            View positive = builder.apply(Fn.MAXIMUM, List.of(builder.product(argument.times(Rational.MINUS_ONE)), builder.number(Rational.ZERO)));
            return replaced(terms, term, whole, term.without(factor).times(positive, Rational.ONE));
          }
          FactoredTerm half = whole.times(Rational.HALF);
          if (hold(terms, half)) {
            View size = builder.apply(Fn.ABS, List.of(builder.product(argument.unit().times(argument.coefficient().abs().times(Rational.HALF)))));
            return replaced(terms, term, half, term.without(factor).times(size, Rational.ONE));
          }
        }
      }
    }
    return terms;
  }

  /** Returns the terms of a sum without a name. */
  private List<FactoredTerm> opened(FactoredTerm term) {
    return term.isSingle() && builder.available().contains(term.first().node()) ? List.of(term) : parts(List.of(), term);
  }

  private boolean hold(List<FactoredTerm> terms, FactoredTerm part) {
    return terms.containsAll(parts(terms, part));
  }

  /** Returns the term if it is one of the terms, else its own terms. */
  private List<FactoredTerm> parts(List<FactoredTerm> terms, FactoredTerm term) {
    return !terms.contains(term) && term.isSingle() && builder.node(term.first()) instanceof Node.Sum sum && sum.constant().isZero() ? sum.terms().stream()
        .map(part -> builder.factored(part.view().rewire(term.first().axes())).times(part.coefficient()).times(term.coefficient())).toList() : List.of(term);
  }

  private List<FactoredTerm> replaced(List<FactoredTerm> terms, FactoredTerm term, FactoredTerm gone, FactoredTerm by) {
    List<FactoredTerm> rest = new ArrayList<>(terms);
    rest.set(rest.indexOf(term), by);
    rest.removeAll(parts(terms, gone));
    return rest;
  }

  /** Flattens nested sums if some of their terms merge then. */
  private List<FactoredTerm> flat(List<FactoredTerm> terms, boolean hasConstant) {
    List<FactoredTerm> flat = new ArrayList<>();
    int numbers = hasConstant ? 1 : 0;
    Set<Map<View, Rational>> distinct = new HashSet<>();
    for (FactoredTerm term : terms) {
      if (term.isSingle() && builder.node(term.first()) instanceof Node.Sum sum && !sum.isNumber() && !builder.available().contains(term.first().node())) {
        flat.add(FactoredTerm.number(sum.constant().times(term.coefficient())));
        sum.terms().forEach(part -> flat.add(builder.factored(part.view().rewire(term.first().axes())).times(part.coefficient()).times(term.coefficient())));
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
    return builder.product(common.times(builder.factored(inner)));
  }

  /** Groups terms by a common factor, the most frequent first: a b + a c + d is a (b + c) + d. */
  private List<FactoredTerm> grouped(List<FactoredTerm> terms) {
    Map<View, Integer> counts = new LinkedHashMap<>();
    terms.forEach(term -> term.powers().forEach((base, exponent) -> {
      if (!base.axes().isEmpty() && !builder.isIndicator(base)) {
        counts.merge(base, 1, Integer::sum);
      }
    }));
    for (Map.Entry<View, Integer> entry : counts.entrySet()) {
      List<FactoredTerm> with = terms.stream().filter(term -> !term.exponent(entry.getKey()).isZero()).toList();
      boolean isPart = with.size() > 1 && with.size() < terms.size() && with.size() == Collections.max(counts.values());
      if (isPart && common(with).powers().containsKey(entry.getKey())) {
        List<FactoredTerm> rest = new ArrayList<>(terms);
        rest.set(rest.indexOf(with.get(0)), builder.factored(collected(Rational.ZERO, with)));
        rest.removeAll(with);
        return rest.size() > 2 ? grouped(rest) : rest;
      }
    }
    return terms;
  }

  /** Returns the common factors of all terms, to the smallest power of the same sign. */
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

  /** Returns the number c if all coefficients are c or -c. */
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

  /** Returns the sum of the terms, unchanged. */
  private View plain(Rational constant, List<FactoredTerm> terms) {
    if (terms.size() == 1 && constant.isZero()) {
      return builder.product(terms.get(0));
    }
    if (terms.isEmpty()) {
      return builder.number(constant);
    }
    List<FactoredTerm> written = terms.stream().map(term -> {
      View view = builder.product(term);
      return builder.node(view) instanceof Node.Sum sum && FormBuilder.isScaling(sum) && !builder.available().contains(view.node())
          ? FactoredTerm.of(sum.terms().get(0).view().rewire(view.axes())).times(sum.terms().get(0).coefficient()) : FactoredTerm.of(view);
    }).toList();
    Set<View> views = new LinkedHashSet<>();
    written.forEach(term -> views.add(term.first()));
    List<Integer> order = FormBuilder.axisOrder(views);
    List<Node.Term> local = written.stream().map(term -> new Node.Term(term.coefficient(), FormBuilder.inverse(term.first(), order))).toList();
    List<Extent> shape = builder.extents(views, order);
    Node.Sum sum = new Node.Sum(shape, constant, local);
    Node.Sum negative = new Node.Sum(shape, constant.negate(),
        positiveTermsFirst(local.stream().map(term -> new Node.Term(term.coefficient().negate(), term.view())).toList()));
    if (builder.graph().find(negative).isPresent() && builder.isChosen(builder.graph().find(negative).getAsInt())) {
      return builder.scaled(Rational.MINUS_ONE, View.identity(builder.graph().find(negative).getAsInt(), order.size()).rewire(order));
    }
    return View.identity(builder.symmetric(sum), order.size()).rewire(order);
  }

  static List<Node.Term> positiveTermsFirst(List<Node.Term> terms) {
    List<Node.Term> sorted = new ArrayList<>(terms);
    sorted.sort(Comparator.comparingInt(term -> -term.coefficient().signum()));
    return sorted;
  }
}
