package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Lowered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a generated class does and the memory that it needs. Kernels run in the order given; an entry point runs those that
 * it needs and leaves out the others.
 *
 * @param model where the plan comes from
 * @param graph the values that kernels compute, for documentation
 * @param arguments inputs, then targets, in the order declared
 * @param parameters in the order declared
 * @param gradients of each parameter that is trained by the parameter's index, in their order; empty without a loss
 * @param states the optimizers', in the order of {@code model.updates()}
 * @param modelStates the model's, in the order of {@code model.modelStates()}
 * @param nextStates the same after a step; empty without a loss
 * @param noises what a training step draws, in the order of {@code model.noises()}; empty without a loss
 * @param outputs the predictions; empty if the model has none
 * @param losses the numbers that are minimized, in the order of {@code model.losses()}
 * @param predictedLosses the same as predictions compute them; those of {@code losses} where training computes nothing else
 * @param buffers the memory of temporaries that are matrices
 * @param scalars temporaries that are plain numbers and outlive a kernel
 * @param kernels those of the model, then those of optimizers that run once
 * @param updates what optimizers do besides, in the order of {@code model.updates()}
 */
public record Plan(Lowered model, Graph graph, List<Tensor> arguments, List<Tensor> parameters,
    Map<Integer, Tensor> gradients, List<Tensor> states, List<Tensor> modelStates, List<Tensor> nextStates, List<Tensor> noises,
    List<Tensor> outputs, List<Tensor> losses, List<Tensor> predictedLosses, List<Buffer> buffers,
    List<Tensor> scalars, List<Kernel> kernels, List<Update> updates) {

  /**
   * What an optimizer does to the parameters of a loss that it changes.
   *
   * @param graph the values that its kernels compute, for documentation
   * @param parameters their indices among all
   * @param kernels what runs once per parameter, beside the kernels of the plan that run once; empty without a template
   * @param template whose tensors {@code kernels} name; empty where no such update is possible
   */
  public record Update(Lowered.Update of, Graph graph, List<Integer> parameters, List<Kernel> kernels, Optional<Template> template) {}

  /**
   * The parameter whose update stands for the updates of all. Its kernels address nothing but corresponding entries, so they
   * do for any parameter, whatever its shape.
   *
   * @param parameter the index of the parameter among all
   * @param states its states, in the order of their roles
   * @param roles what the optimizer calls each state
   */
  public record Template(int parameter, List<Tensor> states, List<String> roles) {}

  /** The kernels that the entry point runs, in order. */
  public List<Kernel> kernels(Program program) {
    return kernels.stream().filter(kernel -> kernel.programs().contains(program)).toList();
  }

  /** The same with other steps in the place of each step of the kernels that run once. */
  public Plan withSteps(Function<Step, List<Step>> replacement) {
    return with(kernels.stream().map(kernel -> kernel.withSteps(kernel.steps().stream().flatMap(s -> replacement.apply(s).stream()).toList()))
        .toList(), buffers);
  }

  /** The same with other kernels and the memory that they need. */
  public Plan with(List<Kernel> otherKernels, List<Buffer> otherBuffers) {
    return new Plan(model, graph, arguments, parameters, gradients, states, modelStates, nextStates, noises, outputs, losses,
        predictedLosses, otherBuffers, scalars, otherKernels, updates);
  }

  /** All kernels: those that run once, and those that run once per parameter. */
  public Stream<Kernel> allKernels() {
    return Stream.concat(kernels.stream(), updates.stream().flatMap(update -> update.kernels().stream()));
  }

  /** The matrices of numbers that the text writes out, with their leaves; of those, the ones that kernels read. */
  public Map<Tensor, Node.Leaf> constants() {
    Map<Tensor, Node.Leaf> constants = new LinkedHashMap<>();
    kernels.stream().flatMap(kernel -> kernel.steps().stream()).flatMap(step -> Accesses.reads(step).stream()).filter(tensor -> tensor.kind() == Tensor.Kind.CONSTANT)
        .forEach(tensor -> constants.computeIfAbsent(tensor, any -> graph.leaves(Node.Role.CONSTANT).stream().filter(leaf -> leaf.name().equals(tensor.name())).findFirst().orElseThrow()));
    return constants;
  }

  /** The prediction that {@code predict} returns; empty if the model has none. */
  public Optional<Tensor> output() {
    return outputs.stream().findFirst();
  }

  /** The index of the parameter whose gradient a tensor is; -1 of others. */
  int parameterOf(Tensor gradient) {
    return gradients.entrySet().stream().filter(entry -> entry.getValue().equals(gradient)).map(Map.Entry::getKey).findFirst().orElse(-1);
  }

  /** The tensor of each parameter's gradient by the parameter's name. */
  public Map<String, Tensor> gradientsByParameter() {
    Map<String, Tensor> result = new LinkedHashMap<>();
    gradients.forEach((k, gradient) -> result.put(model.parameters().get(k).name(), gradient));
    return result;
  }
}
