package dev.nngen.compiler;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Program;
import dev.nngen.simplify.Prover;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Draws values for all leaves of a program that satisfy the declared facts. */
public final class AdmissiblePoint {

  private static final int ATTEMPTS = 100;
  private static final double TOLERANCE = 1e-9;
  /** Batch sizes. They differ, so that claims that hold for one size only are refuted. */
  private static final int[] BATCHES = {3, 2, 4};

  private final Program<?> program;
  private final Map<String, Integer> extents;
  private final SplittableRandom random;
  private final ComparedNumbers compared;

  /**
   * @param extents the values of symbolic extents, such as {@code m}
   */
  public AdmissiblePoint(Program<?> program, Map<String, Integer> extents, SplittableRandom random) {
    this.program = program;
    this.extents = extents;
    this.random = random;
    this.compared = ComparedNumbers.of(program.graph(), program.facts().ranges());
  }

  /** Returns the extents of the point of a seed. */
  static Map<String, Integer> extents(Program<?> program, long seed) {
    return program.extents(BATCHES[(int) (seed % BATCHES.length)]);
  }

  /** Returns a point, the same for the same seed, empty if none was found. */
  static Optional<Prover.Point> of(Program<?> program, long seed) {
    Map<String, Integer> extents = extents(program, seed);
    return new AdmissiblePoint(program, extents, new SplittableRandom(seed)).draw().map(leaves -> new Prover.Point(leaves, extents));
  }

  /** Returns values by the leaves' names at which the loss is finite, empty if none were found. */
  public Optional<Map<String, double[]>> draw() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Data without declared facts may have to be positive, for instance under a logarithm.
      Interval undeclared = attempt % 2 == 0 ? Interval.closed(-1, 1) : Interval.open(0, 1);
      Map<String, double[]> leaves = candidate(undeclared, attempt % 4 < 2);
      if (isAdmissible(leaves)) {
        return Optional.of(leaves);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns values by the leaves' names that satisfy the facts, for any value of the loss; empty if none were found.
   *
   * @param spread distance of parameters from their initial values
   */
  Optional<Map<String, double[]>> drawForFacts(double spread) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Map<String, double[]> leaves = candidate(attempt % 2 == 0 ? Interval.closed(-1, 1) : Interval.open(0, 1), attempt % 4 < 2);
      program.parameters().forEach(parameter -> Arrays.setAll(leaves.get(parameter.name()),
          k -> leaves.get(parameter.name())[k] + spread * random.nextDouble(-1, 1)));
      if (satisfiesFacts(new Interpreter(program.graph(), leaves, extents))) {
        return Optional.of(leaves);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns degenerate values: all data is one number, 0 if permitted, and parameters have their initial values or are 0. Empty if the facts exclude
   * them.
   */
  Optional<Map<String, double[]>> degenerate(boolean zeroParameters) {
    Map<String, double[]> leaves = candidate(Interval.closed(-1, 1), false);
    for (int id = 0; id < program.graph().size(); id++) {
      if (program.graph().node(id) instanceof Node.Leaf leaf && leaf.role() != Node.Role.EXTENT) {
        Interval range = program.facts().ranges().getOrDefault(id, Interval.REALS);
        boolean starts = leaf.role() == Node.Role.STATE || leaf.role() == Node.Role.PARAMETER && !zeroParameters;
        boolean constant = !starts || initial(leaf) instanceof Program.Initial.Constant;
        double number = starts && initial(leaf) instanceof Program.Initial.Constant start ? start.value()
            : range.contains(0) ? 0 : leaves.get(leaf.name())[0];
        Arrays.setAll(leaves.get(leaf.name()), k -> constant ? number : leaves.get(leaf.name())[k]);
      }
    }
    program.facts().equalities().forEach((left, right) -> adjust(leaves, left, right, false));
    return satisfiesFacts(new Interpreter(program.graph(), leaves, extents)) ? Optional.of(leaves) : Optional.empty();
  }

  /** Returns the initial values of a parameter or a state. */
  private Program.Initial initial(Node.Leaf leaf) {
    return Stream.concat(program.parameters().stream().filter(parameter -> parameter.name().equals(leaf.name())).map(Program.Parameter::initial),
        program.modelStates().stream().filter(state -> state.name().equals(leaf.name())).map(Program.ModelState::initial)).findFirst().orElseThrow();
  }

  /**
   * @param decisive true if data is drawn from the numbers that decide comparisons
   */
  private Map<String, double[]> candidate(Interval undeclared, boolean decisive) {
    Graph graph = program.graph();
    Map<String, double[]> leaves = new LinkedHashMap<>();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaf.role() != Node.Role.EXTENT) {
        Interval range = program.facts().ranges().getOrDefault(id, undeclared);
        leaves.put(leaf.name(), switch (leaf.role()) {
          case PARAMETER, STATE -> parameter(leaf);
          case NOISE -> noise(leaf);
          default -> uniform(leaf, range);
        });
        if (decisive) {
          choose(leaves.get(leaf.name()), compared.of(id), compared.isExact(id));
        }
      }
    }
    program.facts().equalities().forEach((left, right) -> adjust(leaves, left, right, decisive));
    return leaves;
  }

  /** Replaces all entries, or every second, by some of the numbers. */
  private void choose(double[] entries, List<Double> numbers, boolean all) {
    for (int i = 0; i < entries.length && !numbers.isEmpty(); i++) {
      entries[i] = all || random.nextBoolean() ? numbers.get(random.nextInt(numbers.size())) : entries[i];
    }
  }

  private double[] uniform(Node.Leaf leaf, Interval range) {
    double low = Double.isInfinite(range.low()) ? Math.min(range.high() - 2, -1) : range.low();
    double high = Double.isInfinite(range.high()) ? Math.max(low + 2, 1) : range.high();
    double[] entries = new double[length(leaf)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = low + (high - low) * random.nextDouble(0.05, 0.95);
    }
    return entries;
  }

  /** Returns noise as training draws it. It is constant while gradients are compared with differences. */
  private double[] noise(Node.Leaf leaf) {
    Program.Noise noise = program.noises().stream().filter(other -> other.name().equals(leaf.name())).findFirst().orElseThrow();
    double[] entries = new double[length(leaf)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = switch (noise.distribution()) {
        case BERNOULLI -> random.nextDouble() < noise.parameter() ? 1 : 0;
        case NORMAL -> noise.parameter() * random.nextGaussian();
        case UNIFORM -> noise.parameter() * random.nextDouble(-1, 1);
      };
    }
    return entries;
  }

  /** Returns a parameter or a state near its initial values, but without equal entries, as initial zeros would have. */
  private double[] parameter(Node.Leaf leaf) {
    Program.Initial initial = initial(leaf);
    double[] entries = new double[length(leaf)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = entry(initial);
    }
    return entries;
  }

  private double entry(Program.Initial initial) {
    double u = random.nextDouble(-1, 1);
    if (initial instanceof Program.Initial.Constant constant) {
      return constant.value() + 0.1 * u * (constant.value() == 0 ? 1 : Math.abs(constant.value()));
    }
    if (initial instanceof Program.Initial.Uniform uniform) {
      return uniform.center() + uniform.scale() * u;
    }
    Program.Initial.Normal normal = (Program.Initial.Normal) initial;
    return normal.center() + normal.scale() * Math.sqrt(3) * u;
  }

  /**
   * Scales the entries of a leaf so that their sums, such as {@code colsum(Y)}, have the declared value.
   *
   * @param decisive true if one entry gets the whole sum, as in a one-hot column, if the leaf's entries are compared for equality
   */
  private void adjust(Map<String, double[]> leaves, int left, int right, boolean decisive) {
    if (!(program.graph().node(left) instanceof Node.Product sum) || !sum.isSumming() || sum.factors().size() != 1
        || !(program.graph().node(sum.factors().get(0).node()) instanceof Node.Leaf leaf)) {
      return;
    }
    Interpreter interpreter = new Interpreter(program.graph(), leaves, extents);
    double[] actual = interpreter.value(left);
    double[] wanted = interpreter.value(right);
    double[] entries = leaves.get(leaf.name());
    boolean scale = positive(actual) && positive(wanted);
    int[] group = groups(sum, sum.factors().get(0), leaf);
    double members = (double) entries.length / actual.length;
    if (decisive && compared.isExact(sum.factors().get(0).node())) {
      concentrate(entries, group, wanted);
      return;
    }
    for (int i = 0; i < entries.length; i++) {
      double target = wanted[wanted.length == 1 ? 0 : group[i]];
      entries[i] = scale ? entries[i] * target / actual[group[i]] : entries[i] + (target - actual[group[i]]) / members;
    }
  }

  /** Gives one entry of each group the group's sum, and the others 0. */
  private void concentrate(double[] entries, int[] group, double[] sums) {
    int[] seen = new int[Arrays.stream(group).max().orElse(0) + 1];
    int[] holder = new int[seen.length];
    for (int i = 0; i < entries.length; i++) {
      holder[group[i]] = random.nextInt(++seen[group[i]]) == 0 ? i : holder[group[i]];
    }
    for (int i = 0; i < entries.length; i++) {
      entries[i] = holder[group[i]] == i ? sums[sums.length == 1 ? 0 : group[i]] : 0;
    }
  }

  /** Returns for every entry of the leaf the entry of the sum to which it contributes. */
  private int[] groups(Node.Product sum, View view, Node.Leaf leaf) {
    int[] group = new int[length(leaf)];
    List<Extent> shape = leaf.shape();
    for (int i = 0; i < group.length; i++) {
      int rest = i;
      int[] index = new int[sum.loops().size()];
      for (int k = shape.size() - 1; k >= 0; k--) {
        index[view.axes().get(k)] = rest % size(shape.get(k));
        rest /= size(shape.get(k));
      }
      for (int k = 0; k < sum.rank(); k++) {
        group[i] = group[i] * size(sum.loops().get(k)) + index[k];
      }
    }
    return group;
  }

  private boolean isAdmissible(Map<String, double[]> leaves) {
    Interpreter interpreter = new Interpreter(program.graph(), leaves, extents);
    return satisfiesFacts(interpreter) && program.losses().stream().allMatch(loss -> Double.isFinite(interpreter.value(loss.name())[0]));
  }

  private boolean satisfiesFacts(Interpreter interpreter) {
    Facts facts = program.facts();
    for (Map.Entry<Integer, Interval> range : facts.ranges().entrySet()) {
      for (double entry : interpreter.value((int) range.getKey())) {
        if (!range.getValue().contains(entry)) {
          return false;
        }
      }
    }
    return facts.equalities().entrySet().stream()
        .allMatch(fact -> equal(interpreter.value((int) fact.getKey()), interpreter.value((int) fact.getValue())));
  }

  private static boolean equal(double[] left, double[] right) {
    for (int i = 0; i < Math.max(left.length, right.length); i++) {
      double l = left[left.length == 1 ? 0 : i];
      double r = right[right.length == 1 ? 0 : i];
      if (!(Math.abs(l - r) <= TOLERANCE * Math.max(1, Math.abs(r)))) {
        return false;
      }
    }
    return true;
  }

  private static boolean positive(double[] entries) {
    for (double entry : entries) {
      if (!(entry > 0)) {
        return false;
      }
    }
    return true;
  }

  private int length(Node.Leaf leaf) {
    return leaf.shape().stream().mapToInt(this::size).reduce(1, (a, b) -> a * b);
  }

  private int size(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? fixed.size() : extents.get(((Extent.Symbol) extent).name());
  }
}
