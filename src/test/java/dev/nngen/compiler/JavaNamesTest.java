package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaNamesTest {

  @ParameterizedTest
  @CsvSource({"'', true", "a, true", "a.b_1.C, true", "a..b, false", ".a, false", "a., false", "a.class, false", "x/../../y, false",
      "a b, false", "1a, false", "a.true, false", "a;import b, false", "_, false", "a-b, false"})
  void packagesAreIdentifiersSeparatedByPoints(String name, boolean valid) {
    assertEquals(valid, JavaNames.isPackageName(name));
  }
}
