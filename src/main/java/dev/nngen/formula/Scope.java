package dev.nngen.formula;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.ValueName;
import java.util.List;
import java.util.Map;

/**
 * The context of both notations.
 *
 * @param renamed names that are shown differently
 * @param bound letters of the text for sums and maxima, in its order
 * @param equation true for an index equation of the language, which has subscripts for all axes, and sizes of summed indices
 */
record Scope(Graph graph, ValueNaming naming, boolean oneSample, Map<String, String> renamed, FactorOrder layout, List<String> bound, boolean equation) {

  /** Returns the formula of a name. */
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

  /** Returns the shown name. A value of predictions has the name that the user gave it. */
  private String shownName(String name) {
    ValueName parsed = ValueName.parse(name);
    String own = parsed.is(ValueName.Role.PREDICTED) ? parsed.of() : name;
    return renamed.getOrDefault(own, own);
  }

  /** True if the axis is not written: the axis of samples, for a single sample. */
  boolean isDropped(Extent extent) {
    return oneSample && extent.equals(Extent.BATCH);
  }
}
