package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.model.Initial;
import dev.nngen.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Finds consecutive layers whose weights all start at 0. The gradient of each has the weights of the other as a factor, so both stay at 0, for any
 * other parameters. A single layer of zeros learns, because the others are not 0.
 */
final class ZeroLayers {

  private static final int SAMPLES = 3;
  private static final int POINTS = 6;

  private ZeroLayers() {}

  /**
   * Returns the warning about a model, if there is one. If no parameter is drawn at random, equal units are reported already.
   *
   * @param program the model with its gradients
   */
  static Optional<Diagnostic> check(Model model, Program<Phase.Differentiated> program) {
    List<String> zero = new ArrayList<>(model.parameters().stream().filter(p -> p.matrix() && !p.frozen() && isConstant(p) && p.initial().center() == 0)
        .map(Model.Parameter::name).toList());
    boolean drawn = model.parameters().stream().anyMatch(p -> !isConstant(p));
    if (zero.size() < 2 || !drawn || program.losses().isEmpty() || MemoryBudget.shortage(program, gradients(program, zero), program.extents(SAMPLES)).isPresent()) {
      return Optional.empty();
    }
    AdmissiblePoint points = new AdmissiblePoint(program, program.extents(SAMPLES), new SplittableRandom(1));
    for (int k = 0; k < POINTS && zero.size() > 1; k += removeLearning(zero, program, points) ? 0 : 1) {
      // A layer that learns may enable others to learn.
    }
    return zero.size() < 2 ? Optional.empty() : Optional.of(Diagnostic.of(ErrorCode.ZERO_LAYERS, model.span(), zero.stream().map(name -> "`" + name + "`")
        .collect(Collectors.joining(" and ")) + " start at 0 and never change: each has the others as factors of its gradient")
        .help("draw the initial values of all except one: `= glorot`"));
  }

  private static boolean isConstant(Model.Parameter parameter) {
    return parameter.initial().kind() == Initial.Kind.CONSTANT;
  }

  private static List<String> gradients(Program<Phase.Differentiated> program, List<String> parameters) {
    return parameters.stream().map(program::gradientOf).toList();
  }

  /** Removes the parameters whose gradients are nonzero at a point at which these parameters are 0 and all others are arbitrary. */
  private static boolean removeLearning(List<String> zero, Program<Phase.Differentiated> program, AdmissiblePoint points) {
    Optional<Map<String, double[]>> point = points.drawForFacts(1);
    if (point.isEmpty()) {
      zero.clear();
      return false;
    }
    zero.forEach(name -> Arrays.fill(point.get().get(name), 0));
    Interpreter values = new Interpreter(program.graph(), point.get(), program.extents(SAMPLES));
    return zero.removeIf(name -> Arrays.stream(values.value(program.gradientOf(name))).anyMatch(entry -> entry != 0));
  }
}
