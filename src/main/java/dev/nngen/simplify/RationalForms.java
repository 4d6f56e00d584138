package dev.nngen.simplify;

import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Forms of written values as rational functions, in which common factors cancel. An available value replaces the function that it depends on: V = (a
 * X + b) / (c X + d) gives X = (d V - b) / (a - c V). So Yh - Y results for Yh = 1 / (1 + e^-z) without a rule for the sigmoid.
 */
final class RationalForms {

  /** Larger coefficients result from multiplied denominators of literals. */
  private static final double LARGEST_COEFFICIENT = 1e6;

  /** Largest size of a form over available values that may replace a shorter one. */
  private static final int SHORT = 6;

  /** Applications of functions in the text that are not computed. A formula may grow a little to avoid them. */
  private final Set<Integer> dropped = new HashSet<>();
  private final FormBuilder builder;
  private final AvailableExpressions available;
  private final RationalReading reading;
  private final RationalWriting writing;
  private final Map<Integer, List<Inverse>> inverses = new HashMap<>();

  RationalForms(FormBuilder builder, AvailableExpressions available, Exponentials exponentials) {
    this.builder = builder;
    this.available = available;
    this.reading = new RationalReading(builder, available, exponentials);
    this.writing = new RationalWriting(builder, reading);
  }

  RationalReading reading() {
    return reading;
  }

  RationalWriting writing() {
    return writing;
  }

  /**
   * A function's value over an available value.
   *
   * @param axes of the function's view, as the available value numbers its axes
   * @param value the function to the power {@code unit}, over the available value's axes
   */
  private record Inverse(List<Integer> axes, int unit, RationalFunction value, int node, int rank) {}

  /** Records the functions that an available value replaces, if any. */
  void learn(View value) {
    learn(value, reading.definition(value), other -> reading.isFunction(other)
        || available.contains(other.node()) && builder.node(other) instanceof Node.Product product && product.isSumming());
  }

  /** Records a function's value that is not computed as a function of an available value: tanh(u / 2) is 2 P - 1 for P = 1 / (1 + e^-u). */
  void learnFunction(View function) {
    RationalFunction form = byAvailable(reading.of(function, true));
    dropped.add(function.node());
    if (form.variables().size() == 1 && form.size() <= SHORT && available.contains(reading.view(form.variables().first()).node())) {
      inverses.computeIfAbsent(function.node(), f -> new ArrayList<>())
          .add(new Inverse(function.axes(), 1, form, reading.view(form.variables().first()).node(), function.axes().size()));
    }
  }

  /** Records sums over axes that are not computed as functions of an available value, such as one with shifted exponents. */
  void learnSums(View value) {
    learn(value, reading.of(value, true), sum -> builder.node(sum) instanceof Node.Product product && product.isSumming() && product.factors().size() == 1 && !available.contains(sum.node()));
  }

  private void learn(View value, RationalFunction form, Predicate<View> isReplaced) {
    for (int variable : form.size() > RationalReading.MAX_SIZE ? List.<Integer>of() : form.variables()) {
      View view = reading.view(variable);
      if (isReplaced.test(view) && view.node() != value.node() && view.axes().size() == value.axes().size()) {
        learn(value.node(), form, variable);
      }
    }
  }

  /** Removes all values except some. */
  void retain(Set<Integer> nodes) {
    inverses.values().forEach(known -> known.removeIf(inverse -> !nodes.contains(inverse.node)));
  }

  private void learn(int node, RationalFunction form, int variable) {
    // v = r (a X^n + b) / (c X^n + d). Only the factors with X are multiplied out, because there may be many others.
    RationalFunction part = form.factorsWith(variable);
    SortedMap<Integer, Polynomial> above = part.numerator().coefficients(variable);
    SortedMap<Integer, Polynomial> below = part.denominator().coefficients(variable);
    int unit = Math.max(above.lastKey(), below.lastKey());
    boolean isPower = form.variables().size() == 1 && above.size() == 1 && below.size() == 1;
    if (isPower || !isMoebius(above, unit) || !isMoebius(below, unit)) {
      return;
    }
    RationalFunction rest = form.times(part.inverse());
    RationalFunction determinant = at(above, unit).times(at(below, 0)).minus(at(above, 0).times(at(below, unit)));
    if (!isNonzero(determinant.times(rest))) {
      return;
    }
    RationalFunction v = RationalFunction.variable(reading.variable(View.identity(node, reading.view(variable).axes().size())));
    RationalFunction ratio = v.times(rest.inverse());
    RationalFunction dividend = ratio.times(at(below, 0)).minus(at(above, 0));
    RationalFunction divisor = at(above, unit).minus(ratio.times(at(below, unit)));
    if (!dividend.isZero() && !divisor.isZero()) {
      View function = reading.view(variable);
      List<Inverse> known = inverses.computeIfAbsent(function.node(), f -> new ArrayList<>());
      known.add(available.contains(node) ? 0 : known.size(), new Inverse(function.axes(), unit, dividend.times(divisor.inverse()), node, function.axes().size()));
    }
  }

  private boolean isNonzero(RationalFunction function) {
    return !function.isZero() && function.factors().keySet().stream().allMatch(factor ->
        builder.judge().isNonzero(writing.written(factor)));
  }

  private static boolean isMoebius(SortedMap<Integer, Polynomial> powers, int unit) {
    return powers.keySet().stream().allMatch(exponent -> exponent == 0 || exponent == unit);
  }

  private static RationalFunction at(SortedMap<Integer, Polynomial> powers, int exponent) {
    return RationalFunction.of(powers.getOrDefault(exponent, Polynomial.ZERO));
  }

  /** Replaces function values by available values. */
  RationalFunction byAvailable(RationalFunction function) {
    RationalFunction result = function;
    for (int variable : function.variables()) {
      for (Inverse inverse : inverses.getOrDefault(reading.view(variable).node(), List.of())) {
        Optional<RationalFunction> replaced = with(result, variable, inverse);
        if (result.variables().contains(variable) && replaced.isPresent() && isTaken(replaced.get(), result, reading.view(variable), inverse)) {
          result = replaced.get();
        }
      }
    }
    return result;
  }

  /**
   * Decides on a replacement. A value that is not computed is replaced if the form is not longer; a sum that is computed anyway, only if the other
   * parts of the value disappear with it.
   */
  private boolean isTaken(RationalFunction form, RationalFunction before, View replaced, Inverse by) {
    if (reading.isFunction(replaced) || !available.contains(replaced.node())) {
      int growth = dropped.contains(replaced.node()) ? by.value.size() - 1 : 0;
      return form.size() <= Math.max(before.size() + growth, SHORT);
    }
    Set<Integer> others = by.value.variables().stream().map(variable -> reading.view(variable).node()).filter(node -> node != by.node).collect(Collectors.toSet());
    return form.size() < before.size() && form.variables().stream().noneMatch(variable -> others.contains(reading.view(variable).node()));
  }

  private Optional<RationalFunction> with(RationalFunction function, int variable, Inverse inverse) {
    View function2 = reading.view(variable);
    List<Integer> outer = new ArrayList<>();
    for (int axis = 0; axis < inverse.rank; axis++) {
      outer.add(function2.axes().get(inverse.axes.indexOf(axis)));
    }
    RationalFunction value = inverse.value.renamed(v -> reading.variable(reading.view(v).rewire(outer)));
    RationalFunction result = RationalFunction.constant(function.coefficient());
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      SortedMap<Integer, Polynomial> powers = factor.getKey().coefficients(variable);
      if (powers.keySet().stream().anyMatch(power -> power % inverse.unit != 0)
          && !(factor.getKey().isVariable() && factor.getValue() % inverse.unit == 0)) {
        return Optional.empty();
      }
      if (factor.getKey().isVariable() && factor.getKey().asVariable() == variable) {
        result = result.times(value.power(factor.getValue() / inverse.unit));
      } else {
        List<RationalFunction> terms = new ArrayList<>();
        powers.forEach((power, rest) -> terms.add(RationalFunction.of(rest).times(value.power(power / inverse.unit))));
        RationalFunction sum = RationalFunction.sum(terms);
        if (sum.isZero() && factor.getValue() < 0) {
          return Optional.empty();
        }
        result = result.times(sum.power(factor.getValue()));
      }
    }
    return result.variables().contains(variable) ? Optional.empty() : Optional.of(result);
  }

  /** Returns the product with function values replaced by available values that are already factors of it: E V^2 is V (1 - V) for V = 1 / (1 + E). */
  List<FactoredTerm> byAvailable(FactoredTerm term) {
    FactoredTerm covered = available.cover(term);
    List<FactoredTerm> forms = new ArrayList<>();
    for (View factor : term.powers().keySet()) {
      RationalFunction function = reading.of(factor, false);
      int variable = function.variables().size() == 1 ? function.variables().first() : -1;
      boolean isPower = variable >= 0 && function.factors().size() == 1 && function.factors().keySet().iterator().next().isVariable();
      if (isPower && reading.isFunction(reading.view(variable)) && term.exponent(factor).isInteger()) {
        RationalFunction power = function.power(term.exponent(factor).intValueExact());
        for (Inverse inverse : inverses.getOrDefault(reading.view(variable).node(), List.of())) {
          boolean isThere = covered.powers().keySet().stream().anyMatch(other -> other.node() == inverse.node);
          Optional<RationalFunction> replaced = isThere ? with(power, variable, inverse) : Optional.empty();
          replaced.ifPresent(form -> forms.add(term.without(factor).times(writing.factors(form))));
        }
      }
    }
    return forms;
  }

  /** Returns forms of a value after cancellation. */
  List<View> rewritten(View view, boolean isTransparent) {
    List<View> forms = new ArrayList<>();
    RationalFunction function = reading.of(view, isTransparent);
    for (RationalFunction form : List.of(byAvailable(function), function)) {
      if (isReadable(form)) {
        forms.add(writing.written(form.merged()));
        writing.split(form).ifPresent(forms::add);
      }
    }
    return forms.stream().distinct().toList();
  }

  private static boolean isReadable(RationalFunction function) {
    return function.size() <= RationalReading.MAX_SIZE && isModerate(function.coefficient())
        && function.factors().keySet().stream().allMatch(factor -> factor.terms().values().stream().allMatch(RationalForms::isModerate));
  }

  private static boolean isModerate(Rational number) {
    double magnitude = Math.abs(number.doubleValue());
    return magnitude == 0 || magnitude <= LARGEST_COEFFICIENT && magnitude >= 1 / LARGEST_COEFFICIENT;
  }
}
