package dev.nngen.schedule;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Index;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that are not sound, each with one fault. */
class LoopVerifierTest {

  private static final List<Extent> SHAPE = List.of(Extent.of(4), Extent.BATCH);
  private static final Affine SIZE = Affine.size(SHAPE);
  private final Variable.Source source = new Variable.Source();
  private final Tensor x = new Tensor(0, "X", Tensor.Kind.ARGUMENT, SHAPE, 1);
  private final Tensor y = new Tensor(1, "Y", Tensor.Kind.TEMPORARY, SHAPE, 1);
  private final Variable at = source.next("at");
  private final Variable a = source.next("a");

  private void assertFaulty(String fault, Instruction... body) {
    IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> verify(body));
    assertTrue(thrown.getMessage().startsWith(fault), thrown.getMessage());
  }

  private void verify(Instruction... body) {
    LoopVerifier.verify(new LoopProgram(List.of(), source, List.of(body)));
  }

  private Loop loop(Kind kind, Instruction... body) {
    return Loop.over(kind, at, SIZE, List.of(body));
  }

  private static Entry entry(Tensor tensor, Variable offset) {
    return new Entry(tensor, Affine.of(offset));
  }

  @Test
  void aCopyIsSound() {
    assertDoesNotThrow(() -> verify(loop(Kind.SEQUENTIAL, new Store(entry(y, at), entry(x, at)))));
    assertDoesNotThrow(() -> verify(loop(Kind.VECTOR, new Store(entry(y, at).vector(), entry(x, at).vector()))));
  }

  @Test
  void variablesAreDeclaredBeforeTheyAreUsed() {
    assertFaulty("at is not an integer here", new Store(entry(y, at), new Scalar.Time("t")));
    assertFaulty("a local is used where it is not declared", loop(Kind.SEQUENTIAL, new Store(entry(y, at), new Scalar.Local(a.id()))));
    assertFaulty("a local is used where it is not declared", loop(Kind.SEQUENTIAL, new Let(a, Type.NUMBER, entry(x, at))),
        new Store(new Entry(y, Affine.ZERO), new Scalar.Local(a.id())));
  }

  @Test
  void variablesAreDeclaredOnce() {
    assertFaulty("a is declared twice", new Let(a, Type.NUMBER, new Scalar.Time("t")), new Let(a, Type.NUMBER, new Scalar.Time("t")));
    assertFaulty("at is declared twice", loop(Kind.SEQUENTIAL, loop(Kind.SEQUENTIAL)));
  }

  @Test
  void numbersAreNoIndices() {
    assertFaulty("a is not an integer here", new Let(a, Type.NUMBER, new Scalar.Time("t")), new Store(entry(y, a), new Scalar.Time("t")));
    assertFaulty("an index is used as a number", new Index(a, Affine.of(3)), new Store(new Entry(y, Affine.ZERO), new Scalar.Local(a.id())));
  }

  @Test
  void vectorsAreNotStoredAsNumbers() {
    assertFaulty("a vector is stored as a number in Y", loop(Kind.VECTOR, new Store(new Entry(y, Affine.ZERO), entry(x, at).vector())));
    assertFaulty("a is a number, but its value is a vector", loop(Kind.VECTOR, new Let(a, Type.NUMBER, entry(x, at).vector())));
    assertFaulty("a vector is added to a number", new Accumulator(new Scalar.Local(a.id()), a, Type.NUMBER, Reduction.SUM),
        loop(Kind.VECTOR, new Accumulate(Reduction.SUM, new Scalar.Local(a.id()), entry(x, at).vector())));
  }

  @Test
  void vectorsAreConsecutiveAlongTheirLoop() {
    Entry strided = new Entry(x, Affine.of(at).times(List.of(Extent.of(3))), Type.VECTOR);
    assertFaulty("X is addressed wrongly", loop(Kind.VECTOR, new Store(entry(y, at).vector(), strided)));
    assertFaulty("X is addressed wrongly", loop(Kind.VECTOR, new Store(entry(y, at).vector(), entry(x, at))));
    assertFaulty("X is addressed wrongly", loop(Kind.SEQUENTIAL, new Store(entry(y, at), entry(x, at).vector())));
  }

  @Test
  void anIndexIsSeenThrough() {
    Index index = new Index(a, Affine.of(at).times(List.of(Extent.of(3))));
    assertFaulty("X is addressed wrongly", loop(Kind.VECTOR, index, new Store(entry(y, at).vector(), entry(x, a).vector())));
  }

  @Test
  void nestsAreLowered() {
    assertFaulty("a load is not lowered", new Store(new Entry(y, Affine.ZERO), new Scalar.Load(x, List.of(0, 1))));
  }
}
