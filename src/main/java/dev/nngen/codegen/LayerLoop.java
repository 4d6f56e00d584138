package dev.nngen.codegen;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.EntryPoint;
import dev.nngen.plan.RepeatedLayers;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Repeated kernels as a loop over their rounds.
 *
 * @param count the values of the loop's variable
 * @param indices for each position, the array indices that each tensor of the first round's kernel has in all rounds
 */
record LayerLoop(RepeatedLayers run, Progression count, List<Map<Tensor, Progression>> indices) {

  /** An index in an array, which is given by its name or another key. */
  record Place<A>(A array, int index) {}

  /** The position and round of a kernel in a loop. */
  record Site(LayerLoop loop, int position, int round) {

    /** Returns the kernels that share one method with it, round by round. */
    List<Kernel> kernels() {
      return loop.run.positions().get(position).kernels();
    }

    /** Returns the value of the loop's variable in the kernel's round. */
    int number() {
      return loop.count.at(round);
    }

    /** Whether the entry point's loop begins with the kernel. */
    boolean isFirstOf(EntryPoint program) {
      return round == 0 && loop.round(program).get(0).equals(kernels().get(0));
    }

    /** Returns the array indices that the tensors of the first round's kernel have in all rounds. */
    Map<Tensor, Progression> indices() {
      return loop.indices.get(position);
    }

    /** Returns an index as an expression in the loop's variable. */
    String text(Progression index, String variable) {
      return index.text(variable, loop.count);
    }

    /** Returns Javadoc that says which rounds the method serves. */
    String description(String variable) {
      int last = loop.count.at(loop.run.rounds() - 1);
      return "For {@code " + variable + "} from " + loop.count.first() + " to " + last + ":\n";
    }
  }

  /** Returns the loop; empty if the tensors of some rounds are not at equal distances. */
  static Optional<LayerLoop> of(RepeatedLayers run, Map<Tensor, Place<?>> places) {
    List<Map<Tensor, Progression>> indices = new ArrayList<>();
    for (RepeatedLayers.Position position : run.positions()) {
      Map<Tensor, Progression> own = new LinkedHashMap<>();
      for (List<Tensor> tensors : position.tensors()) {
        if (varies(tensors)) {
          Optional<Progression> progression = progression(tensors, places);
          if (progression.isEmpty()) {
            return Optional.empty();
          }
          own.put(tensors.get(0), progression.get());
        }
      }
      indices.add(own);
    }
    return Optional.of(new LayerLoop(run, count(run, indices), indices));
  }

  /** Whether the tensor differs between rounds. */
  static boolean varies(List<Tensor> tensors) {
    return !tensors.get(0).isScalar() && tensors.stream().distinct().count() > 1;
  }

  private static Optional<Progression> progression(List<Tensor> tensors, Map<Tensor, Place<?>> places) {
    Object array = places.get(tensors.get(0)).array();
    boolean one = tensors.stream().allMatch(tensor -> places.get(tensor).array().equals(array));
    return one ? Progression.of(tensors.stream().map(tensor -> places.get(tensor).index()).toList()) : Optional.empty();
  }

  Stream<Kernel> kernels() {
    return run.positions().stream().flatMap(position -> position.kernels().stream());
  }

  /** Returns the kernels of the first round that the entry point runs. */
  List<Kernel> round(EntryPoint program) {
    return run.positions().stream().map(position -> position.kernels().get(0)).filter(kernel -> kernel.programs().contains(program)).toList();
  }

  /** Numbers rounds like the first value that a round computes. */
  private static Progression count(RepeatedLayers run, List<Map<Tensor, Progression>> indices) {
    for (int position = 0; position < indices.size(); position++) {
      Kernel kernel = run.positions().get(position).kernels().get(0);
      List<Tensor> written = kernel.steps().stream().flatMap(step -> Accesses.writes(step).stream()).toList();
      for (int k = written.size() - 1; k >= 0; k--) {
        Progression progression = indices.get(position).get(written.get(k));
        if (progression != null && progression.isCount()) {
          return progression;
        }
      }
    }
    return new Progression(0, 1);
  }
}
