package dev.nngen.docs;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.formula.Formulas;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.simplify.Simplifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A function of one number and its derivative, as the compiler makes them.
 *
 * @param slope the formula of the derivative
 * @param lines values and derivatives for each target, or for none
 */
record Curve(String slope, double from, double to, List<Line> lines) {

  private static final int POINTS = 121;
  private static final int WIDTH = 360;
  private static final int HEIGHT = 220;
  private static final String[] COLORS = {"#1f6feb", "#d1242f"};

  /** A curve in one color. */
  record Line(String label, double[] values, double[] slopes) {}

  static Optional<Curve> of(String file, String kind, String name) {
    if (file.equals("activations.nn")) {
      return Optional.of(activation(name));
    }
    return kind.equals("loss") ? Optional.of(loss(name)) : Optional.empty();
  }

  private static Curve activation(String name) {
    String call = name + "(Z)";
    return new Curve(slope(call), -5, 5, List.of(line("", call, -5, 5)));
  }

  private static Curve loss(String name) {
    double from = from(name);
    double to = to(name);
    List<Line> lines = new ArrayList<>();
    for (String target : targets(name)) {
      lines.add(line("y = " + target, name + "(Z, " + target + ")", from, to));
    }
    return new Curve(slope(name + "(Z, Y)").replaceAll("\\bZ\\b", "P"), from, to, lines);
  }

  /** The range of predictions: probabilities, their logarithms, rates, or any number. */
  private static double from(String loss) {
    return switch (loss) {
      case "logloss", "crossentropy", "kldivergence", "focal" -> 0.02;
      case "poisson" -> 0.05;
      case "nll" -> -4;
      default -> -3;
    };
  }

  private static double to(String loss) {
    return switch (loss) {
      case "logloss", "crossentropy", "kldivergence", "focal" -> 0.98;
      case "poisson" -> 5;
      case "nll" -> 0;
      default -> 3;
    };
  }

  private static List<String> targets(String loss) {
    return switch (loss) {
      case "hinge", "squaredhinge" -> List.of("-1", "1");
      case "poisson" -> List.of("1", "3");
      case "logloss", "kldivergence", "crossentropy", "focal", "nll" -> List.of("0", "1");
      default -> List.of("0", "1");
    };
  }

  private static Program<?> program(String call) {
    return Simplifier.simplify(Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model F { input Y[1, %d]; param Z[1, %d]; A = %s; minimize J = sum(A); }
        """.formatted(POINTS, POINTS, call)))));
  }

  private static String slope(String call) {
    List<String> lines = Formulas.define(program(call).graph(), List.of("A", "dJ/dZ"));
    return lines.stream().filter(line -> line.startsWith("dJ/dZ = ")).findFirst().orElseThrow().substring("dJ/dZ = ".length());
  }

  private static Line line(String label, String call, double from, double to) {
    double[] points = new double[POINTS];
    for (int k = 0; k < POINTS; k++) {
      points[k] = from + (to - from) * k / (POINTS - 1);
    }
    Interpreter interpreter = new Interpreter(program(call).graph(), Map.of("Z", points, "Y", new double[POINTS]), Map.of());
    return new Line(label, interpreter.value("A"), interpreter.value("dJ/dZ"));
  }

  /** The picture. */
  String svg() {
    double low = Math.max(-6, lines.stream().flatMapToDouble(line -> java.util.stream.DoubleStream.concat(java.util.Arrays.stream(line.values),
        java.util.Arrays.stream(line.slopes))).min().orElseThrow());
    double high = Math.min(6, lines.stream().flatMapToDouble(line -> java.util.stream.DoubleStream.concat(java.util.Arrays.stream(line.values),
        java.util.Arrays.stream(line.slopes))).max().orElseThrow());
    low = Math.min(low, 0);
    high = Math.max(high, low + 1);
    StringBuilder svg = new StringBuilder();
    svg.append(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    svg.append(axis(low, high));
    for (int k = 0; k < lines.size(); k++) {
      svg.append(path(lines.get(k).values, low, high, COLORS[k], "")).append(path(lines.get(k).slopes, low, high, COLORS[k], " stroke-dasharray=\"4 3\""));
      svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"16\" fill=\"%s\">%s</text>\n", 44 + 60 * k, COLORS[k], lines.get(k).label));
    }
    return svg.append("</svg>\n").toString();
  }

  private String axis(double low, double high) {
    double zero = y(0, low, high);
    String horizontal = String.format(Locale.ROOT, "<path d=\"M40 %.1fH350\" stroke=\"#888\"/>\n", zero);
    String vertical = from < 0 && to > 0 ? String.format(Locale.ROOT, "<path d=\"M%.1f 10V200\" stroke=\"#888\"/>\n", x(-from / (to - from))) : "";
    return horizontal + vertical + String.format(Locale.ROOT, "<text x=\"40\" y=\"215\">%s</text><text x=\"350\" y=\"215\" text-anchor=\"end\">%s</text>\n", number(from), number(to))
        + String.format(Locale.ROOT, "<text x=\"36\" y=\"200\" text-anchor=\"end\">%s</text><text x=\"36\" y=\"18\" text-anchor=\"end\">%s</text>\n", number(low), number(high));
  }

  private static String path(double[] values, double low, double high, String color, String dashes) {
    StringBuilder path = new StringBuilder();
    boolean open = false;
    for (int k = 0; k < values.length; k++) {
      boolean inside = values[k] >= low - 1e-9 && values[k] <= high + 1e-9;
      if (inside) {
        path.append(String.format(Locale.ROOT, "%s%.1f %.1f", open ? "L" : "M", x((double) k / (values.length - 1)), y(values[k], low, high)));
      }
      open = inside;
    }
    return "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + color + "\" stroke-width=\"1.5\"" + dashes + "/>\n";
  }

  private static double x(double share) {
    return 40 + 310 * share;
  }

  private static double y(double value, double low, double high) {
    return 200 - 190 * (value - low) / (high - low);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceAll("\\.?0+$", "");
  }
}
