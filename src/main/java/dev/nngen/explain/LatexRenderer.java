package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Relation;
import dev.nngen.explain.Sections.Shown;
import dev.nngen.formula.Formula;
import dev.nngen.formula.LatexPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Renders a derivation as LaTeX: a fragment for a document with amsmath and amssymb, or a complete document. */
final class LatexRenderer extends MathRenderer {

  private static final String PREAMBLE = """
      \\documentclass[11pt]{article}
      \\usepackage[T1]{fontenc}
      \\usepackage[utf8]{inputenc}
      \\usepackage{amsmath,amssymb,textcomp}
      \\usepackage[margin=2cm]{geometry}
      \\allowdisplaybreaks
      \\begin{document}
      """;

  /** Approximate number of characters that fit on a line beside the rule's name. */
  private static final int WIDEST = 70;

  private final boolean standalone;

  LatexRenderer(boolean standalone) {
    this.standalone = standalone;
  }

  String render(Derivation derivation) {
    text.append(standalone ? PREAMBLE : "");
    text.append("\\section*{").append(escape(derivation.model())).append("}\n");
    body(derivation);
    return text.append(standalone ? "\\end{document}\n" : "").toString();
  }

  @Override
  void heading(String title) {
    text.append("\\subsection*{").append(title).append("}\n");
  }

  @Override
  void forward(List<Shown<Definition>> values) {
    align(values.stream().map(shown -> {
      Definition definition = shown.first();
      Phrase about = Phrase.words(Sections.describe(definition)).and(Sections.otherValues(shown));
      return printer.latex(definition.left()) + definition.right().map(right -> " &= " + broken(right, printer)).orElse(" &")
          + " && \\text{" + about.print(this) + "}";
    }).collect(Collectors.joining(" \\\\\n")));
  }

  @Override
  void results(List<Shown<Adjoint>> gradients) {
    align(gradients.stream().map(shown -> result(shown.first(), printer) + (shown.others().isEmpty() ? "" : " && \\text{" + Sections.others(shown).print(this) + "}"))
        .collect(Collectors.joining(" \\\\\n")));
  }

  /** Returns the last line of a gradient, aligned at its sign. A delta is followed by its gradient. */
  static String result(Adjoint adjoint, LatexPrinter printer) {
    Line line = adjoint.conclusion();
    return adjoint.meaning().map(of -> printer.latex(line.left()) + " = " + printer.latex(of) + " " + relation(line) + broken(line.formula(), printer))
        .orElseGet(() -> equation(line, printer));
  }

  @Override
  void update(Derivation.Update update) {
    text.append("\\noindent ").append(update.about().print(this)).append(":\n");
    align(assignments(update, printer));
  }

  /** Returns the assignments, aligned at the arrows. */
  static String assignments(Derivation.Update update, LatexPrinter printer) {
    return update.assignments().stream().map(assignment -> printer.latex(assignment.left()) + " &\\leftarrow " + broken(assignment.right(), printer))
        .collect(Collectors.joining(" \\\\\n"));
  }

  private void align(String lines) {
    text.append("\\begin{align*}\n").append(lines).append("\n\\end{align*}\n");
  }

  @Override
  void lemmas(List<Derivation.Lemma> lemmas) {
    lemmas.forEach(lemma -> align(lemma(lemma, printer)));
  }

  /** Returns the function and its derivative, aligned at their signs. */
  static String lemma(Derivation.Lemma lemma, LatexPrinter printer) {
    return printer.latex(lemma.value()) + " = " + printer.latex(lemma.call()) + " &= " + broken(lemma.definition(), printer) + " \\\\\n" + printer.latex(lemma.derivative()) + " "
        + lemma.lines().stream().map(line -> "&= " + broken(line, printer)).collect(Collectors.joining(" \\\\\n"));
  }

  @Override
  void adjoint(Adjoint adjoint) {
    align(aligned(adjoint, printer, line -> " && \\text{" + escape(line.rule().title()) + "}"));
    for (Line line : adjoint.lines()) {
      if (!line.why().isEmpty()) {
        text.append("{\\small\\noindent ").append(line.reason().print(this)).append("}\\par\n");
      }
    }
    text.append(adjoint.note().isEmpty() ? "" : "\\noindent " + escape(adjoint.note()) + "\\par\n");
  }

  @Override
  void alike(List<Shown<Adjoint>> gradients) {
    text.append("Equal layers, derived alike:\n");
    align(gradients.stream().map(shown -> equation(shown.first().conclusion(), printer) + " && \\text{" + likeness(shown) + "}")
        .collect(Collectors.joining(" \\\\\n")));
  }

  /** Returns the lines of a derivation, aligned at their signs. */
  static String aligned(Adjoint adjoint, LatexPrinter printer, Function<Line, String> behind) {
    List<String> lines = new ArrayList<>();
    for (Line line : adjoint.lines()) {
      boolean named = lines.isEmpty() || line.relation() == Relation.THEREFORE;
      lines.add((named ? equation(line, printer) : " " + relation(line) + broken(line.formula(), printer)) + behind.apply(line));
    }
    return String.join(" \\\\\n", lines);
  }

  /** Returns a line with its left side, aligned at its sign. */
  static String equation(Line line, LatexPrinter printer) {
    String left = printer.latex(line.left()) + " ";
    return (line.relation() == Relation.THEREFORE ? "\\Rightarrow \\quad " + left : left) + relation(line) + broken(line.formula(), printer);
  }

  private static String relation(Line line) {
    return line.isProved() ? "&= " : "&\\approx ";
  }

  private static String broken(Formula formula, LatexPrinter printer) {
    return String.join(" \\\\\n &\\qquad {}", printer.lines(formula, WIDEST));
  }

  @Override
  void items(List<String> sentences) {
    text.append("\\begin{itemize}\n");
    sentences.forEach(sentence -> text.append("\\item ").append(sentence).append('\n'));
    text.append("\\end{itemize}\n");
  }

  @Override
  void costs(Derivation derivation) {
    heading("Costs");
    text.append("\\noindent\n\\begin{tabular}{ll}\nparameters & ").append(Sections.number(derivation.costs().parameters())).append(" \\\\\n");
    derivation.costs().rows().forEach(cost ->
        text.append(escape(cost.label())).append(" & ").append(escape(Sections.amount(cost))).append(" \\\\\n"));
    text.append("\\end{tabular}\n");
  }

  @Override
  void claims(List<String> claims) {
    text.append(Sections.CLAIMS).append("\n\\begin{quote}\\footnotesize\\ttfamily\\raggedright\n");
    claims.forEach(claim -> text.append(escape(claim)).append("\\\\\n"));
    text.append("\\end{quote}\n");
  }

  @Override
  public String words(String words) {
    return escape(words).replaceAll("(?<![\\w\\\\])m\\b(?!\\w)", "\\$m\\$").replace(" x ", " $\\times$ ");
  }

  /** Escapes text for TeX. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int k = 0; k < text.length(); k++) {
      char c = text.charAt(k);
      switch (c) {
        case '\\' -> escaped.append("\\textbackslash{}");
        case '^' -> escaped.append("\\textasciicircum{}");
        case '~' -> escaped.append("\\textasciitilde{}");
        case '\'' -> escaped.append("\\textquotesingle{}");
        case '_', '%', '&', '#', '$', '{', '}' -> escaped.append('\\').append(c);
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
