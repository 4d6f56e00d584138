package dev.nngen.bench;

import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Set;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Measures the current multiply-add peak of one thread, by twelve chains of fused multiply-adds, more than their latency times their number per
 * cycle. The ratio of a round's peak to the best of the run shows the load by other processes.
 */
final class Peak {

  private static final int STEPS = 20_000;

  /** Until HotSpot has compiled the loop; before, it reaches a hundredth of the peak. */
  private static final long WARM_UP = 3_000_000_000L;
  private static final VectorSpecies<Float> F32 = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> F64 = DoubleVector.SPECIES_PREFERRED;

  /** Keeps the compiler from removing the loops. */
  private static volatile double sink;

  private static final Set<Precision> COMPILED = EnumSet.noneOf(Precision.class);

  private Peak() {}

  /** Operations in a nanosecond of processor time, two for each multiply-add, measured over about the given nanoseconds. */
  static double measure(Precision precision, long nanoseconds) {
    if (COMPILED.add(precision)) {
      operations(precision, WARM_UP);
    }
    return operations(precision, nanoseconds);
  }

  private static double operations(Precision precision, long nanoseconds) {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Stopwatch stopwatch = new Stopwatch(nanoseconds);
    while (stopwatch.goesOn()) {
      sink = precision == Precision.F32 ? f32() : f64();
    }
    int lanes = precision == Precision.F32 ? F32.length() : F64.length();
    return 2.0 * 12 * lanes * STEPS * stopwatch.count() / (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
  }

  private static double f32() {
    FloatVector x = FloatVector.broadcast(F32, 0.999f);
    FloatVector y = FloatVector.broadcast(F32, 0.001f);
    FloatVector a = FloatVector.broadcast(F32, 1);
    FloatVector b = FloatVector.broadcast(F32, 2);
    FloatVector c = FloatVector.broadcast(F32, 3);
    FloatVector d = FloatVector.broadcast(F32, 4);
    FloatVector e = FloatVector.broadcast(F32, 5);
    FloatVector f = FloatVector.broadcast(F32, 6);
    FloatVector g = FloatVector.broadcast(F32, 7);
    FloatVector h = FloatVector.broadcast(F32, 8);
    FloatVector i = FloatVector.broadcast(F32, 9);
    FloatVector j = FloatVector.broadcast(F32, 10);
    FloatVector k = FloatVector.broadcast(F32, 11);
    FloatVector l = FloatVector.broadcast(F32, 12);
    for (int step = 0; step < STEPS; step++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
  }

  private static double f64() {
    DoubleVector x = DoubleVector.broadcast(F64, 0.999);
    DoubleVector y = DoubleVector.broadcast(F64, 0.001);
    DoubleVector a = DoubleVector.broadcast(F64, 1);
    DoubleVector b = DoubleVector.broadcast(F64, 2);
    DoubleVector c = DoubleVector.broadcast(F64, 3);
    DoubleVector d = DoubleVector.broadcast(F64, 4);
    DoubleVector e = DoubleVector.broadcast(F64, 5);
    DoubleVector f = DoubleVector.broadcast(F64, 6);
    DoubleVector g = DoubleVector.broadcast(F64, 7);
    DoubleVector h = DoubleVector.broadcast(F64, 8);
    DoubleVector i = DoubleVector.broadcast(F64, 9);
    DoubleVector j = DoubleVector.broadcast(F64, 10);
    DoubleVector k = DoubleVector.broadcast(F64, 11);
    DoubleVector l = DoubleVector.broadcast(F64, 12);
    for (int step = 0; step < STEPS; step++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
  }
}
