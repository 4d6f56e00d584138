package dev.nngen.random;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Texts of random expressions of a given shape over the values known so far. */
final class RandomExpressions {

  /** Rows and columns as a model of columns has them; {@code m} columns are {@link #BATCH}. */
  record Shape(int rows, int columns) {
    boolean fits(Shape into) {
      return (rows == into.rows || rows == 1) && (columns == into.columns || columns == 1);
    }

    /** Several entries of each sample. */
    boolean isLayer() {
      return columns == BATCH && rows > 1;
    }
  }

  record Named(String name, Shape shape) {}

  private static final int BATCH = 0;
  static final Shape HIDDEN = new Shape(4, BATCH);
  static final Shape OUTPUT = new Shape(2, BATCH);
  static final Shape ROW = new Shape(1, BATCH);
  static final Shape COLUMN = new Shape(4, 1);
  static final Shape SCALAR = new Shape(1, 1);
  /** What weights are; may be transposed. */
  static final Shape SQUARE = new Shape(4, 4);
  static final String[] ACTIVATIONS = {"identity", "sigmoid", "logsigmoid", "relu", "relu6", "leakyrelu", "elu", "celu", "selu", "gelu",
      "gelutanh", "swish", "silu", "mish", "softplus", "softsign", "hardsigmoid", "hardswish", "hardtanh", "hill"};
  private static final String[] CALLS = {"elu(A, 1/2)", "celu(A, alpha = 2)", "leakyrelu(A, slope = 0.2)", "swish(A, beta = 2)", "(A |> hill(k = 3))"};
  private static final String[] ENTRYWISE = {"sin(A)", "cos(A)", "erf(A)", "abs(A)", "sign(A)", "stop(A)", "floor(A)", "expm1(tanh(A))",
      "log1p(exp(A))", "log1p(abs(A))", "sqrt(abs(A) + 1/3)", "tanh(A)", "(A')'", "(pi * A)", "(A ./ rows(X))", "(A / cols(X))"};
  private static final String[] FUNCTIONS = Arrays.stream(Fn.values()).filter(fn -> fn.isCalled() && fn.isTranscendental()
      && Arrays.stream(ENTRYWISE).noneMatch(call -> call.contains(fn.label() + "("))).map(RandomExpressions::called).toArray(String[]::new);
  private static final String[] EXPONENTS = {"(1/2)", "(-1/2)", "(1/3)", "(3/2)", "(-2/3)", "(5/4)", "1.5", "2", "-1", "0.7"};

  /** A call of a function inside its domain; one that grows like exp is given a bounded argument. */
  private static String called(Fn fn) {
    Interval domain = fn.domain(fn.arity() - 1);
    boolean grows = domain.equals(Interval.REALS) && fn.arity() == 1 && fn.evaluate(300) > 1e100;
    String argument = grows ? "tanh(A)" : domain.high() == 1 ? "tanh(A) / 2" : domain.low() == 1 ? "1 + (A) .^ 2" : domain.low() == 0 ? "abs(A) + 1/2" : "A";
    return fn.label() + "(" + (fn.arity() == 1 ? "" : "1, ") + argument + ")";
  }

  private final Random random;
  private final boolean rows;
  private final List<Named> known = new ArrayList<>();

  RandomExpressions(Random random, boolean rows) {
    this.random = random;
    this.rows = rows;
  }

  /** The values that expressions may name, in the order of the text. */
  List<Named> known() {
    return Collections.unmodifiableList(known);
  }

  void known(String name, Shape shape) {
    known.add(new Named(name, shape));
  }

  /** The product of a matrix, as columns would have it, and samples. */
  String times(String matrix, String samples) {
    return rows ? samples + " * " + matrix : matrix + " * " + samples;
  }

  /** The reduction that runs along {@code "row"} or {@code "col"} in a model of columns. */
  String along(String which, String reduction) {
    return (rows == which.equals("row") ? "col" : "row") + reduction;
  }

  String real(Shape shape, int depth) {
    if (depth <= 0) {
      return leaf(shape);
    }
    String a = real(shape, depth - 1);
    String b = random.nextInt(4) == 0 ? a : real(shape, depth - 1);
    return switch (random.nextInt(24)) {
      case 0 -> "(" + a + " + " + b + ")";
      case 1 -> "(" + a + " - " + b + ")";
      case 2 -> "(" + a + " .* " + b + ")";
      case 3 -> "((" + a + ") ./ (" + positive(shape, depth - 1) + "))";
      case 4 -> "log(" + positive(shape, depth - 1) + ")";
      case 5, 6 -> oneOf(random.nextInt(2) == 0 ? FUNCTIONS : ENTRYWISE).replace("A", a);
      case 7 -> oneOf("max", "min") + "(" + a + ", " + oneOf(b, b, constant()) + ")";
      case 8 -> "where(" + condition(shape, a, b, depth) + ", " + real(shape, depth - 1) + ", " + real(shape, depth - 1) + ")";
      case 9 -> "((" + a + ") .^ " + oneOf("2", "3") + ")";
      case 10 -> "(" + constant() + " * (" + a + "))";
      case 11, 12 -> product(shape, depth);
      case 13 -> "(" + reduced(shape, depth - 1) + ")";
      case 14 -> logarithmOfSum(shape, depth - 1);
      case 15 -> oneOf(ACTIVATIONS) + "(" + a + ")";
      case 16 -> "log(" + unit(shape, depth - 1) + ")";
      case 17 -> "(1 - (" + unit(shape, depth - 1) + "))";
      case 18 -> "log(1 - " + sigmoid(a) + ")";
      case 19 -> positive(shape, depth);
      case 20 -> oneOf("(" + a + " |> F)", oneOf(CALLS).replace("A", a), "-(" + a + ")").replace("F", oneOf(ACTIVATIONS));
      default -> leaf(shape);
    };
  }

  private String condition(Shape shape, String a, String b, int depth) {
    String comparison = a + oneOf(" > ", " >= ", " < ", " <= ") + b;
    return switch (random.nextInt(6)) {
      case 0 -> "!(" + comparison + ")";
      case 1 -> comparison + oneOf(" && ", " || ") + real(shape, depth - 1) + oneOf(" > ", " <= ") + constant();
      case 2 -> "sign(" + a + ")" + oneOf(" == ", " != ") + oneOf("1", "sign(" + b + ")");
      default -> comparison;
    };
  }

  private String positive(Shape shape, int depth) {
    if (depth <= 0) {
      return oneOf("exp(L)", "(1 + L .* L)", "(1 + exp(-L))", "(abs(L) + 1/2)").replace("L", leaf(shape));
    }
    String a = positive(shape, depth - 1);
    return switch (random.nextInt(11)) {
      case 0 -> "exp(" + leaf(shape) + ")";
      case 1 -> "exp(tanh(" + real(shape, depth - 1) + "))";
      case 2 -> "(" + a + " + " + positive(shape, depth - 1) + ")";
      case 3 -> "(" + a + " .* " + positive(shape, depth - 1) + ")";
      case 4 -> "((" + a + ") ./ (" + positive(shape, depth - 1) + "))";
      case 5 -> "((" + a + ") .^ " + oneOf(EXPONENTS) + ")";
      case 6 -> "sqrt(" + a + ")";
      case 7 -> "((" + real(shape, depth - 1) + ") .^ 2 + 0.5)";
      case 8 -> shape.isLayer() ? "(" + along("col", "sum") + "(" + a + ") + " + a + ")" : a;
      case 9 -> "((" + a + ") .^ tanh(" + real(shape, depth - 1) + "))";
      default -> unit(shape, depth - 1);
    };
  }

  /** Between 0 and 1. */
  String unit(Shape shape, int depth) {
    String a = real(shape, depth - 1);
    return shape.isLayer() && random.nextInt(3) == 0
        ? oneOf("softmax(A)", "(exp(tanh(A)) ./ " + along("col", "sum") + "(exp(tanh(A))))",
            "(exp(tanh(A)) ./ " + along("row", "sum") + "(exp(tanh(A))))").replace("A", a)
        : sigmoid(a);
  }

  String sigmoid(String z) {
    return oneOf("sigmoid(Q)", "(1 ./ (1 + exp(-(Q))))", "(exp(Q) ./ (1 + exp(Q)))", "((1 + tanh((Q) / 2)) / 2)",
        "(1 - 1 ./ (1 + exp(Q)))", "(1 - sigmoid(-(Q)))").replace("Q", z);
  }

  private String product(Shape shape, int depth) {
    if (shape.equals(SQUARE)) {
      return oneOf("(A)'", "(W * (A))", "((A)' * W)").replace("A", real(SQUARE, depth - 1));
    }
    if (!shape.isLayer()) {
      return leaf(shape);
    }
    String inner = "(" + real(HIDDEN, depth - 1) + ")";
    String square = rows ? oneOf("(V * V')", "(X' * X)") : oneOf("(V' * V)", "(X * X')");
    return "(" + times(shape.rows == 2 ? "V" : oneOf("W", "W'", square, "(" + real(SQUARE, depth - 1) + ")"), inner) + ")";
  }

  /** A sum or maximum over an axis, seen from the shape. */
  private String reduced(Shape shape, int depth) {
    if (shape.equals(SQUARE)) {
      return oneOf("W", "s", "b", leaf(SQUARE)) + oneOf(" + ", " - ") + oneOf("col", "row") + oneOf("sum", "max", "min") + "(" + real(SQUARE, depth) + ")"
          + oneOf("", "'");
    }
    if (shape.isLayer()) {
      return oneOf("colsum", "rowsum", "colmax", "rowmax", "sum", "mean", "colmin", "rowmin", "min", "max") + "(" + real(shape, depth) + ") + "
          + oneOf("0", "1/2", "s") + " * " + leaf(shape);
    }
    return shape.equals(ROW) ? along("col", oneOf("sum", "max", "min")) + "(" + real(HIDDEN, depth) + ")"
        : shape.equals(COLUMN) ? along("row", oneOf("sum", "max", "min")) + "(" + real(HIDDEN, depth) + ")" : "sum(" + real(HIDDEN, depth) + ")";
  }

  private String logarithmOfSum(Shape shape, int depth) {
    String a = real(HIDDEN, depth);
    String squeezed = oneOf("exp(tanh(A))", "exp(A - " + along("col", "max") + "(A))", "exp(sin(A))").replace("A", a);
    return shape.equals(ROW) ? "log(" + along("col", "sum") + "(" + squeezed + "))"
        : shape.equals(COLUMN) ? "log(" + along("row", "sum") + "(" + squeezed + "))"
        : shape.equals(HIDDEN) ? oneOf("logsoftmax(A)", "(A - log(" + along("col", "sum") + "(exp(tanh(A)))))").replace("A", a) : leaf(shape);
  }

  /** A known value of the shape, plain or in a small expression. */
  private String leaf(Shape shape) {
    List<Named> fitting = known.stream().filter(value -> value.shape.fits(shape)).toList();
    List<Named> exact = fitting.stream().filter(value -> value.shape.equals(shape)).toList();
    if (exact.isEmpty()) {
      return shape.equals(OUTPUT) ? "(" + times("V", "X") + ")" : along("col", "sum") + "(X)";
    }
    if (random.nextInt(5) == 0) {
      String other = random.nextBoolean() ? constant() : fitting.get(random.nextInt(fitting.size())).name;
      return "(" + exact.get(0).name + oneOf(" + ", " - ", " .* ") + other + ")";
    }
    return exact.get(random.nextInt(exact.size())).name;
  }

  private String constant() {
    return oneOf("2", "(1/2)", "0.3", "(-1)", "(1/3)", "(-0.7)", "1", "pi");
  }

  private String oneOf(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
