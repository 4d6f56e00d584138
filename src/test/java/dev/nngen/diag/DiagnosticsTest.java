package dev.nngen.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosticsTest {

  private static final Source A = new Source("a.nn", "0123456789");
  private static final Source B = new Source("b.nn", "0123456789");

  private static Diagnostic at(Source source, int offset) {
    return Diagnostic.of(ErrorCode.SYNTAX, new Span(source, offset, offset), source + " " + offset);
  }

  @Test
  void sortsByPlaceAndKeepsEachOnce() {
    Diagnostics diagnostics = new Diagnostics();
    for (Diagnostic d : List.of(at(B, 5), at(A, 3), at(B, 1), at(B, 5), Diagnostic.withoutPlace(ErrorCode.IMPORT, "nowhere"))) {
      diagnostics.report(d);
    }
    assertEquals(List.of("nowhere", "b.nn 1", "b.nn 5", "a.nn 3"), diagnostics.sorted().stream().map(Diagnostic::message).toList());
    assertTrue(diagnostics.hasErrors());
  }

  @Test
  void keepsNoMoreThanTheLimit() {
    Diagnostics diagnostics = new Diagnostics();
    assertFalse(diagnostics.hasErrors());
    for (int k = 0; k < Diagnostics.LIMIT + 7; k++) {
      diagnostics.report(Diagnostic.of(ErrorCode.SYNTAX, new Span(A, 0, 0), "number " + k));
    }
    assertEquals(Diagnostics.LIMIT, diagnostics.sorted().size());
    assertEquals(7, diagnostics.dropped());
  }

  @Test
  void codesAreUnique() {
    assertEquals(ErrorCode.values().length, Arrays.stream(ErrorCode.values()).map(code -> code.code).distinct().count());
  }

  @ParameterizedTest
  @CsvSource({"dens, dense", "rleu, relu", "Softmax, softmax", "w1, W1", "sofmax, softmax", "xyz, ", "a, ", "relu, "})
  void suggestsTheNearestName(String name, String nearest) {
    List<String> candidates = List.of("dense", "relu", "softmax", "sigmoid", "W1", "W2", "X");
    assertEquals(Optional.ofNullable(nearest), Suggestions.nearest(name, candidates));
  }
}
