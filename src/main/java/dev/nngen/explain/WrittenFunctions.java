package dev.nngen.explain;

import dev.nngen.formula.CallPattern;
import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The functions in definitions as the text writes them. A call of a function hides the functions in its body.
 *
 * @param functions the names of functions outside of calls
 * @param called the values of calls
 */
record WrittenFunctions(Set<String> functions, Set<Integer> called) {

  /**
   * Finds the functions in the definitions of some values.
   *
   * @param roots the values
   * @param named values at which definitions end
   */
  static WrittenFunctions in(Graph graph, Collection<Integer> roots, Set<Integer> named, CallPattern.Calls calls, TextbookForms forms) {
    WrittenFunctions written = new WrittenFunctions(new LinkedHashSet<>(), new TreeSet<>());
    Set<Integer> seen = new LinkedHashSet<>();
    Deque<Integer> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      int node = open.pop();
      Optional<Integer> argument = calls.argument(node);
      argument.ifPresentOrElse(value -> written.called.add(node), () -> written.functions.addAll(forms.function(node)));
      List<Integer> operands = argument.map(List::of).orElseGet(() -> graph.node(node).operands().stream().map(View::node).toList());
      operands.stream().filter(operand -> !named.contains(operand) && seen.add(operand)).forEach(open::push);
    }
    return written;
  }
}
