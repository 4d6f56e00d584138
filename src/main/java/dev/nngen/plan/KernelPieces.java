package dev.nngen.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Replaces a kernel by several, each of which becomes a method of its own. Names of further kernels end in a number. */
public final class KernelPieces {

  private final Set<String> names;
  private final Epilogues epilogues;

  public KernelPieces(Plan plan) {
    this.epilogues = new Epilogues(plan);
    this.names = plan.kernels().stream().map(Kernel::name).collect(Collectors.toSet());
  }

  /** Returns the steps of a kernel in the shortest pieces. The readers of a number that is a local stay together, and so do a product and a nest that may run on its blocks. */
  public List<List<Step>> shortest(Kernel kernel) {
    List<List<Step>> pieces = new ArrayList<>();
    for (int s = 0; s < kernel.steps().size(); s++) {
      if (s == 0 || isApart(kernel, s)) {
        pieces.add(new ArrayList<>());
      }
      pieces.get(pieces.size() - 1).add(kernel.steps().get(s));
    }
    return pieces;
  }

  private boolean isApart(Kernel kernel, int index) {
    Set<Tensor> before = kernel.steps().subList(0, index).stream().flatMap(KernelPieces::touched).collect(Collectors.toSet());
    boolean shares = kernel.steps().subList(index, kernel.steps().size()).stream().flatMap(KernelPieces::touched)
        .anyMatch(tensor -> kernel.locals().contains(tensor) && before.contains(tensor));
    return !shares && !(kernel.steps().get(index - 1) instanceof MatrixProduct product && kernel.steps().get(index) instanceof LoopNest nest && epilogues.find(product, nest).isPresent());
  }

  /** Returns a kernel for each piece; the given one if there is one piece. */
  public List<Kernel> kernels(Kernel kernel, List<List<Step>> pieces) {
    return pieces.size() == 1 ? List.of(kernel)
        : IntStream.range(0, pieces.size()).mapToObj(k -> piece(kernel, k == 0 ? kernel.name() : free(kernel.name()), pieces, k)).toList();
  }

  private static Kernel piece(Kernel kernel, String name, List<List<Step>> pieces, int index) {
    List<Step> steps = pieces.get(index);
    Set<Tensor> touched = steps.stream().flatMap(KernelPieces::touched).collect(Collectors.toSet());
    return new Kernel(name, kernel.programs(), steps, kernel.values().stream().filter(value -> writer(value.tensor(), pieces) == index).toList(),
        kernel.locals().stream().filter(touched::contains).collect(Collectors.toSet()));
  }

  /** Returns the first piece that writes the tensor; 0 for a tensor that another one has replaced. */
  private static int writer(Tensor tensor, List<List<Step>> pieces) {
    return IntStream.range(0, pieces.size()).filter(k -> pieces.get(k).stream().anyMatch(step -> Accesses.writes(step).contains(tensor))).findFirst().orElse(0);
  }

  private String free(String name) {
    String free = IntStream.iterate(2, k -> k + 1).mapToObj(k -> name + "_" + k).filter(other -> !names.contains(other)).findFirst().orElseThrow();
    names.add(free);
    return free;
  }

  private static Stream<Tensor> touched(Step step) {
    return Stream.concat(Accesses.reads(step).stream(), Accesses.writes(step).stream());
  }
}
