package dev.nngen.simplify;

import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import java.util.List;

/**
 * A point at which forms are compared: the magnitudes of data and parameters. Points provoke overflow and cancellation (sampling over the whole range
 * as in Herbie, Panchekha et al. 2015).
 *
 * @param data magnitude of data
 * @param parameters magnitude of parameters
 * @param mean of the data
 * @param dataSign sign of data; 0 for both
 * @param parameterSign sign of parameters; 0 for both
 * @param isExtreme true if only finiteness is tested here
 * @param isAlike true if all data, targets and products by parameters are nearly the same, so that residuals are small
 * @param isComputed true if products by parameters are computed, not drawn, so that an overflow of their other factor counts
 */
record SamplePoint(double data, double parameters, double mean, int dataSign, int parameterSign, boolean isExtreme, boolean isAlike, boolean isComputed) {

  private static final double NEARLY = 0.9;
  /** Data of this magnitude saturate activations. */
  private static final double SATURATED = 12;
  /** Relative spread of nearly equal data: residuals are small, and differences lose ten bits. */
  private static final double ALIKE = 0x1p-10;
  /** Targets and states are not larger. */
  private static final double LARGEST_TARGET = 4;

  /** The points; those at which the accuracy counts come first. */
  static final List<SamplePoint> ALL = List.of(of(1.5, 1.5), of(4, 1.5), of(1.5, 4),
      new SamplePoint(1, 1, 1e4, 0, 0, false, false, false), of(1e-8, 1), of(1e-8, 1e-8), of(40, 1), of(1, 40), of(12, 12), alike(0.5), alike(1e3),
      extreme(3000, 1, 0, 0), extreme(1, 3000, 0, 0), extreme(800, 800, 1, 1), extreme(800, 800, 1, -1), extreme(800, 800, -1, 1), extreme(800, 800, -1, -1),
      extreme(3e4, 3, 0, 0), extreme(0, 1, 0, 0), extreme(0, 0, 0, 0), extreme(1e-310, 1e-310, 0, 0), extreme(1e110, 1, 0, 0), computed(3000, 1), computed(1, 3000));
  /** The number of points at which the accuracy counts. */
  static final int MEASURED = (int) ALL.stream().filter(point -> !point.isExtreme).count();
  /** Ordinary points at which products by parameters are computed. They correspond to the first of all. */
  static final List<SamplePoint> COMPUTED = List.of(computed(1.5, 1.5), computed(4, 1.5));

  private static SamplePoint of(double data, double parameters) {
    return new SamplePoint(data, parameters, 0, 0, 0, false, false, false);
  }

  private static SamplePoint alike(double data) {
    return new SamplePoint(data, 1, 0, 0, 0, false, true, false);
  }

  private static SamplePoint extreme(double data, double parameters, int dataSign, int parameterSign) {
    return new SamplePoint(data, parameters, 0, dataSign, parameterSign, true, false, false);
  }

  /** A point at which parameters without axes, such as a temperature, are as small as the others are large. */
  private static SamplePoint computed(double data, double parameters) {
    return new SamplePoint(data, parameters, 0, 0, 0, true, false, true);
  }

  /** True if targets are labels and counts, so that a good prediction has a small loss. */
  private boolean isLabeled() {
    return !isExtreme && !isAlike && Math.max(data, parameters) >= SATURATED;
  }

  /** True if the entries of the leaf are whole numbers here. */
  boolean isWhole(Node.Leaf leaf) {
    return leaf.role() == Node.Role.TARGET && isLabeled();
  }

  /** Returns the bounds of a product by a parameter. */
  Interval ofProduct() {
    return isAlike ? alike() : scope(data * parameters, mean, dataSign * parameterSign);
  }

  /**
   * Returns a finite part of the leaf's range, of about the point's magnitude.
   *
   * @param known the range
   */
  Interval of(Node.Leaf leaf, Interval known) {
    double spread = spread(leaf);
    Interval scope = scope(leaf, spread);
    double low = Math.max(known.low(), scope.low());
    double high = Math.min(known.high(), scope.high());
    return low <= high ? Interval.closed(low, high) : Double.isFinite(known.low())
        ? Interval.closed(known.low(), known.low() + spread) : Interval.closed(known.high() - spread, known.high());
  }

  private double spread(Node.Leaf leaf) {
    return switch (leaf.role()) {
      case PARAMETER -> isComputed && leaf.rank() == 0 ? 1 / parameters : parameters;
      case TARGET, STATE -> Math.min(data, LARGEST_TARGET);
      default -> data;
    };
  }

  private Interval scope(Node.Leaf leaf, double spread) {
    return switch (leaf.role()) {
      case PARAMETER -> scope(spread, 0, parameterSign);
      case TARGET, STATE -> isAlike ? alike() : Interval.closed(0, spread);
      default -> isAlike ? alike() : scope(spread, leaf.role() == Node.Role.INPUT ? mean : 0, dataSign);
    };
  }

  private Interval alike() {
    return Interval.closed(data, data * (1 + ALIKE));
  }

  private static Interval scope(double spread, double mean, int sign) {
    return Interval.closed(sign > 0 ? NEARLY * spread : mean - spread, sign < 0 ? -NEARLY * spread : mean + spread);
  }
}
