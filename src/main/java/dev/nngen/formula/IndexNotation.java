package dev.nngen.formula;

import dev.nngen.formula.Formula.Operation;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Writes one entry of a value: every axis has a letter, and what is summed is a sum over its letter. */
final class IndexNotation extends Notation {

  private final Scope scope;
  private final List<String> letters;
  private final Set<String> taken;

  /**
   * @param letters one per loop axis of the node to be written
   * @param taken letters that already mean something where the formula stands
   */
  IndexNotation(Scope scope, List<String> letters, Set<String> taken) {
    super(scope.layout());
    this.scope = scope;
    this.letters = letters;
    this.taken = taken;
  }

  Formula formula(int node) {
    return layout.formula(express(node), Piece.NONE, Piece.NONE);
  }

  Monomial express(int node) {
    return scope.naming().name(node).map(this::named).orElseGet(() -> expand(node));
  }

  /** The node written out, even where it has a name. */
  Monomial expand(int node) {
    return scope.graph().node(node).accept(this);
  }

  private Monomial named(Naming.Named named) {
    return entry(scope.shown(named.name()), named.value());
  }

  private Monomial entry(Formula name, Graph.Value value) {
    List<Extent> shape = scope.graph().node(value.node()).shape();
    List<String> indices = IntStream.of(value.row(), value.column())
        .filter(axis -> axis != Graph.Value.NONE && !scope.isDropped(shape.get(axis))).mapToObj(letters::get).toList();
    return Monomial.of(Piece.scalar(entry(name, indices)));
  }

  private static Formula entry(Formula name, List<String> indices) {
    return indices.isEmpty() ? name : new Formula.Entry(name, indices);
  }

  @Override
  Monomial operand(View view) {
    return new IndexNotation(scope, view.axes().stream().map(letters::get).toList(), taken).express(view.node());
  }

  @Override
  public Monomial leaf(Node.Leaf leaf) {
    if (leaf.role() == Node.Role.EXTENT) {
      boolean one = scope.oneSample() && leaf.name().equals(Extent.BATCH.name());
      return one ? Monomial.number(Rational.ONE) : Monomial.of(Piece.scalar(new Formula.Name(leaf.name())));
    }
    return Monomial.of(Piece.scalar(entry(scope.shown(leaf.name()), letters.subList(0, leaf.rank()))));
  }

  @Override
  public Monomial product(Node.Product product) {
    Inner inner = enter(product.loops(), product.rank());
    Monomial all = inner.notation.factors(product);
    return inner.summed.isEmpty() ? all : summed(all, inner.summed, product);
  }

  /** The notation inside a sum or maximum, and the letters that it runs over. */
  private record Inner(IndexNotation notation, List<String> summed) {}

  private Inner enter(List<Extent> loops, int rank) {
    List<String> inside = new ArrayList<>(letters.subList(0, rank));
    Set<String> used = new LinkedHashSet<>(taken);
    List<String> summed = new ArrayList<>();
    for (Extent extent : loops.subList(rank, loops.size())) {
      String letter = Letters.next(extent, used);
      inside.add(letter);
      used.add(letter);
      if (!scope.isDropped(extent)) {
        summed.add(letter);
      }
    }
    return new Inner(new IndexNotation(scope, inside, used), summed);
  }

  /** Factors that do not depend on the summed letters stand before the sum. */
  private Monomial summed(Monomial all, List<String> over, Node.Product product) {
    List<Piece> inside = all.over().stream().filter(piece -> depends(piece, over))
        .sorted(Comparator.comparing(this::firstLetter)).toList();
    List<Piece> insideUnder = all.under().stream().filter(piece -> depends(piece, over)).toList();
    List<Piece> outside = new ArrayList<>(all.over());
    outside.removeAll(inside);
    List<Piece> outsideUnder = new ArrayList<>(all.under());
    outsideUnder.removeAll(insideUnder);
    Monomial body = new Monomial(Rational.ONE, inside, insideUnder);
    Monomial result = new Monomial(all.coefficient(), outside, outsideUnder);
    List<String> named = over.stream().filter(letter -> mentions(body, letter)).toList();
    for (int k = 0; k < over.size(); k++) {
      if (!named.contains(over.get(k))) {
        result = result.times(extent(product, over.get(k)));
      }
    }
    return named.isEmpty() ? result : result.times(Monomial.of(Piece.scalar(
        new Formula.Over(Operation.SUM, named, layout.formula(body, Piece.NONE, Piece.NONE)))));
  }

  /** Of two factors the one with the entry's first index stands first: {@code E_ic X_jc}, {@code W_ji E_jc}. */
  private String firstLetter(Piece piece) {
    return letters.stream().filter(letter -> depends(piece, List.of(letter)))
        .min(Comparator.comparing(Letters::isSample).thenComparing(Comparator.naturalOrder()))
        .map(letter -> (Letters.isSample(letter) ? "1" : "0") + letter).orElse("2");
  }

  private Monomial extent(Node.Product product, String letter) {
    Inner inner = enter(product.loops(), product.rank());
    Extent extent = product.loops().get(inner.notation.letters.indexOf(letter));
    return extent instanceof Extent.Fixed fixed
        ? Monomial.number(Rational.of(fixed.size()))
        : Monomial.of(Piece.scalar(new Formula.Name(extent.toString())));
  }

  private static boolean mentions(Monomial monomial, String letter) {
    return Monomial.joined(monomial.over(), monomial.under()).stream().anyMatch(piece -> depends(piece, List.of(letter)));
  }

  private static boolean depends(Piece piece, List<String> letters) {
    return mentions(piece.straight(), letters);
  }

  private static boolean mentions(Formula formula, List<String> letters) {
    if (formula instanceof Formula.Entry entry && entry.indices().stream().anyMatch(letters::contains)) {
      return true;
    }
    return formula.parts().stream().anyMatch(part -> mentions(part, letters));
  }

  @Override
  public Monomial max(Node.Max max) {
    Inner inner = enter(max.loops(), max.rank());
    Monomial argument = inner.notation.operand(max.argument());
    List<String> over = inner.summed.stream().filter(letter -> mentions(argument, letter)).toList();
    return over.isEmpty() ? argument : Monomial.of(Piece.scalar(
        new Formula.Over(Operation.MAX, over, layout.formula(argument, Piece.NONE, Piece.NONE))));
  }

  @Override
  public Monomial derivative(Node.Derivative derivative) {
    Formula scalar = new IndexNotation(scope, List.of(), taken).formula(derivative.scalar().node());
    Formula variable = layout.formula(operand(derivative.variable()), Piece.NONE, Piece.NONE);
    return Monomial.of(Piece.scalar(Write.call("grad", scalar, variable)));
  }
}
