package dev.nngen.simplify;

import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.FormChoice.Form;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** Finds the best form of a product or a sum by local rules, which do not depend on its users. */
final class ProductForms {

  /** The index of the first scaled forms that expand finite values. */
  private static final int TRANSPARENT = 4;

  private final FormBuilder builder;
  private final FormChoice choice;
  private final RuleForms rules;
  private final RationalForms rationals;
  private final Exponentials exponentials;
  private final ExponentialQuotients quotients;
  private final AvailableExpressions available;
  /**
   * Two for each set of opaque values, without and with divisors: the first do not expand values that are computed and finite, the next expand those of
   * the backward pass, and the last expand all that are 0 where another factor is infinite.
   */
  private final List<ScaledForms> scaled;
  private final Function<RationalFunction, Optional<View>> known;
  /** The points at which the value to be lowered is not finite. */
  private List<Integer> lost = List.of();
  private boolean isForward;
  /** The first node of the backward pass. */
  private int firstBackward = Integer.MAX_VALUE;
  /** The first node of the present value. */
  private int firstOwn;

  /**
   * @param known finds an available value by its normal form
   */
  ProductForms(FormBuilder builder, FormChoice choice, RuleForms rules, RationalForms rationals, Exponentials exponentials, ExponentShifts shifts,
      ScaledForms.SumWriter sums, Function<RationalFunction, Optional<View>> known) {
    this.builder = builder;
    this.choice = choice;
    this.rules = rules;
    this.rationals = rationals;
    this.exponentials = exponentials;
    this.quotients = new ExponentialQuotients(builder, exponentials, shifts);
    this.available = builder.available();
    this.scaled = Stream.of((IntPredicate) this::isOpaque, (IntPredicate) this::isOpaqueForward, (IntPredicate) this::isNonzero)
        .flatMap(isOpaque -> Stream.of(false, true).map(isDivisor -> new ScaledForms(builder, exponentials, sums, isOpaque, isDivisor))).toList();
    this.known = known;
  }

  /** Starts the next value, of the forward or the backward pass. */
  void start(boolean forward) {
    firstOwn = builder.graph().size();
    firstBackward = forward ? Integer.MAX_VALUE : Math.min(firstBackward, firstOwn);
    isForward = forward;
  }

  /** Returns the best form by these rules. */
  View improved(View view) {
    return improved(view, !isForward);
  }

  private View improved(View view, boolean distributes) {
    View best = view;
    for (View before = null; !best.equals(before); ) {
      before = best;
      FactoredTerm term = builder.factored(best);
      List<Form> forms = new ArrayList<>(Stream.concat(quotients.of(term).stream(), quotientsInSums(term).stream()).map(form -> new Form(rules.exact(form.view()), form.rule())).toList());
      forms.addAll(Form.by("available-value", rationals.byAvailable(term).stream().map(builder::product).toList()));
      forms.addAll(Form.by("available-value", isForward ? List.of() : withKnownSums(term)));
      forms.addAll(Form.by("exp-power", exponentialPowers(term)));
      if (distributes) {
        forms.addAll(Form.by("distribute", distributed(term)));
      }
      if (builder.mayOverflow(term)) {
        forms.addAll(Form.by("zero-first", List.of(builder.saturating(term))));
      }
      forms.addAll(Form.by("guard", available.byChoice(term).map(builder::product).stream().toList()));
      forms.addAll(rules.closure(rules.of(best)));
      best = choice.select(best, forms);
    }
    return best;
  }

  /** Returns the product with (e^u)^k as e^(k u), except for quotients, which stay as the text has them. */
  private List<View> exponentialPowers(FactoredTerm term) {
    boolean hasPower = term.powers().keySet().stream().anyMatch(base -> exponentials.isExponential(base) && !term.exponent(base).abs().isOne());
    Exponentials.Split split = exponentials.split(term);
    return hasPower ? List.of(builder.product(split.rest().times(exponentials.exp(split.exponent())))) : List.of();
  }

  /** Returns forms of a product with a sum among its factors that has a quotient of exponentials as a term. */
  private List<Form> quotientsInSums(FactoredTerm term) {
    List<Form> forms = new ArrayList<>();
    for (View base : term.powers().keySet()) {
      List<FactoredTerm> terms = term.exponent(base).isOne() && !available.contains(base.node()) ? exponentials.parts(base) : List.of();
      for (int k = 0; k < terms.size(); k++) {
        int at = k;
        quotients.of(terms.get(k)).forEach(form -> {
          List<FactoredTerm> changed = new ArrayList<>(terms);
          changed.set(at, builder.factored(form.view()));
          forms.add(new Form(builder.product(term.without(base).times(builder.factored(builder.sum(Rational.ZERO, changed, !isForward)))), form.rule()));
        });
      }
    }
    return forms;
  }

  /** Returns forms of a product whose sums are replaced by equal available values. */
  private List<View> withKnownSums(FactoredTerm term) {
    List<View> forms = new ArrayList<>();
    term.powers().forEach((base, exponent) -> {
      if (builder.node(base) instanceof Node.Sum sum && !sum.isNumber() && !available.contains(base.node())) {
        known.apply(builder.judge().of(base)).ifPresent(value -> forms.add(builder.product(term.without(base).times(value, exponent))));
      }
    });
    return forms;
  }

  /** Returns the value, or if its exponentials are not finite, the best form that adds their exponents first. */
  View finite(View view) {
    if (choice.isFinite(view)) {
      return view;
    }
    lost = choice.lost(view);
    scaled.forEach(ScaledForms::forget);
    View best = view;
    for (int k = 0; k < scaled.size() && !choice.isFinite(best); k++) {
      if (k == TRANSPARENT && scaled.subList(0, k).stream().allMatch(forms -> forms.of(view).equals(view))) {
        return best;
      }
      best = lowered(best, scaled.get(k), k >= TRANSPARENT);
    }
    return best;
  }

  /** True for a value that is computed already and finite. */
  private boolean isOpaque(int node) {
    return (available.contains(node) || isWritten(node)) && isOpaqueIfComputed(node);
  }

  /** True for a value of the forward pass that is available and finite. */
  private boolean isOpaqueForward(int node) {
    return available.contains(node) && isOpaqueIfComputed(node);
  }

  /** True for a finite value. Exponentials and sums of them are not opaque if they may underflow to 0 in a denominator. */
  private boolean isOpaqueIfComputed(int node) {
    View view = View.identity(node, builder.graph().node(node).rank());
    return choice.isFinite(view) && !mayUnderflow(view);
  }

  /** True for a computed value that is finite and not 0 where the value to be lowered is not finite. */
  private boolean isNonzero(int node) {
    View view = View.identity(node, builder.graph().node(node).rank());
    return (available.contains(node) || isWritten(node)) && choice.isNonzero(view, lost);
  }

  /** True for a part of an earlier value of the backward pass. */
  private boolean isWritten(int node) {
    return node >= firstBackward && node < firstOwn;
  }

  private boolean mayUnderflow(View view) {
    boolean hasExponential = exponentials.isExponential(view)
        || builder.node(view) instanceof Node.Product product && product.isSumming() && product.factors().stream().anyMatch(this::mayUnderflow);
    return hasExponential && !choice.isFinite(builder.product(builder.factored(view, Rational.MINUS_ONE)));
  }

  private View lowered(View view, ScaledForms scaled, boolean isTransparent) {
    if (scaled.of(view).equals(view)) {
      return view;
    }
    List<View> values = new ArrayList<>(List.of(view));
    if (!isForward) {
      values.addAll(rationals.rewritten(view, isTransparent));
    }
    List<Form> forms = Form.by("scaled", values.stream().map(scaled::of).filter(form -> !values.contains(form)).toList());
    View first = choice.finite(view, forms);
    return first.equals(view) ? view : choice.select(first, forms);
  }

  /** Returns the best form of a product that is summed over axes. It is not a value of the graph, so it has not been written before. */
  View operandForm(View operand) {
    boolean isProduct = builder.node(operand) instanceof Node.Product product && !product.isSumming();
    return isProduct && !choice.isFinite(operand) ? summand(operand) : operand;
  }

  /** Returns the best form of a value that is summed over axes. */
  View summand(View view) {
    View best = improved(choice.select(view, Form.by("cancel-factors", rationals.rewritten(view, false).stream().map(rules::exact).toList())));
    for (boolean isTransparent : List.of(false, true)) {
      best = choice.select(best, Form.by("cancel-factors", rationals.rewritten(best, isTransparent).stream().map(rules::exact).map(this::improved).toList()));
    }
    return finite(best);
  }

  /** Applies a (b + c) = a b + a c, if a cancels with a factor of b or c, or may vanish where one of them is infinite. */
  private List<View> distributed(FactoredTerm term) {
    List<View> forms = new ArrayList<>();
    for (View base : term.powers().keySet()) {
      if (isOpen(term, base)) {
        FactoredTerm rest = term.without(base);
        Node.Sum sum = (Node.Sum) builder.node(base);
        List<FactoredTerm> terms = terms(rest, base);
        boolean cancels = sum.terms().stream().map(part -> builder.factored(part.view().rewire(base.axes())))
            .anyMatch(own -> rest.times(own).size() < rest.size() + own.size());
        if (terms.stream().anyMatch(builder::mayOverflow)) {
          forms.add(builder.sum(Rational.ZERO, terms.stream().map(each -> builder.mayVanish(each)
              ? FactoredTerm.of(builder.saturating(each.unit())).times(each.coefficient()) : each).toList(), false));
        }
        if (cancels || sum.terms().stream().anyMatch(part -> builder.infinite().isPole(part.view().rewire(base.axes())))) {
          forms.add(builder.sum(Rational.ZERO, terms, true));
        } else {
          forms.addAll(distributedExponentials(term, base));
        }
      }
    }
    return forms;
  }

  /** Distributes if a and b are exponentials or sums of them, because their quotients stay finite. */
  private List<View> distributedExponentials(FactoredTerm term, View base) {
    if (!isOpen(term, base) || !exponentials.hasExponentials(term.without(base)) || !exponentials.hasExponentials(FactoredTerm.of(base))) {
      return List.of();
    }
    View distributed = builder.sum(Rational.ZERO, terms(term.without(base), base).stream()
        .map(each -> builder.factored(improved(builder.product(each), false))).toList(), true);
    return List.of(distributed);
  }

  private boolean isOpen(FactoredTerm term, View base) {
    return term.exponent(base).isOne() && builder.node(base) instanceof Node.Sum sum && !sum.isNumber() && !available.contains(base.node());
  }

  /** Returns the terms of a sum, each times the other factors. */
  private List<FactoredTerm> terms(FactoredTerm rest, View base) {
    Node.Sum sum = (Node.Sum) builder.node(base);
    List<FactoredTerm> terms = new ArrayList<>(sum.terms().stream()
        .map(part -> rest.times(builder.factored(part.view().rewire(base.axes()))).times(part.coefficient())).toList());
    if (!sum.constant().isZero()) {
      terms.add(rest.times(sum.constant()));
    }
    return terms;
  }
}
