package dev.nngen.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueNameTest {

  @ParameterizedTest
  @CsvSource({"H, VALUE, H, ''", "W.mo, VALUE, W.mo, ''", "data, VALUE, data, ''", "d, VALUE, d, ''", "predict Z_H, PREDICTED, Z_H, ''", "next W.mo, NEXT, W.mo, ''",
      "dJ/dW, GRADIENT, J, W", "dd/dd, GRADIENT, d, d", "dleft/dright, GRADIENT, left, right", "prove 12 left, CLAIM, 12, left", "adjoint 3 of 7, INTERNAL, adjoint 3 of 7, ''"})
  void theTextSaysWhatTheNameIs(String text, ValueName.Role role, String of, String by) {
    ValueName name = ValueName.parse(text);
    assertEquals(new ValueName(role, of, by), name);
    assertEquals(text, name.text());
    assertEquals(role == ValueName.Role.GRADIENT ? Optional.of(by) : Optional.empty(), name.variable());
  }
}
