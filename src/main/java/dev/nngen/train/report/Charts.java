package dev.nngen.train.report;

import dev.nngen.train.metric.ClassMetrics;
import dev.nngen.train.metric.Roc;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** The pictures of a report. */
final class Charts {

  private static final double WIDTH = 440;
  private static final double HEIGHT = 260;
  private static final double LEFT = 52;
  private static final double RIGHT = 12;
  private static final double TOP = 22;
  private static final double BOTTOM = 38;
  private static final double SIDE = 300;
  private static final int MOST_POINTS = 600;
  /** Approximate width of a letter, in pixels. */
  private static final double LETTER = 6.8;
  private static final double LONGEST_NAME = 150;
  /** The sine of the angle by which names are turned. */
  private static final double TURNED_HEIGHT = 0.71;

  private Charts() {}

  /**
   * Draws curves over epochs.
   *
   * @param first values of the epochs from 1
   * @param second likewise; all NaN for no second curve
   * @param best the epoch to mark
   */
  static String curves(String title, double[] first, double[] second, int best) {
    double[] shown = DoubleStream.concat(Arrays.stream(first), Arrays.stream(second)).filter(Double::isFinite).toArray();
    double least = Arrays.stream(shown).min().orElse(0);
    double most = Arrays.stream(shown).max().orElse(1);
    boolean logarithmic = least > 0 && most / least > 30;
    Axis x = Axis.ofEpochs(first.length, LEFT, WIDTH - RIGHT);
    Axis y = Axis.around(least, most, logarithmic, HEIGHT - BOTTOM, TOP);
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    grid(svg, x, y);
    svg.text("", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "middle", "epoch" + (logarithmic ? " (the vertical scale is logarithmic)" : ""));
    double at = x.place(best);
    svg.line("best", at, TOP, at, HEIGHT - BOTTOM);
    boolean late = at > WIDTH * 0.6;
    svg.text("best-label", at, TOP - 7, late ? "end" : "start", "best: " + best);
    curve(svg, "a", first, x, y);
    curve(svg, "b", second, x, y);
    return svg.close();
  }

  private static void grid(Svg svg, Axis x, Axis y) {
    for (double tick : y.ticks()) {
      svg.line("grid", LEFT, y.place(tick), WIDTH - RIGHT, y.place(tick));
      svg.text("", LEFT - 7, y.place(tick) + 4, "end", Axis.label(tick));
    }
    svg.text("", x.place(1), HEIGHT - BOTTOM + 16, "middle", "1");
    for (double tick = x.step(); tick <= x.high(); tick += x.step()) {
      if (x.place(tick) - x.place(1) > 20) {
        svg.text("", x.place(tick), HEIGHT - BOTTOM + 16, "middle", Axis.label(tick));
      }
    }
    svg.line("frame", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
  }

  /** Draws a line, or a dot for a single epoch. */
  private static void curve(Svg svg, String style, double[] values, Axis x, Axis y) {
    if (values.length == 1 && Double.isFinite(values[0])) {
      svg.circle("fill-" + style, x.place(1), y.place(values[0]), 3.5);
    } else {
      svg.path(style, path(values, x, y));
    }
  }

  /** Returns a line through the finite values; of many epochs only every n-th is drawn. */
  private static String path(double[] values, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    int stride = Math.max(1, values.length / MOST_POINTS);
    for (int k = 0; k < values.length; k++) {
      boolean kept = k % stride == 0 || k == values.length - 1;
      if (kept && Double.isFinite(values[k]) && !(y.logarithmic() && values[k] <= 0)) {
        path.append(path.isEmpty() ? "M" : "L").append(Svg.number(x.place(k + 1))).append(' ').append(Svg.number(y.place(values[k])));
      }
    }
    return path.toString();
  }

  /**
   * Draws the confusion matrix: actual classes are rows, predicted ones columns; the shade is the share of the row. Names below columns are turned if
   * they are wide.
   */
  static String confusion(ClassMetrics metrics) {
    int n = metrics.classes().size();
    double longest = Math.min(LONGEST_NAME, LETTER * metrics.classes().stream().mapToInt(String::length).max().orElse(1));
    double left = 34 + longest;
    double cell = Math.min(84, (WIDTH - left) / n);
    boolean turned = longest > cell;
    double names = turned ? 8 + longest * TURNED_HEIGHT : 16;
    Svg svg = new Svg(left + cell * n + 8, cell * n + names + 28, "confusion matrix");
    svg.upright(11, cell * n / 2, "actual");
    for (int i = 0; i < n; i++) {
      String name = shortened(metrics.classes().get(i), LONGEST_NAME);
      svg.text("name", left - 6, (i + 0.5) * cell + 4, "end", name);
      for (int j = 0; j < n; j++) {
        cell(svg, metrics, i, j, left, cell);
      }
      if (turned) {
        svg.turned(left + (i + 0.5) * cell + 4, n * cell + 14, name);
      } else {
        svg.text("name", left + (i + 0.5) * cell, n * cell + 16, "middle", name);
      }
    }
    svg.text("", left + n * cell / 2, n * cell + names + 20, "middle", "predicted");
    return svg.close();
  }

  private static void cell(Svg svg, ClassMetrics metrics, int i, int j, double left, double side) {
    int count = metrics.confusion()[i][j];
    double share = metrics.support(i) == 0 ? 0 : count / (double) metrics.support(i);
    double shade = count == 0 ? 0.04 : 0.12 + 0.88 * share;
    svg.rectangle("cell", left + j * side, i * side, side, side, String.format(Locale.ROOT, " style=\"fill: rgba(var(--heat), %.3f)\"", shade));
    if (count > 0 && side >= LETTER * (1 + Integer.toString(count).length())) {
      svg.text(share > 0.55 ? "count strong" : "count", left + (j + 0.5) * side, (i + 0.5) * side + 4, "middle", Integer.toString(count));
    }
  }

  private static String shortened(String name, double room) {
    int letters = (int) (room / LETTER);
    return name.length() <= letters ? name : name.substring(0, letters - 1) + "…";
  }

  /** Draws the true positive rate of the second class over its false positive rate. */
  static String roc(Roc roc, String positive) {
    Axis x = new Axis(0, 1, 0.2, LEFT, LEFT + SIDE);
    Axis y = new Axis(0, 1, 0.2, TOP + SIDE, TOP);
    Svg svg = new Svg(LEFT + SIDE + 20, TOP + SIDE + 40, "ROC curve");
    squareGrid(svg, x, y);
    svg.line("chance", LEFT, TOP + SIDE, LEFT + SIDE, TOP);
    StringBuilder path = new StringBuilder();
    roc.points().forEach(point -> path.append(path.isEmpty() ? "M" : "L").append(Svg.number(x.place(point.falsePositives()))).append(' ')
        .append(Svg.number(y.place(point.truePositives()))));
    svg.path("under", path + "L" + Svg.number(LEFT + SIDE) + " " + Svg.number(TOP + SIDE) + "Z").path("a", path.toString());
    svg.text("", LEFT + SIDE / 2, TOP + SIDE + 34, "middle", "false positive rate (" + positive + ")");
    svg.upright(12, TOP + SIDE / 2, "true positive rate (" + positive + ")");
    return svg.close();
  }

  private static void squareGrid(Svg svg, Axis x, Axis y) {
    for (double tick : x.ticks()) {
      svg.line("grid", LEFT, y.place(tick), LEFT + SIDE, y.place(tick)).line("grid", x.place(tick), TOP, x.place(tick), TOP + SIDE);
      svg.text("", LEFT - 7, y.place(tick) + 4, "end", Axis.label(tick)).text("", x.place(tick), TOP + SIDE + 16, "middle", Axis.label(tick));
    }
  }

  /** Draws predictions against targets; on the diagonal they agree. */
  static String scatter(double[] actual, double[] predicted) {
    double[] shown = DoubleStream.concat(Arrays.stream(actual), Arrays.stream(predicted)).filter(Double::isFinite).toArray();
    double least = Arrays.stream(shown).min().orElse(0);
    double most = Arrays.stream(shown).max().orElse(1);
    Axis x = Axis.around(least, most, false, LEFT, LEFT + SIDE);
    Axis y = new Axis(x.low(), x.high(), x.step(), TOP + SIDE, TOP);
    Svg svg = new Svg(LEFT + SIDE + 20, TOP + SIDE + 40, "predictions against targets");
    squareGrid(svg, x, y);
    svg.line("chance", LEFT, TOP + SIDE, LEFT + SIDE, TOP);
    int stride = Math.max(1, actual.length / 1500);
    for (int i = 0; i < actual.length; i += stride) {
      if (Double.isFinite(predicted[i])) {
        svg.circle("dot", x.place(actual[i]), y.place(predicted[i]), 3);
      }
    }
    svg.text("", LEFT + SIDE / 2, TOP + SIDE + 34, "middle", "target").upright(12, TOP + SIDE / 2, "prediction");
    return svg.close();
  }
}
