package dev.nngen.codegen;

import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.RepeatedLayers;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Arranges tensors in arrays so that one method can compute many layers. A network of some thousand layers would otherwise have more code than the
 * processor's caches, and more members than a class may have.
 */
final class DeepLayers {

  private final List<MatrixArray> series = new ArrayList<>();
  private final List<LayerLoop> loops = new ArrayList<>();
  private final Map<Kernel, LayerLoop.Site> sites = new HashMap<>();

  /**
   * @param states the indices of the optimizer's states in their arrays
   */
  DeepLayers(Plan plan, Map<Tensor, LayerLoop.Place<Members.Role>> states) {
    arrange(RepeatedLayers.find(plan), states);
    loops.forEach(this::addSites);
  }

  private void addSites(LayerLoop loop) {
    for (int position = 0; position < loop.run().positions().size(); position++) {
      for (int round = 0; round < loop.run().rounds(); round++) {
        LayerLoop.Site site = new LayerLoop.Site(loop, position, round);
        sites.put(site.kernels().get(round), site);
      }
    }
  }

  /** Finds arrays and loops. If a repetition is not a loop, its tensors are released, and the others are arranged again. */
  private void arrange(List<RepeatedLayers> runs, Map<Tensor, LayerLoop.Place<Members.Role>> states) {
    loops.clear();
    series.clear();
    Map<Tensor, LayerLoop.Place<?>> places = new HashMap<>(states);
    for (List<Tensor> family : families(runs)) {
      MatrixArray own = MatrixArray.of(family);
      series.add(own);
      for (int k = 0; k < own.tensors().size(); k++) {
        places.put(own.tensors().get(k), new LayerLoop.Place<>(own, own.first() + k));
      }
    }
    runs.forEach(run -> LayerLoop.of(run, places).ifPresent(loops::add));
    if (loops.size() < runs.size()) {
      arrange(loops.stream().map(LayerLoop::run).toList(), states);
    }
  }

  /** Returns the tensors at each place of a kernel in all rounds; they must be in one array. */
  private static List<List<Tensor>> families(List<RepeatedLayers> runs) {
    Map<Tensor, Tensor> representatives = new LinkedHashMap<>();
    for (RepeatedLayers run : runs) {
      for (RepeatedLayers.Position position : run.positions()) {
        for (List<Tensor> tensors : position.tensors()) {
          if (LayerLoop.varies(tensors) && tensors.get(0).kind() != Tensor.Kind.STATE) {
            tensors.forEach(tensor -> unite(tensors.get(0), tensor, representatives));
          }
        }
      }
    }
    Map<Tensor, List<Tensor>> families = new LinkedHashMap<>();
    List.copyOf(representatives.keySet())
        .forEach(tensor -> families.computeIfAbsent(representative(tensor, representatives), t -> new ArrayList<>()).add(tensor));
    return List.copyOf(families.values());
  }

  private static void unite(Tensor one, Tensor other, Map<Tensor, Tensor> representatives) {
    representatives.put(representative(other, representatives), representative(one, representatives));
  }

  private static Tensor representative(Tensor tensor, Map<Tensor, Tensor> representatives) {
    Tensor next = representatives.computeIfAbsent(tensor, t -> t);
    while (!next.equals(representatives.get(next))) {
      representatives.put(next, representatives.get(representatives.get(next)));
      next = representatives.get(next);
    }
    return next;
  }

  List<MatrixArray> series() {
    return series;
  }

  /** Returns the kernel's position in a loop; empty if the kernel has a method of its own. */
  Optional<LayerLoop.Site> site(Kernel kernel) {
    return Optional.ofNullable(sites.get(kernel));
  }
}
