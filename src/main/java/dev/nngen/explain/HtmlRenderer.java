package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Relation;
import dev.nngen.explain.Sections.Shown;
import dev.nngen.formula.Formula;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.LatexPrinter;
import dev.nngen.formula.MathMlPrinter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Renders a derivation as one HTML file: MathML, no scripts, no external resources, styles for light and dark, phones and paper. */
final class HtmlRenderer extends DocumentRenderer {

  /** Approximate number of characters of a formula that fit beside its reason. */
  private static final int WIDEST = 90;

  private static final String EQUALS = "<mo>=</mo>";

  private final MathMlPrinter printer = new MathMlPrinter();
  private final MathMlPrinter sentences = new MathMlPrinter(true);
  private final LatexPrinter latex = new LatexPrinter();

  /** Returns the file. */
  String render(Derivation derivation) {
    String title = escape(derivation.model()) + ": how the gradients are derived";
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + title
        + "</title>\n<style>\n" + style() + "</style>\n</head>\n<body>\n<h1>" + title
        + "</h1>\n" + content(derivation) + "</body>\n</html>\n";
  }

  /** Returns the content below the title. */
  String content(Derivation derivation) {
    text.append("<p class=\"legend\">").append(Sections.LEGEND).append("</p>\n");
    contents(derivation);
    body(derivation);
    return text.toString();
  }

  static String style() {
    try (InputStream stream = HtmlRenderer.class.getResourceAsStream("derivation.css")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8) + SvgPicture.STYLE;
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** Returns the anchor of a heading or a gradient's name. */
  private static String id(String name) {
    return name.replaceAll("\\W+", "-");
  }

  /** Writes links to the derived gradients. */
  private void contents(Derivation derivation) {
    text.append("<nav>");
    derivation.backward().stream().filter(adjoint -> adjoint.like().isEmpty()).forEach(adjoint ->
        text.append("<a href=\"#").append(id(adjoint.name())).append("\">").append(title(adjoint)).append("</a> "));
    text.append("</nav>\n");
  }

  private String title(Adjoint adjoint) {
    return inline(sentences.element(adjoint.left()));
  }

  @Override
  public String above(String name, String words) {
    return "<a href=\"#" + id(name) + "\">" + words + "</a>";
  }

  @Override
  void heading(String title) {
    text.append("<h2 id=\"").append(id(title)).append("\">").append(title).append("</h2>\n");
  }

  /** Writes each formula, followed by text to copy. */
  @Override
  void results(List<Shown<Adjoint>> gradients) {
    text.append("<div class=\"results\">\n");
    for (Shown<Adjoint> shown : gradients) {
      Adjoint adjoint = shown.first();
      Line last = adjoint.conclusion();
      String meaning = adjoint.meaning().map(of -> EQUALS + printer.element(of)).orElse("");
      row(printer.element(last.left()) + meaning, sign(last), last.formula(), Sections.others(shown).print(this) + copies(adjoint), last.isProved() ? "" : " unproved");
    }
    text.append("</div>\n");
  }

  /** Returns the LaTeX of a result, and its text in the language if it has one. */
  private String copies(Adjoint adjoint) {
    String tex = LatexRenderer.result(adjoint, latex).replace("&", "").replace("\\\\\n", "");
    String language = adjoint.language().isEmpty() ? "" : "<code>" + escape(adjoint.equation()) + "</code>";
    return "<details class=\"copy\"><summary>copy</summary>" + language + "<code>" + escape(tex) + "</code></details>";
  }

  @Override
  void update(Derivation.Update update) {
    text.append("<p class=\"legend\">").append(update.about().print(this)).append("</p>\n<div class=\"results\">\n");
    update.assignments().forEach(assignment -> row(printer.element(assignment.left()), "<mo>←</mo>", assignment.right(),
        "<code>" + escape(LanguagePrinter.print(assignment.left()) + " = " + LanguagePrinter.print(assignment.right()) + ";") + "</code>", ""));
    text.append("</div>\n");
  }

  /** Lists inputs and parameters in one row, because they have a shape only. */
  @Override
  void forward(List<Shown<Definition>> values) {
    text.append("<ul class=\"given\">\n");
    values.stream().filter(shown -> shown.first().right().isEmpty())
        .forEach(shown -> text.append("<li>").append(math(printer.element(shown.first().left()))).append(' ').append(about(shown)).append("</li>\n"));
    text.append("</ul>\n<div class=\"values\">\n");
    values.stream().filter(shown -> shown.first().right().isPresent()).forEach(shown -> row(printer.element(shown.first().left()), EQUALS,
        shown.first().right().orElseThrow(), about(shown) + "<br><code>" + escape(shown.first().language()) + "</code>", ""));
    text.append("</div>\n");
  }

  private String about(Shown<Definition> shown) {
    return Phrase.words(Sections.describe(shown.first()).replace(" x ", " × ")).and(Sections.otherValues(shown)).print(this);
  }

  /** Writes four cells of a grid: left side, sign, formula and comment. */
  private void row(String left, String sign, Formula right, String about, String kind) {
    String lines = printer.lines(right, WIDEST).stream().map(HtmlRenderer::math).collect(Collectors.joining());
    text.append("<div class=\"left").append(kind).append("\">").append(left.isEmpty() ? "" : math(left)).append("</div><div class=\"sign")
        .append(kind).append("\">").append(math(sign)).append("</div><div class=\"formula scroll\" data-latex=\"")
        .append(escape(latex.latex(right))).append("\">").append(lines)
        .append("</div><div class=\"about\">").append(about).append("</div>\n");
  }

  private static String math(String inside) {
    return "<math displaystyle=\"true\"><mrow>" + inside + "</mrow></math>";
  }

  /** Writes lemmas folded, because readers know most of them. */
  @Override
  void lemmas(List<Derivation.Lemma> lemmas) {
    for (Derivation.Lemma lemma : lemmas) {
      text.append("<details class=\"lemma\"><summary>").append(inline(printer.element(lemma.call()))).append("</summary>\n<div class=\"chain\">\n");
      row(printer.element(lemma.value()), EQUALS, lemma.definition(), "definition", "");
      for (Formula line : lemma.lines()) {
        row(line == lemma.lines().get(0) ? printer.element(lemma.derivative()) : "", EQUALS, line, line == lemma.lines().get(0) ? "differentiated" : "collected", "");
      }
      text.append("</div></details>\n");
    }
  }

  @Override
  void adjoint(Adjoint adjoint) {
    text.append("<section class=\"step").append(adjoint.shared() ? " shared" : "").append("\" id=\"").append(id(adjoint.name())).append("\">\n<h3>")
        .append(title(adjoint)).append(" <span>").append(adjoint.shape().replace(" x ", " × "))
        .append("</span></h3>\n<div class=\"chain\">\n");
    for (int i = 0; i < adjoint.lines().size(); i++) {
      line(adjoint.lines().get(i), i == 0);
    }
    text.append("</div>\n").append(adjoint.note().isEmpty() ? "" : "<p class=\"note\">" + escape(adjoint.note()) + "</p>\n").append("</section>\n");
  }

  private void line(Line line, boolean first) {
    String about = "<b>" + escape(line.rule().title()) + "</b>" + (line.why().isEmpty() ? "" : ": " + line.why().print(this));
    boolean therefore = line.relation() == Relation.THEREFORE;
    String left = therefore ? "<mo form=\"prefix\">⇒</mo><mspace width=\"0.4em\"></mspace>" + printer.element(line.left())
        : first ? printer.element(line.left()) : "";
    String entries = line.entries().map(entry -> "<details class=\"entries\"><summary>entry by entry</summary><div class=\"scroll\">"
        + math(printer.element(entry.left()) + EQUALS + printer.element(entry.right())) + "</div></details>").orElse("");
    row(left, sign(line), line.formula(), about + entries, therefore ? " therefore" : line.isProved() ? "" : " unproved");
  }

  private static String sign(Line line) {
    return line.isProved() ? EQUALS : "<mo>≈</mo>";
  }

  @Override
  void alike(List<Shown<Adjoint>> gradients) {
    text.append("<section class=\"step\">\n<h3>Equal layers, derived alike</h3>\n<div class=\"chain\">\n");
    gradients.forEach(shown -> {
      Line last = shown.first().conclusion();
      row(printer.element(last.left()), sign(last), last.formula(), likeness(shown), last.isProved() ? "" : " unproved");
    });
    text.append("</div>\n</section>\n");
  }

  @Override
  void items(List<String> sentences) {
    text.append("<ul>\n");
    sentences.forEach(sentence -> text.append("<li>").append(sentence).append("</li>\n"));
    text.append("</ul>\n");
  }

  /** Writes the picture with the table of costs beside it. */
  @Override
  void costs(Derivation derivation) {
    heading("The network");
    text.append("<div class=\"beside\">\n<div class=\"scroll\">\n").append(new SvgPicture(derivation).element(""))
        .append("\n</div>\n<div class=\"costs\"><table>\n<tr><td>parameters</td><td>")
        .append(Sections.number(derivation.costs().parameters())).append("</td></tr>\n");
    derivation.costs().rows().forEach(cost -> text.append("<tr><td>").append(escape(cost.label())).append("</td><td>")
        .append(escape(Sections.amount(cost))).append("</td></tr>\n"));
    text.append("</table></div>\n</div>\n");
  }

  @Override
  void claims(List<String> claims) {
    text.append("<p class=\"legend\">").append(Sections.CLAIMS).append("</p>\n<div class=\"claims\">\n");
    claims.forEach(claim -> text.append("<code>").append(escape(claim)).append("</code>\n"));
    text.append("</div>\n");
  }

  @Override
  public String words(String words) {
    return escape(words);
  }

  @Override
  public String formula(Formula formula) {
    return sentences.element(formula);
  }

  @Override
  public String relation(boolean proved) {
    return proved ? EQUALS : "<mo>≈</mo>";
  }

  @Override
  public String inline(String math) {
    return "<math><mrow>" + math + "</mrow></math>";
  }

  /** Escapes text for HTML. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
