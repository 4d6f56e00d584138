package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Evaluates a formula to a matrix of numbers: the oracle for builders and printers. */
public final class FormulaEvaluator implements Formula.Visitor<double[][]> {

  private final Map<String, double[][]> values;
  private final Map<String, Integer> sizes;
  private final Map<String, Integer> indices;

  /**
   * @param values matrices by name
   * @param sizes how far an index letter runs
   */
  public FormulaEvaluator(Map<String, double[][]> values, Map<String, Integer> sizes) {
    this(values, sizes, Map.of());
  }

  private FormulaEvaluator(Map<String, double[][]> values, Map<String, Integer> sizes, Map<String, Integer> indices) {
    this.values = values;
    this.sizes = sizes;
    this.indices = indices;
  }

  public double[][] value(Formula formula) {
    return formula.accept(this);
  }

  /** Returns the value with numbers for index letters. */
  FormulaEvaluator with(String index, int position) {
    Map<String, Integer> more = new HashMap<>(indices);
    more.put(index, position);
    return new FormulaEvaluator(values, sizes, more);
  }

  private static double[][] scalar(double value) {
    return new double[][] {{value}};
  }

  private static double[][] fill(int rows, int columns, Entries entries) {
    double[][] result = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[r][c] = entries.at(r, c);
      }
    }
    return result;
  }

  private interface Entries {
    double at(int row, int column);
  }

  private static double[][] map(double[][] a, DoubleUnaryOperator f) {
    return fill(a.length, a[0].length, (r, c) -> f.applyAsDouble(a[r][c]));
  }

  private static int broadcast(int a, int b) {
    if (a != b && a != 1 && b != 1) {
      throw new IllegalArgumentException(a + " rows or columns against " + b);
    }
    return Math.max(a, b);
  }

  private static double[][] zip(double[][] a, double[][] b, DoubleBinaryOperator f) {
    return fill(broadcast(a.length, b.length), broadcast(a[0].length, b[0].length), (r, c) -> f.applyAsDouble(
        a[a.length == 1 ? 0 : r][a[0].length == 1 ? 0 : c], b[b.length == 1 ? 0 : r][b[0].length == 1 ? 0 : c]));
  }

  private static boolean isScalar(double[][] a) {
    return a.length == 1 && a[0].length == 1;
  }

  private static double[][] multiply(double[][] a, double[][] b) {
    if (isScalar(a) || isScalar(b)) {
      return zip(a, b, (x, y) -> x * y);
    }
    if (a[0].length != b.length) {
      throw new IllegalArgumentException(a.length + "x" + a[0].length + " times " + b.length + "x" + b[0].length);
    }
    return fill(a.length, b[0].length, (r, c) -> IntStream.range(0, b.length).mapToDouble(k -> a[r][k] * b[k][c]).sum());
  }

  @Override
  public double[][] number(Formula.Number number) {
    return scalar(number.value().doubleValue());
  }

  @Override
  public double[][] name(Formula.Name name) {
    return values.get(name.name());
  }

  @Override
  public double[][] gradient(Formula.Gradient gradient) {
    return values.get("d" + gradient.of() + "/d" + gradient.by());
  }

  @Override
  public double[][] sum(Formula.Sum sum) {
    double[][] total = scalar(0);
    for (Formula.Term term : sum.terms()) {
      total = zip(total, value(term.formula()), (x, y) -> term.negative() ? x - y : x + y);
    }
    return total;
  }

  @Override
  public double[][] product(Formula.Product product) {
    double[][] total = value(product.factors().get(0));
    for (Formula factor : product.factors().subList(1, product.factors().size())) {
      total = product.kind() == Kind.PLAIN ? multiply(total, value(factor)) : zip(total, value(factor), (x, y) -> x * y);
    }
    return total;
  }

  @Override
  public double[][] quotient(Formula.Quotient quotient) {
    double[][] below = value(quotient.denominator());
    if (quotient.kind() == Kind.PLAIN && !isScalar(below)) {
      throw new IllegalArgumentException("divided by a matrix");
    }
    return zip(value(quotient.numerator()), below, (x, y) -> x / y);
  }

  @Override
  public double[][] negate(Formula.Negate negate) {
    return map(value(negate.operand()), x -> -x);
  }

  @Override
  public double[][] power(Formula.Power power) {
    double[][] base = value(power.base());
    if (power.kind() == Kind.PLAIN && !isScalar(base)) {
      throw new IllegalArgumentException("plain power of a matrix");
    }
    return zip(base, value(power.exponent()), Math::pow);
  }

  private static double[][] transposed(double[][] a) {
    return fill(a[0].length, a.length, (r, c) -> a[c][r]);
  }

  @Override
  public double[][] transpose(Formula.Transpose transpose) {
    return transposed(value(transpose.operand()));
  }

  private static double[][] fold(double[][] a, double start, DoubleBinaryOperator f) {
    return fill(a.length, 1, (r, c) -> IntStream.range(0, a[0].length).mapToDouble(k -> a[r][k]).reduce(start, f));
  }

  @Override
  public double[][] call(Formula.Call call) {
    List<double[][]> arguments = call.arguments().stream().map(this::value).toList();
    double[][] a = arguments.get(0);
    double low = Double.NEGATIVE_INFINITY;
    return switch (call.function()) {
      case "exp" -> map(a, Math::exp);
      case "tanh" -> map(a, Math::tanh);
      case "abs" -> map(a, Math::abs);
      case "sqrt" -> map(a, Math::sqrt);
      case "log" -> map(a, Math::log);
      case "log1p" -> map(a, Math::log1p);
      case "expm1" -> map(a, Math::expm1);
      case "sign" -> map(a, Math::signum);
      case "sin" -> map(a, Math::sin);
      case "cos" -> map(a, Math::cos);
      case "grad" -> values.get("d" + ((Formula.Name) call.arguments().get(0)).name() + "/d" + ((Formula.Name) call.arguments().get(1)).name());
      case "min" -> zip(a, arguments.get(1), Math::min);
      case "rowsum" -> fold(a, 0, Double::sum);
      case "colsum" -> transposed(fold(transposed(a), 0, Double::sum));
      case "sum" -> fold(transposed(fold(a, 0, Double::sum)), 0, Double::sum);
      case "mean" -> map(fold(transposed(fold(a, 0, Double::sum)), 0, Double::sum), x -> x / values.get("m")[0][0]);
      case "rowmax" -> fold(a, low, Math::max);
      case "colmax" -> transposed(fold(transposed(a), low, Math::max));
      case "max" -> arguments.size() == 2 ? zip(a, arguments.get(1), Math::max)
          : fold(transposed(fold(a, low, Math::max)), low, Math::max);
      case "where" -> zip(zip(a, arguments.get(1), (x, y) -> x != 0 ? y : Double.NaN), arguments.get(2),
          (x, y) -> Double.isNaN(x) ? y : x);
      default -> throw new IllegalArgumentException(call.function());
    };
  }

  @Override
  public double[][] compare(Formula.Compare compare) {
    return zip(value(compare.left()), value(compare.right()), switch (compare.operator()) {
      case ">" -> (x, y) -> x > y ? 1 : 0;
      case ">=" -> (x, y) -> x >= y ? 1 : 0;
      default -> (x, y) -> x == y ? 1 : 0;
    });
  }

  @Override
  public double[][] index(Formula.Index index) {
    return scalar(indices.get(index.text()));
  }

  @Override
  public double[][] entry(Formula.Entry entry) {
    double[][] base = value(entry.base());
    List<Integer> at = entry.indices().stream().map(indices::get).toList();
    if (at.size() == 2) {
      return scalar(base[at.get(0)][at.get(1)]);
    }
    return scalar(base.length == 1 ? base[0][at.get(0)] : base[at.get(0)][0]);
  }

  @Override
  public double[][] over(Formula.Over over) {
    boolean sum = over.operation() == Formula.Operation.SUM;
    return scalar(over(over, 0, this, sum));
  }

  private double over(Formula.Over over, int depth, FormulaEvaluator inner, boolean sum) {
    if (depth == over.indices().size()) {
      return inner.value(over.body())[0][0];
    }
    String index = over.indices().get(depth);
    return IntStream.range(0, sizes.get(index)).mapToDouble(k -> over(over, depth + 1, inner.with(index, k), sum))
        .reduce(sum ? 0 : Double.NEGATIVE_INFINITY, sum ? Double::sum : Math::max);
  }

  @Override
  public double[][] array(Formula.Array array) {
    int rows = sizes.get(array.indices().get(0));
    boolean matrix = array.indices().size() == 2;
    return fill(rows, matrix ? sizes.get(array.indices().get(1)) : 1, (r, c) -> {
      FormulaEvaluator inner = with(array.indices().get(0), r);
      return (matrix ? inner.with(array.indices().get(1), c) : inner).value(array.body())[0][0];
    });
  }
}
