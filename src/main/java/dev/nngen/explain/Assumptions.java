package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Lists the assumptions of a derivation, and the requirements of functions that hold, with the reason. */
final class Assumptions {

  private final Program<Phase.Lowered> lowered;
  private final RangeJustification justification;
  private final FormulaBuilder builder;
  private final List<Phrase> assumed = new ArrayList<>();
  private final List<Phrase> proved = new ArrayList<>();

  private Assumptions(Program<Phase.Lowered> lowered, RangeJustification justification, ValueNaming names) {
    this.lowered = lowered;
    this.justification = justification;
    this.builder = new FormulaBuilder(lowered.graph(), names, Form.MATRIX);
  }

  /** Returns sentences about assumptions, then about requirements that hold. */
  static List<Phrase> of(Program<Phase.Lowered> lowered, Program<Phase.Differentiated> differentiated, ValueNaming names) {
    Assumptions all = new Assumptions(lowered, new RangeJustification(differentiated), names);
    Map<Integer, Integer> moved = moved(lowered, differentiated);
    lowered.facts().ranges().forEach((node, range) -> {
      if (!all.isWhole(node)) {
        all.add(node, moved.getOrDefault(node, -1), range);
      }
    });
    lowered.facts().equalities().forEach((node, other) -> {
      if (!all.isWhole(node)) {
        all.assumed.add(Phrase.words("declared: ").then(Phrase.equation(all.formula(node), all.formula(other))));
      }
    });
    all.assumed.addAll(all.proved);
    return EqualLayers.joined(all.assumed);
  }

  /** True for a fact about integer data, which is checked when data are read. */
  private boolean isWhole(int node) {
    boolean[] used = lowered.graph().reachable(List.of(node));
    return IntStream.rangeClosed(0, node).filter(id -> used[id]).mapToObj(lowered.graph()::node).filter(Node.Leaf.class::isInstance).map(Node.Leaf.class::cast)
        .allMatch(leaf -> leaf.isPositional() || leaf.isConstant() || lowered.counts().containsKey(leaf.name()));
  }

  /** Returns the values with requirements: ids in the graph without gradients, by ids in the graph with gradients. */
  private static Map<Integer, Integer> moved(Program<Phase.Lowered> lowered, Program<Phase.Differentiated> differentiated) {
    Map<Integer, Integer> moved = new HashMap<>();
    for (int k = 0; k < lowered.conditions().size(); k++) {
      moved.put(lowered.conditions().get(k).node(), differentiated.conditions().get(k).node());
    }
    return moved;
  }

  private void add(int node, int differentiated, Interval range) {
    Optional<Program.Condition> needed = justification.neededBy(differentiated);
    Phrase claim = Phrase.math(formula(node)).then(" in " + range);
    if (needed.isEmpty()) {
      assumed.add(Phrase.words("declared: ").then(claim));
    } else if (!justification.isProved(differentiated, range)) {
      assumed.add(Phrase.words("needed by `" + needed.get().need().function() + "`: ").then(claim));
    } else {
      String by = ", needed by `" + needed.get().need().function() + "`; holds";
      name(node).ifPresent(name -> proved.add(claim.then(by + ", since ").then(definition(name))));
    }
  }

  private Phrase definition(String name) {
    FormulaBuilder.Equation equation = builder.define(name);
    return Phrase.equation(equation.left(), equation.right());
  }

  /** Returns the name of a node in formulas. */
  private Optional<String> name(int node) {
    return Optional.ofNullable(ValueNaming.chosen(lowered.graph()).get(node));
  }

  private Formula formula(int node) {
    return builder.formula(MatrixLayouts.natural(lowered.graph(), node, lowered.samplesInRows()));
  }
}
