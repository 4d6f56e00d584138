package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.PictureLayout.Arrow;
import dev.nngen.explain.PictureLayout.Box;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

@Slow
class DocumentsTest {

  static List<Path> files() {
    return Samples.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFormatOfEverySampleIsWellFormed(Path file) throws Exception {
    for (CompiledModel model : Samples.models(file)) {
      Derivation derivation = Samples.derivation(model);
      String ascii = Format.TEXT.render(derivation, true, false);
      assertTrue(ascii.chars().allMatch(c -> c == '\n' || c >= ' ' && c <= '~'), ascii);
      parse(Format.SVG.render(derivation, false, false));
      assertBalanced(Format.LATEX.render(derivation, false, true));
      assertBalanced(Format.MARKDOWN.render(derivation, false, false));
      Matcher math = Pattern.compile("<math.*?</math>").matcher(Format.HTML.render(derivation, false, false));
      while (math.find()) {
        assertArity(parse(math.group()).getDocumentElement());
      }
      new JsonReader(Format.JSON.render(derivation, false, false)).read();
    }
  }

  /** Assumptions are what could be false; what a function needs and has says why. */
  @Test
  void assumptionsSayWhoNeedsWhatAndWhatHolds() {
    String text = "model M { input X[4] where X in [0, 1]; target Y[1]; P = dense(X, 1) |> sigmoid; minimize J = mean(logloss(P, Y)); }";
    assertEquals(List.of("declared: X in [0, 1]", "needed by `logloss`: Y in [0, 1]", "P in (0, 1), needed by `logloss`; holds, since P = sigmoid(Z_P)"),
        assumptions(text));
    assertEquals(List.of("needed by `logloss`: P in (0, 1)", "needed by `logloss`: Y in [0, 1]"), assumptions(text.replace(" |> sigmoid", "").replace(" where X in [0, 1]", "")));
    assertEquals(List.of("declared: Y in [0, 0.5]", "P in (0, 1), needed by `logloss`; holds, since P = sigmoid(Z_P)"),
        assumptions(text.replace("Y[1]", "Y[1] where Y in [0, 0.5]").replace(" where X in [0, 1]", "")));
  }

  private static List<String> assumptions(String text) {
    return Samples.derivation(Samples.models("test.nn", text).get(0)).assumptions().stream().map(Phrase::text).toList();
  }

  /** Browsers draw scripts and fractions with another number of children as a row. */
  private static void assertArity(Element element) {
    List<Element> children = IntStream.range(0, element.getChildNodes().getLength()).mapToObj(element.getChildNodes()::item).filter(Element.class::isInstance).map(Element.class::cast).toList();
    int arity = switch (element.getTagName()) {
      case "msub", "msup", "mfrac", "munder" -> 2;
      case "msubsup" -> 3;
      default -> children.size();
    };
    assertEquals(arity, children.size(), element.getTagName() + " " + element.getTextContent());
    children.forEach(DocumentsTest::assertArity);
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
  }

  /** Braces and environments are closed in the order in which they were opened. */
  private static void assertBalanced(String latex) {
    int depth = 0;
    for (int i = 0; i < latex.length(); i++) {
      boolean escaped = i > 0 && latex.charAt(i - 1) == '\\';
      depth += escaped ? 0 : latex.charAt(i) == '{' ? 1 : latex.charAt(i) == '}' ? -1 : 0;
      assertTrue(depth >= 0, latex);
    }
    assertEquals(0, depth, latex);
    assertEquals(latex.split("\\\\left[^a-z]", -1).length, latex.split("\\\\right[^a-z]", -1).length, latex);
  }

  @Test
  void htmlNeedsNoScriptAndLoadsNothing() {
    String html = Format.HTML.render(Samples.derivation(Samples.sample("iris/iris.nn")), false, false);
    assertFalse(html.contains("<script") || html.contains("src=") || html.contains("@import") || html.replace("href=\"#", "").contains("href="));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 30})
  void nothingOverlapsInThePicture(int layers) {
    PictureLayout layout = new PictureLayout(Samples.derivation(DeepModels.model(layers)));
    assertSeparate(layout);
  }

  @ParameterizedTest
  @MethodSource("files")
  void nothingOverlapsInThePictureOf(Path file) {
    Samples.models(file).forEach(model -> assertSeparate(new PictureLayout(Samples.derivation(model))));
  }

  private static void assertSeparate(PictureLayout layout) {
    for (Box a : layout.boxes()) {
      assertTrue(a.x() >= 0 && a.right() <= layout.width() && a.bottom() <= layout.height(), a + " is outside");
      for (Box b : layout.boxes()) {
        boolean apart = a.right() < b.x() || b.right() < a.x() || a.bottom() < b.y() || b.bottom() < a.y();
        assertTrue(a.equals(b) || apart, a + " and " + b);
      }
      layout.arrows().forEach(arrow -> assertBeside(arrow, a));
    }
  }

  /** An arrow touches boxes at its ends only. */
  private static void assertBeside(Arrow arrow, Box box) {
    List<Integer> p = arrow.points();
    for (int i = 0; i + 3 < p.size(); i += 2) {
      boolean crossesX = Math.max(p.get(i), p.get(i + 2)) > box.x() && Math.min(p.get(i), p.get(i + 2)) < box.right();
      boolean crossesY = Math.max(p.get(i + 1), p.get(i + 3)) > box.y() && Math.min(p.get(i + 1), p.get(i + 3)) < box.bottom();
      assertFalse(crossesX && crossesY, arrow + " crosses " + box);
    }
  }

  @Test
  void textIsEscapedEverywhere() {
    assertEquals("&lt;b&gt; &amp; &quot;", HtmlRenderer.escape("<b> & \""));
    assertEquals("a\\_b \\% \\textbackslash{}", LatexRenderer.escape("a_b % \\"));
    assertEquals("\"\\\"\\\\\\n\\u0001\"", JsonRenderer.string("\"\\\n\u0001"));
  }

  @Test
  void everyRuleIsToldByItsKeyAndTitle() {
    for (Rule rule : Rule.values()) {
      assertEquals(rule, Rule.find(rule.key()).orElseThrow());
      assertEquals(rule, Rule.find(rule.title()).orElseThrow());
      assertEquals(rule, Rule.find(rule.title().replace(' ', '-')).orElseThrow());
    }
  }
}
