package dev.nngen.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class DocumentPrintersTest {

  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
      "(1/m) * E * A1'          ; (1/m) · E · A1ᵀ           ; \\frac{1}{m} \\, E \\, {A_{1}}^{\\mathsf{T}}",
      "W2' * E .* (1 - A.^2)    ; W2ᵀ · E ⊙ (1 − A∘²)       ; {W_{2}}^{\\mathsf{T}} \\, E \\odot \\left(1 - {A}^{\\circ 2}\\right)",
      "(A .* B) * C             ; (A ⊙ B) · C               ; \\left(A \\odot B\\right) \\, C",
      "(1 - Y) ./ Q - Y ./ P    ; (1 − Y) ⊘ Q − Y ⊘ P       ; \\frac{1 - Y}{Q} - \\frac{Y}{P}",
      "a - (b - c)              ; a − (b − c)               ; a - \\left(b - c\\right)",
      "sqrt(s) / (2 * m)        ; √s / (2 · m)              ; \\frac{\\sqrt{s}}{2 \\, m}",
      "dA .* (Z >= 0)           ; dA ⊙ 1{Z ≥ 0}             ; \\mathit{dA} \\odot \\mathbf{1}\\{Z \\ge 0\\}",
      "(a * b)^2                ; (a · b)²                  ; {\\left(a \\, b\\right)}^{2}",
      "abs(beta) * W_H          ; |β| · W_H                 ; \\left|\\beta \\right| \\, W_{H}"})
  void writeWithTheBracketsThatPrintNeeds(String language, String text, String latex) {
    Formula formula = Parsed.formula(language);
    assertEquals(text, new TextPrinter(false).text(formula));
    assertEquals(latex, new LatexPrinter().latex(formula));
  }

  @Test
  void asciiTextIsAscii() {
    for (long seed = 0; seed < 500; seed++) {
      String text = new TextPrinter(true).text(new RandomFormulas(new Random(seed)).matrix(4));
      assertTrue(text.chars().allMatch(c -> c >= ' ' && c <= '~'), text);
    }
  }

  @Test
  void mathMlIsWellFormedAndEveryScriptHasItsParts() throws Exception {
    for (long seed = 0; seed < 300; seed++) {
      String math = new MathMlPrinter().math(new RandomFormulas(new Random(seed)).matrix(4), true);
      var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(math)));
      for (String element : new String[] {"mfrac", "msup", "msub"}) {
        var found = document.getElementsByTagName(element);
        for (int i = 0; i < found.getLength(); i++) {
          assertEquals(2, found.item(i).getChildNodes().getLength(), math);
        }
      }
    }
  }

  @Test
  void entriesCarryTheirIndices() {
    Formula entry = new Formula.Entry(new Formula.Gradient("J", "W1"), java.util.List.of("i", "j"));
    assertEquals("∂J/∂W1_ij", new TextPrinter(false).text(entry));
    assertEquals("dJ/dW1_ij", new TextPrinter(true).text(entry));
    assertEquals("\\frac{\\partial J}{\\partial W^{(1)}_{i j}}", new LatexPrinter().latex(entry));
  }
}
