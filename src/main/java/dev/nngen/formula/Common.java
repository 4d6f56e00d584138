package dev.nngen.formula;

import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.List;

/** What the terms of a sum have in common and a person would write once, in front: {@code (1/m) * (Yh - Y)}. */
final class Common {

  private Common() {}

  /** The sign, the number and the scalars that can be taken out of {@code constant + terms}. */
  static EntrywiseTerm of(Rational constant, List<EntrywiseTerm> terms) {
    boolean negative = constant.signum() <= 0 && terms.stream().allMatch(term -> term.coefficient().signum() < 0);
    Rational sign = negative ? Rational.MINUS_ONE : Rational.ONE;
    if (!constant.isZero()) {
      return EntrywiseTerm.number(sign);
    }
    EntrywiseTerm first = terms.get(0);
    Rational size = first.coefficient().abs();
    boolean same = terms.stream().allMatch(term -> term.coefficient().abs().equals(size));
    List<Piece> over = first.over().stream().filter(piece -> piece.isScalar()
        && terms.stream().allMatch(term -> term.over().contains(piece))).distinct().toList();
    List<Piece> under = first.under().stream().filter(piece -> piece.isScalar()
        && terms.stream().allMatch(term -> term.under().contains(piece))).distinct().toList();
    return new EntrywiseTerm(same ? size.times(sign) : sign, over, under);
  }

  /** The term that is left when the common part is taken out of it. */
  static EntrywiseTerm without(EntrywiseTerm term, EntrywiseTerm common) {
    return new EntrywiseTerm(term.coefficient().over(common.coefficient()),
        without(term.over(), common.over()), without(term.under(), common.under()));
  }

  private static List<Piece> without(List<Piece> pieces, List<Piece> taken) {
    List<Piece> rest = new ArrayList<>(pieces);
    taken.forEach(rest::remove);
    return rest;
  }
}
