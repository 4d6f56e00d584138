package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import java.util.stream.IntStream;

/** Compares two forms at ordinary points. */
final class FormAgreement {

  private static final double TOLERANCE = 1e-6;
  private static final int POINTS = SamplePoint.COMPUTED.size();

  private final AccuracyEstimate accuracy;
  private final SampledValues values;
  private final Graph.Builder graph;

  FormAgreement(AccuracyEstimate accuracy, SampledValues values, Graph.Builder graph) {
    this.accuracy = accuracy;
    this.values = values;
    this.graph = graph;
  }

  /**
   * True if the views, over the same loop axes, agree wherever both are finite and have correct digits. Two forms of a product by a parameter are drawn
   * independently, and are compared where it is computed.
   */
  boolean agree(View a, View b) {
    return IntStream.range(0, POINTS).allMatch(point -> agree(a, values.entries(a.node(), point), b, values.entries(b.node(), point))
        || accuracy.hasNoDigits(a.node(), point) || accuracy.hasNoDigits(b.node(), point))
        || IntStream.range(0, POINTS).allMatch(point -> agree(a, values.entries(a.node(), SamplePoint.ALL.size() + point), b, values.entries(b.node(), SamplePoint.ALL.size() + point)));
  }

  /** True if the first view has the digits of the second wherever that has correct ones, also where functions saturate. */
  boolean keepsDigits(View a, View b) {
    return IntStream.range(0, SamplePoint.MEASURED).allMatch(point -> accuracy.hasNoDigits(b.node(), point)
        || agree(a, values.entries(a.node(), point), b, values.entries(b.node(), point), true));
  }

  private boolean agree(View a, double[] x, View b, double[] y) {
    return agree(a, x, b, y, false);
  }

  private boolean agree(View a, double[] x, View b, double[] y, boolean isByEntry) {
    View longer = a.axes().size() >= b.axes().size() ? a : b;
    int[] sizes = graph.node(longer.node()).shape().stream().mapToInt(SampledValues::size).toArray();
    double scale = Math.max(largest(x), largest(y));
    int[] index = new int[sizes.length];
    int count = 1;
    for (int size : sizes) {
      count *= size;
    }
    for (int k = 0; k < count; k++) {
      double left = entry(a, x, longer, index, sizes);
      double right = entry(b, y, longer, index, sizes);
      double difference = Math.abs(left - right);
      if (Double.isFinite(difference) && difference > TOLERANCE * (isByEntry ? Math.max(Math.abs(left), Math.abs(right)) : scale)) {
        return false;
      }
      for (int axis = sizes.length - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return true;
  }

  private static double entry(View view, double[] entries, View longer, int[] index, int[] sizes) {
    int offset = 0;
    for (int axis : view.axes()) {
      int at = longer.axes().indexOf(axis);
      offset = at < 0 ? offset : offset * sizes[at] + index[at];
    }
    return entries[offset];
  }

  private static double largest(double[] entries) {
    double largest = 1e-300;
    for (double entry : entries) {
      largest = Double.isFinite(entry) ? Math.max(largest, Math.abs(entry)) : largest;
    }
    return largest;
  }
}
