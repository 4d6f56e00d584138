package dev.nngen.train.report;

import dev.nngen.train.metric.ClassMetrics;
import dev.nngen.train.metric.Roc;
import java.util.Arrays;
import java.util.List;
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
  private static final int MOST_POINTS = 600;

  private Charts() {}

  /**
   * Curves over epochs.
   *
   * @param first and, which may be all NaN, {@code second}: a value for each epoch from 1
   * @param best the epoch to mark
   */
  static String curves(String title, double[] first, double[] second, int best) {
    double[] shown = DoubleStream.concat(Arrays.stream(first), Arrays.stream(second)).filter(Double::isFinite).toArray();
    double least = Arrays.stream(shown).min().orElse(0);
    double most = Arrays.stream(shown).max().orElse(1);
    boolean logarithmic = least > 0 && most / least > 30;
    Axis x = new Axis(1, Math.max(2, first.length), false, LEFT, WIDTH - RIGHT);
    Axis y = Axis.around(least, most, logarithmic, HEIGHT - BOTTOM, TOP);
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    grid(svg, epochs(first.length, x), y);
    svg.text("", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "middle", "epoch" + (logarithmic ? " (logarithmic scale)" : ""));
    double at = x.place(best);
    svg.line("best", at, TOP, at, HEIGHT - BOTTOM);
    boolean late = at > WIDTH * 0.6;
    svg.text("best-label", at, TOP - 7, late ? "end" : "start", "best: " + best);
    svg.path("a", path(first, x, y));
    svg.path("b", path(second, x, y));
    return svg.close();
  }

  private static Axis epochs(int count, Axis x) {
    return new Axis(1, Math.max(2, count), false, x.from(), x.to());
  }

  private static void grid(Svg svg, Axis x, Axis y) {
    for (double tick : y.ticks()) {
      svg.line("grid", LEFT, y.place(tick), WIDTH - RIGHT, y.place(tick));
      svg.text("", LEFT - 7, y.place(tick) + 4, "end", Axis.label(tick));
    }
    double step = Math.max(1, Axis.around(0, x.high(), false, 0, 1).ticks().get(1));
    svg.text("", x.place(1), HEIGHT - BOTTOM + 16, "middle", "1");
    for (double tick = step; tick <= x.high(); tick += step) {
      if (x.place(tick) - x.place(1) > 20) {
        svg.text("", x.place(tick), HEIGHT - BOTTOM + 16, "middle", Axis.label(tick));
      }
    }
    svg.line("frame", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
  }

  /** A line through what is finite, and of many epochs through every so many-th. */
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

  /** Samples by the class they are of (row) and were put in (column); the shade is the share of the row. */
  static String confusion(ClassMetrics metrics) {
    int n = metrics.classes().size();
    double names = Math.min(110, 14 + 6.6 * metrics.classes().stream().mapToInt(String::length).max().orElse(1));
    double cell = Math.min(84, (WIDTH - names - 22) / n);
    double left = names + 20;
    Svg svg = new Svg(left + cell * n + 8, cell * n + 44, "confusion matrix");
    svg.upright(11, cell * n / 2, "is");
    for (int i = 0; i < n; i++) {
      svg.text("name", left - 6, (i + 0.5) * cell + 4, "end", shortened(metrics.classes().get(i), names));
      for (int j = 0; j < n; j++) {
        int count = metrics.confusion()[i][j];
        double share = metrics.support(i) == 0 ? 0 : count / (double) metrics.support(i);
        double shade = count == 0 ? 0.04 : 0.12 + 0.88 * share;
        svg.rectangle("cell", left + j * cell, i * cell, cell, cell, String.format(Locale.ROOT, " style=\"fill: rgba(var(--heat), %.3f)\"", shade));
        if (count > 0 && cell >= 16) {
          svg.text(share > 0.55 ? "count strong" : "count", left + (j + 0.5) * cell, (i + 0.5) * cell + 4, "middle", Integer.toString(count));
        }
      }
      svg.text("name", left + (i + 0.5) * cell, n * cell + 16, "middle", shortened(metrics.classes().get(i), cell));
    }
    svg.text("", left + n * cell / 2, n * cell + 36, "middle", "put in");
    return svg.close();
  }

  private static String shortened(String name, double room) {
    int letters = Math.max(1, (int) (room / 6.6));
    return name.length() <= letters ? name : letters < 3 ? name.substring(0, letters) : name.substring(0, letters - 1) + "…";
  }

  /** The share of the second class found, by the share of the first that is taken for it. */
  static String roc(Roc roc, String positive) {
    double side = 300;
    Axis x = new Axis(0, 1, false, LEFT, LEFT + side);
    Axis y = new Axis(0, 1, false, TOP + side, TOP);
    Svg svg = new Svg(LEFT + side + 20, TOP + side + 40, "ROC curve");
    for (double tick : List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0)) {
      svg.line("grid", LEFT, y.place(tick), LEFT + side, y.place(tick)).line("grid", x.place(tick), TOP, x.place(tick), TOP + side);
      svg.text("", LEFT - 7, y.place(tick) + 4, "end", Axis.label(tick)).text("", x.place(tick), TOP + side + 16, "middle", Axis.label(tick));
    }
    svg.line("chance", LEFT, TOP + side, LEFT + side, TOP);
    StringBuilder path = new StringBuilder();
    roc.points().forEach(point -> path.append(path.isEmpty() ? "M" : "L").append(Svg.number(x.place(point.falsePositives()))).append(' ')
        .append(Svg.number(y.place(point.truePositives()))));
    svg.path("under", path + "L" + Svg.number(LEFT + side) + " " + Svg.number(TOP + side) + "Z").path("a", path.toString());
    svg.text("", LEFT + side / 2, TOP + side + 34, "middle", "share of the others taken for " + positive);
    svg.upright(12, TOP + side / 2, "share of " + positive + " found");
    return svg.close();
  }

  /** Predictions against targets; the diagonal is where they agree. */
  static String scatter(double[] actual, double[] predicted) {
    double side = 300;
    double least = Math.min(Arrays.stream(actual).min().orElse(0), Arrays.stream(predicted).min().orElse(0));
    double most = Math.max(Arrays.stream(actual).max().orElse(1), Arrays.stream(predicted).max().orElse(1));
    Axis x = Axis.around(least, most, false, LEFT, LEFT + side);
    Axis y = new Axis(x.low(), x.high(), false, TOP + side, TOP);
    Svg svg = new Svg(LEFT + side + 20, TOP + side + 40, "predictions against targets");
    for (double tick : x.ticks()) {
      svg.line("grid", LEFT, y.place(tick), LEFT + side, y.place(tick)).line("grid", x.place(tick), TOP, x.place(tick), TOP + side);
      svg.text("", LEFT - 7, y.place(tick) + 4, "end", Axis.label(tick)).text("", x.place(tick), TOP + side + 16, "middle", Axis.label(tick));
    }
    svg.line("chance", LEFT, TOP + side, LEFT + side, TOP);
    int stride = Math.max(1, actual.length / 1500);
    for (int i = 0; i < actual.length; i += stride) {
      svg.circle("dot", x.place(actual[i]), y.place(predicted[i]), 3);
    }
    svg.text("", LEFT + side / 2, TOP + side + 34, "middle", "target").upright(12, TOP + side / 2, "prediction");
    return svg.close();
  }
}
