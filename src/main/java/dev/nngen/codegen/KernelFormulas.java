package dev.nngen.codegen;

import dev.nngen.formula.Formulas;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.ValueName;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.EntryPoint;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes the formulas that each kernel computes, in nngen's notation. Values that the user has not named have the name of their field. */
final class KernelFormulas {

  private static final Set<ValueName.Role> NAMED = EnumSet.of(ValueName.Role.VALUE, ValueName.Role.GRADIENT);
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  private final Map<Kernel, List<String>> formulas = new HashMap<>();
  /** Formulas that are written when they are read: of kernels that share a method, only one is. */
  private final Map<Kernel, List<Supplier<String>>> pending = new HashMap<>();
  private final Members members;

  KernelFormulas(Plan plan, Members members) {
    this.members = members;
    List<Kernel> forward = new ArrayList<>(plan.kernels());
    for (int k = 0; k < plan.updates().size(); k++) {
      forward.removeAll(plan.kernels(EntryPoint.update(k)));
    }
    define(plan.graph(), forward);
    for (int k = 0; k < plan.updates().size(); k++) {
      define(plan.updates().get(k).graph(), plan.kernels(EntryPoint.update(k)));
    }
  }

  List<String> own(Kernel kernel) {
    return formulas.computeIfAbsent(kernel, known -> pending.getOrDefault(known, List.of()).stream().map(Supplier::get).toList());
  }

  /** Sets the formulas of a kernel that is not in the plan. */
  void define(Kernel kernel, List<String> texts) {
    formulas.put(kernel, texts);
  }

  /** Returns the formulas of all kernels that the kernel's method serves. */
  List<String> of(Kernel kernel) {
    return members.layers().site(kernel).map(site -> own(kernel).stream().map(formula -> general(formula, site)).toList()).orElse(own(kernel));
  }

  /** Returns a formula of the first round with its matrices as entries of arrays. */
  private String general(String formula, LayerLoop.Site site) {
    Map<String, String> entries = new HashMap<>();
    site.indices().forEach((tensor, index) ->
        entries.put(tensor.name(), members.array(tensor) + "[" + site.text(index, members.round()) + "]"));
    return NAME.matcher(formula).replaceAll(name -> Matcher.quoteReplacement(entries.getOrDefault(name.group(), name.group())));
  }

  private void define(Graph graph, List<Kernel> kernels) {
    Map<Integer, String> names = ValueNaming.chosen(graph);
    names.values().removeIf(name -> !NAMED.contains(ValueName.parse(name).role()));
    Set<String> chosen = Set.copyOf(names.values());
    Map<Integer, List<String>> equalGradients = graph.names().keySet().stream().filter(name -> ValueName.parse(name).role() == ValueName.Role.GRADIENT && !chosen.contains(name))
        .collect(Collectors.groupingBy(name -> graph.named(name).node()));
    Graph.Builder named = new Graph.Builder(graph);
    Set<String> taken = new HashSet<>(graph.names().keySet());
    List<String> order = new ArrayList<>();
    List<Kernel> owners = new ArrayList<>();
    for (Kernel kernel : kernels) {
      for (Kernel.Value value : kernel.values()) {
        String name = names.get(value.value().node());
        if (name == null && !kernel.locals().contains(value.tensor())) {
          name = members.hasField(value.tensor()) || value.tensor().kind() == Tensor.Kind.STATE ? members.name(value.tensor()) : value.tensor().name();
          if (name.indexOf('[') >= 0 || !taken.add(name)) {
            continue;
          }
          named.name(name, entries(graph, value.value()));
        }
        if (name != null) {
          List<String> all = new ArrayList<>(List.of(name));
          all.addAll(equalGradients.getOrDefault(value.value().node(), List.of()));
          order.addAll(all);
          owners.addAll(Collections.nCopies(all.size(), kernel));
        }
      }
    }
    Function<String, String> definitions = Formulas.definitions(named.build());
    for (int k = 0; k < order.size(); k++) {
      String name = order.get(k);
      pending.computeIfAbsent(owners.get(k), kernel -> new ArrayList<>()).add(() -> definitions.apply(name));
    }
  }

  /** Writes a tensor's indices in memory order. The plan's row and column are the last two of its axes. */
  private static Graph.Value entries(Graph graph, Graph.Value value) {
    int rank = graph.node(value.node()).rank();
    if (rank <= 2 || value.axes().size() == rank) {
      return value;
    }
    List<Integer> others = IntStream.range(0, rank).boxed().filter(axis -> !value.axes().contains(axis)).toList();
    return new Graph.Value(value.node(), others, value.axes());
  }
}
