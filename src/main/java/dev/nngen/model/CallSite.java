package dev.nngen.model;

import java.util.ArrayList;
import java.util.List;

/** The calls of layers in a definition, or in a layer's {@code return}: a tree from which {@link Naming} names the values that layers own. */
final class CallSite {

  final List<LayerCall> calls = new ArrayList<>();

  boolean ownsParameters() {
    return calls.stream().anyMatch(LayerCall::ownsParameters);
  }

  /** A call of a layer: its locals in source order, and the calls in its {@code return}. */
  static final class LayerCall {
    final List<Local> locals = new ArrayList<>();
    final CallSite result = new CallSite();
    /** The values that the layer returns, in the caller's orientation. */
    final List<Integer> results = new ArrayList<>();

    boolean ownsParameters() {
      return result.ownsParameters() || locals.stream().anyMatch(l -> l.parameter || l.site.ownsParameters());
    }
  }

  /** A parameter or definition inside a layer; {@link Naming} assigns its external name. */
  static final class Local {
    final String word;
    final boolean parameter;
    final CallSite site = new CallSite();
    String name;
    /** In the model's orientation. */
    int value = Values.POISON;

    Local(String word, boolean parameter) {
      this.word = word;
      this.parameter = parameter;
      this.name = word;
    }
  }
}
