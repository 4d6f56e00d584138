package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Verifier;
import dev.nngen.lower.Lowered;
import java.util.List;
import java.util.Optional;

/** The pass that rewrites a differentiated graph into its cheapest stable form. */
public final class Simplifier {

  private Simplifier() {}

  /** The same program, simplified: names stay, claims' sides are dropped; facts and conditions are used up. */
  public static Lowered simplify(Lowered program) {
    Graph graph = simplify(program.graph(), program.facts());
    Optional<Lowered.Update> update = program.update().map(u ->
        new Lowered.Update(UpdateSimplifier.simplify(program, u), u.states(), u.formula()));
    return new Lowered(program.name(), program.singlePrecision(), program.samplesInRows(), graph, Facts.NONE, program.loss(),
        program.output(), program.inputs(), program.targets(), program.parameters(), update, program.claims(), List.of(), program.counts(), program.modelStates(), program.noises());
  }

  /** The named values of a graph in their cheapest stable forms. */
  public static Graph simplify(Graph graph, Facts facts) {
    Verifier.checkDifferentiated(graph);
    return Extraction.extract(graph, Meanings.of(graph, facts));
  }
}
