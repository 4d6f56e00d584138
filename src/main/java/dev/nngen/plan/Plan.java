package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.lower.Lowered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a generated class does and the memory that it needs. Kernels run in the order given; an entry point runs those that
 * it needs and leaves out the others.
 *
 * @param model where the plan comes from
 * @param graph the values that kernels compute, for documentation
 * @param updateGraph the same for the optimiser; empty without one
 * @param arguments inputs, then targets, in the order declared
 * @param parameters in the order declared
 * @param gradients one per parameter, in their order; empty without a loss
 * @param states the optimiser's, in the order of {@code model.update()}
 * @param modelStates the model's, in the order of {@code model.modelStates()}
 * @param noises what a training step draws, in the order of {@code model.noises()}; empty without a loss
 * @param nextStates the same after a step; empty without a loss
 * @param output the prediction; empty if the model has none
 * @param loss the number that is minimised
 * @param predictedLoss the same as predictions compute it; the tensor of {@code loss} if training computes nothing else
 * @param buffers the memory of temporaries that are matrices
 * @param scalars temporaries that are plain numbers and outlive a kernel
 * @param kernels those of the model, then those of the optimiser that run once
 * @param entrywiseUpdate kernels of the optimiser that run once per parameter; empty without a template
 * @param template whose tensors {@code entrywiseUpdate} names; empty where no such update is possible
 */
public record Plan(Lowered model, Graph graph, Optional<Graph> updateGraph, List<Tensor> arguments, List<Tensor> parameters,
    List<Tensor> gradients, List<Tensor> states, List<Tensor> modelStates, List<Tensor> nextStates, List<Tensor> noises, Optional<Tensor> output, Optional<Tensor> loss, Optional<Tensor> predictedLoss, List<Buffer> buffers,
    List<Tensor> scalars, List<Kernel> kernels, List<Kernel> entrywiseUpdate, Optional<Template> template) {

  /**
   * The parameter whose update stands for the updates of all. Its kernels address nothing but corresponding entries, so they
   * do for any parameter, whatever its shape.
   *
   * @param parameter the index of the parameter among all
   * @param states its states, in the order of their roles
   * @param roles what the optimiser calls each state
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
    return new Plan(model, graph, updateGraph, arguments, parameters, gradients, states, modelStates, nextStates, noises, output, loss, predictedLoss, otherBuffers, scalars,
        otherKernels, entrywiseUpdate, template);
  }

  /** The tensor of each parameter's gradient by the parameter's name. */
  public Map<String, Tensor> gradientsByParameter() {
    Map<String, Tensor> result = new LinkedHashMap<>();
    for (int k = 0; k < gradients.size(); k++) {
      result.put(model.parameters().get(k).name(), gradients.get(k));
    }
    return result;
  }
}
