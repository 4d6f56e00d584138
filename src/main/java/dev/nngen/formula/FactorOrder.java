package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Rational;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where the factors of a {@link EntrywiseTerm} go: numbers and scalars in front, as {@code 1/m}, errors before slopes, what
 * divides below the line, a column times a row as their matrix product.
 */
final class FactorOrder {

  private static final Comparator<Formula> FIRST = Comparator.comparingInt(FactorOrder::rank);

  private final boolean gradient;

  /**
   * @param gradient true for gradients, where {@code (1/m) * sum(E)} is preferred to {@code sum(E) / m} and factors are put
   *     in order; what the user wrote keeps its order
   */
  FactorOrder(boolean gradient) {
    this.gradient = gradient;
  }

  boolean isGradient() {
    return gradient;
  }

  /** A term of a sum with axis {@code row} along the rows and {@code column} along the columns, and its sign. */
  Formula.Term term(EntrywiseTerm monomial, int row, int column) {
    return signed(gradient ? Tidying.ofTerm(monomial) : monomial, row, column);
  }

  private Formula.Term signed(EntrywiseTerm tidy, int row, int column) {
    boolean negative = tidy.coefficient().signum() < 0;
    EntrywiseTerm absolute = negative ? tidy.scaled(Rational.MINUS_ONE) : tidy;
    return new Formula.Term(negative, unsigned(absolute, row, column));
  }

  Formula formula(EntrywiseTerm monomial, int row, int column) {
    Formula.Term term = signed(gradient ? Tidying.of(monomial) : monomial, row, column);
    return Write.signed(term.negative(), term.formula());
  }

  private Formula unsigned(EntrywiseTerm monomial, int row, int column) {
    Predicate<Piece> scalar = gradient && monomial.axes().isEmpty() && monomial.under().stream().allMatch(FactorOrder::isBatchSize)
        ? piece -> !isReduction(piece) : Piece::isScalar;
    List<Piece> matrices = pick(monomial.over(), scalar.negate());
    List<Piece> divisors = pick(monomial.under(), Predicate.not(Piece::isScalar));
    Formula prefix = scalars(monomial.coefficient(), pick(monomial.over(), scalar), pick(monomial.under(), Piece::isScalar));
    if (matrices.isEmpty() && divisors.isEmpty()) {
      return prefix;
    }
    if (matrices.isEmpty()) {
      return Write.quotient(Kind.ENTRYWISE, prefix, entrywise(divisors, List.of(), row, column));
    }
    boolean entries = monomial.axes().isEmpty();
    return Write.product(Kind.PLAIN, List.of(prefix, entries
        ? Write.product(Kind.PLAIN, matrices.stream().map(Piece::straight).toList())
        : entrywise(matrices, divisors, row, column)));
  }

  private static boolean isBatchSize(Piece piece) {
    return piece.straight().equals(Notation.BATCH_SIZE);
  }

  /** A sum over samples, or an entry: what a gradient's {@code 1/m} stands in front of. */
  private static boolean isReduction(Piece piece) {
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

  /** The sum of a vector's entries; a gradient's row is summed by {@code rowsum}, as it would be with more rows. */
  Formula sumOf(Piece vector) {
    boolean lies = Transposes.count(vector.flipped()) < Transposes.count(vector.straight());
    return Write.call(lies && gradient ? "rowsum" : "sum", lies ? vector.flipped() : vector.straight());
  }

  private static List<Piece> pick(List<Piece> pieces, Predicate<Piece> wanted) {
    return pieces.stream().filter(wanted).toList();
  }

  /** The number and scalars as one quotient, {@code sum(E) / (2*m)}. */
  private Formula scalars(Rational coefficient, List<Piece> over, List<Piece> under) {
    boolean fraction = Numbers.isFraction(coefficient);
    List<Formula> numerator = new ArrayList<>();
    List<Formula> denominator = new ArrayList<>();
    numerator.add(new Formula.Number(fraction ? whole(coefficient.numerator()) : coefficient));
    denominator.add(new Formula.Number(fraction ? whole(coefficient.denominator()) : Rational.ONE));
    over.forEach(piece -> numerator.add(piece.straight()));
    under.forEach(piece -> denominator.add(piece.straight()));
    takeMeans(numerator, denominator);
    while (numerator.contains(Notation.BATCH_SIZE) && denominator.contains(Notation.BATCH_SIZE)) {
      numerator.remove(Notation.BATCH_SIZE);
      denominator.remove(Notation.BATCH_SIZE);
    }
    return Write.quotient(Kind.PLAIN, Write.product(Kind.PLAIN, numerator), Write.product(Kind.PLAIN, denominator));
  }

  /** {@code sum(E) / m} is {@code mean(E)}. */
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

  private static Rational whole(BigInteger value) {
    return new Rational(value, BigInteger.ONE);
  }

  /** The entrywise product of the pieces, none a plain scalar, divided by others. */
  Formula entrywise(List<Piece> over, List<Piece> under, int row, int column) {
    List<Piece> all = EntrywiseTerm.joined(over, under);
    boolean outer = over.stream().noneMatch(Piece::isMatrix)
        && all.stream().anyMatch(piece -> isAlong(piece, row)) && all.stream().anyMatch(piece -> isAlong(piece, column));
    if (outer) {
      Formula columns = quotient(pick(over, p -> isAlong(p, row)), pick(under, p -> isAlong(p, row)), row, column);
      Formula rows = quotient(pick(over, p -> isAlong(p, column)), pick(under, p -> isAlong(p, column)), row, column);
      Formula product = Write.product(Kind.PLAIN, List.of(columns, rows));
      List<Piece> divisors = pick(under, Piece::isMatrix);
      return divisors.isEmpty() ? product
          : Write.quotient(Kind.ENTRYWISE, product, product(divisors, row, column));
    }
    return quotient(over, under, row, column);
  }

  /** The same factors, but a column and a row among them as their matrix product: {@code W' * E} for {@code W' .* E}. */
  private List<Piece> withOuterProduct(List<Piece> pieces, int row, int column) {
    List<Piece> columns = pick(pieces, piece -> isAlong(piece, row));
    List<Piece> rows = pick(pieces, piece -> isAlong(piece, column));
    if (columns.isEmpty() || rows.isEmpty()) {
      return pieces;
    }
    Formula straight = Write.product(Kind.PLAIN, List.of(product(columns, row, column), product(rows, row, column)));
    Formula flipped = Write.product(Kind.PLAIN, List.of(product(rows, column, row), product(columns, column, row)));
    List<Piece> all = new ArrayList<>(List.of(new Piece(row, column, straight, flipped)));
    all.addAll(pick(pieces, piece -> !isAlong(piece, row) && !isAlong(piece, column)));
    return all;
  }

  private static boolean isAlong(Piece vector, int axis) {
    return !vector.isScalar() && !vector.isMatrix() && vector.only() == axis;
  }

  private Formula quotient(List<Piece> over, List<Piece> under, int row, int column) {
    Formula numerator = over.isEmpty() ? Write.ONE : product(over, row, column);
    return under.isEmpty() ? numerator : Write.quotient(Kind.ENTRYWISE, numerator, product(under, row, column));
  }

  private Formula product(List<Piece> pieces, int row, int column) {
    Stream<Formula> factors = (gradient ? withOuterProduct(pieces, row, column) : pieces).stream().map(piece -> piece.as(row, column));
    return Write.product(Kind.ENTRYWISE, (gradient ? factors.sorted(FIRST) : factors).toList());
  }

  /** Matrix products, then errors such as {@code Yh - Y}, then names, then functions, then slopes such as {@code 1 - A}. */
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
