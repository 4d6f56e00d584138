package dev.nngen.codegen;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models without simplification: whatever the graph looks like, the class computes it. */
class HandBuiltModelTest {

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void classifierAgreesWithTheInterpreter(boolean rows, boolean single) {
    Agreement agreement = new Agreement(HandBuilt.classifier(rows, single), 1);
    agreement.check(6, 1, 4, 6);
    if (System.getProperty("show") != null) {
      System.out.println(agreement.text().text());
    }
  }
}
