package dev.nngen.plan;

import static dev.nngen.plan.Nests.matrix;
import static dev.nngen.plan.Nests.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Liveness, memory that is used again, and results in the place of operands. */
class MemoryTest {

  private final Tensor x = new Tensor(0, "X", Tensor.Kind.ARGUMENT, Nests.SHAPE, 1);
  private final Tensor a = matrix(1, "A");
  private final Tensor b = matrix(2, "B");
  private final Tensor c = matrix(3, "C");
  private final Tensor d = matrix(4, "D");

  @Test
  void valuesLiveFromTheirFirstWriteToTheirLastUse() {
    Lifetimes lifetimes = Lifetimes.of(List.of(sum(a, x), sum(b, a), sum(c, a, b)));
    assertEquals(Map.of(a, 0, b, 1, c, 2), lifetimes.first());
    assertEquals(Map.of(x, 0, a, 2, b, 2, c, 2), lifetimes.last());
  }

  @Test
  void anEntrywiseResultTakesTheBufferOfAnOperandThatDies() {
    assertEquals(List.of(new Buffer(List.of(a, b, c))), BufferAssignment.assign(List.of(sum(a, x), sum(b, a), sum(c, b))));
  }

  @Test
  void aTensorKnowsWhatWasInItsMemoryBefore() {
    SharedMemory memory = new SharedMemory(List.of(new Buffer(List.of(a, b)), new Buffer(List.of(c))));
    assertEquals(Optional.of(a), memory.predecessor(b));
    assertEquals(Optional.empty(), memory.predecessor(a));
    assertEquals(Optional.empty(), memory.predecessor(c));
  }

  @Test
  void liveValuesShareNoBuffer() {
    List<Buffer> buffers = BufferAssignment.assign(List.of(sum(a, x), sum(b, a), sum(c, a, b), sum(d, c, b)));
    SharedMemory memory = new SharedMemory(buffers);
    assertFalse(memory.overlap(a, b));
    assertFalse(memory.overlap(c, b), "B is read after C is written");
    assertTrue(memory.overlap(a, c));
  }

  @Test
  void aSumTakesNoBufferOfItsOperand() {
    Tensor column = new Tensor(5, "s", Tensor.Kind.TEMPORARY, List.of(Extent.of(4)), 1);
    Step step = Nests.sumOverSamples(column, a);
    assertFalse(Accesses.mayReplace(step, a, column));
    assertEquals(2, BufferAssignment.assign(List.of(sum(a, x), step)).size());
  }

  @Test
  void sizesWithOtherPowersOfRunTimeSizesShareNoBuffer() {
    Tensor fixed = new Tensor(5, "F", Tensor.Kind.TEMPORARY, List.of(Extent.of(4), Extent.of(4)), 1);
    assertFalse(new SharedMemory(BufferAssignment.assign(List.of(sum(a, x), sum(fixed, x), sum(b, x)))).overlap(fixed, a));
  }

  @Test
  void anOperandThatTheNestWritesAfterwardsIsNotReplaced() {
    LoopNest both = new LoopNest(Nests.SHAPE, true, List.of(), List.of(sum(b, x).effects().get(0), sum(c, a).effects().get(0)));
    assertFalse(Accesses.mayReplace(both, a, b), "A is read after B is written");
    assertTrue(Accesses.mayReplace(both, a, c));
  }

  @Test
  void anAnonymousProductIsComputedWhereTheNextNestLeavesItsResult() {
    Tensor w = new Tensor(6, "W", Tensor.Kind.PARAMETER, List.of(Extent.of(4), Extent.of(4)), 1);
    Tensor product = matrix(7, "product");
    KernelDraft draft = new KernelDraft(Set.of(EntryPoint.PREDICT), "");
    draft.steps().add(new MatrixProduct(product, new Scalar.Number(dev.nngen.ir.Rational.ONE), w, false, x, false));
    draft.steps().add(sum(d, product, a));
    ResultAliasing.run(List.of(draft), product::equals, "product"::equals);
    assertEquals(d, ((MatrixProduct) draft.steps().get(0)).to());
    assertEquals(sum(d, d, a), draft.steps().get(1));
  }
}
