package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The kernels of a generated class and the memory that they need. Kernels run in the given order; an entry point runs those that it needs.
 *
 * @param model the source of the plan
 * @param graph the values that kernels compute, for documentation
 * @param arguments inputs, then targets, in declaration order
 * @param parameters in declaration order
 * @param gradients by the index of their parameter, in that order; empty without a loss
 * @param states of the optimizers, in the order of {@code model.updates()}
 * @param modelStates of the model, in the order of {@code model.modelStates()}
 * @param nextStates the model's states after a step; empty without a loss
 * @param noises random numbers of a training step, in the order of {@code model.noises()}; empty without a loss
 * @param outputs the predictions; empty if the model has none
 * @param losses the numbers that are minimized, in the order of {@code model.losses()}
 * @param predictedLosses the losses as predictions compute them; equal to {@code losses} if training computes nothing else
 * @param buffers the memory of temporary matrices
 * @param scalars temporary numbers that outlive a kernel
 * @param kernels of the model, then of optimizers' updates that run once
 * @param updates the optimizers' updates, in the order of {@code model.updates()}
 */
public record Plan(Program<? extends Phase.Differentiated> model, Graph graph, List<Tensor> arguments, List<Tensor> parameters,
    Map<Integer, Tensor> gradients, List<Tensor> states, List<Tensor> modelStates, List<Tensor> nextStates, List<Tensor> noises,
    List<Tensor> outputs, List<Tensor> losses, List<Tensor> predictedLosses, List<Buffer> buffers,
    List<Tensor> scalars, List<Kernel> kernels, List<Update> updates) {

  /**
   * An optimizer's update of the parameters of a loss.
   *
   * @param graph the values that its kernels compute, for documentation
   * @param parameters their indices among all
   * @param kernels run once per parameter, in addition to the kernels of the plan that run once; empty without a template
   * @param template the parameter whose tensors {@code kernels} name; empty if no such update is possible
   */
  public record Update(Program.Update of, Graph graph, List<Integer> parameters, List<Kernel> kernels, Optional<Template> template) {}

  /**
   * The parameter whose update represents those of all parameters. Its kernels access only corresponding entries, so they are valid for parameters of
   * any shape.
   *
   * @param parameter the index of the parameter among all
   * @param states its states, in the order of their roles
   * @param roles the optimizer's name of each state
   */
  public record Template(int parameter, List<Tensor> states, List<String> roles) {}

  /** Returns the kernels that the entry point runs, in order. */
  public List<Kernel> kernels(EntryPoint program) {
    return kernels.stream().filter(kernel -> kernel.programs().contains(program)).toList();
  }

  /** Returns the plan with each step of the kernels that run once replaced. */
  public Plan withSteps(Function<Step, List<Step>> replacement) {
    return with(kernels.stream().map(kernel -> kernel.withSteps(kernel.steps().stream().flatMap(s -> replacement.apply(s).stream()).toList()))
        .toList(), buffers);
  }

  /** Returns the plan with other kernels and the memory that they need. */
  public Plan with(List<Kernel> otherKernels, List<Buffer> otherBuffers) {
    return new Plan(model, graph, arguments, parameters, gradients, states, modelStates, nextStates, noises, outputs, losses,
        predictedLosses, otherBuffers, scalars, otherKernels, updates);
  }

  /** Returns all kernels: those that run once, then those that run once per parameter. */
  public Stream<Kernel> allKernels() {
    return Stream.concat(kernels.stream(), updates.stream().flatMap(update -> update.kernels().stream()));
  }

  /** Returns the matrices of literal numbers that kernels read, with their leaves. */
  public Map<Tensor, Node.Leaf> constants() {
    Map<Tensor, Node.Leaf> constants = new LinkedHashMap<>();
    kernels.stream().flatMap(kernel -> kernel.steps().stream()).flatMap(step -> Accesses.reads(step).stream()).filter(tensor -> tensor.kind() == Tensor.Kind.CONSTANT)
        .forEach(tensor -> constants.computeIfAbsent(tensor, any -> graph.leaves(Node.Role.CONSTANT).stream().filter(leaf -> leaf.name().equals(tensor.name())).findFirst().orElseThrow()));
    return constants;
  }

  /** Returns the prediction that {@code predict} returns; empty if the model has none. */
  public Optional<Tensor> output() {
    return outputs.stream().findFirst();
  }

  /** Returns the tensor of each parameter's gradient by the parameter's name. */
  public Map<String, Tensor> gradientsByParameter() {
    Map<String, Tensor> result = new LinkedHashMap<>();
    gradients.forEach((k, gradient) -> result.put(model.parameters().get(k).name(), gradient));
    return result;
  }
}
