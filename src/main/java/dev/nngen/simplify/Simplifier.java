package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Verifier;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.List;

/** Rewrites a differentiated graph to its cheapest numerically stable form. */
public final class Simplifier {

  private static final SimplifiedGraphs KEPT = new SimplifiedGraphs(1 << 18);

  private Simplifier() {}

  /** Returns the simplified program, with the same names. Claims, facts and conditions are removed. */
  public static Program<Phase.Simplified> simplify(Program<? extends Phase.Differentiated> program) {
    Graph graph = simplify(program.graph(), program.facts());
    List<Program.Update> updates = program.updates().stream().map(update -> update.withGraph(UpdateSimplifier.simplify(update))).toList();
    return new Program<>(program.name(), program.singlePrecision(), program.samplesInRows(), graph, Facts.NONE, program.losses(),
        program.outputs(), program.inputs(), program.targets(), program.parameters(), updates, program.claims(), List.of(), program.counts(),
        program.modelStates(), program.noises(), program.sizes(), program.axisNames());
  }

  /** Returns the named values of a graph in their cheapest stable forms. */
  public static Graph simplify(Graph graph, Facts facts) {
    return KEPT.get(graph, facts, () -> {
      Verifier.checkDifferentiated(graph);
      return Extraction.extract(graph, NormalForms.of(graph, facts));
    });
  }
}
