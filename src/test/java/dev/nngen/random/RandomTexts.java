package dev.nngen.random;

import dev.nngen.random.RandomExpressions.Named;
import dev.nngen.random.RandomExpressions.Shape;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Model texts of random expressions of every function of the language and the library, that have a value everywhere: logarithms
 * and roots only of what is positive by its form, exponentials of what does not grow beyond all measure. The loss reaches every
 * definition; now and then one is the gradient of a scalar of others, so that second derivatives occur. Samples are columns or
 * rows, numbers of either precision; parameters are shared by several definitions; functions, losses, layers, initializers and
 * optimizers are the library's or the text's own.
 */
public final class RandomTexts {

  private static final List<Shape> SHAPES = List.of(RandomExpressions.HIDDEN, RandomExpressions.HIDDEN, RandomExpressions.HIDDEN,
      RandomExpressions.OUTPUT, RandomExpressions.ROW, RandomExpressions.COLUMN, RandomExpressions.SCALAR, RandomExpressions.SQUARE);
  private static final String OWN = """
      fn hill(z, k = 2) domain k in (0, 10] = k * z / (1 + z^2);
      loss distance(p, y, g = 1/2) = sqrt((p - y)^2 + g);
      layer own(A, f = hill) { param c = 0.5; return f(c .* A); }
      init spread(fanIn, fanOut) = normal(sqrt(1 / (fanIn + fanOut))) / 2;
      optimizer late(rate, beta = 0.9) { state u = 1, v = 2; w = w - rate * (u + v); u = beta * v + g; v = u - w; }
      """;
  private static final String[] LOSSES = {"crossentropy(Q, Y)", "logloss(Q, Y)", "halfsquared(Q, Y)", "nll(log(Q), Y)", "squared(Q, Y)",
      "absolute(Q, Y)", "huber(Q, Y)", "huber(Q, Y, d = 1/4)", "logcosh(Q, Y)", "hinge(Q, Y)", "squaredhinge(Q, Y)", "poisson(Q, Y)",
      "kldivergence(Q, Y)", "focal(Q, Y)", "focal(Q, Y, 1)", "distance(Q, Y)"};
  private static final String[] LAYERS = {"dense(A, 4, tanh)", "A |> dense(4, f = F)", "dense(A, h)", "linear(A, 4)", "prelu(A)", "own(A)",
      "own(A, f = F)", "softmax(A)", "logsoftmax(A)", "standardize(A)", "A .* norm(A)", "A .* cosine(A, F(A))"};
  private static final String[] INITS = {"", " = glorot", " = glorotnormal", " = he", " = henormal", " = lecun", " = lecunnormal", " = zero",
      " = constant(0.3)", " = uniform(0.5)", " = normal(1/2)", " = spread", " = -1/4"};
  private static final String[] OPTIMIZERS = {"sgd", "momentum", "heavyball", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adaminside",
      "adamw", "nadam", "amsgrad", "lion", "lars", "lamb", "late"};
  private static final String[] RATES = {"0.1", "1e-3", "constantrate(t, 0.1)", "stepdecay(t, 0.1, 0.5, 2)", "exponentialdecay(t, 0.1, 0.5, 2)",
      "cosinedecay(t, 0.1, 3)", "warmup(t, 0.1, 2)", "noam(t, 0.1, 2)"};

  private final Random random;
  private final int depth;
  private final boolean rows;
  private final RandomExpressions expressions;
  private final StringBuilder text = new StringBuilder();

  private RandomTexts(long seed) {
    // The first numbers that Random draws hardly differ from one small seed to the next.
    random = new Random(new SplittableRandom(seed).nextLong());
    depth = 1 + (int) Math.abs(seed % 3);
    rows = random.nextInt(4) == 0;
    expressions = new RandomExpressions(random, rows);
  }

  /**
   * A model called {@code R} with inputs {@code X[4]} and perhaps {@code U[4]}, targets {@code Y[2]}, whose sum over a sample is 1
   * where the text says so, and perhaps {@code T[1]}, parameters {@code W[4, 4], V[2, 4], b[4], s} and others, and a loss.
   */
  public static String next(long seed) {
    return new RandomTexts(seed).model();
  }

  private String model() {
    text.append(rows ? "samples rows;\n" : "").append(oneOf("", "", "", "precision f32;\n")).append("size h = 4;\n").append(OWN);
    text.append("model R {\n");
    boolean second = declarations();
    define("Z0", RandomExpressions.HIDDEN, expressions.times("W", "X") + " + b");
    for (int k = random.nextInt(5); k > 0; k--) {
      switch (random.nextInt(7)) {
        case 0 -> gradient();
        case 1 -> define(fresh(), RandomExpressions.HIDDEN, layer());
        default -> {
          Shape shape = SHAPES.get(random.nextInt(SHAPES.size()));
          define(fresh(), shape, expressions.real(shape, depth));
        }
      }
    }
    define("P", RandomExpressions.OUTPUT, output());
    loss(second);
    text.append(random.nextInt(3) == 0 ? "" : "  train " + oneOf("", "", "clipvalue(0.1) |> ", "clipnorm(0.5) |> ") + oneOf(OPTIMIZERS)
        + "(rate = " + oneOf(RATES) + ")" + oneOf("", "", "", " |> lookahead(2)", " |> ema(0.5)") + ";\n");
    return text.append("  output P;\n}\n").toString();
  }

  /** Data and parameters; true where there is a second target. */
  private boolean declarations() {
    line("input X[4]" + oneOf("", " where X in [-1, 1]"));
    expressions.known("X", RandomExpressions.HIDDEN);
    if (random.nextInt(4) == 0) {
      line("input U[h]");
      expressions.known("U", RandomExpressions.HIDDEN);
    }
    line("target Y[2]" + oneOf("", " where " + expressions.along("col", "sum") + "(Y) == 1", " where Y in [0, 1]"));
    boolean second = random.nextInt(5) == 0;
    if (second) {
      line("target T[1] where T in [0, 1]");
    }
    line("param W[h, 4]" + oneOf(INITS));
    line("param " + (rows ? "V[4, 2]" : "V[2, 4]") + oneOf(INITS));
    line("param b[4]" + oneOf(INITS));
    line("param s = 1");
    expressions.known("W", RandomExpressions.SQUARE);
    expressions.known("b", RandomExpressions.COLUMN);
    expressions.known("s", RandomExpressions.SCALAR);
    return second;
  }

  private void line(String statement) {
    text.append("  ").append(statement).append(";\n");
  }

  private String fresh() {
    return "D" + expressions.known().size();
  }

  private void define(String name, Shape shape, String expression) {
    line(name + " = " + expression);
    expressions.known(name, shape);
  }

  private String layer() {
    return oneOf(LAYERS).replace("A", "(" + expressions.real(RandomExpressions.HIDDEN, depth - 1) + ")")
        .replace("F", oneOf(RandomExpressions.ACTIVATIONS));
  }

  /** The gradient of a sum, by a parameter or a value before it. */
  private void gradient() {
    Named by = expressions.known().get(random.nextInt(expressions.known().size()));
    String inner = oneOf(by.name(), expressions.real(by.shape(), 1)) + " .* " + by.name();
    String name = fresh();
    line(name + "s = sum(" + expressions.real(RandomExpressions.HIDDEN, depth) + ") + sum(" + inner + ")");
    define(name, by.shape(), "grad(" + name + "s, " + by.name() + ")");
  }

  private String output() {
    String z = expressions.times("V", "(" + expressions.real(RandomExpressions.HIDDEN, depth - 1) + ")");
    return oneOf("softmax(" + z + ")", expressions.sigmoid(z), "exp(" + z + ") ./ " + expressions.along("col", "sum") + "(exp(" + z + "))",
        "(" + expressions.sigmoid(z) + ")");
  }

  private void loss(boolean second) {
    String predicted = oneOf("P", "P", expressions.unit(RandomExpressions.OUTPUT, 1));
    StringBuilder terms = new StringBuilder(oneOf("mean", "mean", "sum") + "(" + oneOf(LOSSES).replace("Q", predicted) + ")");
    if (second) {
      terms.append(" + mean(").append(oneOf(LOSSES).replace("Q", expressions.unit(RandomExpressions.ROW, 1)).replace("Y", "T")).append(")");
    }
    for (Named value : expressions.known()) {
      if (value.name().startsWith("D")) {
        terms.append(" + ").append(oneOf("sum", "mean", "sum", "max", "min")).append("(")
            .append(oneOf("tanh(N)", "N", "sin(N)").replace("N", value.name())).append(")");
      }
    }
    line("minimize J = " + terms + oneOf("", " + l2(0.1)", " + l1(1/3)", " + l2(1/2, W)", " + l1(0.1, W, V)"));
    if (random.nextInt(6) == 0) {
      line("minimize K = " + oneOf("l2(0.1)", "sum(abs(b))", "mean(weighted(Z0, Z0))", "max(Z0)"));
    }
  }

  private String oneOf(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
