package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.Formula;
import dev.nngen.formula.MathMlPrinter;
import java.util.List;

/** A derivation as one HTML file: MathML, no script, nothing loaded, for light and dark, phones and paper. */
final class HtmlRenderer {

  private static final String STYLE = """
      :root { color-scheme: light dark; }
      body { margin: 0 auto; max-width: 76rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif;
        color: #1c2430; background: #fff; }
      h1, h2, h3 { line-height: 1.2; overflow-wrap: anywhere; }
      h3 { margin: 1.6rem 0 .4rem; font-size: 1.05rem; }
      p.legend, .reason, .shape { color: #5b6675; }
      .scroll { overflow-x: auto; max-width: 100%; padding: .2rem 0; }
      .line { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: .2rem 1.5rem; align-items: center;
        padding: .25rem 0; border-top: 1px solid #8a94a355; }
      .line:first-of-type { border-top: 0; }
      .line > * { min-width: 0; }
      .reason { font-size: .9rem; overflow-wrap: anywhere; }
      code { font: .88em ui-monospace, monospace; overflow-wrap: anywhere; }
      math { font-size: 1.1em; }
      table { border-collapse: collapse; } td, th { padding: .2rem 1rem .2rem 0; text-align: left; vertical-align: top; }
      @media (prefers-color-scheme: dark) { body { color: #e6e9ee; background: #161b22; } p.legend, .reason, .shape { color: #a3adba; } }
      @media (max-width: 44rem) { .line { grid-template-columns: minmax(0, 1fr); } }
      @media print { body { max-width: none; color: #000; background: #fff; } .scroll { overflow: visible; } .line, svg { break-inside: avoid; } }
      """;

  private final MathMlPrinter printer = new MathMlPrinter();
  private final StringBuilder text = new StringBuilder();

  String render(Derivation derivation) {
    String title = escape(derivation.model()) + ": how the gradients are derived";
    text.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>").append(title)
        .append("</title>\n<style>\n").append(STYLE).append(SvgPicture.STYLE).append("</style>\n</head>\n<body>\n<h1>").append(title)
        .append("</h1>\n<p class=\"legend\">").append(Sections.LEGEND).append("</p>\n");
    heading(Sections.FORWARD);
    derivation.forward().forEach(this::definition);
    heading(Sections.BACKWARD);
    Sections.blocks(derivation.backward()).forEach(this::block);
    list(Sections.ASSUMPTIONS, derivation.assumptions());
    list(Sections.KINKS, derivation.kinks());
    heading("The network");
    text.append("<div class=\"scroll\">\n").append(new SvgPicture(derivation).element("")).append("\n</div>\n");
    heading(Sections.COSTS);
    costs(derivation.costs());
    return text.append("</body>\n</html>\n").toString();
  }

  private void heading(String title) {
    text.append("<h2>").append(title).append("</h2>\n");
  }

  private void definition(Definition definition) {
    Formula left = definition.left();
    String equation = definition.right().map(right -> equation(left, "<mo>=</mo>", right)).orElse(printer.element(left));
    String role = switch (definition.role()) {
      case INPUT -> "input";
      case TARGET -> "target";
      case PARAMETER -> "parameter";
      case OUTPUT -> "output";
      case LOSS -> "minimised";
      case VALUE -> "";
    };
    String code = definition.language().isEmpty() ? "" : " <code>" + escape(definition.language()) + "</code>";
    line(equation, "<span class=\"shape\">" + definition.shape().replace(" x ", " × ") + (role.isEmpty() ? "" : ", " + role) + "</span>" + code);
  }

  private static String relation(Line line) {
    return line.isProved() ? "<mo>=</mo>" : "<mo>≈</mo>";
  }

  private String equation(Formula left, String relation, Formula right) {
    return "<mrow>" + printer.element(left) + relation + printer.element(right) + "</mrow>";
  }

  private void line(String math, String note) {
    text.append("<div class=\"line\"><div class=\"scroll\"><math displaystyle=\"true\">").append(math)
        .append("</math></div><div class=\"reason\">").append(note).append("</div></div>\n");
  }

  private void block(List<Adjoint> block) {
    if (Sections.isRepeated(block)) {
      text.append("<p>Equal layers, derived alike:</p>\n");
      block.forEach(adjoint -> line(equation(adjoint.left(), relation(adjoint.last()), adjoint.last().formula()),
          "as <code>" + escape(adjoint.like().orElseThrow()) + "</code>"));
      return;
    }
    block.forEach(this::adjoint);
  }

  private void adjoint(Adjoint adjoint) {
    text.append("<section>\n<h3>").append(escape(adjoint.name())).append(" <span class=\"shape\">")
        .append(adjoint.shape().replace(" x ", " × ")).append("</span></h3>\n");
    boolean first = true;
    for (Line line : adjoint.lines()) {
      String math = first ? equation(adjoint.left(), relation(line), line.formula())
          : "<mrow><mspace width=\"2em\"></mspace>" + relation(line) + printer.element(line.formula()) + "</mrow>";
      line(math, escape(line.rule().title()) + (line.why().isEmpty() ? "" : ": <code>" + escape(line.why()) + "</code>"));
      first = false;
    }
    if (!adjoint.language().isEmpty()) {
      text.append("<p class=\"scroll\"><code>").append(escape(adjoint.name() + " = " + adjoint.language())).append("</code></p>\n");
    }
    text.append("</section>\n");
  }

  private void list(String title, List<String> sentences) {
    if (!sentences.isEmpty()) {
      heading(title);
      text.append("<ul>\n");
      sentences.forEach(sentence -> text.append("<li><code>").append(escape(sentence)).append("</code></li>\n"));
      text.append("</ul>\n");
    }
  }

  private void costs(Derivation.Costs costs) {
    text.append("<div class=\"scroll\"><table>\n<tr><td>parameters</td><td>").append(Sections.number(costs.parameters())).append("</td></tr>\n");
    costs.rows().forEach(cost -> text.append("<tr><td>").append(escape(cost.label())).append("</td><td>")
        .append(escape(Sections.amount(cost))).append("</td></tr>\n"));
    text.append("</table></div>\n");
  }

  /** Text in which no character means anything to HTML. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
