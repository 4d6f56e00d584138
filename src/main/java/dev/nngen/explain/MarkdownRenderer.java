package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.LatexPrinter;
import java.util.List;
import java.util.stream.Collectors;

/** A derivation as Markdown with formulas in dollar signs, as GitHub draws them, and in the language as code. */
final class MarkdownRenderer {

  private final LatexPrinter printer = new LatexPrinter();
  private final StringBuilder text = new StringBuilder();

  String render(Derivation derivation) {
    text.append("# ").append(derivation.model()).append("\n\n").append(Sections.LEGEND).append("\n\n");
    text.append("## ").append(Sections.FORWARD).append("\n\n| value | shape | |\n| --- | --- | --- |\n");
    derivation.forward().forEach(this::definition);
    text.append("\n## ").append(Sections.BACKWARD).append("\n\n");
    Sections.blocks(derivation.backward()).forEach(this::block);
    list(Sections.ASSUMPTIONS, derivation.assumptions());
    list(Sections.KINKS, derivation.kinks());
    text.append("## ").append(Sections.COSTS).append("\n\n| | |\n| --- | --- |\n| parameters | ")
        .append(Sections.number(derivation.costs().parameters())).append(" |\n");
    derivation.costs().rows().forEach(cost ->
        text.append("| ").append(cost.label()).append(" | ").append(Sections.amount(cost)).append(" |\n"));
    return text.toString();
  }

  private void definition(Definition definition) {
    String equation = printer.latex(definition.left()) + definition.right().map(right -> " = " + printer.latex(right)).orElse("");
    text.append("| $").append(cell(equation)).append("$ | ").append(definition.shape().replace(" x ", " × ")).append(" | ");
    text.append(definition.language().isEmpty() ? definition.role().name().toLowerCase(java.util.Locale.ROOT)
        : code(definition.language()));
    text.append(" |\n");
  }

  private static String cell(String latex) {
    return latex.replace("|", "\\vert ");
  }

  private static String code(String language) {
    return "`" + language.replace("|", "\\|") + "`";
  }

  private void block(List<Adjoint> block) {
    if (Sections.isRepeated(block)) {
      text.append("Equal layers, derived alike:\n\n");
      block.forEach(adjoint -> text.append("- $").append(printer.latex(adjoint.left())).append(adjoint.last().isProved() ? " = " : " \\approx ")
          .append(printer.latex(adjoint.last().formula())).append("$, as `").append(adjoint.like().get()).append("`\n"));
      text.append('\n');
      return;
    }
    block.forEach(this::adjoint);
  }

  private void adjoint(Adjoint adjoint) {
    text.append("### ").append(adjoint.name()).append("\n\n```math\n\\begin{aligned}\n").append(printer.latex(adjoint.left()));
    text.append(adjoint.lines().stream().map(line -> (line.isProved() ? " &= " : " &\\approx ") + printer.latex(line.formula()))
        .collect(Collectors.joining(" \\\\\n")));
    text.append("\n\\end{aligned}\n```\n\n");
    int number = 1;
    for (Line line : adjoint.lines()) {
      text.append(number++).append(". ").append(reason(line)).append('\n');
    }
    text.append(adjoint.language().isEmpty() ? "\n" : "\nIn the language: `" + adjoint.language() + "`\n\n");
  }

  private static String reason(Line line) {
    return line.why().isEmpty() ? line.rule().title() : line.rule().title() + ": `" + line.why() + "`";
  }

  private void list(String title, List<String> sentences) {
    if (!sentences.isEmpty()) {
      text.append("## ").append(title).append("\n\n");
      sentences.forEach(sentence -> text.append("- `").append(sentence).append("`\n"));
      text.append('\n');
    }
  }
}
