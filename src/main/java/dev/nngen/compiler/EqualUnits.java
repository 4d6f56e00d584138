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
import java.util.stream.IntStream;

/**
 * Finds hidden layers whose units stay equal: their weights start at one number, and so do those of the next layer, while other parameters are drawn.
 * It trains for a few steps on random data and tests whether the units are still equal. Other warnings cover layers whose weights do not change.
 */
final class EqualUnits {

  private static final int SAMPLES = 3;
  private static final int STARTS = 2;
  private static final int STEPS = 3;
  private static final double RATE = 0.1;
  private static final double TOLERANCE = 1e-9;

  private final Model model;
  private final Program<Phase.Differentiated> program;
  private final List<Model.Parameter> constant;

  private EqualUnits(Model model, Program<Phase.Differentiated> program) {
    this.model = model;
    this.program = program;
    this.constant = model.parameters().stream().filter(p -> p.matrix() && !p.frozen() && units(p) > 1 && p.initial().kind() == Initial.Kind.CONSTANT).toList();
  }

  /**
   * Returns the warning about a model, if there is one. If no parameter is drawn at random, equal units are reported already.
   *
   * @param program the model with its gradients
   */
  static Optional<Diagnostic> check(Model model, Program<Phase.Differentiated> program) {
    return new EqualUnits(model, program).found().map(parameter -> Diagnostic.of(ErrorCode.EQUAL_UNITS, model.span(), "the units of `" + parameter.name()
        + "` stay equal: they and the weights of the next layer start equal, so all have the same gradient").help("draw its initial values: `= glorot`"));
  }

  private Optional<Model.Parameter> found() {
    boolean drawn = model.parameters().stream().anyMatch(p -> p.initial().kind() != Initial.Kind.CONSTANT);
    if (constant.isEmpty() || !drawn || program.losses().isEmpty()
        || MemoryBudget.shortage(program, program.gradients(), program.extents(SAMPLES)).isPresent()) {
      return Optional.empty();
    }
    List<Model.Parameter> equal = new ArrayList<>(constant);
    AdmissiblePoint points = new AdmissiblePoint(program, program.extents(SAMPLES), new SplittableRandom(1));
    for (int start = 0; start < STARTS && !equal.isEmpty(); start++) {
      Optional<Map<String, double[]>> trained = trained(points);
      equal.removeIf(parameter -> trained.isEmpty() || !hasEqualUnits(trained.get().get(parameter.name()), parameter));
    }
    return equal.stream().findFirst();
  }

  /** Returns the parameters after a few steps of training, empty if a value is not finite. */
  private Optional<Map<String, double[]>> trained(AdmissiblePoint points) {
    Optional<Map<String, double[]>> start = points.draw();
    start.ifPresent(leaves -> program.parameters().forEach(parameter -> {
      if (parameter.initial() instanceof Program.Initial.Constant number) {
        Arrays.fill(leaves.get(parameter.name()), number.value());
      }
    }));
    for (int step = 0; step < STEPS && start.isPresent(); step++) {
      Optional<Map<String, double[]>> data = points.draw();
      data.ifPresent(leaves -> program.parameters().forEach(parameter -> leaves.put(parameter.name(), start.get().get(parameter.name()))));
      if (data.isEmpty() || !step(new Interpreter(program.graph(), data.get(), program.extents(SAMPLES)), start.get())) {
        return Optional.empty();
      }
    }
    return start;
  }

  /** Changes each parameter along its gradient, at most by the rate. Returns false if a gradient is not finite. */
  private boolean step(Interpreter values, Map<String, double[]> parameters) {
    for (Program.Parameter parameter : program.trained()) {
      double[] gradient = values.value(program.gradientOf(parameter.name()));
      double largest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
      if (!Double.isFinite(largest)) {
        return false;
      }
      double[] entries = parameters.get(parameter.name());
      Arrays.setAll(entries, k -> largest == 0 ? entries[k] : entries[k] - RATE * gradient[k] / largest);
    }
    return true;
  }

  /** True if all units have the same weights and the weights have changed. */
  private boolean hasEqualUnits(double[] entries, Model.Parameter parameter) {
    int units = units(parameter);
    int inputs = entries.length / units;
    boolean changed = Arrays.stream(entries).anyMatch(entry -> entry != parameter.initial().center());
    return changed && IntStream.range(0, entries.length).allMatch(k ->
        Math.abs(entries[k] - entries[model.samplesInRows() ? k / units * units : k % inputs]) <= TOLERANCE * (1 + Math.abs(entries[k])));
  }

  private int units(Model.Parameter parameter) {
    Program.Parameter stored = program.parameters().stream().filter(other -> other.name().equals(parameter.name())).findFirst().orElseThrow();
    return model.samplesInRows() ? stored.columns() : stored.rows();
  }
}
