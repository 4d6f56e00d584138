package dev.nngen.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NoiseTest {

  private static final double SIZE = 1e-6;
  private static final List<Extent> TWO = List.of(Extent.of(2));

  private final Algebra algebra = new Algebra(new Graph.Builder());
  private final View x = algebra.view(algebra.graph().add(new Node.Leaf("x", Node.Role.INPUT, TWO)));

  private double[] disturbed(int node, double... entries) {
    new Noise(new SplittableRandom(1), SIZE).disturb(algebra.graph().node(node), entries);
    return entries;
  }

  @Test
  void whatIsRoundedMovesByNoMoreThanTheSize() {
    for (int node : new int[] {algebra.apply(Fn.EXP, TWO, x), algebra.product(TWO, x, x), algebra.sum(TWO, List.of(x, x)),
        algebra.power(TWO, x, Rational.HALF)}) {
      double[] entries = disturbed(node, 0.3, -1e30);
      assertNotEquals(0.3, entries[0]);
      assertEquals(0.3, entries[0], 0.3 * SIZE);
      assertNotEquals(-1e30, entries[1]);
      assertEquals(-1e30, entries[1], 1e30 * SIZE);
    }
  }

  @Test
  void whatIsChosenOrScaledStays() {
    for (int node : new int[] {algebra.apply(Fn.MAXIMUM, TWO, x, x), algebra.scaled(Rational.MINUS_ONE, x.node()), algebra.product(TWO, x)}) {
      assertArrayEquals(new double[] {0.3, -0.7}, disturbed(node, 0.3, -0.7));
    }
  }

  @Test
  void truthValuesStay() {
    assertArrayEquals(new double[] {0, 1}, disturbed(algebra.sum(TWO, List.of(x, x)), 0, 1));
  }
}
