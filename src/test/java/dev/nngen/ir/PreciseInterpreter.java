package dev.nngen.ir;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates a graph to 120 digits, so that two graphs of the same meaning agree however badly they are conditioned. An entry
 * that has no value, such as the logarithm of a negative number, is null, and so is what is computed from it.
 * Numbers that differ by rounding only count as equal, so that ties stay ties.
 */
public final class PreciseInterpreter {

  /** What is left of terms that cancel, relative to them. */
  private static final BigDecimal ROUNDING = new BigDecimal("1e-100");

  private final Graph graph;
  private final Map<String, BigDecimal[]> leaves;
  private final Interpreter sizes;
  private final Map<Integer, BigDecimal[]> values = new HashMap<>();

  public PreciseInterpreter(Graph graph, Map<String, double[]> leaves, Map<String, Integer> extents) {
    this(exact(leaves), graph, extents);
  }

  /** @param leaves with entries that need not be doubles */
  public PreciseInterpreter(Map<String, BigDecimal[]> leaves, Graph graph, Map<String, Integer> extents) {
    this.graph = graph;
    this.leaves = leaves;
    this.sizes = new Interpreter(graph, Map.of(), extents);
  }

  /** The same entries as decimals. */
  public static Map<String, BigDecimal[]> exact(Map<String, double[]> leaves) {
    Map<String, BigDecimal[]> exact = new HashMap<>();
    leaves.forEach((name, entries) -> exact.put(name, Arrays.stream(entries).mapToObj(BigDecimal::new).toArray(BigDecimal[]::new)));
    return exact;
  }

  /** The entries of the named value in the order of its tensor's axes. */
  public BigDecimal[] value(String name) {
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
  private static BigDecimal sum(List<BigDecimal> terms) {
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal largest = BigDecimal.ZERO;
    for (BigDecimal term : terms) {
      sum = sum.add(term, Precise.DIGITS);
      largest = largest.max(term.abs());
    }
    return sum.abs().compareTo(largest.multiply(ROUNDING)) <= 0 ? BigDecimal.ZERO : sum;
  }

  private BigDecimal[] evaluate(int id) {
    Node node = graph.node(id);
    if (node instanceof Node.Leaf leaf) {
      return leaf.role() == Node.Role.EXTENT ? exact(Map.of("", sizes.value(id))).get("") : leaves.get(leaf.name());
    }
    int[] loops = node.loops().stream().mapToInt(sizes::size).toArray();
    int outer = count(loops, 0, node.rank());
    int inner = count(loops, node.rank(), loops.length);
    BigDecimal[] result = new BigDecimal[outer];
    for (int out = 0; out < outer; out++) {
      List<BigDecimal> entries = new ArrayList<>();
      for (int in = 0; in < inner; in++) {
        entries.add(entry(node, operands(node, loops, out * inner + in)));
      }
      result[out] = entries.contains(null) ? null : node instanceof Node.Max
          ? entries.stream().reduce(BigDecimal::max).orElseThrow() : sum(entries);
    }
    return result;
  }

  private static int count(int[] loops, int from, int to) {
    return Arrays.stream(loops, from, to).reduce(1, (a, b) -> a * b);
  }

  private List<BigDecimal> operands(Node node, int[] loops, int flat) {
    int[] index = new int[loops.length];
    for (int k = loops.length - 1, rest = flat; k >= 0; rest /= loops[k], k--) {
      index[k] = rest % loops[k];
    }
    List<BigDecimal> operands = new ArrayList<>();
    for (View view : node.operands()) {
      int offset = 0;
      for (int k = 0; k < view.axes().size(); k++) {
        offset = offset * loops[view.axes().get(k)] + index[view.axes().get(k)];
      }
      operands.add(values.get(view.node())[offset]);
    }
    return operands;
  }

  private static BigDecimal entry(Node node, List<BigDecimal> x) {
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

  private record Entry(List<BigDecimal> x) implements Node.Visitor<BigDecimal> {
    @Override
    public BigDecimal leaf(Node.Leaf leaf) {
      throw new IllegalStateException("a leaf is no operation");
    }

    @Override
    public BigDecimal sum(Node.Sum sum) {
      List<BigDecimal> terms = new ArrayList<>(List.of(Precise.value(sum.constant())));
      for (int k = 0; k < x.size(); k++) {
        terms.add(Precise.value(sum.terms().get(k).coefficient()).multiply(x.get(k), Precise.DIGITS));
      }
      return PreciseInterpreter.sum(terms);
    }

    @Override
    public BigDecimal product(Node.Product product) {
      return x.stream().reduce(BigDecimal.ONE, (a, b) -> a.multiply(b, Precise.DIGITS));
    }

    @Override
    public BigDecimal power(Node.Power power) {
      return Precise.power(x.get(0), power.exponent());
    }

    @Override
    public BigDecimal apply(Node.Apply apply) {
      return apply.fn() == Fn.PI ? Precise.PI : apply.fn() == Fn.WHERE
          ? x.get(0) == null ? null : x.get(x.get(0).signum() != 0 ? 1 : 2) : of(apply.fn());
    }

    private static int compare(BigDecimal a, BigDecimal b) {
      return PreciseInterpreter.sum(List.of(a, b.negate())).signum();
    }

    private BigDecimal of(Fn fn) {
      BigDecimal a = x.get(0);
      BigDecimal b = x.size() > 1 ? x.get(1) : null;
      return switch (fn) {
        case EXP -> Precise.exp(a);
        case LOG -> compare(a, BigDecimal.ONE) == 0 ? BigDecimal.ZERO : Precise.log(a);
        case SIN -> Precise.sin(a);
        case COS -> Precise.cos(a);
        case TANH -> Precise.tanh(a);
        case ERF -> Precise.erf(a);
        case LOG1P -> Precise.log(a.add(BigDecimal.ONE));
        case EXPM1 -> Precise.expm1(a);
        case ABS -> a.abs();
        case SIGN -> BigDecimal.valueOf(a.signum());
        case FLOOR -> a.setScale(0, java.math.RoundingMode.FLOOR);
        case STOP -> a;
        case POW -> b.stripTrailingZeros().scale() <= 0
            ? Precise.power(a, new Rational(b.toBigIntegerExact(), java.math.BigInteger.ONE))
            : Precise.exp(b.multiply(Precise.log(a), Precise.DIGITS));
        case MAXIMUM -> a.max(b);
        case MINIMUM -> a.min(b);
        case GREATER -> BigDecimal.valueOf(compare(a, b) > 0 ? 1 : 0);
        case AT_LEAST -> BigDecimal.valueOf(compare(a, b) >= 0 ? 1 : 0);
        case EQUAL -> BigDecimal.valueOf(compare(a, b) == 0 ? 1 : 0);
        case WHERE, PI -> throw new IllegalStateException(fn + " is computed elsewhere");
      };
    }

    @Override
    public BigDecimal max(Node.Max max) {
      return x.get(0);
    }

    @Override
    public BigDecimal derivative(Node.Derivative derivative) {
      throw new IllegalStateException("autodiff has not run");
    }
  }
}
