package dev.nngen.samples;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.Expr;
import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.ast.Statement;
import dev.nngen.diag.Diagnostics;
import dev.nngen.parse.NnParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.DoubleStream;

/** A function of the library of one entry, or of an entry and its target, as a model that applies it to extreme numbers. */
record Extremes(Item.FunctionItem function, boolean single, double[] points) {

  private static final double[] DOUBLES = {
    Double.MIN_VALUE, 1e-310, Double.MIN_NORMAL, 1e-300, 1e-160, 1e-17, 1e-16, 1e-8, 1e-4, 0.25, 1 - 0x1p-53, 1, 1 + 0x1p-52, 3, 6, 20, 36,
    37.5, 300, 700, 709.5, 710, 744, 746, 800, 1e4, 1e8, 1e16, 1e100, 1e154, 1.5e154, 1e300, Double.MAX_VALUE};
  private static final double[] FLOATS = {
    Float.MIN_VALUE, 1e-42, Float.MIN_NORMAL, 1e-30, 1e-20, 1e-8, 6e-8, 1e-4, 0.25, 1 - 0x1p-24, 1, 1 + 0x1p-23, 3, 6, 9, 16, 17, 50, 87, 88.5,
    89, 103, 104, 800, 1e4, 1e8, 1e19, 2e19, 1e30, Float.MAX_VALUE};
  private static final double[] TARGETS = {-1, 0, 1e-300, 0.25, 1, 800, 1e300};

  Extremes(Item.FunctionItem function, boolean single) {
    this(function, single, DoubleStream.of(single ? FLOATS : DOUBLES).map(x -> single ? (float) x : x).flatMap(x -> DoubleStream.of(-x, x))
        .filter(x -> isInDomain(function, 0, x)).sorted().toArray());
  }

  /** Every function of one argument without a default, and every loss, of the files that the library's index lists. */
  static List<Item.FunctionItem> functions() {
    List<Item.FunctionItem> functions = new ArrayList<>();
    for (String file : Texts.read(Texts.LIBRARY.resolve("index.txt")).lines().toList()) {
      SourceFile parsed = NnParser.parse(Texts.source(Texts.LIBRARY.resolve(file)), new Diagnostics());
      for (Item item : parsed.items()) {
        if (item instanceof Item.FunctionItem function && required(function) == (function.kind() == Item.FunctionKind.LOSS ? 2 : 1)
            && function.kind() != Item.FunctionKind.INIT) {
          functions.add(function);
        }
      }
    }
    return functions;
  }

  private static long required(Item.FunctionItem function) {
    return function.parameters().stream().filter(parameter -> parameter.fallback().isEmpty()).count();
  }

  private boolean hasTarget() {
    return function.kind() == Item.FunctionKind.LOSS;
  }

  String name() {
    return function.name().name();
  }

  /** What is applied to X: all extremes of the domain, each with each target. */
  double[] arguments() {
    return pairs(true);
  }

  double[] targets() {
    return pairs(false);
  }

  private double[] pairs(boolean first) {
    double[] targets = hasTarget() ? Arrays.stream(TARGETS).filter(y -> isInDomain(function, 1, y)).map(y -> single ? (float) Math.min(y, 1e30) : y).toArray() : new double[] {0};
    return Arrays.stream(points).flatMap(x -> Arrays.stream(targets).map(y -> first ? x : y)).toArray();
  }

  /** True of a number that the function's domain allows as the argument of that index. */
  private static boolean isInDomain(Item.FunctionItem function, int argument, double x) {
    String name = function.parameters().get(argument).name().name();
    return function.domain().stream().filter(range -> AstPrinter.print(range.value()).equals(name))
        .allMatch(range -> contains(range.interval()).test(x));
  }

  private static DoublePredicate contains(Statement.Interval interval) {
    double low = number(interval.low());
    double high = number(interval.high());
    return x -> (x > low || x == low && !interval.lowOpen()) && (x < high || x == high && !interval.highOpen());
  }

  private static double number(Expr bound) {
    return Double.parseDouble(AstPrinter.print(bound).replace("inf", "Infinity"));
  }

  /** E is the function of s X + b with s = 1 and b = 0, so that b's gradient is its derivative at X. */
  String text() {
    return """
        precision %s;
        model Extremes {
          input X[%d];  input Y[%2$d];
          param b[%2$d] = 0;  param s = 1;
          P = s * X + b;
          E = %s;
          minimize J = sum(E);
          output E;
        }
        """.formatted(single ? "f32" : "f64", arguments().length, name() + (hasTarget() ? "(P, Y)" : "(P) + 0 * Y"));
  }
}
