package dev.nngen.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls of layers that stand in one definition, or in a layer's {@code return}: a tree from which {@link Naming}
 * makes the names of what layers own.
 */
final class CallSite {

  final List<LayerCall> calls = new ArrayList<>();

  boolean ownsParameters() {
    return calls.stream().anyMatch(LayerCall::ownsParameters);
  }

  /** One call of a layer: its locals in the order of the text, and the calls in its {@code return}. */
  static final class LayerCall {
    final List<Local> locals = new ArrayList<>();
    final CallSite result = new CallSite();
    /** The values that the layer returns, as the caller's orientation shows them. */
    final List<Integer> results = new ArrayList<>();

    boolean ownsParameters() {
      return result.ownsParameters() || locals.stream().anyMatch(l -> l.parameter || l.site.ownsParameters());
    }
  }

  /** A parameter or definition inside a layer; the name it has outside is filled in by {@link Naming}. */
  static final class Local {
    final String word;
    final boolean parameter;
    final CallSite site = new CallSite();
    String name;
    /** As the model's orientation shows it. */
    int value = Values.POISON;

    Local(String word, boolean parameter) {
      this.word = word;
      this.parameter = parameter;
      this.name = word;
    }
  }
}
