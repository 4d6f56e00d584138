package dev.nngen.codegen;

import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Run;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a class holds in arrays since one method computes it for many layers: a network of some thousand layers would have more code
 * than the processor's caches, and more members than a class may have.
 */
final class DeepLayers {

  private final List<Series> series = new ArrayList<>();
  private final List<RunLoop> loops = new ArrayList<>();
  private final Map<Kernel, RunLoop.Site> sites = new HashMap<>();

  /** @param states the places of the optimizer's states */
  DeepLayers(Plan plan, Map<Tensor, RunLoop.Place<Members.Role>> states) {
    arrange(Run.find(plan), states);
    loops.forEach(this::addSites);
  }

  private void addSites(RunLoop loop) {
    for (int position = 0; position < loop.run().positions().size(); position++) {
      for (int round = 0; round < loop.run().rounds(); round++) {
        RunLoop.Site site = new RunLoop.Site(loop, position, round);
        sites.put(site.kernels().get(round), site);
      }
    }
  }

  /** Finds series and loops; a run that is no loop gives its tensors back, so that those of others are put together anew. */
  private void arrange(List<Run> runs, Map<Tensor, RunLoop.Place<Members.Role>> states) {
    loops.clear();
    series.clear();
    Map<Tensor, RunLoop.Place<?>> places = new HashMap<>(states);
    for (List<Tensor> family : families(runs)) {
      Series own = Series.of(family);
      series.add(own);
      for (int k = 0; k < own.tensors().size(); k++) {
        places.put(own.tensors().get(k), new RunLoop.Place<>(own, own.first() + k));
      }
    }
    runs.forEach(run -> RunLoop.of(run, places).ifPresent(loops::add));
    if (loops.size() < runs.size()) {
      arrange(loops.stream().map(RunLoop::run).toList(), states);
    }
  }

  /** The tensors that stand in one place of a kernel, in one round or another, and so must lie in one array. */
  private static List<List<Tensor>> families(List<Run> runs) {
    Map<Tensor, Tensor> representatives = new LinkedHashMap<>();
    for (Run run : runs) {
      for (Run.Position position : run.positions()) {
        for (List<Tensor> tensors : position.tensors()) {
          if (RunLoop.varies(tensors) && tensors.get(0).kind() != Tensor.Kind.STATE) {
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

  List<Series> series() {
    return series;
  }

  /** Where the kernel stands in a loop; empty where it has a method of its own. */
  Optional<RunLoop.Site> site(Kernel kernel) {
    return Optional.ofNullable(sites.get(kernel));
  }
}
