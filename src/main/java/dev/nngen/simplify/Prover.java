package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Noise;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/**
 * Decides claims. Equal normal forms are a proof: first with matrix products as atoms, then multiplied out; so are equal entries of small tensors. Otherwise the sides are evaluated at
 * random points that satisfy the declared facts; a point where they differ is a refutation.
 */
public final class Prover {

  private static final int POINTS = 24;
  /** A smaller relative difference may be due to rounding. */
  private static final double TOLERANCE = 1e-8;
  /** Smaller sides may differ because subnormal numbers have few digits. */
  private static final double SMALLEST = 1e-280;
  /** Relative noise on every intermediate result, far above rounding. Its effect on a difference is an upper bound of the effect of rounding. */
  private static final double NOISE = 0x1p-44;
  private static final int NOISY_RUNS = 3;

  private final Program<Phase.Differentiated> program;
  private final Graph graph;
  private final EqualityCheck equality;
  /** The claims that induction proves; null until a claim needs it. */
  private Set<Program.Claim> induction;

  /** @param program differentiated and not yet simplified */
  public Prover(Program<Phase.Differentiated> program) {
    this.program = program;
    this.graph = program.graph();
    this.equality = new EqualityCheck(graph, program.facts());
  }

  /** A point at which the sides are compared: the entries of each leaf, row-major, and the symbolic extents. */
  public record Point(Map<String, double[]> leaves, Map<String, Integer> extents) {}

  /**
   * Decides one claim.
   *
   * @param points returns an admissible random point for a seed
   */
  public Proof decide(Program.Claim claim, LongFunction<Point> points) {
    Optional<String> reason = equality.reason(graph.named(claim.left()), graph.named(claim.right()));
    if (reason.isPresent()) {
      return new Proof.Proved(reason.get());
    }
    if (induction == null) {
      induction = Induction.proved(program);
    }
    if (induction.contains(claim)) {
      return new Proof.Proved(Induction.REASON);
    }
    if (EntryPolynomials.areEqual(graph, graph.named(claim.left()), graph.named(claim.right()))) {
      return new Proof.Proved(EntryPolynomials.REASON);
    }
    boolean zero = true;
    for (long seed = 1; seed <= POINTS; seed++) {
      Point point = points.apply(seed);
      Proof.Refuted refuted = compare(claim, point);
      if (refuted != null) {
        return refuted;
      }
      zero &= isZero(claim.left(), point) && isZero(claim.right(), point);
    }
    return new Proof.Unproved(POINTS, zero);
  }

  private boolean isZero(String side, Point point) {
    return Arrays.stream(new Interpreter(graph, point.leaves(), point.extents()).value(side)).allMatch(entry -> entry == 0);
  }

  private Proof.Refuted compare(Program.Claim claim, Point point) {
    double[][] left = new Interpreter(graph, point.leaves(), point.extents()).matrix(claim.left());
    double[][] right = new Interpreter(graph, point.leaves(), point.extents()).matrix(claim.right());
    double scale = Math.max(largest(left), largest(right));
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j < left[i].length; j++) {
        double difference = Math.abs(left[i][j] - right[i][j]);
        if (Double.isFinite(difference) && difference > TOLERANCE * Math.max(scale, SMALLEST) && !mayBeRounding(claim, point, i, j, difference)) {
          String place = left.length == 1 && left[0].length == 1 ? "" : "[" + (i + 1) + ", " + (j + 1) + "]";
          return new Proof.Refuted(place, left[i][j], right[i][j], describe(claim, point));
        }
      }
    }
    return null;
  }

  /** True if noise on intermediate results changes a difference by its own magnitude: u' S v - v' S' u is 1e-17, and not 0. */
  private boolean mayBeRounding(Program.Claim claim, Point point, int row, int column, double difference) {
    for (int run = 1; run <= NOISY_RUNS; run++) {
      Noise noise = new Noise(new SplittableRandom(run), NOISE);
      Interpreter noisy = new Interpreter(graph, point.leaves(), point.extents(), noise::disturb);
      double disturbed = Math.abs(noisy.matrix(claim.left())[row][column] - noisy.matrix(claim.right())[row][column]);
      if (!(Math.abs(disturbed - difference) < difference)) {
        return true;
      }
    }
    return false;
  }

  private static double largest(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  /** Returns the extents, and the values of the leaves on which the claim depends. */
  private List<String> describe(Program.Claim claim, Point point) {
    boolean[] needed = graph.reachable(List.of(graph.named(claim.left()).node(), graph.named(claim.right()).node()));
    Map<String, String> lines = new LinkedHashMap<>();
    graph.names().forEach((name, value) -> {
      double[] entries = point.leaves().get(name);
      if (needed[value.node()] && entries != null) {
        lines.put(name, name + " = " + numbers(entries));
      }
    });
    List<String> described = new ArrayList<>();
    point.extents().forEach((name, size) -> described.add(name + " = " + size));
    described.addAll(lines.values());
    return List.copyOf(described);
  }

  private static String numbers(double[] entries) {
    String shown = String.join(", ", Arrays.stream(entries).limit(6).mapToObj(x -> String.format(Locale.ROOT, "%.4g", x)).toList());
    return entries.length == 1 ? shown : "[" + shown + (entries.length > 6 ? ", ..." : "") + "]";
  }
}
