package dev.nngen.formula;

import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * A number times factors, divided by factors, all entrywise. Factors that lack an axis are broadcast along it.
 *
 * @param coefficient the number
 * @param over the factors of the numerator
 * @param under the factors of the denominator
 */
record EntrywiseTerm(Rational coefficient, List<MatrixFactor> over, List<MatrixFactor> under) {

  EntrywiseTerm {
    over = List.copyOf(over);
    under = List.copyOf(under);
  }

  static EntrywiseTerm number(Rational value) {
    return new EntrywiseTerm(value, List.of(), List.of());
  }

  static EntrywiseTerm of(MatrixFactor piece) {
    return new EntrywiseTerm(Rational.ONE, List.of(piece), List.of());
  }

  static EntrywiseTerm under(MatrixFactor piece) {
    return new EntrywiseTerm(Rational.ONE, List.of(), List.of(piece));
  }

  /** Returns the reciprocal. The number must be nonzero. */
  EntrywiseTerm reciprocal() {
    List<MatrixFactor> numerator = under;
    List<MatrixFactor> denominator = over;
    return new EntrywiseTerm(coefficient.reciprocal(), numerator, denominator);
  }

  EntrywiseTerm times(EntrywiseTerm other) {
    return new EntrywiseTerm(coefficient.times(other.coefficient), joined(over, other.over), joined(under, other.under));
  }

  EntrywiseTerm scaled(Rational factor) {
    return new EntrywiseTerm(coefficient.times(factor), over, under);
  }

  EntrywiseTerm rewired(IntUnaryOperator axes) {
    return new EntrywiseTerm(coefficient, over.stream().map(p -> p.rewired(axes)).toList(),
        under.stream().map(p -> p.rewired(axes)).toList());
  }

  boolean isNumber() {
    return over.isEmpty() && under.isEmpty();
  }

  /** Returns the axes of all factors. */
  Set<Integer> axes() {
    Set<Integer> axes = new LinkedHashSet<>();
    over.forEach(piece -> axes.addAll(piece.axes()));
    under.forEach(piece -> axes.addAll(piece.axes()));
    return axes;
  }

  static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
