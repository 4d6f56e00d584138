package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.formula.Form;
import dev.nngen.formula.TextPrinter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerivationTest {

  private static Adjoint adjoint(Derivation derivation, String name) {
    return derivation.backward().stream().filter(adjoint -> adjoint.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> lines(Derivation derivation, String name) {
    TextPrinter printer = new TextPrinter(true);
    return adjoint(derivation, name).lines().stream().map(line -> printer.text(line.formula()) + " | " + line.reason().text()).toList();
  }

  private static List<String> texts(List<Phrase> phrases) {
    return phrases.stream().map(Phrase::text).toList();
  }

  @Test
  void sigmoidWithLogLossReadsLikeALecture() {
    Derivation derivation = Samples.derivation(Samples.sample("backpropagation/a-columns.nn"));
    assertEquals(List.of(
        "dJ/dZ2 | error",
        "dJ/dA2 .* dA2/dZ2 | chain rule",
        "(1/m) * ((A2 - Y) .* A2 .* (1 - A2) ./ (A2 .* (1 - A2))) | local derivative: dA2/dZ2 = A2 .* (1 - A2); dJ/dA2 from above",
        "(1/m) * (A2 - Y) | cancel: A2 nonzero, since A2 in (0, 1); 1 - A2 nonzero, since 1 - A2 in (0, 1)"), lines(derivation, "dJ/dZ2"));
  }

  /** A divisor that is positive or negative, without another bound, is nonzero by its sign. */
  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {"Low = -exp(Z); P = 1 ./ Low; R = P .* Z # Low < 0", "Fall = -exp(Z) - 1; R = Z ./ Fall + Z ./ (-1 - Z.^2) # at most -1", "High = exp(Z); P = 1 ./ High; R = P .* Z # High > 0"})
  void signsOfDivisorsAreReasons(String statements, String reason) {
    Derivation derivation = Samples.derivation(Samples.models("m.nn", "model M { input X[3]; target Y[2]; Z = linear(X, 2); " + statements + "; minimize J = mean((R - Y).^2); }").get(0));
    List<String> reasons = derivation.backward().stream().flatMap(adjoint -> lines(derivation, adjoint.name()).stream()).toList();
    assertTrue(reasons.stream().anyMatch(line -> line.contains(reason)), reasons.toString());
  }

  /** The gradients of the lecture notes in their own orientation and form, by row of the equation list. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "a-columns;  MATRIX; dJ/dW2; delta2 * A1'",
      "a-columns;  MATRIX; dJ/db2; rowsum(delta2)",
      "a-columns;  MATRIX; dJ/dA1; W2' * delta2",
      "a-columns;  MATRIX; dJ/dW1; delta1 * X'",
      "a-rows;     MATRIX; dJ/dW2; A1' * delta2",
      "a-rows;     MATRIX; dJ/db1; colsum(delta1)",
      "b-one-sample; MATRIX; dL/dW2; delta2 * a1'",
      "b-one-sample; MATRIX; dL/dW1; delta1 * x'",
      "c-batch;    MATRIX; dJ/dW4; A3 * delta4'",
      "c-batch;    MATRIX; dJ/dA3; W4 * delta4",
      "c-batch;    SAMPLE; dJ/dW4; a3 * delta4'",
      "d-relu;     INDEX;  dJ/dW1; sum_c delta1_ic X_jc",
      "d-relu;     UNIT;   dJ/dW1; delta1_i x_j"})
  void firstLinesAreThoseOfTheNotes(String file, Form form, String name, String expected) {
    CompiledModel model = Samples.sample("backpropagation/" + file + ".nn");
    Derivation derivation = Samples.deriver(model).derive(new ExplainOptions(form, true, List.of(), Optional.empty()));
    assertEquals(expected, new TextPrinter(true).text(adjoint(derivation, name).lines().get(0).formula()));
  }

  @Test
  void theSlopeAtAKinkIsSaid() {
    Derivation derivation = Samples.derivation(Samples.sample("backpropagation/d-relu.nn"));
    assertEquals(List.of("relu(Z1) at Z1 = 0: the derivative of Z1, which is 1, is used"), texts(derivation.nondifferentiable()));
  }

  @Test
  void declaredFactsAreListed() {
    Derivation derivation = Samples.derivation(Samples.sample("backpropagation/f-softmax.nn"));
    assertTrue(texts(derivation.assumptions()).contains("declared: colsum(Y) = 1"), derivation.assumptions().toString());
  }

  @Test
  void equalLayersAreShownOnce() {
    Derivation derivation = Samples.derivation(DeepModels.model(20));
    long full = derivation.backward().stream().filter(adjoint -> adjoint.like().isEmpty()).count();
    assertTrue(full < 20, full + " of " + derivation.backward().size() + " are shown in full");
    assertEquals(Optional.of("dJ/dZ_H19"), adjoint(derivation, "dJ/dZ_H5").like());
  }

  @Test
  void noFormulaGrowsWithTheDepth() {
    TextPrinter printer = new TextPrinter(true);
    for (Adjoint adjoint : Samples.derivation(DeepModels.model(40)).backward()) {
      adjoint.lines().forEach(line -> assertTrue(printer.text(line.formula()).length() < 200, adjoint.name()));
    }
  }

  @Test
  void onlyTheWayToAValueIsShown() {
    Deriver deriver = Samples.deriver(Samples.sample("backpropagation/a-columns.nn"));
    Derivation way = deriver.derive(new ExplainOptions(Form.MATRIX, true, List.of("W2"), Optional.empty()));
    List<String> names = way.backward().stream().map(Adjoint::name).toList();
    assertEquals(List.of("dJ/dL", "dJ/dA2", "dJ/dZ2", "dJ/dW2"), names);
    Derivation one = deriver.derive(new ExplainOptions(Form.MATRIX, false, List.of(), Optional.of("Z2")));
    assertEquals(List.of("dJ/dZ2"), one.backward().stream().map(Adjoint::name).toList());
    assertEquals(1, one.backward().get(0).lines().size());
  }

  @Test
  void anUnknownNameSuggestsTheNearest() {
    Deriver deriver = Samples.deriver(Samples.sample("backpropagation/a-columns.nn"));
    UnknownNameException fault = assertThrows(UnknownNameException.class,
        () -> deriver.derive(new ExplainOptions(Form.MATRIX, true, List.of("w1"), Optional.empty())));
    assertEquals("no gradient for 'w1'; did you mean W1?", fault.getMessage());
  }

  @Test
  void costsCountWhatTheClassHas() {
    Derivation.Costs costs = Samples.derivation(Samples.sample("digits/digits.nn")).costs();
    assertEquals(96 * 64 + 96 + 10 * 96 + 10, costs.parameters());
    assertFalse(costs.rows().isEmpty());
    assertEquals(8 * costs.parameters(), costs.rows().stream().filter(row -> row.label().equals("memory for gradients")).findFirst().orElseThrow().fixed());
  }
}
