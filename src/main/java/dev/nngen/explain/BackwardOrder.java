package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The order of the backward pass, in which the gradients of parameters follow the errors that they are made of, all of a layer together. */
final class BackwardOrder {

  private BackwardOrder() {}

  static List<Adjoint> of(List<Adjoint> backward) {
    Set<String> coming = new HashSet<>();
    backward.forEach(adjoint -> coming.add(adjoint.name()));
    List<Adjoint> waiting = new ArrayList<>(backward.stream().filter(Adjoint::parameter).toList());
    List<Adjoint> ordered = new ArrayList<>();
    for (Adjoint adjoint : backward) {
      if (!adjoint.parameter()) {
        ordered.add(adjoint);
        coming.remove(adjoint.name());
        List<Adjoint> due = waiting.stream().filter(parameter -> parameter.from().stream().noneMatch(coming::contains)).toList();
        // Differentiation finds the gradient of a bias first, which is a sum; books begin with the weights.
        for (int k = due.size() - 1; k >= 0; k--) {
          ordered.add(due.get(k));
        }
        waiting.removeAll(due);
      }
    }
    ordered.addAll(waiting);
    return ordered;
  }
}
