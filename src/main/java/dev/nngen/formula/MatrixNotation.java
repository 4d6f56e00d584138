package dev.nngen.formula;

import dev.nngen.formula.Formula.Operation;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes values with matrix products, transposes and entrywise operators; a value is expressed over its own axes. For a tensor it writes the matrix
 * of each index of some axes, which then have letters: {@code Z_t = W * X_t + U * H_(t - 1)}. Such a matrix is 0 if the index is out of range.
 */
final class MatrixNotation extends Notation {

  /** Key of a node's formula for a list of letters. */
  private record Key(int node, List<String> letters) {}

  private static final String PART = "@";

  private final Scope scope;
  /** One for each axis of the node; empty for the axes of matrices, and {@code @8…15} for some entries of such an axis. */
  private final List<String> letters;
  private final Set<String> taken;
  private final SubscriptText subscripts;
  private final Map<Key, EntrywiseTerm> known;

  /** @param value whose axes get letters if it is a tensor */
  MatrixNotation(Scope scope, Graph.Value value) {
    this(scope, letters(scope, value), new SubscriptText(), new HashMap<>());
  }

  private MatrixNotation(Scope scope, List<String> letters, SubscriptText subscripts, Map<Key, EntrywiseTerm> known) {
    this(scope, letters, new LinkedHashSet<>(letters), subscripts, known);
  }

  private MatrixNotation(Scope scope, List<String> letters, Set<String> taken, SubscriptText subscripts, Map<Key, EntrywiseTerm> known) {
    super(scope.layout());
    this.scope = scope;
    this.letters = letters;
    this.taken = taken;
    this.subscripts = subscripts;
    this.known = known;
  }

  private static List<String> letters(Scope scope, Graph.Value value) {
    List<String> all = scope.letters().of(scope.graph(), value.node(), value.axes());
    return IntStream.range(0, all.size()).mapToObj(axis -> !value.isMatrix() && isForEach(scope, value.node(), axis, value.allAxes().size()) ? all.get(axis) : "").toList();
  }

  private static boolean isForEach(Scope scope, int node, int axis, int axes) {
    return !scope.isDropped(scope.graph().node(node).shape().get(axis)) && scope.letters().isForEach(scope.graph(), node, axis, axes);
  }

  private MatrixNotation with(List<String> others, Set<String> inUse) {
    return new MatrixNotation(scope, others, inUse, subscripts, known);
  }

  /** Returns the rows and columns of a tensor for each index of the axes with letters. */
  Graph.Value matrix(Graph.Value value) {
    List<Integer> rows = value.rows().stream().filter(this::isMatrixAxis).toList();
    List<Integer> columns = value.columns().stream().filter(this::isMatrixAxis).toList();
    if (rows.size() + columns.size() > 2) {
      throw new NoMatrixNotation("a tensor");
    }
    int row = !rows.isEmpty() ? rows.get(0) : columns.size() > 1 ? columns.get(0) : Graph.Value.NONE;
    int column = !columns.isEmpty() ? columns.get(columns.size() - 1) : rows.size() > 1 ? rows.get(1) : Graph.Value.NONE;
    return new Graph.Value(value.node(), row, column);
  }

  private boolean isMatrixAxis(int axis) {
    return axis != Graph.Value.NONE && isMatrixAxis(letters.get(axis));
  }

  private static boolean isMatrixAxis(String letter) {
    return letter.isEmpty() || letter.startsWith(PART);
  }

  EntrywiseTerm express(int node) {
    Key key = new Key(node, letters);
    EntrywiseTerm monomial = known.get(key);
    if (monomial == null) {
      monomial = scope.naming().name(node).map(this::named).orElseGet(() -> expand(node));
      known.put(key, monomial);
    }
    return monomial;
  }

  /** Returns the node expanded, even if it has a name. */
  private EntrywiseTerm expand(int node) {
    try {
      EntrywiseTerm written = scope.naming().call(node).map(this::called).orElseGet(() -> scope.graph().node(node).accept(this));
      return scope.graph().node(node).rank() == 0 && hasArrays(written) ? new IndexNotation(scope, List.of(), Set.of()).express(node) : written;
    } catch (NoMatrixNotation reason) {
      boolean isNumber = scope.graph().node(node) instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER;
      if (isNumber || scope.graph().node(node).rank() > 2 || letters.stream().anyMatch(letter -> !letter.isEmpty())) {
        throw reason;
      }
      return EntrywiseTerm.of(perEntry(node));
    }
  }

  private static boolean hasArrays(EntrywiseTerm term) {
    return EntrywiseTerm.joined(term.over(), term.under()).stream().anyMatch(factor -> FormulaBuilder.hasArrays(factor.straight()));
  }

  private MatrixFactor perEntry(int node) {
    List<Extent> shape = scope.graph().node(node).shape();
    List<String> entry = scope.letters().of(scope.graph(), node, IntStream.range(0, shape.size()).boxed().toList());
    Map<String, AxisDigits> digits = scope.equation() ? Map.of() : IndexNotation.digits(scope, Map.of(node, entry));
    Formula body = IndexNotation.of(scope, entry, digits).formula(node);
    List<String> at = entry.stream().map(letter -> IndexNotation.text(letter, digits)).toList();
    List<Integer> axes = IntStream.range(0, shape.size()).filter(axis -> !scope.isDropped(shape.get(axis))).boxed().toList();
    return switch (axes.size()) {
      case 0 -> MatrixFactor.scalar(body);
      case 1 -> MatrixFactor.named(axes.get(0), MatrixFactor.NONE, new Formula.Array(body, List.of(at.get(axes.get(0)))));
      default -> new MatrixFactor(0, 1, new Formula.Array(body, at), new Formula.Array(body, List.of(at.get(1), at.get(0))));
    };
  }

  private EntrywiseTerm named(ValueNaming.Named named) {
    return named(scope.shown(named.name()), named.value());
  }

  private EntrywiseTerm named(Formula name, Graph.Value value) {
    return named(name, value, scope.graph().node(value.node()).shape());
  }

  private EntrywiseTerm named(Formula name, Graph.Value value, List<Extent> shape) {
    List<String> indices = value.axes().stream().filter(axis -> !scope.isDropped(shape.get(axis))).map(letters::get).filter(letter -> !letter.isEmpty()).map(letter -> letter.replace(PART, "")).toList();
    List<Integer> dropped = value.axes().stream().filter(axis -> scope.isDropped(shape.get(axis))).toList();
    Graph.Value matrix = value.isMatrix() && indices.isEmpty() ? value
        : matrix(new Graph.Value(value.node(), without(value.rows(), dropped), without(value.columns(), dropped)));
    Formula formula = indices.isEmpty() ? name : new Formula.Entry(name, indices, true);
    return EntrywiseTerm.of(MatrixFactor.named(axis(matrix.row(), shape), axis(matrix.column(), shape), formula));
  }

  private static List<Integer> without(List<Integer> axes, List<Integer> dropped) {
    return axes.stream().filter(axis -> !dropped.contains(axis)).toList();
  }

  private int axis(int axis, List<Extent> shape) {
    return axis == MatrixFactor.NONE || scope.isDropped(shape.get(axis)) ? MatrixFactor.NONE : axis;
  }

  @Override
  Node node(int id) {
    return scope.graph().node(id);
  }

  @Override
  EntrywiseTerm operand(View view) {
    return with(view.axes().stream().map(letters::get).toList(), taken).express(view.node()).rewired(view.axes()::get);
  }

  /** Writes a leaf by its own name if the graph has no name for it, such as the number of samples. */
  @Override
  public EntrywiseTerm leaf(Node.Leaf leaf) {
    if (leaf.role() == Node.Role.EXTENT) {
      boolean one = scope.oneSample() && leaf.name().equals(Extent.BATCH.name());
      return one ? EntrywiseTerm.number(Rational.ONE) : EntrywiseTerm.of(MatrixFactor.scalar(new Formula.Name(leaf.name())));
    }
    Optional<Graph.Value> definition = scope.graph().definition(leaf);
    if (definition.isPresent()) {
      return carried(definition.get());
    }
    if (leaf.isPositional()) {
      return positional(leaf);
    }
    List<Integer> all = IntStream.range(0, leaf.rank()).boxed().toList();
    return named(scope.shown(leaf.name()), new Graph.Value(-1, all.subList(0, Math.min(1, all.size())), all.subList(Math.min(1, all.size()), all.size())), leaf.shape());
  }

  /** Writes conditions on indices, and indices as numbers. */
  private EntrywiseTerm positional(Node.Leaf leaf) {
    if (letters.subList(0, leaf.rank()).stream().anyMatch(MatrixNotation::isMatrixAxis)) {
      throw new NoMatrixNotation("only indices say it");
    }
    return leaf.relation().map(relation -> condition(relation.kind(), relation.over(View.identity(0, leaf.rank()).axes())))
        .orElseGet(() -> EntrywiseTerm.of(MatrixFactor.scalar(new Formula.Index(letters.get(0)))));
  }

  /** Writes another step of a value by the value's name. */
  private EntrywiseTerm carried(Graph.Value value) {
    ValueNaming.Named name = scope.naming().nameInStep(scope.graph(), value.node()).orElseThrow(() -> new NoMatrixNotation("a step without a name"));
    Graph.Value own = name.value();
    List<String> moved = IntStream.range(0, letters.size()).mapToObj(axis -> letters.get(value.axes().indexOf(axis))).toList();
    return with(moved, taken).named(scope.shown(name.name()), own).rewired(value.axes()::indexOf);
  }

  private EntrywiseTerm condition(Relation.Kind kind, Relation.Affine affine) {
    return isAlwaysTrue(kind, affine, side -> text(side, letters)) ? EntrywiseTerm.number(Rational.ONE) : EntrywiseTerm.of(MatrixFactor.scalar(condition(kind, affine, side -> text(side, letters))));
  }

  /** Returns the text of a number that is computed from indices with letters. */
  private String text(Relation.Affine affine, List<String> own) {
    if (affine.terms().stream().anyMatch(term -> isMatrixAxis(own.get(term.axis())))) {
      throw new NoMatrixNotation("a row is computed");
    }
    return subscripts.of(affine, own);
  }

  private String text(Resolution.Solved solved, List<String> own) {
    text(solved.value(), own);
    return subscripts.of(solved, own, "");
  }

  /** Writes a part of a value. Positions are computed from indices with letters, or are an axis of a matrix. */
  @Override
  public EntrywiseTerm window(Node.Window window) {
    List<String> at = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    for (Node.Window.Position position : window.positions()) {
      if (!(position instanceof Node.Window.At subscript)) {
        throw new NoMatrixNotation("a subscript is data");
      }
      Resolution.Solved number = subscript.number();
      boolean plain = number.divisor() == 1 && number.modulus() == 0 && number.value().constant().isZero() && number.value().terms().size() == 1
          && number.value().terms().get(0).coefficient() == 1 && letters.get(number.value().terms().get(0).axis()).isEmpty();
      at.add(plain ? "" : text(number, letters));
      axes.add(plain ? number.value().terms().get(0).axis() : MatrixFactor.NONE);
    }
    return with(at, taken).express(window.source()).rewired(axes::get);
  }

  @Override
  public EntrywiseTerm product(Node.Product product) {
    if (!Resolution.isNeeded(product, scope.graph()::node)) {
      return resolved(product, new Resolution(Map.of(), List.of(), product.factors()), Map.of());
    }
    try {
      return resolved(product, Resolution.of(product, scope.graph()::node), Map.of());
    } catch (NoMatrixNotation none) {
      return resolved(product, new Resolution(Map.of(), List.of(), product.factors()), Map.of());
    }
  }

  /**
   * Writes a product whose relations are solved.
   *
   * @param placed summed loops that replace axes of the matrix
   */
  private EntrywiseTerm resolved(Node.Product product, Resolution resolution, Map<Integer, Integer> placed) {
    List<String> inside = new ArrayList<>(letters.subList(0, product.rank()));
    Set<String> used = new LinkedHashSet<>(taken);
    List<String> over = new ArrayList<>();
    Set<Integer> summed = new LinkedHashSet<>();
    Map<Integer, Integer> moved = new HashMap<>(placed);
    for (int loop = product.rank(); loop < product.loops().size(); loop++) {
      boolean isOpen = !resolution.solved().containsKey(loop) && !scope.isDropped(product.loops().get(loop));
      String letter = isOpen && isForEach(resolution.factors(), loop) ? scope.letters().inner(product, loop, scope.bound(), used) : "";
      inside.add(letter);
      used.add(letter);
      if (isOpen && letter.isEmpty()) {
        summed.add(loop);
      } else if (isOpen) {
        over.add(letter);
      }
    }
    resolution.solved().forEach((loop, solved) -> {
      if (!placed.containsKey(loop)) {
        inside.set(loop, part(solved, loop, product.loops(), inside, moved).orElseGet(() -> text(solved, inside)));
      }
    });
    EntrywiseTerm all = with(inside, used).factors(resolution, product.loops(), placed).rewired(axis -> moved.getOrDefault(axis, axis));
    return summed(new ContractionNotation(product.loops(), summed, all, layout).run(), over, product, inside);
  }

  /** Returns the range of entries of an axis, if a position is an axis of the matrix plus a number. */
  private Optional<String> part(Resolution.Solved solved, int loop, List<Extent> loops, List<String> inside, Map<Integer, Integer> moved) {
    List<Relation.Term> terms = solved.value().terms();
    boolean fits = isShifted(solved) && solved.isInside() && inside.get(terms.get(0).axis()).isEmpty() && loops.get(terms.get(0).axis()) instanceof Extent.Fixed;
    if (!fits) {
      return Optional.empty();
    }
    moved.put(loop, terms.get(0).axis());
    long from = solved.value().constant().number();
    int size = ((Extent.Fixed) loops.get(terms.get(0).axis())).size();
    return Optional.of(loops.get(loop).equals(loops.get(terms.get(0).axis())) ? "" : PART + from + "…" + (from + size - 1));
  }

  /** True for an axis plus a number. */
  private static boolean isShifted(Resolution.Solved solved) {
    List<Relation.Term> terms = solved.value().terms();
    return solved.divisor() == 1 && solved.modulus() == 0 && terms.size() == 1 && terms.get(0).coefficient() == 1 && solved.value().constant().isNumber();
  }

  /** Writes a sum of values that occupy disjoint parts of an axis as a stack. */
  @Override
  public EntrywiseTerm sum(Node.Sum sum) {
    return stacked(sum).orElseGet(() -> super.sum(sum));
  }

  /** The value of a term from an entry of an axis on. */
  private record Part(int axis, long from, int size, EntrywiseTerm value) {}

  private Optional<EntrywiseTerm> stacked(Node.Sum sum) {
    List<Part> parts = new ArrayList<>();
    for (Node.Term term : sum.constant().isZero() && sum.terms().size() > 1 ? sum.terms() : List.<Node.Term>of()) {
      part(term).ifPresent(parts::add);
    }
    parts.sort(Comparator.comparing(Part::from));
    boolean fits = !parts.isEmpty() && parts.size() == sum.terms().size() && parts.stream().allMatch(part -> part.axis() == parts.get(0).axis());
    long end = 0;
    for (Part part : fits ? parts : List.<Part>of()) {
      fits &= part.from() == end;
      end += part.size();
    }
    if (!fits || !Extent.of((int) end).equals(sum.shape().get(parts.get(0).axis()))) {
      return Optional.empty();
    }
    int axis = parts.get(0).axis();
    List<Integer> others = parts.stream().flatMap(part -> part.value().axes().stream()).filter(other -> other != axis).distinct().toList();
    if (others.size() > 1) {
      return Optional.empty();
    }
    int other = others.isEmpty() ? MatrixFactor.NONE : others.get(0);
    Formula stack = new Formula.Call(Formula.Call.STACK, 0, parts.stream().map(part -> layout.formula(part.value(), axis, other)).toList());
    return Optional.of(EntrywiseTerm.of(MatrixFactor.named(axis, other, stack)));
  }

  /** Merges the coefficient of an unnamed multiple into the term. */
  private Node.Term multiple(Node.Term term) {
    boolean single = scope.naming().name(term.view().node()).isEmpty() && scope.graph().node(term.view().node()) instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() == 1;
    if (!single) {
      return term;
    }
    Node.Term inner = ((Node.Sum) scope.graph().node(term.view().node())).terms().get(0);
    return multiple(new Node.Term(term.coefficient().times(inner.coefficient()), inner.view().rewire(term.view().axes())));
  }

  private Optional<Part> part(Node.Term whole) {
    Node.Term term = multiple(whole);
    View view = term.view();
    boolean isOpen = scope.naming().name(view.node()).isEmpty() && Resolution.isNeeded(scope.graph().node(view.node()), scope.graph()::node);
    if (!isOpen) {
      return Optional.empty();
    }
    Node.Product product = (Node.Product) scope.graph().node(view.node());
    Resolution resolution = Resolution.of(product, scope.graph()::node);
    List<String> own = view.axes().stream().map(letters::get).toList();
    List<Integer> placed = resolution.solved().entrySet().stream().filter(solved -> isShifted(solved.getValue()) && isMatrixAxis(own, solved.getValue().value().terms().get(0).axis())
        && product.loops().get(solved.getKey()) instanceof Extent.Fixed).map(Map.Entry::getKey).toList();
    if (placed.size() != 1) {
      return Optional.empty();
    }
    Resolution.Solved solved = resolution.solved().get(placed.get(0));
    int axis = solved.value().terms().get(0).axis();
    try {
      EntrywiseTerm value = with(own, taken).resolved(product, resolution, Map.of(placed.get(0), axis)).rewired(view.axes()::get).scaled(term.coefficient());
      int size = ((Extent.Fixed) product.loops().get(placed.get(0))).size();
      return Optional.of(new Part(view.axes().get(axis), -solved.value().constant().number(), size, value));
    } catch (NoMatrixNotation none) {
      return Optional.empty();
    }
  }

  /** True if a loop is an axis of the matrix: not summed, and without a letter. */
  private static boolean isMatrixAxis(List<String> own, int loop) {
    return loop < own.size() && own.get(loop).isEmpty();
  }

  /** True for a loop that needs a letter, because it is such an axis of a factor. */
  private boolean isForEach(List<View> factors, int loop) {
    return factors.stream().anyMatch(factor -> factor.axes().contains(loop) && isForEach(scope, factor.node(), factor.axes().indexOf(loop), axes(factor.node())));
  }

  private int axes(int node) {
    return scope.naming().name(node).map(named -> named.value().allAxes().size()).orElseGet(() -> scope.graph().node(node).rank());
  }

  /** Returns the factors, with range conditions for unnamed ones. A named value is 0 out of range. */
  private EntrywiseTerm factors(Resolution resolution, List<Extent> loops, Map<Integer, Integer> placed) {
    EntrywiseTerm all = EntrywiseTerm.number(Rational.ONE);
    Set<Integer> open = new LinkedHashSet<>();
    resolution.solved().forEach((loop, solved) -> {
      if (!solved.isInside() && !placed.containsKey(loop)) {
        open.add(loop);
      }
    });
    for (View factor : resolution.factors()) {
      open.removeIf(loop -> vanishes(factor, loop));
      all = all.times(operand(factor));
    }
    for (int loop : open) {
      for (Relation.Affine bound : bounds(resolution.solved().get(loop), loops.get(loop))) {
        all = bound.isNeverNegative(loops) ? all : all.times(condition(Relation.Kind.NOT_NEGATIVE, bound));
      }
    }
    for (Resolution.Condition condition : resolution.relations()) {
      all = all.times(condition(condition.kind(), condition.affine()));
    }
    return all;
  }

  /** True if a value is 0 out of range: a named value, a product with such a factor, or a sum of such terms. */
  private boolean vanishes(View view, int loop) {
    Node node = scope.graph().node(view.node());
    int axis = view.axes().indexOf(loop);
    if (axis < 0 || isNamed(scope, view.node())) {
      return axis >= 0;
    }
    return node instanceof Node.Product product && product.factors().stream().anyMatch(factor -> vanishes(factor, axis))
        || node instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().stream().allMatch(term -> vanishes(term.view(), axis));
  }

  /** Returns the sum over indices with letters, with factors that do not have these indices before it. */
  private EntrywiseTerm summed(EntrywiseTerm all, List<String> over, Node.Product product, List<String> inside) {
    List<String> named = over.stream().filter(letter -> mentions(all, letter)).toList();
    EntrywiseTerm result = EntrywiseTerm.number(all.coefficient());
    for (String letter : over) {
      result = named.contains(letter) ? result : result.times(extent(product.loops().get(inside.indexOf(letter))));
    }
    if (named.isEmpty()) {
      return result.times(new EntrywiseTerm(Rational.ONE, all.over(), all.under()));
    }
    List<MatrixFactor> outside = all.over().stream().filter(piece -> piece.isScalar() && !depends(piece, named)).toList();
    List<MatrixFactor> outsideUnder = all.under().stream().filter(piece -> piece.isScalar() && !depends(piece, named)).toList();
    List<MatrixFactor> rest = new ArrayList<>(all.over());
    rest.removeAll(outside);
    List<MatrixFactor> restUnder = new ArrayList<>(all.under());
    restUnder.removeAll(outsideUnder);
    EntrywiseTerm body = new EntrywiseTerm(Rational.ONE, rest, restUnder);
    MatrixFactor sum = piece(body.axes(), (row, column) -> new Formula.Over(Operation.SUM, named, layout.formula(body, row, column)));
    return result.times(new EntrywiseTerm(Rational.ONE, outside, outsideUnder)).times(EntrywiseTerm.of(sum));
  }

  @Override
  public EntrywiseTerm max(Node.Max max) {
    List<String> inside = new ArrayList<>(letters.subList(0, max.rank()));
    while (inside.size() < max.loops().size()) {
      inside.add("");
    }
    EntrywiseTerm argument = with(inside, taken).operand(max.argument());
    Set<Integer> kept = new LinkedHashSet<>(argument.axes());
    kept.removeIf(axis -> axis >= max.rank());
    List<Integer> gone = argument.axes().stream().filter(axis -> axis >= max.rank()).toList();
    if (gone.isEmpty()) {
      return argument;
    }
    if (kept.isEmpty()) {
      MatrixFactor whole = piece(argument.axes(), (row, column) -> layout.formula(argument, row, column));
      return EntrywiseTerm.of(MatrixFactor.scalar(FormulaFactory.call("max", whole.straight())));
    }
    return EntrywiseTerm.of(piece(kept, (row, column) -> row == MatrixFactor.NONE
        ? FormulaFactory.call("colmax", layout.formula(argument, gone.get(0), column))
        : FormulaFactory.call("rowmax", layout.formula(argument, row, gone.get(0)))));
  }

  @Override
  public EntrywiseTerm derivative(Node.Derivative derivative) {
    Formula scalar = layout.formula(with(List.of(), taken).express(derivative.scalar().node()), MatrixFactor.NONE, MatrixFactor.NONE);
    EntrywiseTerm variable = operand(derivative.variable());
    return EntrywiseTerm.of(piece(variable.axes(), (row, column) ->
        FormulaFactory.call("grad", scalar, layout.formula(variable, row, column))));
  }
}
