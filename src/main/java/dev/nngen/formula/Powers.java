package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Merges powers of one base: {@code sqrt(v).^2 .* sqrt(v)} is {@code v.^(3/2)}. */
final class Powers {

  private record Base(int row, int column, Formula straight, Formula flipped) {}

  private record Raised(Formula base, Rational exponent) {
    static Raised of(Formula formula) {
      if (formula instanceof Formula.Power power && power.exponent() instanceof Formula.Number number) {
        Raised inner = of(power.base());
        return new Raised(inner.base, inner.exponent.times(number.value()));
      }
      return formula instanceof Formula.Call call && call.function().equals("sqrt") ? new Raised(call.arguments().get(0), Rational.HALF)
          : new Raised(formula, Rational.ONE);
    }
  }

  private Powers() {}

  static EntrywiseTerm joined(EntrywiseTerm monomial) {
    return new EntrywiseTerm(monomial.coefficient(), joined(monomial.over()), joined(monomial.under()));
  }

  private static List<MatrixFactor> joined(List<MatrixFactor> pieces) {
    Map<Base, List<MatrixFactor>> groups = new LinkedHashMap<>();
    pieces.forEach(piece -> groups.computeIfAbsent(new Base(piece.row(), piece.column(), Raised.of(piece.straight()).base, Raised.of(piece.flipped()).base),
        base -> new ArrayList<>()).add(piece));
    List<MatrixFactor> joined = new ArrayList<>();
    groups.forEach((base, group) -> {
      boolean isPower = group.stream().anyMatch(piece -> !Raised.of(piece.straight()).exponent.isOne()) && (group.size() > 1 || isNested(group.get(0).straight()));
      joined.addAll(isPower ? List.of(raised(base, group)) : group);
    });
    return joined;
  }

  private static boolean isNested(Formula formula) {
    return formula instanceof Formula.Power power && !power.base().equals(Raised.of(formula).base);
  }

  private static MatrixFactor raised(Base base, List<MatrixFactor> group) {
    Rational exponent = group.stream().map(piece -> Raised.of(piece.straight()).exponent).reduce(Rational.ZERO, Rational::plus);
    Kind kind = group.get(0).isScalar() ? Kind.PLAIN : Kind.ENTRYWISE;
    return new MatrixFactor(base.row, base.column, raised(kind, base.straight, exponent), raised(kind, base.flipped, exponent));
  }

  private static Formula raised(Kind kind, Formula base, Rational exponent) {
    if (exponent.isOne()) {
      return base;
    }
    return exponent.equals(Rational.HALF) ? FormulaFactory.call("sqrt", base) : new Formula.Power(kind, base, new Formula.Number(exponent));
  }
}
