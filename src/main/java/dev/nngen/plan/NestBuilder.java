package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Writes a group of statements as one loop nest. Values are addressed by positions in the nest, so two statements share what they compute at the same
 * point. An expression becomes a local if it is used twice, if it is invariant in the inner loop, or if the whole would be too long to read.
 */
final class NestBuilder {

  /** Maximum number of operations in a Java expression. */
  private static final int LONGEST = 6;
  private static final Scalar SAMPLES = new Scalar.Size(Extent.BATCH);

  /** An expression, the number of loops that it depends on, and its number of operations. */
  private record Value(Scalar scalar, int depth, int operations) {}

  private final Graph graph;
  private final Fusion fusion;
  private final Statements memory;
  private final IntFunction<String> names;
  private final Fusion.Group group;
  private final int axes;
  private final boolean flat;
  /** The statement of the nest that writes each tensor. */
  private final Map<Tensor, Integer> writers = new HashMap<>();
  private int current = -1;
  private final Map<View, Integer> occurrences = new HashMap<>();
  private final Map<View, Value> known = new HashMap<>();
  private final ComputedPositions positions;
  private final List<LoopNest.Let> lets = new ArrayList<>();
  private final List<LoopNest.Effect> effects = new ArrayList<>();

  private NestBuilder(Graph graph, Fusion fusion, Statements memory, IntFunction<String> names, Fusion.Group group) {
    this.graph = graph;
    this.fusion = fusion;
    this.memory = memory;
    this.names = names;
    this.group = group;
    this.axes = group.first().extents().size();
    this.positions = new ComputedPositions(graph, memory, axes);
    this.flat = isFlat();
    group.statements.forEach(s -> writers.put(memory.placement(s.node()).tensor(), s.node()));
  }

  /**
   * @param names the name of a node; null if it has none
   * @param stored the nodes that are written to memory
   */
  static LoopNest build(Graph graph, Fusion fusion, Statements memory, IntFunction<String> names, Fusion.Group group,
      IntPredicate stored) {
    return new NestBuilder(graph, fusion, memory, names, group).build(stored);
  }

  /** Returns the scale of a contraction, as an expression without loops. */
  static Scalar scale(Graph graph, Fusion fusion, Statements memory, IntFunction<String> names, Fusion.Group group,
      List<View> scalars) {
    NestBuilder builder = new NestBuilder(graph, fusion, memory, names, group);
    List<Scalar> factors = scalars.stream().map(view -> builder.expression(view).scalar()).toList();
    return factors.isEmpty() ? new Scalar.Number(Rational.ONE)
        : factors.size() == 1 ? factors.get(0) : new Scalar.Product(factors);
  }

  private LoopNest build(IntPredicate stored) {
    Set<View> seen = new HashSet<>();
    for (EntryStatement statement : group.statements) {
      operands(statement).forEach(view -> count(view, seen));
    }
    group.statements.forEach(statement -> write(statement, stored));
    return new LoopNest(group.first().extents(), positions.derived(), flat, lets, effects);
  }

  private List<View> operands(EntryStatement statement) {
    List<Integer> positions = statement.positions();
    return Statements.operands(graph.node(statement.node())).stream().map(view -> view.rewire(positions)).toList();
  }

  private void count(View view, Set<View> seen) {
    occurrences.merge(view, 1, Integer::sum);
    if ((seen.add(view) || isDivision(view)) && isInline(view.node())) {
      graph.node(view.node()).operands().forEach(operand -> count(operand.rewire(view.axes()), seen));
    }
    if (graph.node(view.node()) instanceof Node.Power power && Scalar.Power.isProduct(power.exponent().abs())) {
      occurrences.merge(power.base().rewire(view.axes()), 1, Integer::sum);
    }
  }

  /** Whether the value has no statement of its own and is computed at its use. */
  private boolean isInline(int node) {
    return fusion.groupOf(node) < 0 && !(graph.node(node) instanceof Node.Leaf) && !(graph.node(node) instanceof Node.Window);
  }

  /** Whether another statement of this nest computes the value at the same point. */
  private boolean isLocal(View view) {
    EntryStatement statement = fusion.statement(view.node());
    return statement != null && fusion.groups().get(fusion.groupOf(view.node())) == group && !statement.isReduction()
        && statement.positions().equals(view.axes());
  }

  private void write(EntryStatement statement, IntPredicate stored) {
    Node node = graph.node(statement.node());
    current = statement.node();
    Placement placement = memory.placement(statement.node());
    if (node instanceof Node.Scatter scatter) {
      effects.add(scatter(statement, scatter, placement));
      return;
    }
    if (statement.isReduction()) {
      effects.add(reduce(statement, node, placement.tensor(), at(statement, placement)));
      return;
    }
    View own = new View(statement.node(), statement.positions());
    Value value = node instanceof Node.Window window ? new Value(positions.entry(window, own, numbers(window, own)), depth(own.axes()), 1)
        : node.accept(new Combiner(operands(statement).stream().map(this::value).toList()));
    if (occurrences.containsKey(own) || !stored.test(statement.node())) {
      value = let(own, new Value(value.scalar(), innermost(), value.operations()));
      known.put(own, value);
    }
    if (stored.test(statement.node())) {
      effects.add(new LoopNest.Store(placement.tensor(), at(statement, placement), value.scalar()));
    }
  }

  /** Builds a reduction. A sum in a local is scaled once, at the end; a sum in memory is scaled term by term. */
  private LoopNest.Reduce reduce(EntryStatement statement, Node node, Tensor to, List<Integer> at) {
    List<View> operands = operands(statement);
    List<View> scalars = operands.stream().filter(view -> view.axes().isEmpty()).toList();
    List<View> rest = operands.stream().filter(view -> !view.axes().isEmpty()).toList();
    boolean outer = at.stream().allMatch(position -> position < at.size());
    boolean split = outer && node instanceof Node.Product && !scalars.isEmpty() && !rest.isEmpty();
    Scalar value = node.accept(new Combiner((split ? rest : operands).stream().map(this::value).toList())).scalar();
    Scalar scale = split ? scale(scalars.stream().map(this::value).toList(), at.size()) : new Scalar.Number(Rational.ONE);
    return new LoopNest.Reduce(node instanceof Node.Max ? LoopNest.Reduction.MAX : LoopNest.Reduction.SUM, to, at, value, scale);
  }

  private LoopNest.Scatter scatter(EntryStatement statement, Node.Scatter node, Placement to) {
    List<Scalar> numbers = node.numbers().stream().map(view -> value(view.rewire(statement.positions())).scalar()).toList();
    List<Value> factors = new ArrayList<>(node.factors().stream().filter(view -> !view.axes().isEmpty()).map(view -> value(view.rewire(statement.positions()))).toList());
    List<Value> scalars = node.factors().stream().filter(view -> view.axes().isEmpty()).map(this::value).toList();
    if (!scalars.isEmpty()) {
      factors.add(new Value(scale(scalars, axes), 0, 1));
    }
    Scalar term = factors.isEmpty() ? new Scalar.Number(Rational.ONE) : node.accept(new Combiner(factors)).scalar();
    return new LoopNest.Scatter(to.tensor(), at(statement, to), numbers, term);
  }

  private Scalar scale(List<Value> factors, int depth) {
    Scalar product = factors.size() == 1 ? factors.get(0).scalar() : new Scalar.Product(factors.stream().map(Value::scalar).toList());
    boolean hoisted = depth > 0 && !isAtomic(product);
    return hoisted ? let(new Value(product, 0, 1), isPerSample(factors) ? "perSample" : "factor").scalar() : product;
  }

  private static boolean isPerSample(List<Value> factors) {
    return factors.stream().map(Value::scalar).allMatch(factor -> factor instanceof Scalar.Number
        || factor instanceof Scalar.Power power && power.exponent().equals(Rational.MINUS_ONE) && power.base().equals(SAMPLES));
  }

  private static List<Integer> at(EntryStatement statement, Placement placement) {
    return placement.order().stream().map(statement.positions()::get).toList();
  }

  private int innermost() {
    return flat ? 1 : axes;
  }

  /** Returns the value as an operand: a local or an expression. */
  private Value value(View view) {
    Value value = known.get(view);
    if (value == null) {
      value = expression(view);
      boolean shared = occurrences.getOrDefault(view, 1) > 1 && !isAtomic(value.scalar()) && !(isDivision(view) && value.depth() == innermost());
      if (shared || value.scalar() instanceof Scalar.Load load && isOverwritten(load.tensor())) {
        value = let(view, value);
      }
      known.put(view, value);
    }
    return value;
  }

  /** Whether each use divides: y / p may be finite if p is so small that 1 / p is not. */
  private boolean isDivision(View view) {
    return Materialization.isDivision(graph, view.node(), base -> !isInline(base));
  }

  /** Whether another statement of the nest overwrites this optimizer state, which therefore is read first. */
  private boolean isOverwritten(Tensor tensor) {
    Integer writer = writers.get(tensor);
    return writer != null && writer != current;
  }

  private Value expression(View view) {
    Node node = graph.node(view.node());
    if (isInline(view.node())) {
      return node.accept(new Combiner(node.operands().stream().map(operand -> value(operand.rewire(view.axes()))).toList()));
    }
    if (isLocal(view)) {
      throw new IllegalStateException("a value of the same nest is used before it is computed");
    }
    if (node instanceof Node.Leaf leaf && leaf.role() == Node.Role.EXTENT) {
      return new Value(new Scalar.Size(new Extent.Symbol(leaf.name())), 0, 0);
    }
    if (node instanceof Node.Leaf leaf && leaf.role() == Node.Role.STEP) {
      return new Value(new Scalar.Time(leaf.name().replace('.', '_')), 0, 0);
    }
    if (node instanceof Node.Leaf leaf && leaf.role() == Node.Role.RATE) {
      return new Value(new Scalar.Rate(leaf.name().replace('.', '_')), 0, 0);
    }
    if (node instanceof Node.Leaf leaf && leaf.isPositional()) {
      return new Value(positions.constant(leaf, view), depth(view.axes()), leaf.relation().isPresent() ? 1 : 0);
    }
    if (node instanceof Node.Window window && fusion.groupOf(view.node()) < 0) {
      return new Value(positions.entry(window, view, numbers(window, view)), depth(view.axes()), 1);
    }
    Placement placement = memory.placement(view.node());
    return new Value(new Scalar.Load(placement.tensor(), placement.at(view)), depth(view.axes()), 0);
  }

  private List<Scalar> numbers(Node.Window window, View view) {
    return window.numbers().stream().map(number -> value(number.rewire(view.axes())).scalar()).toList();
  }

  private int depth(List<Integer> positions) {
    int deepest = positions.stream().mapToInt(p -> p + 1).max().orElse(0);
    return flat ? Math.min(deepest, 1) : deepest;
  }

  private Value let(View view, Value value) {
    LoopNest.Let let = new LoopNest.Let(lets.size(), value.depth(), value.scalar(), hint(view, value.scalar()), view.axes());
    lets.add(let);
    return new Value(new Scalar.Local(let.id()), value.depth(), 0);
  }

  private Value let(Value value) {
    return let(value, hint(null, value.scalar()));
  }

  private Value let(Value value, String name) {
    lets.add(new LoopNest.Let(lets.size(), value.depth(), value.scalar(), name, subscripts(value)));
    return new Value(new Scalar.Local(lets.size() - 1), value.depth(), 0);
  }

  private static List<Integer> subscripts(Value value) {
    return value.scalar() instanceof Scalar.Load load ? load.at() : List.of();
  }

  private String hint(View view, Scalar scalar) {
    String name = view == null ? null : names.apply(view.node());
    if (name == null && view != null && fusion.statement(view.node()) != null) {
      name = memory.placement(view.node()).tensor().name();
    }
    if (name != null) {
      return name;
    }
    if (scalar instanceof Scalar.Load load) {
      return load.tensor().name();
    }
    if (scalar instanceof Scalar.Apply apply) {
      return apply.fn().name().toLowerCase(Locale.ROOT);
    }
    if (scalar instanceof Scalar.Power power && power.exponent().signum() < 0) {
      return power.base().equals(SAMPLES) ? "perSample" : power.base() instanceof Scalar.Size size ? "per" + size.extent().toString().substring(0, 1).toUpperCase(Locale.ROOT) + size.extent().toString().substring(1) : "inverse";
    }
    return scalar instanceof Scalar.Sum ? "sum" : scalar instanceof Scalar.Product ? "product" : scalar instanceof Scalar.Position ? "index" : "power";
  }

  /** Whether repeating the expression costs nothing. */
  private static boolean isAtomic(Scalar scalar) {
    return scalar instanceof Scalar.Number || scalar instanceof Scalar.Size || scalar instanceof Scalar.Time || scalar instanceof Scalar.Rate
        || scalar instanceof Scalar.Local || scalar instanceof Scalar.Load load && load.tensor().isScalar();
  }

  private boolean isFlat() {
    List<Integer> all = IntStream.range(0, axes).boxed().toList();
    return axes > 1 && group.first().recurrence() < 0 && group.statements.stream().noneMatch(statement -> computesSubscripts(statement.node(), true)) && group.statements.stream().allMatch(statement -> {
      List<Integer> written = at(statement, memory.placement(statement.node()));
      return (written.isEmpty() || written.equals(all)) && statement.uses().stream().allMatch(use -> {
        List<Integer> read = memory.placement(use.node()).at(use.rewire(statement.positions()));
        return read.isEmpty() || read.equals(all);
      });
    });
  }

  /** Whether the value, or one computed inside its expression, needs the subscripts of its entries. */
  private boolean computesSubscripts(int id, boolean isStatement) {
    Node node = graph.node(id);
    if ((node instanceof Node.Window || node instanceof Node.Scatter) && isStatement || node instanceof Node.Leaf leaf && leaf.isPositional()) {
      return true;
    }
    return isStatement && node.operands().stream().anyMatch(view -> graph.node(view.node()) instanceof Node.Window
        || computesSubscripts(view.node(), isInline(view.node())));
  }

  /** Builds the expression of a node from its operands. */
  private final class Combiner implements Node.Visitor<Value> {
    private final List<Value> given;

    Combiner(List<Value> given) {
      this.given = given;
    }

    /** Returns the operands; those that are loop-invariant or long have become locals. */
    private List<Scalar> operands() {
      int depth = depth();
      return given.stream().map(value -> {
        boolean outer = value.depth() < depth && !isAtomic(value.scalar());
        return outer || value.operations() >= LONGEST ? let(value).scalar() : value.scalar();
      }).toList();
    }

    private int depth() {
      return given.stream().mapToInt(Value::depth).max().orElse(0);
    }

    private Value value(Scalar scalar, int operations) {
      int below = given.stream().mapToInt(v -> v.operations() >= LONGEST ? 0 : v.operations()).sum();
      return new Value(scalar, depth(), below + operations);
    }

    @Override
    public Value leaf(Node.Leaf leaf) {
      throw new IllegalStateException("a leaf is no expression");
    }

    @Override
    public Value sum(Node.Sum sum) {
      if (sum.isNumber()) {
        return value(new Scalar.Number(sum.constant()), 0);
      }
      List<Scalar> scalars = operands();
      List<Scalar.Term> terms = IntStream.range(0, scalars.size())
          .mapToObj(k -> new Scalar.Term(sum.terms().get(k).coefficient(), scalars.get(k))).toList();
      return value(new Scalar.Sum(sum.constant(), terms), terms.size());
    }

    @Override
    public Value product(Node.Product product) {
      return given.size() == 1 ? given.get(0) : value(chosen(operands()), given.size() - 1);
    }

    /** Builds a product with comparisons as conditional expressions: multiplying by 0 costs more, and gives NaN if a factor is infinite. */
    private static Scalar chosen(List<Scalar> given) {
      List<Scalar> conditions = new ArrayList<>();
      List<Scalar> others = new ArrayList<>();
      for (Scalar factor : given) {
        Scalar value = factor;
        while (value instanceof Scalar.Apply where && where.fn() == Fn.WHERE && ComputedPositions.isCondition(where.arguments().get(0)) && isZero(where.arguments().get(2))) {
          conditions.add(where.arguments().get(0));
          value = where.arguments().get(1);
        }
        (isComparison(value) ? conditions : others).add(value);
      }
      if (others.isEmpty()) {
        return new Scalar.Product(given);
      }
      Scalar value = others.size() == 1 ? others.get(0) : new Scalar.Product(others);
      for (Scalar condition : conditions) {
        value = new Scalar.Apply(Fn.WHERE, List.of(condition, value, new Scalar.Number(Rational.ZERO)));
      }
      return value;
    }

    private static boolean isZero(Scalar scalar) {
      return scalar instanceof Scalar.Number number && number.value().isZero();
    }

    private static boolean isComparison(Scalar scalar) {
      return scalar instanceof Scalar.Apply apply && apply.fn().isIndicator();
    }

    @Override
    public Value power(Node.Power power) {
      return value(new Scalar.Power(operands().get(0), power.exponent()), 1);
    }

    @Override
    public Value apply(Node.Apply apply) {
      List<Scalar> arguments = operands();
      return value(switch (apply.fn()) {
        case STOP -> arguments.get(0);
        case WEIGHTED -> new Scalar.Apply(Fn.WHERE, List.of(arguments.get(0), new Scalar.Product(arguments), new Scalar.Number(Rational.ZERO)));
        default -> new Scalar.Apply(apply.fn(), arguments);
      }, 1);
    }

    @Override
    public Value max(Node.Max max) {
      return given.get(0);
    }
  }
}
