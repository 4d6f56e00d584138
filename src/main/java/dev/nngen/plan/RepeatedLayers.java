package dev.nngen.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kernels that do the same round after round, such as the layers of a deep network: one method for each position can serve all
 * rounds.
 *
 * @param positions the kernels of a round, in order
 */
public record Run(List<Position> positions) {

  /**
   * Shorter runs are no runs: up to there, methods of each layer's own read better, and all of them together still fit the
   * processor's caches (a layer has one to two kilobytes of machine code).
   */
  public static final int FEWEST_ROUNDS = 24;

  /** The most kernels in a round. */
  private static final int MOST_KERNELS = 64;

  public Run {
    positions = List.copyOf(positions);
  }

  /**
   * The kernels at one position.
   *
   * @param kernels one per round
   * @param tensors for each place in which the kernels differ at most, the tensor of each round
   */
  public record Position(List<Kernel> kernels, List<List<Tensor>> tensors) {}

  public int rounds() {
    return positions.get(0).kernels().size();
  }

  /** The runs of a plan, in the order of its kernels. */
  public static List<Run> find(Plan plan) {
    Epilogues epilogues = new Epilogues(plan);
    SharedMemory memory = new SharedMemory(plan.buffers());
    List<KernelForm.Match> matches = plan.kernels().stream().map(kernel -> KernelForm.of(kernel, epilogues, memory)).toList();
    Map<KernelForm, Integer> numbers = new HashMap<>();
    List<Integer> forms = matches.stream().map(match -> numbers.computeIfAbsent(match.form(), form -> numbers.size())).toList();
    return Repetition.find(forms, FEWEST_ROUNDS, MOST_KERNELS).stream().map(stretch -> run(plan.kernels(), matches, stretch)).toList();
  }

  private static Run run(List<Kernel> kernels, List<KernelForm.Match> matches, Repetition.Stretch stretch) {
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
    return new Run(positions);
  }
}
