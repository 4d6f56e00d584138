package dev.nngen.simplify;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Model texts of random expressions of every function of the language and the library, that have a value everywhere: logarithms
 * and roots only of what is positive by its form, exponentials of what does not grow beyond all measure. The loss reaches every
 * definition; now and then one is the gradient of a scalar of others, so that second derivatives occur. Samples are columns or
 * rows; parameters are shared by several definitions; functions, losses and layers are the library's or the text's own.
 */
public final class RandomTexts {

  /** Rows and columns; {@code m} columns are {@link #BATCH}. */
  private record Shape(int rows, int columns) {
    boolean fits(Shape into) {
      return (rows == into.rows || rows == 1) && (columns == into.columns || columns == 1);
    }
  }

  private record Named(String name, Shape shape) {}

  private static final int BATCH = 0;
  private static final Shape HIDDEN = new Shape(4, BATCH);
  private static final Shape OUTPUT = new Shape(2, BATCH);
  private static final Shape ROW = new Shape(1, BATCH);
  private static final Shape COLUMN = new Shape(4, 1);
  private static final Shape SCALAR = new Shape(1, 1);
  private static final List<Shape> SHAPES = List.of(HIDDEN, HIDDEN, HIDDEN, OUTPUT, ROW, COLUMN, SCALAR);
  private static final List<Named> PARAMETERS = List.of(new Named("b", COLUMN), new Named("s", SCALAR));
  private static final String OWN = """
      fn hill(z, k = 2) = k * z / (1 + z^2);
      loss distance(p, y, g = 1/2) = sqrt((p - y)^2 + g);
      layer own(A, f = hill) { param c = 0.5; return f(c .* A); }
      """;
  private static final String[] LOSSES = {"crossentropy(Q, Y)", "crossentropy(Q, Y)", "logloss(Q, Y)", "logloss(Q, Y)", "halfsquared(Q, Y)",
      "nll(log(Q), Y)", "squared(Q, Y)", "absolute(Q, Y)", "huber(Q, Y)", "logcosh(Q, Y)", "hinge(Q, Y)", "squaredhinge(Q, Y)",
      "poisson(Q, Y)", "kldivergence(Q, Y)", "focal(Q, Y)", "distance(Q, Y)"};
  private static final String[] ACTIVATIONS = {"identity", "logsigmoid", "relu", "relu6", "leakyrelu", "elu", "celu", "selu", "gelu",
      "gelutanh", "swish", "silu", "mish", "softplus", "softsign", "hardsigmoid", "hardswish", "hardtanh", "hill"};
  private static final String[] EXPONENTS = {"(1/2)", "(-1/2)", "(1/3)", "(3/2)", "(-2/3)", "(5/4)", "1.5", "2", "-1", "0.7"};

  private final Random random;
  private final int depth;
  private final boolean rows;
  private final List<Named> known = new ArrayList<>();

  private RandomTexts(long seed) {
    random = new Random(seed);
    depth = 1 + (int) Math.abs(seed % 3);
    rows = random.nextInt(4) == 0;
  }

  /** A model with {@code X[4]}, {@code Y[2]} (colsum 1 where the text says so), {@code W[4, 4], V[2, 4], b[4], s} and loss {@code J}. */
  public static String next(long seed) {
    return new RandomTexts(seed).model();
  }

  private String model() {
    StringBuilder text = new StringBuilder(rows ? "samples rows;\n" : "").append(oneOf("", "", "", "precision f32;\n"));
    text.append(OWN).append("model R {\n  input X[4];\n  target Y[2]");
    text.append(oneOf(";\n", " where " + along("col", "sum") + "(Y) == 1;\n", " where Y in [0, 1];\n"));
    text.append("  param W[4, 4];  param ").append(rows ? "V[4, 2]" : "V[2, 4]").append(";  param b[4];  param s = 1;\n");
    known.add(new Named("X", HIDDEN));
    known.addAll(PARAMETERS);
    define(text, "Z0", HIDDEN, times("W", "X") + " + b");
    for (int k = random.nextInt(5); k > 0; k--) {
      Shape shape = SHAPES.get(random.nextInt(SHAPES.size()));
      if (random.nextInt(7) == 0) {
        gradient(text);
      } else if (random.nextInt(7) == 0) {
        define(text, "D" + known.size(), HIDDEN, oneOf("dense(A, 4, tanh)", "linear(A, 4)", "prelu(A)", "own(A)").replace("A", real(HIDDEN, depth - 1)));
      } else {
        define(text, "D" + known.size(), shape, real(shape, depth));
      }
    }
    define(text, "P", OUTPUT, output());
    text.append("  minimize J = ").append(oneOf("mean", "mean", "sum")).append("(")
        .append(oneOf(LOSSES).replace("Q", oneOf("P", "P", unit(OUTPUT, 1)))).append(")");
    known.forEach(value -> text.append(value.name.startsWith("D") ? " + " + oneOf("sum", "mean", "sum", "max") + "("
        + oneOf("tanh(N)", "N", "sin(N)").replace("N", value.name) + ")" : ""));
    return text.append(oneOf("", " + l2(0.1)", " + l1(1/3)")).append(";\n  output P;\n}\n").toString();
  }

  /** The product of a parameter, as columns would have it, and samples. */
  private String times(String parameter, String samples) {
    return rows ? samples + " * " + parameter : parameter + " * " + samples;
  }

  /** The reduction that runs along {@code "row"} or {@code "col"} in a model of columns. */
  private String along(String which, String reduction) {
    return (rows == which.equals("row") ? "col" : "row") + reduction;
  }

  private void define(StringBuilder text, String name, Shape shape, String expression) {
    text.append("  ").append(name).append(" = ").append(expression).append(";\n");
    known.add(new Named(name, shape));
  }

  /** The gradient of a sum, by a parameter or a value before it. */
  private void gradient(StringBuilder text) {
    Named by = known.get(random.nextInt(known.size()));
    String inner = oneOf(by.name, real(by.shape, 1)) + " .* " + by.name;
    String name = "D" + known.size();
    text.append("  ").append(name).append("s = sum(").append(real(HIDDEN, depth)).append(") + sum(").append(inner).append(");\n");
    define(text, name, by.shape, "grad(" + name + "s, " + by.name + ")");
  }

  private String output() {
    String z = times("V", "(" + real(HIDDEN, depth - 1) + ")");
    return oneOf("softmax(" + z + ")", sigmoid(z), "exp(" + z + ") ./ " + along("col", "sum") + "(exp(" + z + "))", "(" + sigmoid(z) + ")");
  }

  // ---- expressions ----

  private String real(Shape shape, int depth) {
    if (depth == 0) {
      return leaf(shape);
    }
    String a = real(shape, depth - 1);
    String b = random.nextInt(4) == 0 ? a : real(shape, depth - 1);
    return switch (random.nextInt(22)) {
      case 0 -> "(" + a + " + " + b + ")";
      case 1 -> "(" + a + " - " + b + ")";
      case 2 -> "(" + a + " .* " + b + ")";
      case 3 -> "((" + a + ") ./ (" + positive(shape, depth - 1) + "))";
      case 4 -> "log(" + positive(shape, depth - 1) + ")";
      case 5 -> "tanh(" + a + ")";
      case 6 -> oneOf("sin", "cos", "erf", "abs", "sign", "stop", "expm1(tanh", "floor") .transform(f -> f.contains("(") ? f + "(" + a + "))" : f + "(" + a + ")");
      case 7 -> oneOf("max", "min") + "(" + a + ", " + b + ")";
      case 8 -> "where(" + a + oneOf(" > ", " >= ", " < ", " <= ") + b + ", " + real(shape, depth - 1) + ", " + real(shape, depth - 1) + ")";
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
      default -> leaf(shape);
    };
  }

  private String positive(Shape shape, int depth) {
    if (depth == 0) {
      return oneOf("exp(L)", "(1 + L .* L)", "(1 + exp(-L))", "(abs(L) + 1/2)").replace("L", leaf(shape));
    }
    String a = positive(shape, depth - 1);
    return switch (random.nextInt(10)) {
      case 0 -> "exp(" + leaf(shape) + ")";
      case 1 -> "exp(tanh(" + real(shape, depth - 1) + "))";
      case 2 -> "(" + a + " + " + positive(shape, depth - 1) + ")";
      case 3 -> "(" + a + " .* " + positive(shape, depth - 1) + ")";
      case 4 -> "((" + a + ") ./ (" + positive(shape, depth - 1) + "))";
      case 5 -> "((" + a + ") .^ " + oneOf(EXPONENTS) + ")";
      case 6 -> "sqrt(" + a + ")";
      case 7 -> "((" + real(shape, depth - 1) + ") .^ 2 + 0.5)";
      case 8 -> shape.columns == BATCH && shape.rows > 1 ? "(" + along("col", "sum") + "(" + a + ") + " + a + ")" : a;
      default -> unit(shape, depth - 1);
    };
  }

  /** Between 0 and 1. */
  private String unit(Shape shape, int depth) {
    String a = depth == 0 ? leaf(shape) : real(shape, depth - 1);
    boolean layer = shape.columns == BATCH && shape.rows > 1;
    return layer && random.nextInt(3) == 0
        ? oneOf("softmax(A)", "(exp(tanh(A)) ./ " + along("col", "sum") + "(exp(tanh(A))))",
            "(exp(tanh(A)) ./ " + along("row", "sum") + "(exp(tanh(A))))").replace("A", a)
        : sigmoid(a);
  }

  private String sigmoid(String z) {
    return oneOf("sigmoid(Q)", "(1 ./ (1 + exp(-(Q))))", "(exp(Q) ./ (1 + exp(Q)))", "((1 + tanh((Q) / 2)) / 2)",
        "(1 - 1 ./ (1 + exp(Q)))", "(1 - sigmoid(-(Q)))").replace("Q", z);
  }

  private String product(Shape shape, int depth) {
    if (shape.columns != BATCH || shape.rows == 1) {
      return leaf(shape);
    }
    String inner = "(" + real(HIDDEN, depth - 1) + ")";
    return "(" + times(shape.rows == 2 ? "V" : oneOf("W", "W'", rows ? "(V * V')" : "(V' * V)"), inner) + ")";
  }

  /** A sum or maximum over an axis, seen from the shape. */
  private String reduced(Shape shape, int depth) {
    if (shape.columns == BATCH && shape.rows > 1) {
      String a = real(shape, depth);
      return oneOf("colsum", "rowsum", "colmax", "rowmax", "sum", "mean", "colmin", "rowmin", "min", "max") + "(" + a + ") + " + oneOf("0", "1/2", "s") + " * " + leaf(shape);
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
    return oneOf("2", "(1/2)", "0.3", "(-1)", "(1/3)", "(-0.7)", "1");
  }

  private String oneOf(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
