package dev.nngen.ir;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates a graph to 120 digits or more, so that two graphs of the same meaning agree however badly they are conditioned. An entry
 * that has no value, such as the logarithm of a negative number, is null, and so is what is computed from it.
 * Numbers that differ by rounding only count as equal, so that ties stay ties.
 */
public final class PreciseInterpreter {

  /** So many of the last digits may be left of terms that cancel. */
  private static final int ROUNDING = 20;

  private final Graph graph;
  private final Map<String, BigDecimal[]> leaves;
  private final Precise precise;
  private final Interpreter sizes;
  private final Map<Integer, Wide[]> values = new HashMap<>();

  public PreciseInterpreter(Graph graph, Map<String, double[]> leaves, Map<String, Integer> extents) {
    this(exact(leaves), graph, extents, Precise.STANDARD);
  }

  /**
   * @param leaves with entries that need not be doubles
   * @param precise how many digits are computed
   */
  public PreciseInterpreter(Map<String, BigDecimal[]> leaves, Graph graph, Map<String, Integer> extents, Precise precise) {
    this.graph = graph;
    this.leaves = leaves;
    this.precise = precise;
    this.sizes = new Interpreter(graph, Map.of(), extents);
  }

  /** The same entries as decimals. */
  public static Map<String, BigDecimal[]> exact(Map<String, double[]> leaves) {
    Map<String, BigDecimal[]> exact = new HashMap<>();
    leaves.forEach((name, entries) -> exact.put(name, Arrays.stream(entries).mapToObj(BigDecimal::new).toArray(BigDecimal[]::new)));
    return exact;
  }

  /** The entries of the named value in the order of its tensor's axes; null where there is none, or one beyond all decimals. */
  public BigDecimal[] value(String name) {
    return Arrays.stream(entries(name)).map(entry -> entry == null || entry.isBeyondDecimals() ? null : entry.decimal()).toArray(BigDecimal[]::new);
  }

  /** The doubles nearest to the entries of the named value, in the order of its tensor's axes; NaN where there is no value. */
  public double[] doubles(String name) {
    return Arrays.stream(entries(name)).mapToDouble(entry -> entry == null ? Double.NaN : entry.doubleValue()).toArray();
  }

  private Wide[] entries(String name) {
    int root = graph.named(name).node();
    boolean[] needed = graph.reachable(List.of(root));
    for (int id = 0; id <= root; id++) {
      if (needed[id] && !values.containsKey(id)) {
        values.put(id, evaluate(id));
      }
    }
    return values.get(root);
  }

  /** The entries of the named value as the matrix that the user sees, row by row. */
  public BigDecimal[] matrix(String name) {
    BigDecimal[] entries = value(name);
    Graph.Value value = graph.named(name);
    if (value.column() != 0 || value.row() != 1) {
      return entries;
    }
    int columns = sizes.size(graph.node(value.node()).shape().get(0));
    int rows = entries.length / columns;
    BigDecimal[] turned = new BigDecimal[entries.length];
    for (int k = 0; k < entries.length; k++) {
      turned[k] = entries[k % columns * rows + k / columns];
    }
    return turned;
  }

  /** The sum; zero where its terms cancel but for rounding. */
  private Wide sum(List<Wide> terms) {
    Wide sum = Wide.ZERO;
    Wide largest = Wide.ZERO;
    for (Wide term : terms) {
      sum = sum.plus(term, precise.digits());
      largest = term.abs().compareTo(largest) > 0 ? term.abs() : largest;
    }
    BigInteger rounding = largest.magnitude().subtract(BigInteger.valueOf(precise.digits().getPrecision() - ROUNDING));
    return sum.magnitude().compareTo(rounding) <= 0 ? Wide.ZERO : sum;
  }

  private Wide[] evaluate(int id) {
    Node node = graph.node(id);
    if (node instanceof Node.Leaf leaf) {
      BigDecimal[] entries = leaf.role() == Node.Role.EXTENT || leaf.isConstant() ? exact(Map.of("", sizes.value(id))).get("") : leaves.get(leaf.name());
      return Arrays.stream(entries).map(Wide::of).toArray(Wide[]::new);
    }
    Points points = new Points(node, sizes);
    Wide[] result = new Wide[points.entries()];
    for (int out = 0; out < result.length; out++) {
      List<Wide> entries = new ArrayList<>();
      for (int in = 0; in < points.summed(); in++) {
        entries.add(entry(node, operands(node, points.offsets(out, in))));
      }
      result[out] = entries.contains(null) ? null : node instanceof Node.Max
          ? entries.stream().max(Wide::compareTo).orElseThrow() : sum(entries);
    }
    return result;
  }

  private List<Wide> operands(Node node, int[] at) {
    List<Wide> operands = new ArrayList<>();
    for (int k = 0; k < at.length; k++) {
      operands.add(values.get(node.operands().get(k).node())[at[k]]);
    }
    return operands;
  }

  private Wide entry(Node node, List<Wide> x) {
    boolean chooses = node instanceof Node.Apply apply && apply.fn() == Fn.WHERE;
    if (x.contains(null) && !chooses) {
      return null;
    }
    try {
      return node.accept(new Entry(x));
    } catch (ArithmeticException undefined) {
      return null;
    }
  }

  private final class Entry implements Node.Visitor<Wide> {
    private final List<Wide> x;

    Entry(List<Wide> x) {
      this.x = x;
    }

    @Override
    public Wide leaf(Node.Leaf leaf) {
      throw new IllegalStateException("a leaf is not an operation");
    }

    @Override
    public Wide sum(Node.Sum sum) {
      List<Wide> terms = new ArrayList<>(List.of(precise.value(sum.constant())));
      for (int k = 0; k < x.size(); k++) {
        terms.add(precise.value(sum.terms().get(k).coefficient()).times(x.get(k), precise.digits()));
      }
      return PreciseInterpreter.this.sum(terms);
    }

    @Override
    public Wide product(Node.Product product) {
      return x.stream().reduce(Wide.ONE, (a, b) -> a.times(b, precise.digits()));
    }

    @Override
    public Wide power(Node.Power power) {
      return precise.power(x.get(0), power.exponent());
    }

    @Override
    public Wide apply(Node.Apply apply) {
      return apply.fn() == Fn.PI ? Wide.of(Precise.PI) : apply.fn() == Fn.WHERE
          ? x.get(0) == null ? null : x.get(x.get(0).signum() != 0 ? 1 : 2) : of(apply.fn());
    }

    private int compare(Wide a, Wide b) {
      return PreciseInterpreter.this.sum(List.of(a, b.negate())).signum();
    }

    private Wide of(Fn fn) {
      Wide a = x.get(0);
      Wide b = x.size() > 1 ? x.get(1) : null;
      return switch (fn) {
        case EXP -> precise.exp(a);
        case LOG -> compare(a, Wide.ONE) == 0 ? Wide.ZERO : precise.log(a);
        case ABS -> a.abs();
        case SIGN -> Wide.of(a.signum());
        case FLOOR -> a.magnitude().signum() < 0 ? Wide.of(Math.min(a.signum(), 0)) : Wide.of(a.decimal().setScale(0, java.math.RoundingMode.FLOOR));
        case STOP -> a;
        case MAXIMUM -> a.compareTo(b) >= 0 ? a : b;
        case MINIMUM -> a.compareTo(b) <= 0 ? a : b;
        case GREATER -> Wide.of(compare(a, b) > 0 ? 1 : 0);
        case AT_LEAST -> Wide.of(compare(a, b) >= 0 ? 1 : 0);
        case EQUAL -> Wide.of(compare(a, b) == 0 ? 1 : 0);
        case WHERE, PI -> throw new IllegalStateException(fn + " is computed elsewhere");
        default -> precise.known(new Precise.Call(fn, List.copyOf(x)), this::computed);
      };
    }

    private Wide computed(Precise.Call call) {
      Wide a = call.arguments().get(0);
      return switch (call.fn()) {
        case SIN -> precise.sin(a);
        case COS -> precise.cos(a);
        case TANH -> precise.tanh(a);
        case ERF -> precise.erf(a);
        case LOG1P -> precise.log(a.plus(Wide.ONE, precise.digits()));
        case EXPM1 -> precise.expm1(a);
        case POW -> precise.power(a, call.arguments().get(1));
        default -> new PreciseFunctions(precise).apply(call.fn(), call.arguments());
      };
    }

    @Override
    public Wide max(Node.Max max) {
      return x.get(0);
    }

    @Override
    public Wide derivative(Node.Derivative derivative) {
      throw new IllegalStateException("autodiff has not run");
    }
  }
}
