package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Sections.Shown;
import java.util.List;
import java.util.Locale;

/** Renders a derivation as Markdown with formulas in dollar signs, as GitHub shows them. */
final class MarkdownRenderer extends MathRenderer {

  String render(Derivation derivation) {
    text.append("# ").append(derivation.model()).append("\n\n").append(Sections.LEGEND).append("\n\n");
    body(derivation);
    return text.toString();
  }

  @Override
  void heading(String title) {
    text.append("## ").append(title).append("\n\n");
  }

  @Override
  void results(List<Shown<Adjoint>> gradients) {
    text.append("```math\n\\begin{aligned}\n").append(String.join(" \\\\\n", gradients.stream().map(shown -> LatexRenderer.result(shown.first(), printer)).toList()))
        .append("\n\\end{aligned}\n```\n\n");
    gradients.stream().filter(shown -> !shown.others().isEmpty()).forEach(shown -> text.append("- ").append(inline(printer.latex(shown.first().left()))).append("; ")
        .append(Sections.others(shown).print(this)).append('\n'));
  }

  @Override
  void update(Derivation.Update update) {
    String about = update.about().print(this);
    text.append(about.substring(0, 1).toUpperCase(Locale.ROOT)).append(about.substring(1)).append(":\n\n```math\n\\begin{aligned}\n")
        .append(LatexRenderer.assignments(update, printer)).append("\n\\end{aligned}\n```\n\n");
  }

  @Override
  void forward(List<Shown<Definition>> values) {
    text.append("| value | shape | in the language |\n| --- | --- | --- |\n");
    values.forEach(this::definition);
    text.append('\n');
  }

  private void definition(Shown<Definition> shown) {
    Definition definition = shown.first();
    String equation = printer.latex(definition.left()) + definition.right().map(right -> " = " + printer.latex(right)).orElse("");
    Phrase about = Phrase.words(Sections.describe(definition).replace(" x ", " × ")).and(Sections.otherValues(shown));
    text.append("| ").append(cell(inline(equation))).append(" | ").append(cell(about.print(this))).append(" | ")
        .append(definition.language().isEmpty() ? "" : "`" + definition.language().replace("|", "\\|") + "`").append(" |\n");
  }

  private static String cell(String latex) {
    return latex.replace("|", "\\vert ");
  }

  @Override
  void lemmas(List<Derivation.Lemma> lemmas) {
    lemmas.forEach(lemma -> text.append("```math\n\\begin{aligned}\n").append(LatexRenderer.lemma(lemma, printer)).append("\n\\end{aligned}\n```\n\n"));
  }

  @Override
  void adjoint(Adjoint adjoint) {
    text.append("### ").append(adjoint.name()).append("\n\n```math\n\\begin{aligned}\n")
        .append(LatexRenderer.aligned(adjoint, printer, line -> "")).append("\n\\end{aligned}\n```\n\n");
    int number = 1;
    for (Line line : adjoint.lines()) {
      text.append(number++).append(". ").append(line.reason().print(this)).append('\n');
    }
    text.append(adjoint.note().isEmpty() ? "\n" : "\n" + adjoint.note() + "\n\n");
  }

  @Override
  void alike(List<Shown<Adjoint>> gradients) {
    text.append("Equal layers, derived alike:\n\n");
    gradients.forEach(shown -> text.append("- ").append(inline(LatexRenderer.equation(shown.first().conclusion(), printer).replace("&", "")))
        .append(", ").append(likeness(shown)).append('\n'));
    text.append('\n');
  }

  @Override
  void items(List<String> sentences) {
    sentences.forEach(sentence -> text.append("- ").append(sentence).append('\n'));
    text.append('\n');
  }

  @Override
  void costs(Derivation derivation) {
    heading("Costs");
    text.append("| | |\n| --- | --- |\n| parameters | ").append(Sections.number(derivation.costs().parameters())).append(" |\n");
    derivation.costs().rows().forEach(cost ->
        text.append("| ").append(cost.label()).append(" | ").append(Sections.amount(cost)).append(" |\n"));
    text.append('\n');
  }

  @Override
  void claims(List<String> claims) {
    text.append(Sections.CLAIMS).append("\n\n```\n").append(String.join("\n", claims)).append("\n```\n");
  }

  @Override
  public String words(String words) {
    return words;
  }
}
