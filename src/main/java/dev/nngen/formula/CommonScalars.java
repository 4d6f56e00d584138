package dev.nngen.formula;

import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.List;

/** Finds the common sign, number and scalars of the terms of a sum, which are written once in front: {@code (1/m) * (Yh - Y)}. */
final class CommonScalars {

  private CommonScalars() {}

  /** Returns the sign, number and scalars that can be moved out of {@code constant + terms}. */
  static EntrywiseTerm of(Rational constant, List<EntrywiseTerm> terms) {
    boolean negative = constant.signum() <= 0 && terms.stream().allMatch(term -> term.coefficient().signum() < 0);
    Rational sign = negative ? Rational.MINUS_ONE : Rational.ONE;
    if (!constant.isZero()) {
      return EntrywiseTerm.number(sign);
    }
    EntrywiseTerm first = terms.get(0);
    Rational size = first.coefficient().abs();
    boolean same = terms.stream().allMatch(term -> term.coefficient().abs().equals(size));
    List<MatrixFactor> over = first.over().stream().filter(piece -> piece.isScalar()
        && terms.stream().allMatch(term -> term.over().contains(piece))).distinct().toList();
    List<MatrixFactor> under = first.under().stream().filter(piece -> piece.isScalar()
        && terms.stream().allMatch(term -> term.under().contains(piece))).distinct().toList();
    return new EntrywiseTerm(same ? size.times(sign) : sign, over, under);
  }

  /** Returns the common part without the number of samples, which stays with each mean. */
  static EntrywiseTerm withoutBatchSize(EntrywiseTerm common) {
    return new EntrywiseTerm(common.coefficient(), common.over(), common.under().stream().filter(piece -> !piece.straight().equals(Notation.BATCH_SIZE)).toList());
  }

  /** Returns the term divided by the common part. */
  static EntrywiseTerm without(EntrywiseTerm term, EntrywiseTerm common) {
    return new EntrywiseTerm(term.coefficient().over(common.coefficient()),
        without(term.over(), common.over()), without(term.under(), common.under()));
  }

  private static List<MatrixFactor> without(List<MatrixFactor> pieces, List<MatrixFactor> taken) {
    List<MatrixFactor> rest = new ArrayList<>(pieces);
    taken.forEach(rest::remove);
    return rest;
  }
}
