package dev.nngen.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A kernel's computation with its tensors abstracted: kernels of equal forms can share their code. The caller's matrices, the output and numbers
 * shared between kernels stay as they are; every other tensor is represented by its shape and the order of its first use in the kernel.
 *
 * @param programs the entry points that run it
 * @param steps over tensors that represent the kernel's own
 * @param locals the representatives of the kernel's own numbers
 * @param overlaps pairs of tensors, by their order, that share memory
 * @param stored whether the product must be stored, for each pair of steps that could run block by block
 */
record KernelForm(Set<EntryPoint> programs, List<Step> steps, Set<Tensor> locals, List<List<Integer>> overlaps, List<Boolean> stored) {

  /** A kernel's form, and its tensors in the form's order. */
  record Match(KernelForm form, List<Tensor> tensors) {}

  static Match of(Kernel kernel, Epilogues epilogues, SharedMemory memory) {
    Map<Tensor, Tensor> standIns = new HashMap<>();
    List<Tensor> tensors = new ArrayList<>();
    for (Step step : kernel.steps()) {
      Set<Tensor> addressed = new LinkedHashSet<>(Accesses.reads(step));
      addressed.addAll(Accesses.writes(step));
      for (Tensor tensor : addressed) {
        if (isReplaceable(tensor, kernel) && !standIns.containsKey(tensor)) {
          tensors.add(tensor);
          standIns.put(tensor, new Tensor(-tensors.size(), "", tensor.kind(), tensor.dims(), tensor.split()));
        }
      }
    }
    Substitution substitution = new Substitution(standIns);
    List<Step> steps = kernel.steps().stream().map(step -> nameless(substitution.apply(step))).toList();
    Set<Tensor> locals = new LinkedHashSet<>();
    kernel.locals().forEach(local -> locals.add(standIns.getOrDefault(local, local)));
    return new Match(new KernelForm(kernel.programs(), steps, locals, overlaps(tensors, memory), stored(kernel, epilogues)), tensors);
  }

  private static boolean isReplaceable(Tensor tensor, Kernel kernel) {
    return switch (tensor.kind()) {
      case ARGUMENT, CONSTANT, OUTPUT, SCRATCH, COPY -> false;
      case PARAMETER, GRADIENT, STATE, MODEL_STATE, NEXT_STATE, NOISE -> true;
      case TEMPORARY -> !tensor.isScalar() || kernel.locals().contains(tensor);
    };
  }

  /** Returns the step without the names of its locals. */
  private static Step nameless(Step step) {
    if (step instanceof Sequence sequence) {
      return new Sequence(sequence.steps(), sequence.backward(), sequence.nests().stream().map(nest -> (LoopNest) nameless(nest)).toList());
    }
    return step instanceof LoopNest nest ? new LoopNest(nest.axes(), nest.derived(), nest.flat(), nest.lets().stream()
        .map(let -> new LoopNest.Let(let.id(), let.depth(), let.value(), "", let.at())).toList(), nest.effects()) : step;
  }

  private static List<List<Integer>> overlaps(List<Tensor> tensors, SharedMemory memory) {
    List<List<Integer>> overlaps = new ArrayList<>();
    for (int one = 0; one < tensors.size(); one++) {
      for (int other = 0; other < one; other++) {
        if (memory.overlap(tensors.get(one), tensors.get(other))) {
          overlaps.add(List.of(one, other));
        }
      }
    }
    return overlaps;
  }

  private static List<Boolean> stored(Kernel kernel, Epilogues epilogues) {
    List<Boolean> stored = new ArrayList<>();
    for (int k = 1; k < kernel.steps().size(); k++) {
      if (kernel.steps().get(k - 1) instanceof MatrixProduct product && kernel.steps().get(k) instanceof LoopNest nest) {
        Optional<ProductEpilogue> epilogue = epilogues.find(product, nest);
        stored.add(epilogue.isEmpty() || epilogue.get().isStored());
      }
    }
    return stored;
  }
}
