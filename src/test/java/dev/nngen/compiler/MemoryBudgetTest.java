package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  @Test
  void whatFitsIsNotLacking() {
    assertEquals(Optional.empty(), MemoryBudget.shortage(LongStream.of(10, 20, 30).summaryStatistics(), 480));
    assertEquals(Optional.of("the values at a point take 480 bytes, and the heap has 479"),
        MemoryBudget.shortage(LongStream.of(10, 20, 30).summaryStatistics(), 479));
  }

  @Test
  void anArrayHasItsLimitWhateverTheHeap() {
    assertEquals(Optional.empty(), MemoryBudget.shortage(LongStream.of(Integer.MAX_VALUE - 8).summaryStatistics(), Long.MAX_VALUE));
    assertEquals(Optional.of("a value at a point takes 17179869120 bytes, more than a Java array holds"),
        MemoryBudget.shortage(LongStream.of(Integer.MAX_VALUE - 7, 1).summaryStatistics(), Long.MAX_VALUE));
  }

  /** X, Y and b, and on the way to the loss P, the squared distances and their mean; the gradients are looked at only where asked for. */
  @Test
  void onlyWhatIsLookedAtCounts() {
    Program<?> program = Autodiff.differentiate(Lowering.lower(ModelText.model(
        "model M { input X[3]; target Y[3]; param b[3]; P = X + b; minimize J = sum((P - Y).^2); }")));
    Map<String, Integer> extents = Map.of("m", 4);
    int loss = program.graph().named("J").node();
    assertEquals(List.of(1L, 3L, 12L, 12L, 12L, 12L, 12L),
        Interpreter.lengths(program.graph(), List.of(loss), extents).sorted().boxed().toList());
    int gradient = program.graph().named("dJ/db").node();
    assertEquals(List.of(3L, 3L), Interpreter.lengths(program.graph(), List.of(loss, gradient), extents).sorted().boxed()
        .filter(length -> length == 3).toList());
    assertEquals(Optional.empty(), MemoryBudget.shortage(program, List.of("dJ/db"), extents));
  }
}
