package dev.nngen.explain;

import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.simplify.EqualityCheck;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A value that is proved to be a softmax, its logarithm, or the logarithm of a sum of exponentials of another value, however the text computes it.
 *
 * @param of the value
 * @param by its argument
 * @param axis the argument's axis of the sum
 * @param between values between the two
 * @param isOnlyUse true if the loss depends on the argument, and on the values between, through the value only
 */
record ExponentialSumStep(ExponentialSum function, String of, String by, int axis, Set<String> between, boolean isOnlyUse) {

  /** Definitions with more nodes are not compared. */
  private static final int LARGEST = 40;

  /** Returns the steps of a model by the names of their arguments. */
  static Map<String, ExponentialSumStep> of(Graph forward, Gradients gradients) {
    Map<Integer, String> names = ValueNaming.chosen(forward);
    Map<String, ExponentialSumStep> steps = new LinkedHashMap<>();
    names.values().stream().filter(name -> gradients.names().contains(gradients.of(name))).forEach(of -> {
      List<Integer> cone = near(forward, forward.named(of).node());
      if (cone.stream().anyMatch(id -> forward.node(id) instanceof Node.Apply apply && apply.fn() == Fn.EXP)) {
        cone.stream().map(names::get).filter(by -> by != null && !by.equals(of) && !EntrywiseDependence.depends(forward, forward.named(of), forward.named(by)) && gradients.names().contains(gradients.of(by)) && !steps.containsKey(by))
            .flatMap(by -> new Search(forward, names, gradients, of, by).step().stream()).findFirst().ifPresent(step -> steps.put(step.by(), step));
      }
    });
    return steps;
  }

  /** Returns the nearest nodes in a definition, up to a number, farthest first. */
  private static List<Integer> near(Graph forward, int root) {
    Set<Integer> near = new LinkedHashSet<>();
    List<Integer> open = new ArrayList<>(List.of(root));
    for (int next = 0; next < open.size() && near.size() < LARGEST; next++) {
      if (near.add(open.get(next))) {
        forward.node(open.get(next)).operands().forEach(operand -> open.add(operand.node()));
      }
    }
    List<Integer> farthestFirst = new ArrayList<>(near);
    Collections.reverse(farthestFirst);
    return farthestFirst;
  }

  /** Compares the definition of a value, with another as a leaf, with the functions. */
  private static final class Search {
    private final Graph forward;
    private final Map<Integer, String> names;
    private final Gradients gradients;
    private final String of;
    private final String by;
    private final Graph.Builder builder = new Graph.Builder();
    private final Map<Integer, Integer> copies = new LinkedHashMap<>();
    private final Set<String> between = new LinkedHashSet<>();
    private boolean isOther;

    Search(Graph forward, Map<Integer, String> names, Gradients gradients, String of, String by) {
      this.forward = forward;
      this.names = names;
      this.gradients = gradients;
      this.of = of;
      this.by = by;
    }

    Optional<ExponentialSumStep> step() {
      Graph.Value value = forward.named(of);
      Graph.Value argument = forward.named(by);
      List<Extent> shape = forward.node(argument.node()).shape();
      int leaf = builder.add(new Node.Leaf(by, Node.Role.INPUT, shape));
      copies.put(argument.node(), leaf);
      int copy = copy(value.node());
      if (isOther) {
        return Optional.empty();
      }
      Map<ExponentialSumStep, Graph.Value> expected = new LinkedHashMap<>();
      for (ExponentialSum function : ExponentialSum.values()) {
        for (int axis = 0; axis < shape.size(); axis++) {
          if (forward.node(value.node()).rank() == shape.size() - (function.keepsAxis() ? 0 : 1)) {
            int defined = function.value(new Algebra(builder), shape, axis, View.identity(leaf, shape.size()));
            expected.put(new ExponentialSumStep(function, of, by, axis, Collections.unmodifiableSet(between), isOnlyUse()),
                function.keepsAxis() ? argument.at(defined) : new Graph.Value(defined, without(argument.rows(), axis), without(argument.columns(), axis)));
          }
        }
      }
      EqualityCheck equality = new EqualityCheck(builder.build(), Facts.NONE);
      return expected.entrySet().stream().filter(step -> equality.holds(value.at(copy), step.getValue())).map(Map.Entry::getKey).findFirst();
    }

    private static List<Integer> without(List<Integer> axes, int removed) {
      return axes.stream().map(axis -> axis == removed ? Graph.Value.NONE : axis > removed ? axis - 1 : axis).toList();
    }

    private int copy(int id) {
      Integer known = copies.get(id);
      if (known == null) {
        Node node = forward.node(id);
        isOther |= node instanceof Node.Leaf leaf && !leaf.isConstant() || node instanceof Node.Derivative || copies.size() > LARGEST;
        boolean isNamed = names.containsKey(id) && !names.get(id).equals(of);
        if (isNamed) {
          between.add(names.get(id));
        }
        known = isOther ? builder.add(new Node.Leaf("other", Node.Role.INPUT, node.shape()))
            : builder.add(node.withOperands(node.operands().stream().map(operand -> new View(copy(operand.node()), operand.axes())).toList()));
        copies.put(id, known);
      }
      return known;
    }

    private boolean isOnlyUse() {
      Set<String> inside = new HashSet<>(between);
      inside.add(of);
      return Stream.concat(Stream.of(by), between.stream()).allMatch(value -> inside.containsAll(gradients.consumers(gradients.of(value))));
    }
  }
}
