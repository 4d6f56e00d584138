package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.LatexPrinter;
import java.util.List;

/** A derivation as LaTeX: a fragment for a document that uses amsmath and amssymb, or a document of its own. */
final class LatexRenderer {

  private static final String PREAMBLE = """
      \\documentclass[11pt]{article}
      \\usepackage[T1]{fontenc}
      \\usepackage[utf8]{inputenc}
      \\usepackage{amsmath,amssymb,textcomp}
      \\usepackage[margin=2cm]{geometry}
      \\allowdisplaybreaks
      \\begin{document}
      """;

  private final boolean standalone;
  private final LatexPrinter printer = new LatexPrinter();
  private final StringBuilder text = new StringBuilder();

  LatexRenderer(boolean standalone) {
    this.standalone = standalone;
  }

  String render(Derivation derivation) {
    text.append(standalone ? PREAMBLE : "");
    text.append("\\section*{").append(escape(derivation.model())).append("}\n");
    heading(Sections.FORWARD);
    align(derivation.forward().stream().filter(definition -> definition.right().isPresent()).map(this::definition).toList());
    heading(Sections.BACKWARD);
    Sections.blocks(derivation.backward()).forEach(this::block);
    list(Sections.ASSUMPTIONS, derivation.assumptions());
    list(Sections.KINKS, derivation.kinks());
    heading(Sections.COSTS);
    text.append("\\begin{tabular}{ll}\nparameters & ").append(derivation.costs().parameters()).append(" \\\\\n");
    derivation.costs().rows().forEach(cost ->
        text.append(escape(cost.label())).append(" & ").append(escape(Sections.amount(cost))).append(" \\\\\n"));
    text.append("\\end{tabular}\n").append(standalone ? "\\end{document}\n" : "");
    return text.toString();
  }

  private void heading(String title) {
    text.append("\\subsection*{").append(title).append("}\n");
  }

  private String definition(Definition definition) {
    return printer.latex(definition.left()) + " &= " + printer.latex(definition.right().orElseThrow())
        + " && \\text{" + shape(definition.shape()) + "}";
  }

  private static String shape(String shape) {
    return escape(shape).replaceAll("\\bm\\b", "\\$m\\$").replace(" x ", " $\\times$ ");
  }

  private void align(List<String> lines) {
    text.append("\\begin{align*}\n").append(String.join(" \\\\\n", lines)).append("\n\\end{align*}\n");
  }

  private void block(List<Adjoint> block) {
    if (Sections.isRepeated(block)) {
      text.append("Equal layers, derived alike:\n");
      align(block.stream().map(adjoint -> printer.latex(adjoint.left()) + relation(adjoint.last())
          + printer.latex(adjoint.last().formula())).toList());
      return;
    }
    block.forEach(this::adjoint);
  }

  private void adjoint(Adjoint adjoint) {
    List<String> lines = new java.util.ArrayList<>();
    for (Line line : adjoint.lines()) {
      lines.add((lines.isEmpty() ? printer.latex(adjoint.left()) : "") + relation(line) + printer.latex(line.formula())
          + " && \\text{" + escape(line.rule().title()) + "}");
    }
    align(lines);
    for (Line line : adjoint.lines()) {
      if (!line.why().isEmpty()) {
        text.append("{\\small ").append(escape(line.rule().title())).append(": \\texttt{").append(escape(line.why())).append("}}\\par\n");
      }
    }
  }

  private static String relation(Line line) {
    return line.isProved() ? " &= " : " &\\approx ";
  }

  private void list(String title, List<String> sentences) {
    if (!sentences.isEmpty()) {
      heading(title);
      text.append("\\begin{itemize}\n");
      sentences.forEach(sentence -> text.append("\\item \\texttt{").append(escape(sentence)).append("}\n"));
      text.append("\\end{itemize}\n");
    }
  }

  /** Text in which no character means anything to TeX. */
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
