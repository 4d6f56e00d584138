package dev.nngen.explain;

import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.Form;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.Naming;
import dev.nngen.ir.Graph;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.List;

/** What the model declares about its data, and what differentiation takes for granted. */
final class Assumptions {

  private Assumptions() {}

  static List<String> of(Lowered lowered) {
    Graph graph = lowered.graph();
    FormulaBuilder builder = new FormulaBuilder(graph, Naming.of(graph), Form.MATRIX);
    List<String> found = new ArrayList<>();
    lowered.facts().ranges().forEach((node, range) -> found.add("declared: " + text(builder, lowered, node) + " in " + range));
    lowered.facts().equalities().forEach((node, other) ->
        found.add("declared: " + text(builder, lowered, node) + " == " + text(builder, lowered, other)));
    return found;
  }

  private static String text(FormulaBuilder builder, Lowered lowered, int node) {
    return LanguagePrinter.print(builder.formula(Layouts.natural(lowered.graph(), node, lowered.samplesInRows())));
  }
}
