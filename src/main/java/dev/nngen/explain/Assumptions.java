package dev.nngen.explain;

import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.Naming;
import dev.nngen.ir.Graph;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.List;

/** What the model declares about its data, and what differentiation takes for granted. */
final class Assumptions {

  private Assumptions() {}

  static List<Phrase> of(Lowered lowered) {
    Graph graph = lowered.graph();
    FormulaBuilder builder = new FormulaBuilder(graph, Naming.of(graph), Form.MATRIX);
    List<Phrase> found = new ArrayList<>();
    lowered.facts().ranges().forEach((node, range) -> found.add(Phrase.words("declared: ").then(formula(builder, lowered, node)).then(" in " + range)));
    lowered.facts().equalities().forEach((node, other) ->
        found.add(Phrase.words("declared: ").then(Phrase.equation(formula(builder, lowered, node), formula(builder, lowered, other)))));
    return found;
  }

  private static Formula formula(FormulaBuilder builder, Lowered lowered, int node) {
    return builder.formula(Layouts.natural(lowered.graph(), node, lowered.samplesInRows()));
  }
}
