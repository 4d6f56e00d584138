package dev.nngen.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Graph;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The equations of the lecture notes, read off the wiring of the graph. */
class FormulaBuilderTest {

  private static final List<String> SHOWN =
      List.of("Z1", "A1", "E", "J", "dJ/dE", "dJ/dW2", "dJ/db2", "dJ/dA1", "dJ/dZ1", "dJ/dW1");

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of(false, Form.MATRIX, """
            Z1 = W1 * X + b1
            A1 = tanh(Z1)
            E = Yh - Y
            J = mean(E.^2) / 2
            dJ/dE = (1/m) * E
            dJ/dW2 = dJ/dE * A1'
            dJ/db2 = rowsum(dJ/dE)
            dJ/dA1 = W2' * dJ/dE
            dJ/dZ1 = dJ/dA1 .* (1 - A1.^2)
            dJ/dW1 = dJ/dZ1 * X'"""),
        Arguments.of(true, Form.MATRIX, """
            Z1 = X * W1 + b1
            A1 = tanh(Z1)
            E = Yh - Y
            J = mean(E.^2) / 2
            dJ/dE = (1/m) * E
            dJ/dW2 = A1' * dJ/dE
            dJ/db2 = colsum(dJ/dE)
            dJ/dA1 = dJ/dE * W2'
            dJ/dZ1 = dJ/dA1 .* (1 - A1.^2)
            dJ/dW1 = X' * dJ/dZ1"""),
        Arguments.of(false, Form.SAMPLE, """
            z1 = W1 * x + b1
            a1 = tanh(z1)
            e = yh - y
            J = sum(e.^2) / 2
            dJ/de = e
            dJ/dW2 = dJ/de * a1'
            dJ/db2 = dJ/de
            dJ/da1 = W2' * dJ/de
            dJ/dz1 = dJ/da1 .* (1 - a1.^2)
            dJ/dW1 = dJ/dz1 * x'"""),
        Arguments.of(false, Form.INDEX, """
            Z1_ic = sum_j(W1_ij * X_jc) + b1_i
            A1_ic = tanh(Z1_ic)
            E_ic = Yh_ic - Y_ic
            J = sum_ic(E_ic^2) / (2 * m)
            dJ/dE_ic = (1/m) * E_ic
            dJ/dW2_ij = sum_c(dJ/dE_ic * A1_jc)
            dJ/db2_i = sum_c(dJ/dE_ic)
            dJ/dA1_ic = sum_j(W2_ji * dJ/dE_jc)
            dJ/dZ1_ic = dJ/dA1_ic * (1 - A1_ic^2)
            dJ/dW1_ij = sum_c(dJ/dZ1_ic * X_jc)"""),
        Arguments.of(true, Form.UNIT, """
            z1_i = sum_j(W1_ji * x_j) + b1_i
            a1_i = tanh(z1_i)
            e_i = yh_i - y_i
            J = sum_i(e_i^2) / 2
            dJ/de_i = e_i
            dJ/dW2_ij = dJ/de_j * a1_i
            dJ/db2_i = dJ/de_i
            dJ/da1_i = sum_j(W2_ij * dJ/de_j)
            dJ/dz1_i = dJ/da1_i * (1 - a1_i^2)
            dJ/dW1_ij = dJ/dz1_j * x_i"""));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void writesTheEquationsOfTheNotes(boolean rows, Form form, String expected) {
    FormulaBuilder builder = new FormulaBuilder(TwoLayers.differentiated(rows), ValueNaming.of(graph(rows)), form);
    List<String> lines = SHOWN.stream().map(builder::define)
        .map(equation -> LanguagePrinter.javadoc(equation.left()) + " = " + LanguagePrinter.javadoc(equation.right())).toList();
    assertEquals(expected, String.join("\n", lines));
  }

  private static Graph graph(boolean rows) {
    return TwoLayers.differentiated(rows);
  }

  @Test
  void aSecondNameOfAValueIsItsDefinition() {
    assertEquals("dJ/dYh = dJ/dE", Formulas.define(graph(false), "dJ/dYh"));
  }
}
