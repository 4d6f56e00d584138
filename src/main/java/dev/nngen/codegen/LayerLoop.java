package dev.nngen.codegen;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Program;
import dev.nngen.plan.Run;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run as a loop over its rounds.
 *
 * @param count the values of the loop's variable
 * @param indices for each position, where in its array each tensor of the first round's kernel has its successors
 */
record RunLoop(Run run, Progression count, List<Map<Tensor, Progression>> indices) {

  /** Where a tensor lies: an array, by its name or what else stands for it, and an index. */
  record Place<A>(A array, int index) {}

  /** Where a kernel stands in a loop. */
  record Site(RunLoop loop, int position, int round) {

    /** The kernels that share one method with it, round by round. */
    List<Kernel> kernels() {
      return loop.run.positions().get(position).kernels();
    }

    /** The value of the loop's variable in the kernel's round. */
    int number() {
      return loop.count.at(round);
    }

    /** True of the kernel with which the loop begins in the entry point. */
    boolean isFirstOf(Program program) {
      return round == 0 && loop.round(program).get(0).equals(kernels().get(0));
    }

    /** Where the matrices of the first round's kernel have their successors. */
    Map<Tensor, Progression> indices() {
      return loop.indices.get(position);
    }

    /** An index as an expression in the loop's variable. */
    String text(Progression index, String variable) {
      return index.text(variable, loop.count);
    }

    /** For which rounds there is the method, as Javadoc. */
    String description(String variable) {
      int last = loop.count.at(loop.run.rounds() - 1);
      return "For {@code " + variable + "} from " + loop.count.first() + " to " + last + ":\n";
    }
  }

  /** The loop; empty where the tensors of some rounds do not lie at equal distances. */
  static Optional<RunLoop> of(Run run, Map<Tensor, Place<?>> places) {
    List<Map<Tensor, Progression>> indices = new ArrayList<>();
    for (Run.Position position : run.positions()) {
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
    return Optional.of(new RunLoop(run, count(run, indices), indices));
  }

  /** True of matrices that are another one in each round. */
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

  /** The kernels of the first round that the entry point runs. */
  List<Kernel> round(Program program) {
    return run.positions().stream().map(position -> position.kernels().get(0)).filter(kernel -> kernel.programs().contains(program)).toList();
  }

  /** Rounds are counted as what a round computes first. */
  private static Progression count(Run run, List<Map<Tensor, Progression>> indices) {
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
