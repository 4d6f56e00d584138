package dev.nngen.compiler;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.Noise;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares every gradient of the loss with central differences, in double precision on the reference interpreter, at a random point that satisfies
 * the model's facts.
 *
 * <p>The loss is that of the differentiated program and the gradients are those of the simplified one, so that wrong adjoint rules and wrong
 * simplifications are both found. Entries with a nondifferentiable point within every step, or whose difference rounding may change, are counted and
 * not compared: with saturated sigmoids, or a comparison that rounding decides, the loss of the text has no correct digits. {@code stop} keeps its
 * value while parameters vary, consistent with its gradient.
 */
public final class GradientCheck {

  /** The largest accepted error, relative to the entry, or to a thousandth of the parameter's largest entry if that is more. */
  public static final double TOLERANCE = 1e-6;

  private static final int BATCH = 3;
  /** Parameters with more entries are compared at some entries, and in random directions through all. */
  private static final int ALL = 48;
  private static final int SOME = 16;
  private static final int DIRECTIONS = 4;
  /** If the loss takes more operations, as with a convolution, fewer entries are compared. */
  private static final long MUCH = 400_000;
  private static final int FEW = 4;
  private static final double FIRST_STEP = 1.0 / 64;
  /** Relative noise on every intermediate result, 4 ulps, in evaluations that estimate the rounding error of the loss. */
  private static final double NOISE = 0x1p-50;
  private static final int NOISY_RUNS = 8;
  private static final double WELL_DETERMINED = 1e-12;
  private static final int POINTS = 4;
  /** Number of further points for gradients that are 0. */
  private static final int FURTHER_POINTS = 6;

  /**
   * The outcome of one parameter's gradient.
   *
   * @param gradient its name, such as {@code dJ/dW1}
   * @param compared number of compared entries or directions
   * @param setAside number of entries that could not be compared, at nondifferentiable points or because of rounding
   * @param relativeError the largest error
   * @param zero true if gradient and difference were 0 at every point tried, which is weak evidence
   */
  public record Line(String gradient, int compared, int setAside, double relativeError, boolean zero) {

    /** False if an entry differs, or if nothing could be compared. */
    public boolean passed() {
      return compared > 0 && relativeError <= TOLERANCE;
    }

    @Override
    public String toString() {
      String outcome = zero ? "zero at every point tried" : String.format(Locale.ROOT, "largest relative error %.1e", relativeError);
      return (passed() ? zero ? "warn" : "ok  " : "FAIL") + " " + gradient + ": " + compared + " compared, " + outcome
          + (setAside == 0 ? "" : ", " + setAside + " left out, nondifferentiable or lost to rounding");
    }
  }

  private final Graph graph;
  private final int loss;
  private final SmoothnessProbes probes;
  private final Map<String, Integer> extents;
  private final Map<String, double[]> point;
  private final SplittableRandom random;
  private final Interpreter origin;
  private final List<double[]> piece;
  /** The larger of 1 and the magnitude of the loss. */
  private final double size;
  /** The rounding error of the loss, relative to its size. */
  private final double roundOff;
  private final boolean isMuch;

  private GradientCheck(Graph graph, String loss, Map<String, Integer> extents, Map<String, double[]> point,
      SplittableRandom random) {
    this.loss = graph.named(loss).node();
    this.probes = SmoothnessProbes.of(graph, this.loss);
    this.graph = probes.graph();
    this.extents = extents;
    this.point = point;
    this.random = random;
    this.origin = new Interpreter(this.graph, point, extents);
    CentralDifference.Sample here = sample(origin);
    this.piece = here.piece();
    this.size = Math.max(1, Math.abs(here.value()));
    this.isMuch = work() > MUCH;
    this.roundOff = IntStream.range(0, NOISY_RUNS).mapToDouble(run -> Math.abs(disturbed() - here.value()) / size).max().orElseThrow();
  }

  /** Returns the loss with noise on intermediate results, infinite if it is not finite. */
  private double disturbed() {
    Noise noise = new Noise(random, NOISE);
    double value = new Interpreter(graph, point, extents, noise::disturb).value(loss)[0];
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
  }

  /**
   * Returns one line per trained parameter, loss by loss, in the order declared; none if nothing is minimized.
   *
   * @param differentiated the result of {@code autodiff}
   * @param simplified the result of {@code simplify}
   * @throws IllegalArgumentException if no point was found that satisfies the facts and has a finite loss, or if memory does not suffice for one
   */
  public static List<Line> check(Program<Phase.Differentiated> differentiated, Program<? extends Phase.Differentiated> simplified, long seed) {
    Map<String, Integer> extents = differentiated.extents(BATCH);
    if (!differentiated.losses().isEmpty()) {
      MemoryBudget.shortage(simplified, differentiated.gradients(), extents).ifPresent(lacking -> {
        throw new IllegalArgumentException(lacking);
      });
    }
    SplittableRandom random = new SplittableRandom(seed);
    return differentiated.losses().stream().flatMap(loss -> check(differentiated.of(loss), simplified.of(loss), extents, random).stream()).toList();
  }

  private static List<Line> check(Program<Phase.Differentiated> differentiated, Program<? extends Phase.Differentiated> simplified, Map<String, Integer> extents, SplittableRandom random) {
    List<Line> lines = atBestPoint(differentiated, extents, random).lines(differentiated, simplified);
    for (int k = 0; k < FURTHER_POINTS && lines.stream().anyMatch(Line::zero); k++) {
      lines = withoutZeroLines(lines, atBestPoint(differentiated, extents, random).lines(differentiated, simplified));
    }
    return lines;
  }

  /** Replaces lines that are zero by further lines that are not, or that failed. */
  private static List<Line> withoutZeroLines(List<Line> lines, List<Line> further) {
    return IntStream.range(0, lines.size()).mapToObj(k -> lines.get(k).zero() && !further.get(k).zero() && further.get(k).compared() > 0
        ? further.get(k) : lines.get(k)).toList();
  }

  private List<Line> lines(Program<Phase.Differentiated> differentiated, Program<? extends Phase.Differentiated> simplified) {
    Interpreter derived = new Interpreter(simplified.graph(), point, extents);
    return differentiated.trained().stream().map(Program.Parameter::name).map(name -> line(name, differentiated.gradientOf(name), derived)).toList();
  }

  /** Returns the check at the first point with an accurate loss, or at the most accurate of a few points. */
  private static GradientCheck atBestPoint(Program<?> program, Map<String, Integer> extents, SplittableRandom random) {
    AdmissiblePoint points = new AdmissiblePoint(program, extents, random);
    GradientCheck best = null;
    for (int k = 0; k < POINTS && (best == null || best.roundOff > WELL_DETERMINED); k++) {
      Map<String, double[]> point = points.draw().orElseThrow(() -> new IllegalArgumentException(
          "no data found that satisfies the facts of " + program.name() + " and at which the loss is finite"));
      Graph forward = freeze(program.graph(), point, extents);
      GradientCheck check = new GradientCheck(forward, program.loss().orElseThrow(), extents, point, random);
      best = best == null || check.roundOff < best.roundOff ? check : best;
    }
    return best;
  }

  /** Replaces every {@code stop} by a leaf, and adds its value at the point to the leaves. */
  private static Graph freeze(Graph graph, Map<String, double[]> leaves, Map<String, Integer> extents) {
    Interpreter interpreter = new Interpreter(graph, Map.copyOf(leaves), extents);
    Graph.Builder builder = new Graph.Builder();
    int[] moved = new int[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      if (node instanceof Node.Apply apply && apply.fn() == Fn.STOP) {
        String name = "stop " + id;
        leaves.put(name, interpreter.value(id));
        moved[id] = builder.add(new Node.Leaf(name, Node.Role.INPUT, node.shape()));
      } else {
        moved[id] = builder.add(node.withOperands(
            node.operands().stream().map(view -> new View(moved[view.node()], view.axes())).toList()));
      }
    }
    graph.names().forEach((name, value) ->
        builder.name(name, value.at(moved[value.node()])));
    return builder.build();
  }

  private Line line(String parameter, String gradient, Interpreter derived) {
    double[] expected = derived.value(gradient);
    double floor = Math.max(1e-3 * Arrays.stream(expected).map(Math::abs).max().orElse(0), negligible() / TOLERANCE);
    int compared = 0;
    int setAside = 0;
    double worst = 0;
    boolean zero = true;
    for (double[] direction : directions(expected.length)) {
      double slope = IntStream.range(0, expected.length).mapToDouble(i -> expected[i] * direction[i]).sum();
      CentralDifference difference = along(parameter, direction);
      double scale = Math.max(Math.max(Math.abs(slope), Math.abs(difference.slope())), floor);
      if (!(difference.uncertainty() <= 0.1 * TOLERANCE * scale)) {
        setAside++;
        continue;
      }
      compared++;
      zero &= slope == 0 && difference.slope() == 0;
      worst = Math.max(worst, Math.abs(slope - difference.slope()) / scale);
    }
    return new Line(gradient, compared, setAside, worst, zero && compared > 0);
  }

  /** Returns ten times the error of a difference quotient by rounding of the loss, within bounds. Smaller differences are ignored. */
  private double negligible() {
    return size * Math.min(Math.max(1e-11, 200 * roundOff / FIRST_STEP), 1e-8);
  }

  /** Returns unit vectors for all entries, or for some of many entries and random directions through all. */
  private List<double[]> directions(int length) {
    List<double[]> directions = new ArrayList<>();
    boolean all = length <= (isMuch ? FEW : ALL);
    for (int k = 0; k < (all ? length : isMuch ? FEW : SOME); k++) {
      double[] unit = new double[length];
      unit[all ? k : random.nextInt(length)] = 1;
      directions.add(unit);
    }
    for (int k = 0; k < (isMuch ? DIRECTIONS / 2 : DIRECTIONS) && !all; k++) {
      directions.add(random.doubles(length, -1, 1).map(u -> u / Math.sqrt(length / 3.0)).toArray());
    }
    return directions;
  }

  /** Returns the number of loop iterations of the loss. */
  private long work() {
    Interpreter sizes = new Interpreter(graph, point, extents);
    boolean[] needed = graph.reachable(List.of(loss));
    return IntStream.range(0, graph.size()).filter(id -> needed[id] && !(graph.node(id) instanceof Node.Leaf)).mapToLong(id -> {
      Node node = graph.node(id);
      Set<Integer> computed = Resolution.isNeeded(node, graph::node) ? Resolution.of((Node.Product) node, graph::node).solved().keySet() : Set.of();
      return IntStream.range(0, node.loops().size()).filter(axis -> !computed.contains(axis)).mapToLong(axis -> sizes.size(node.loops().get(axis))).reduce(1, (a, b) -> a * b);
    }).sum();
  }

  private CentralDifference along(String parameter, double[] direction) {
    double[] entries = point.get(parameter);
    double extent = IntStream.range(0, entries.length).mapToDouble(i -> Math.abs(entries[i] * direction[i])).max().orElse(0);
    return CentralDifference.of(step -> sample(origin.with(parameter, moved(entries, direction, step))), piece, FIRST_STEP * Math.max(0.5, extent),
        size * roundOff);
  }

  private static double[] moved(double[] entries, double[] direction, double step) {
    return IntStream.range(0, entries.length).mapToDouble(i -> entries[i] + step * direction[i]).toArray();
  }

  private CentralDifference.Sample sample(Interpreter interpreter) {
    return new CentralDifference.Sample(interpreter.value(loss)[0], probes.piece(interpreter));
  }

  /** Returns the lines as text. */
  public static String render(List<Line> lines) {
    return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
  }
}
