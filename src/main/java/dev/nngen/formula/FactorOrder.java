package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Orders the factors of an {@link EntrywiseTerm}: numbers and scalars such as {@code 1/m} in front, deltas before derivatives, divisors in the
 * denominator, a column times a row as a matrix product.
 */
final class FactorOrder {

  private static final Comparator<Formula> FIRST = Comparator.comparingInt(FactorOrder::rank);

  private final boolean gradient;
  private final Spelling spelling;

  /**
   * @param gradient true for gradients, in which {@code (1/m) * sum(E)} is preferred to {@code sum(E) / m} and factors are sorted; the user's
   *     formulas keep their order
   */
  FactorOrder(boolean gradient, Spelling spelling) {
    this.gradient = gradient;
    this.spelling = spelling;
  }

  Formula number(Rational value) {
    Spelling.Quotient quotient = spelling.of(value);
    return quotient.divisor().isOne() || NumberText.isFraction(value) && quotient.divisor().isInteger() ? new Formula.Number(value)
        : FormulaFactory.quotient(Kind.PLAIN, new Formula.Number(quotient.dividend()), new Formula.Number(quotient.divisor()));
  }

  boolean isGradient() {
    return gradient;
  }

  /** Returns a term of a sum with its sign, with axis {@code row} along the rows and {@code column} along the columns. */
  Formula.Term term(EntrywiseTerm monomial, int row, int column) {
    return signed(gradient ? TermRewriting.ofTerm(monomial) : monomial, row, column);
  }

  private Formula.Term signed(EntrywiseTerm tidy, int row, int column) {
    boolean negative = tidy.coefficient().signum() < 0;
    EntrywiseTerm absolute = negative ? tidy.scaled(Rational.MINUS_ONE) : tidy;
    return new Formula.Term(negative, unsigned(absolute, row, column));
  }

  Formula formula(EntrywiseTerm monomial, int row, int column) {
    Formula.Term term = signed(gradient ? TermRewriting.of(monomial) : monomial, row, column);
    return FormulaFactory.signed(term.negative(), term.formula());
  }

  private Formula unsigned(EntrywiseTerm monomial, int row, int column) {
    Predicate<MatrixFactor> scalar = gradient && monomial.axes().isEmpty() && monomial.under().stream().allMatch(FactorOrder::isBatchSize)
        ? piece -> !isReduction(piece) : MatrixFactor::isScalar;
    List<MatrixFactor> matrices = pick(monomial.over(), scalar.negate());
    List<MatrixFactor> divisors = pick(monomial.under(), Predicate.not(MatrixFactor::isScalar));
    Formula prefix = scalars(monomial.coefficient(), pick(monomial.over(), scalar), pick(monomial.under(), MatrixFactor::isScalar));
    if (matrices.isEmpty() && divisors.isEmpty()) {
      return prefix;
    }
    if (matrices.isEmpty()) {
      return FormulaFactory.quotient(Kind.ENTRYWISE, prefix, entrywise(divisors, List.of(), row, column));
    }
    boolean entries = monomial.axes().isEmpty();
    return FormulaFactory.product(Kind.PLAIN, List.of(prefix, entries
        ? FormulaFactory.product(Kind.PLAIN, matrices.stream().map(MatrixFactor::straight).toList())
        : entrywise(matrices, divisors, row, column)));
  }

  private static boolean isBatchSize(MatrixFactor piece) {
    return piece.straight().equals(Notation.BATCH_SIZE);
  }

  /** True for a sum over samples, or an entry: factors that follow a gradient's {@code 1/m}. */
  private static boolean isReduction(MatrixFactor piece) {
    Formula formula = piece.straight();
    return formula instanceof Formula.Over || formula instanceof Formula.Entry entry && !entry.matrix() || formula instanceof Formula.Sum
        || formula instanceof Formula.Call call && (call.function().equals("sum") || call.function().equals("rowsum"));
  }

  /** True for {@code W * X} and {@code sum_k W_ik X_kc}. */
  static boolean isContraction(EntrywiseTerm monomial) {
    return monomial.over().stream().anyMatch(piece -> isContraction(piece.straight()) || isContraction(piece.flipped()));
  }

  private static boolean isContraction(Formula formula) {
    return formula instanceof Formula.Over || formula instanceof Formula.Product product && product.kind() == Kind.PLAIN;
  }

  /** Returns the sum of a vector's entries. In gradients a row is summed by {@code rowsum}, as a matrix would be. */
  Formula sumOf(MatrixFactor vector) {
    boolean lies = TransposeCount.count(vector.flipped()) < TransposeCount.count(vector.straight());
    return FormulaFactory.call(lies && gradient ? "rowsum" : "sum", lies ? vector.flipped() : vector.straight());
  }

  private static List<MatrixFactor> pick(List<MatrixFactor> pieces, Predicate<MatrixFactor> wanted) {
    return pieces.stream().filter(wanted).toList();
  }

  /** Returns the number and scalars as one quotient, {@code sum(E) / (2*m)}. */
  private Formula scalars(Rational coefficient, List<MatrixFactor> over, List<MatrixFactor> under) {
    Spelling.Quotient quotient = spelling.of(coefficient);
    List<Formula> numerator = new ArrayList<>();
    List<Formula> denominator = new ArrayList<>();
    numerator.add(new Formula.Number(quotient.dividend()));
    denominator.add(new Formula.Number(quotient.divisor()));
    over.forEach(piece -> numerator.add(piece.straight()));
    under.forEach(piece -> denominator.add(piece.straight()));
    takeMeans(numerator, denominator);
    while (numerator.contains(Notation.BATCH_SIZE) && denominator.contains(Notation.BATCH_SIZE)) {
      numerator.remove(Notation.BATCH_SIZE);
      denominator.remove(Notation.BATCH_SIZE);
    }
    return FormulaFactory.quotient(Kind.PLAIN, FormulaFactory.product(Kind.PLAIN, numerator), FormulaFactory.product(Kind.PLAIN, denominator));
  }

  /** Replaces {@code sum(E) / m} by {@code mean(E)}. */
  private void takeMeans(List<Formula> numerator, List<Formula> denominator) {
    int batch = denominator.indexOf(Notation.BATCH_SIZE);
    for (int i = 0; i < numerator.size() && batch >= 0 && !gradient; i++) {
      if (numerator.get(i) instanceof Formula.Call call && call.function().equals("sum")) {
        numerator.set(i, new Formula.Call("mean", 0, call.arguments()));
        denominator.remove(batch);
        return;
      }
    }
  }

  /** Returns the entrywise product of factors other than scalars, divided by others. */
  Formula entrywise(List<MatrixFactor> over, List<MatrixFactor> under, int row, int column) {
    List<MatrixFactor> all = EntrywiseTerm.joined(over, under);
    boolean outer = over.stream().noneMatch(MatrixFactor::isMatrix)
        && all.stream().anyMatch(piece -> isAlong(piece, row)) && all.stream().anyMatch(piece -> isAlong(piece, column));
    if (outer) {
      Formula columns = quotient(pick(over, p -> isAlong(p, row)), pick(under, p -> isAlong(p, row)), row, column);
      Formula rows = quotient(pick(over, p -> isAlong(p, column)), pick(under, p -> isAlong(p, column)), row, column);
      Formula product = FormulaFactory.product(Kind.PLAIN, List.of(columns, rows));
      List<MatrixFactor> divisors = pick(under, MatrixFactor::isMatrix);
      return divisors.isEmpty() ? product
          : FormulaFactory.quotient(Kind.ENTRYWISE, product, product(divisors, row, column));
    }
    return quotient(over, under, row, column);
  }

  /** Replaces a column and a row by their matrix product: {@code W' * E} for {@code W' .* E}. */
  private List<MatrixFactor> withOuterProduct(List<MatrixFactor> pieces, int row, int column) {
    List<MatrixFactor> columns = pick(pieces, piece -> isAlong(piece, row));
    List<MatrixFactor> rows = pick(pieces, piece -> isAlong(piece, column));
    if (columns.isEmpty() || rows.isEmpty()) {
      return pieces;
    }
    Formula straight = FormulaFactory.product(Kind.PLAIN, List.of(product(columns, row, column), product(rows, row, column)));
    Formula flipped = FormulaFactory.product(Kind.PLAIN, List.of(product(rows, column, row), product(columns, column, row)));
    List<MatrixFactor> all = new ArrayList<>(List.of(new MatrixFactor(row, column, straight, flipped)));
    all.addAll(pick(pieces, piece -> !isAlong(piece, row) && !isAlong(piece, column)));
    return all;
  }

  private static boolean isAlong(MatrixFactor vector, int axis) {
    return !vector.isScalar() && !vector.isMatrix() && vector.only() == axis;
  }

  private Formula quotient(List<MatrixFactor> over, List<MatrixFactor> under, int row, int column) {
    Formula numerator = over.isEmpty() ? FormulaFactory.ONE : product(over, row, column);
    return under.isEmpty() ? numerator : FormulaFactory.quotient(Kind.ENTRYWISE, numerator, product(under, row, column));
  }

  private Formula product(List<MatrixFactor> pieces, int row, int column) {
    Stream<Formula> factors = (gradient ? withOuterProduct(pieces, row, column) : pieces).stream().map(piece -> piece.as(row, column));
    return FormulaFactory.product(Kind.ENTRYWISE, (gradient ? factors.sorted(FIRST) : factors).toList());
  }

  /** Returns the rank of a factor: matrix products, then deltas such as {@code Yh - Y}, names, functions, and derivatives such as {@code 1 - A}. */
  private static int rank(Formula formula) {
    if (formula instanceof Formula.Transpose transpose) {
      return rank(transpose.operand());
    }
    if (formula instanceof Formula.Product) {
      return 0;
    }
    if (formula instanceof Formula.Gradient) {
      return 1;
    }
    if (formula instanceof Formula.Sum sum) {
      return sum.terms().stream().anyMatch(term -> term.formula() instanceof Formula.Number) ? 5 : 2;
    }
    if (formula instanceof Formula.Name || formula instanceof Formula.Index || formula instanceof Formula.Entry) {
      return 3;
    }
    return formula instanceof Formula.Compare ? 6 : 4;
  }
}
