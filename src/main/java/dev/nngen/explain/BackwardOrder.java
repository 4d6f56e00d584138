package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Sorts the gradients of the backward pass, so that gradients of parameters follow the deltas on which they depend, layer by layer. */
final class BackwardOrder {

  private BackwardOrder() {}

  /**
   * @param parameters names of the parameters in the order declared
   */
  static List<Adjoint> of(List<Adjoint> backward, List<String> parameters) {
    Set<String> coming = new HashSet<>();
    backward.stream().filter(adjoint -> !adjoint.parameter()).forEach(adjoint -> coming.add(adjoint.name()));
    List<Adjoint> waiting = new ArrayList<>(backward.stream().filter(Adjoint::parameter).toList());
    List<Adjoint> ordered = new ArrayList<>();
    for (Adjoint adjoint : backward) {
      if (!adjoint.parameter()) {
        ordered.add(adjoint);
        coming.remove(adjoint.name());
        List<Adjoint> due = waiting.stream().filter(parameter -> Stream.concat(parameter.from().stream(), MentionedNames.in(parameter).stream()).noneMatch(coming::contains)).toList();
        due.stream().sorted(Comparator.comparing(parameter -> parameters.indexOf(parameter.value()))).forEach(ordered::add);
        waiting.removeAll(due);
      }
    }
    ordered.addAll(waiting);
    return ordered;
  }
}
