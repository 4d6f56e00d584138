package dev.nngen.plan;

import dev.nngen.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole plans of small models: order, fusion, memory. {@code mvn test -Dtest=PlanGoldenTest -Dnngen.bless=true} writes them afresh. */
class PlanGoldenTest {

  @ParameterizedTest
  @ValueSource(strings = {"dense", "softmax", "shared", "predict", "clip", "attention"})
  void isPlanned(String name) throws IOException {
    Golden.check("plan/" + name + ".plan", PlanPrinter.print(Plans.named(name)));
  }

  @Test
  void stepsAreFirst() throws IOException {
    Golden.check("plan/recurrence.plan", PlanPrinter.print(Plans.bySteps(Golden.read("plan/recurrence.nn"))));
  }
}
