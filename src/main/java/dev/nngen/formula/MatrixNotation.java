package dev.nngen.formula;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes values with matrix products, transposes and entrywise operators; a value is expressed over its own axes. */
final class MatrixNotation extends Notation {

  private final Scope scope;
  private final Map<Integer, Monomial> known = new HashMap<>();

  MatrixNotation(Scope scope) {
    super(scope.layout());
    this.scope = scope;
  }

  Monomial express(int node) {
    Monomial monomial = known.get(node);
    if (monomial == null) {
      monomial = scope.naming().name(node).map(this::named).orElseGet(() -> expand(node));
      known.put(node, monomial);
    }
    return monomial;
  }

  /** The node written out, even where it has a name. */
  Monomial expand(int node) {
    try {
      return scope.naming().call(node).map(this::called).orElseGet(() -> scope.graph().node(node).accept(this));
    } catch (NoMatrixNotation reason) {
      if (scope.graph().node(node).rank() > 2) {
        throw reason;
      }
      return Monomial.of(perEntry(node));
    }
  }

  private Piece perEntry(int node) {
    List<Extent> shape = scope.graph().node(node).shape();
    List<String> letters = Letters.of(shape);
    Formula body = new IndexNotation(scope, letters, Set.copyOf(letters)).formula(node);
    Set<Integer> axes = new LinkedHashSet<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      if (!scope.isDropped(shape.get(axis))) {
        axes.add(axis);
      }
    }
    List<Integer> sorted = List.copyOf(axes);
    return switch (sorted.size()) {
      case 0 -> Piece.scalar(body);
      case 1 -> Piece.named(sorted.get(0), Piece.NONE, new Formula.Array(body, List.of(letters.get(sorted.get(0)))));
      default -> new Piece(0, 1, new Formula.Array(body, letters), new Formula.Array(body, List.of(letters.get(1), letters.get(0))));
    };
  }

  private Monomial named(Naming.Named named) {
    Graph.Value value = named.value();
    if (!value.isMatrix() && value.axes().size() > 2) {
      throw new NoMatrixNotation("a tensor");
    }
    List<Extent> shape = scope.graph().node(value.node()).shape();
    return Monomial.of(Piece.named(axis(value.row(), shape), axis(value.column(), shape), scope.shown(named.name())));
  }

  private int axis(int axis, List<Extent> shape) {
    return axis == Piece.NONE || scope.isDropped(shape.get(axis)) ? Piece.NONE : axis;
  }

  @Override
  Monomial operand(View view) {
    return express(view.node()).rewired(view.axes()::get);
  }

  /** A leaf is written by its own name where the graph has none for it: the number of samples, say. */
  @Override
  public Monomial leaf(Node.Leaf leaf) {
    if (leaf.role() == Node.Role.EXTENT) {
      boolean one = scope.oneSample() && leaf.name().equals(Extent.BATCH.name());
      return one ? Monomial.number(Rational.ONE) : Monomial.of(Piece.scalar(new Formula.Name(leaf.name())));
    }
    if (leaf.isPositional() || leaf.rank() > 2) {
      throw new NoMatrixNotation("only indices say it");
    }
    Formula name = scope.shown(leaf.name());
    return switch (leaf.rank()) {
      case 0 -> Monomial.of(Piece.scalar(name));
      case 1 -> Monomial.of(Piece.named(0, Piece.NONE, name));
      default -> Monomial.of(Piece.named(0, 1, name));
    };
  }

  @Override
  public Monomial window(Node.Window window) {
    throw new NoMatrixNotation("a subscript is computed");
  }

  @Override
  public Monomial product(Node.Product product) {
    Set<Integer> summed = new LinkedHashSet<>();
    for (int axis = product.rank(); axis < product.loops().size(); axis++) {
      if (!scope.isDropped(product.loops().get(axis))) {
        summed.add(axis);
      }
    }
    return new Contraction(product.loops(), summed, factors(product), layout).run();
  }

  @Override
  public Monomial max(Node.Max max) {
    Monomial argument = operand(max.argument());
    Set<Integer> kept = new LinkedHashSet<>(argument.axes());
    kept.removeIf(axis -> axis >= max.rank());
    List<Integer> gone = argument.axes().stream().filter(axis -> axis >= max.rank()).toList();
    if (gone.isEmpty()) {
      return argument;
    }
    if (kept.isEmpty()) {
      Piece whole = piece(argument.axes(), (row, column) -> layout.formula(argument, row, column));
      return Monomial.of(Piece.scalar(Write.call("max", whole.straight())));
    }
    return Monomial.of(piece(kept, (row, column) -> row == Piece.NONE
        ? Write.call("colmax", layout.formula(argument, gone.get(0), column))
        : Write.call("rowmax", layout.formula(argument, row, gone.get(0)))));
  }

  @Override
  public Monomial derivative(Node.Derivative derivative) {
    Formula scalar = layout.formula(express(derivative.scalar().node()), Piece.NONE, Piece.NONE);
    Monomial variable = express(derivative.variable().node());
    return Monomial.of(piece(variable.axes(), (row, column) ->
        Write.call("grad", scalar, layout.formula(variable, row, column))));
  }
}
