package dev.nngen.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Affine numbers: one form for equal ones, strides, and text by Horner's rule. */
class AffineTest {

  private static final Extent.Symbol TIME = new Extent.Symbol("time");
  private final Variable.Source source = new Variable.Source();
  private final Variable i = source.next("i");
  private final Variable j = source.next("j");
  private final Variable c = source.next("c");

  private static Affine at(List<Extent> dims, Object... subscripts) {
    return Affine.rowMajor(java.util.Arrays.stream(subscripts).map(s -> s instanceof Variable v ? Affine.of(v) : Affine.of((Integer) s)).toList(), dims);
  }

  @Test
  void offsetsAreWrittenByHorner() {
    assertEquals("i * m + c", at(List.of(Extent.of(4), Extent.BATCH), i, c).toString());
    assertEquals("(i * 5 + j) * m + c", at(List.of(Extent.of(4), Extent.of(5), Extent.BATCH), i, j, c).toString());
    assertEquals("c * 4 + 3", at(List.of(Extent.BATCH, Extent.of(4)), c, 3).toString());
    assertEquals("2 * m + c", at(List.of(Extent.of(4), Extent.BATCH), 2, c).toString());
    assertEquals("3 * m + c * 3 + 2", at(List.of(Extent.of(2), Extent.BATCH, Extent.of(3)), 1, c, 2).toString());
    assertEquals("0", at(List.of()).toString());
  }

  @Test
  void severalTermsAreTakenOffTogether() {
    Affine sum = Affine.of(i).plus(Affine.of(j));
    assertEquals("2 - i - j", Affine.of(2).minus(sum).toString());
    assertEquals("-(i + j)", Affine.ZERO.minus(sum).toString());
    assertEquals("c - (i + j) * 3", Affine.of(c).minus(sum.times(3)).toString());
    assertEquals("c - i", Affine.of(c).minus(Affine.of(i)).toString());
  }

  @Test
  void everyRunTimeSizeIsASymbol() {
    List<Extent> dims = List.of(TIME, Extent.of(4), Extent.BATCH);
    assertEquals("4 * m * time", Affine.size(dims).toString());
    assertEquals("(i * 4 + j) * m + c", at(dims, i, j, c).toString());
    assertEquals(Affine.size(List.of(TIME, Extent.BATCH)), Affine.size(List.of(Extent.BATCH, TIME)));
  }

  @Test
  void equalNumbersAreEqual() {
    Affine sum = Affine.of(i).plus(Affine.of(c)).plus(Affine.of(2));
    assertEquals(sum, Affine.of(2).plus(Affine.of(c)).plus(Affine.of(i)));
    assertEquals(Affine.ZERO, Affine.of(0));
    assertEquals("c * 2", Affine.of(c).plus(Affine.of(c)).toString());
  }

  @Test
  void stridesAreByVariable() {
    Affine diagonal = at(List.of(Extent.of(4), Extent.of(4)), i, i);
    assertEquals(Affine.of(5), diagonal.stride(i));
    Affine entry = at(List.of(Extent.of(4), Extent.BATCH), i, c);
    assertEquals(Affine.size(List.of(Extent.BATCH)), entry.stride(i));
    assertEquals(Affine.of(1), entry.stride(c));
    assertEquals(Affine.ZERO, entry.stride(j));
    assertTrue(entry.dependsOn(i));
    assertFalse(entry.dependsOn(j));
    assertEquals(List.of(i, c), List.copyOf(entry.variables()));
  }

  @Test
  void constantsAreKnown() {
    assertEquals(Optional.of(20L), Affine.size(List.of(Extent.of(4), Extent.of(5))).constant());
    assertEquals(Optional.of(0L), Affine.ZERO.constant());
    assertEquals(Optional.empty(), Affine.of(i).constant());
    assertEquals(Optional.empty(), Affine.size(List.of(Extent.BATCH)).constant());
  }
}
