package dev.nngen.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Repeated groups of kernels, such as the layers of a deep network: one method for each position can serve all rounds.
 *
 * @param positions the kernels of a round, in order
 */
public record RepeatedLayers(List<Position> positions) {

  /**
   * Minimum number of rounds. For fewer, a method per layer is more readable, and all of them fit the processor's caches: a layer has one to two
   * kilobytes of machine code.
   */
  public static final int FEWEST_ROUNDS = 24;

  /** Maximum number of kernels in a round. */
  private static final int MOST_KERNELS = 64;

  public RepeatedLayers {
    positions = List.copyOf(positions);
  }

  /**
   * The kernels at one position.
   *
   * @param kernels one per round
   * @param tensors the tensor of each round, for each place in which the kernels differ
   */
  public record Position(List<Kernel> kernels, List<List<Tensor>> tensors) {}

  public int rounds() {
    return positions.get(0).kernels().size();
  }

  /** Returns the repetitions in a plan, in the order of its kernels. */
  public static List<RepeatedLayers> find(Plan plan) {
    Epilogues epilogues = new Epilogues(plan);
    SharedMemory memory = new SharedMemory(plan.buffers());
    List<KernelForm.Match> matches = plan.kernels().stream().map(kernel -> KernelForm.of(kernel, epilogues, memory)).toList();
    Map<KernelForm, Integer> numbers = new HashMap<>();
    List<Integer> forms = matches.stream().map(match -> numbers.computeIfAbsent(match.form(), form -> numbers.size())).toList();
    return Repetition.find(forms, FEWEST_ROUNDS, MOST_KERNELS).stream().map(stretch -> run(plan.kernels(), matches, stretch)).toList();
  }

  private static RepeatedLayers run(List<Kernel> kernels, List<KernelForm.Match> matches, Repetition.Stretch stretch) {
    List<Position> positions = new ArrayList<>();
    for (int position = 0; position < stretch.period(); position++) {
      List<Kernel> own = new ArrayList<>();
      List<List<Tensor>> tensors = new ArrayList<>();
      for (int k = stretch.start() + position; k < stretch.end(); k += stretch.period()) {
        List<Tensor> addressed = matches.get(k).tensors();
        own.add(kernels.get(k));
        for (int place = 0; place < addressed.size(); place++) {
          if (own.size() == 1) {
            tensors.add(new ArrayList<>());
          }
          tensors.get(place).add(addressed.get(place));
        }
      }
      positions.add(new Position(own, tensors));
    }
    return new RepeatedLayers(positions);
  }
}
