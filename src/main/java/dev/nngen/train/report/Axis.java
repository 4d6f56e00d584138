package dev.nngen.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps numbers to positions in a picture.
 *
 * @param low the number at {@code from}
 * @param high the number at {@code to}
 * @param step between marks; 0 for a logarithmic axis
 */
record Axis(double low, double high, double step, double from, double to) {

  /** Maximum number on an axis; larger numbers, or their spread, may round to infinity. */
  private static final double LARGEST = 1e300;
  private static final int MOST_DECADES = 8;

  /** Returns an axis that contains some numbers and, if it is linear, ends at round ones. */
  static Axis around(double least, double most, boolean logarithmic, double from, double to) {
    if (Math.abs(least) > LARGEST || Math.abs(most) > LARGEST) {
      return around(Math.max(-LARGEST, Math.min(LARGEST, least)), Math.max(-LARGEST, Math.min(LARGEST, most)), logarithmic, from, to);
    }
    if (logarithmic) {
      return new Axis(least / 1.15, most * 1.15, 0, from, to);
    }
    double spread = most > least ? Math.max(1 / LARGEST, most - least) : Math.max(1e-9, Math.abs(most));
    double step = step(spread, 4);
    double low = Math.floor(least / step + 1e-9) * step;
    double high = Math.ceil(most / step - 1e-9) * step;
    return new Axis(low, high > low ? high : low + step, step, from, to);
  }

  /** Returns an axis of epochs, which begins at the first. */
  static Axis ofEpochs(int count, double from, double to) {
    int last = Math.max(2, count);
    return new Axis(1, last, Math.max(1, step(last, 4)), from, to);
  }

  boolean logarithmic() {
    return step == 0;
  }

  double place(double value) {
    double share = logarithmic() ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (value - low) / (high - low);
    return from + Math.max(0, Math.min(1, share)) * (to - from);
  }

  /** Returns round numbers along the axis. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic()) {
      double decades = Math.log10(high) - Math.log10(low);
      int stride = Math.max(1, (int) (decades / MOST_DECADES));
      double[] steps = decades > 3 ? new double[] {1} : decades > 1.3 ? new double[] {1, 3} : new double[] {1, 2, 3, 5};
      for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power += stride) {
        for (double digit : steps) {
          double tick = digit * Math.pow(10, power);
          if (tick >= low && tick <= high) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
    for (int k = 0; low + k * step <= high + step * 1e-6; k++) {
      ticks.add(low + k * step);
    }
    return ticks;
  }

  /** Returns 1, 2 or 5 times a power of ten, which divides a spread into about that many parts. */
  private static double step(double spread, int about) {
    double rough = spread / about;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
  }

  static String label(double tick) {
    double magnitude = Math.abs(tick);
    if (magnitude != 0 && (magnitude < 1e-3 || magnitude >= 1e5)) {
      return String.format(Locale.ROOT, "%.1e", tick).replaceFirst("\\.0e", "e").replaceFirst("e([+-])0", "e$1").replace("e+", "e");
    }
    String text = String.format(Locale.ROOT, "%.4f", tick).replaceFirst("\\.?0+$", "");
    return text.equals("-0") ? "0" : text;
  }
}
