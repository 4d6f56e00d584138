package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Relation.Kind;
import dev.nngen.simplify.Witnesses.Condition;
import java.util.List;
import org.junit.jupiter.api.Test;

class WitnessesTest {

  private static final Extent TIME = new Extent.Symbol("time");
  private static final Extent FIVE = new Extent.Fixed(5);

  /** Axis 0 is r, axis 1 is s. */
  private static Affine affine(long r, long s, long constant) {
    return Affine.axis(0).times(r).plus(Affine.axis(1).times(s)).plus(Affine.constant(constant));
  }

  private static boolean exist(Extent extent, Condition... conditions) {
    return new Witnesses(List.of(extent, extent)).exist(List.of(conditions), 1);
  }

  private static Condition notNegative(long r, long s, long constant) {
    return new Condition(Kind.NOT_NEGATIVE, affine(r, s, constant));
  }

  @Test
  void aPositionSeesItself() {
    for (Extent extent : List.of(TIME, FIVE)) {
      assertEquals(true, exist(extent, notNegative(1, -1, 0)));
      assertEquals(true, exist(extent, notNegative(-1, 1, 0)));
      assertEquals(true, exist(extent, notNegative(1, -1, 0), notNegative(-1, 1, 2)));
      assertEquals(true, exist(extent, new Condition(Kind.ZERO, affine(1, -1, 0))));
    }
  }

  @Test
  void theFirstPositionHasNoneBefore() {
    for (Extent extent : List.of(TIME, FIVE)) {
      assertEquals(false, exist(extent, notNegative(1, -1, -1)));
      assertEquals(false, exist(extent, notNegative(-1, 1, -1)));
      assertEquals(false, exist(extent, notNegative(1, -1, 0), notNegative(-1, 1, -1)));
      assertEquals(false, exist(extent, new Condition(Kind.ZERO, affine(2, -1, 0))));
    }
  }
}
