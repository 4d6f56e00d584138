package dev.nngen.formula;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.ValueName;
import java.util.List;
import java.util.Map;

/**
 * What both notations need to know of the graph.
 *
 * @param renamed how names are shown where that differs
 * @param bound letters that the text has for sums and maxima, in its order
 * @param equation whether an index equation of the language is written: subscripts for all axes, and sizes of what is summed over
 */
record Scope(Graph graph, ValueNaming naming, boolean oneSample, Map<String, String> renamed, FactorOrder layout, List<String> bound, boolean equation) {

  /** The formula that stands for a name. */
  Formula shown(String name) {
    Formula formula = ValueNaming.formula(name);
    return formula instanceof Formula.Gradient gradient
        ? new Formula.Gradient(shownName(gradient.of()), shownName(gradient.by()), isTensor(gradient.of()))
        : new Formula.Name(shownName(name));
  }

  AxisLetters letters() {
    return naming.letters();
  }

  private boolean isTensor(String name) {
    return graph.names().containsKey(name) && graph.node(graph.named(name).node()).rank() > 0;
  }

  /** What predictions compute goes by the name that the user gave it. */
  private String shownName(String name) {
    ValueName parsed = ValueName.parse(name);
    String own = parsed.is(ValueName.Role.PREDICTED) ? parsed.of() : name;
    return renamed.getOrDefault(own, own);
  }

  /** True if the axis is not written: that of the samples, when there is only one. */
  boolean isDropped(Extent extent) {
    return oneSample && extent.equals(Extent.BATCH);
  }
}
