package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Merges c a + (1 - c) b into where(c, a, b): the derivative of {@code where} has a term for each branch. */
final class ChoiceMerger {

  private final FormBuilder builder;

  ChoiceMerger(FormBuilder builder) {
    this.builder = builder;
  }

  /** Merges terms whose conditions exclude each other, until there are none. */
  List<FactoredTerm> merged(List<FactoredTerm> terms) {
    List<FactoredTerm> rest = new ArrayList<>(terms);
    for (int a = 0; a < rest.size(); a++) {
      for (int b = 0; b < rest.size(); b++) {
        Optional<FactoredTerm> choice = a == b ? Optional.empty() : choice(rest.get(a), rest.get(b));
        if (choice.isPresent()) {
          rest.set(Math.min(a, b), choice.get());
          rest.remove(Math.max(a, b));
          return merged(rest);
        }
      }
    }
    return rest;
  }

  /** A term's value if a condition holds, and if it does not; empty for zero. */
  private record Branches(Optional<FactoredTerm> yes, Optional<FactoredTerm> no) {}

  private Optional<FactoredTerm> choice(FactoredTerm first, FactoredTerm second) {
    for (View factor : first.powers().keySet()) {
      Optional<View> condition = condition(factor);
      if (condition.isPresent() && first.exponent(factor).isOne()) {
        Optional<Branches> a = branches(first, condition.get());
        Optional<Branches> b = branches(second, condition.get());
        boolean isFull = a.isPresent() && b.isPresent() && (a.get().yes.isPresent() || b.get().yes.isPresent())
            && (a.get().no.isPresent() || b.get().no.isPresent());
        if (isFull) {
          FactoredTerm yes = sum(a.get().yes, b.get().yes);
          FactoredTerm no = sum(a.get().no, b.get().no);
          if (indicators(yes).equals(indicators(no))) {
            return Optional.of(choice(condition.get(), yes, no));
          }
        }
      }
    }
    return Optional.empty();
  }

  private FactoredTerm sum(Optional<FactoredTerm> a, Optional<FactoredTerm> b) {
    return a.isEmpty() ? b.orElseThrow() : b.isEmpty() ? a.get()
        : builder.factored(builder.sum(Rational.ZERO, List.of(a.get(), b.get()), true));
  }

  private FactoredTerm indicators(FactoredTerm term) {
    return term.only(builder::isIndicator);
  }

  /** Returns the condition of an indicator or a {@code where}, empty for other factors. */
  private Optional<View> condition(View factor) {
    if (!(builder.node(factor) instanceof Node.Apply apply)) {
      return Optional.empty();
    }
    return apply.fn() == Fn.WHERE ? Optional.of(apply.arguments().get(0).rewire(factor.axes()))
        : apply.fn().isIndicator() ? Optional.of(factor) : Optional.empty();
  }

  /** Returns the branches of a term, empty if the term does not depend on the condition. */
  private Optional<Branches> branches(FactoredTerm term, View condition) {
    for (View factor : term.powers().keySet()) {
      if (condition(factor).equals(Optional.of(condition)) && term.exponent(factor).isOne()) {
        FactoredTerm rest = term.without(factor);
        Node.Apply apply = (Node.Apply) builder.node(factor);
        return Optional.of(apply.fn() != Fn.WHERE ? new Branches(Optional.of(rest), Optional.empty())
            : new Branches(branch(rest, apply, 1, factor), branch(rest, apply, 2, factor)));
      }
    }
    return Optional.empty();
  }

  private Optional<FactoredTerm> branch(FactoredTerm rest, Node.Apply choice, int argument, View factor) {
    View value = choice.arguments().get(argument).rewire(factor.axes());
    FactoredTerm product = rest.times(builder.factored(value));
    return product.coefficient().isZero() ? Optional.empty() : Optional.of(product);
  }

  /** Returns f where(c, a, b) with the common factors f. A factor that may be infinite stays inside. */
  private FactoredTerm choice(View condition, FactoredTerm yes, FactoredTerm no) {
    FactoredTerm common = FactoredTerm.ONE;
    for (Map.Entry<View, Rational> factor : yes.powers().entrySet()) {
      if (factor.getValue().equals(no.exponent(factor.getKey())) && !builder.infinite().mayBeInfinite(factor.getKey(), factor.getValue())) {
        common = common.times(factor.getKey(), factor.getValue());
      }
    }
    Rational content = content(yes.coefficient(), no.coefficient());
    FactoredTerm divisor = common.times(content).power(-1);
    View a = builder.product(yes.times(divisor));
    View b = builder.product(no.times(divisor));
    return common.times(content).times(a.equals(b) ? builder.factored(a)
        : FactoredTerm.of(builder.apply(Fn.WHERE, List.of(condition, a, b))));
  }

  /** Returns the coefficient of the merged term: that of one branch, if the other's becomes shorter by it. */
  private static Rational content(Rational yes, Rational no) {
    if (yes.isZero() || no.isZero()) {
      return Rational.ONE;
    }
    Rational ratio = no.over(yes);
    return digits(ratio) < digits(no) || ratio.isOne() ? yes : yes.signum() < 0 && no.signum() < 0 ? Rational.MINUS_ONE : Rational.ONE;
  }

  private static int digits(Rational number) {
    return number.numerator().bitLength() + number.denominator().bitLength();
  }
}
