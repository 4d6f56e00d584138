package dev.nngen.codegen;

import dev.nngen.formula.Formulas;
import dev.nngen.ir.Graph;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each kernel computes, in nngen's own notation. Values without a name of the user's go by the name of their field. */
final class KernelFormulas {

  private final Map<Kernel, List<String>> formulas = new HashMap<>();

  KernelFormulas(Plan plan, Members members) {
    List<Kernel> updates = new ArrayList<>(plan.kernels(Program.UPDATE));
    List<Kernel> forward = new ArrayList<>(plan.kernels());
    forward.removeAll(updates);
    define(plan.graph(), forward, members);
    plan.updateGraph().ifPresent(graph -> define(graph, updates, members));
  }

  List<String> of(Kernel kernel) {
    return formulas.getOrDefault(kernel, List.of());
  }

  private void define(Graph graph, List<Kernel> kernels, Members members) {
    Map<Integer, String> names = new HashMap<>();
    graph.names().forEach((name, value) -> {
      if (name.indexOf(' ') < 0) {
        names.putIfAbsent(value.node(), name);
      }
    });
    Graph.Builder named = new Graph.Builder(graph);
    Set<String> taken = new HashSet<>(graph.names().keySet());
    List<String> order = new ArrayList<>();
    List<Kernel> owners = new ArrayList<>();
    for (Kernel kernel : kernels) {
      for (Kernel.Value value : kernel.values()) {
        String name = names.get(value.value().node());
        if (graph.node(value.value().node()).rank() > 2) {
          continue;
        }
        if (name == null && !kernel.locals().contains(value.tensor())) {
          name = members.holds(value.tensor()) ? members.name(value.tensor()) : value.tensor().name();
          if (name.indexOf('[') >= 0 || !taken.add(name)) {
            continue;
          }
          named.name(name, value.value());
        }
        if (name != null) {
          order.add(name);
          owners.add(kernel);
        }
      }
    }
    List<String> texts = Formulas.define(named.build(), order);
    for (int k = 0; k < texts.size(); k++) {
      formulas.computeIfAbsent(owners.get(k), kernel -> new ArrayList<>()).add(texts.get(k));
    }
  }
}
