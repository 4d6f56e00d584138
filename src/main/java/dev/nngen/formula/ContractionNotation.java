package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a product that is summed over axes in matrix notation. The factors are edges of a graph whose vertices are axes. A summed axis of two
 * matrices is their matrix product; of one matrix, its product with a vector or its row sum. Axes are eliminated one at a time, those with the fewest
 * neighbors first.
 */
final class ContractionNotation {

  private final List<Extent> loops;
  private final FactorOrder layout;
  private final Set<Integer> summed;
  private Rational coefficient;
  private final List<MatrixFactor> over;
  private final List<MatrixFactor> under;

  ContractionNotation(List<Extent> loops, Set<Integer> summed, EntrywiseTerm factors, FactorOrder layout) {
    this.loops = loops;
    this.layout = layout;
    this.summed = new TreeSet<>(summed);
    this.coefficient = factors.coefficient();
    this.over = new ArrayList<>(factors.over());
    this.under = new ArrayList<>(factors.under());
  }

  /** Returns the product without summed axes; NoMatrixNotation if three matrices share an axis. */
  EntrywiseTerm run() {
    while (!summed.isEmpty()) {
      int axis = summed.iterator().next();
      for (int other : summed) {
        if (neighbors(other).size() < neighbors(axis).size()) {
          axis = other;
        }
      }
      eliminate(axis);
      summed.remove(axis);
    }
    return new EntrywiseTerm(coefficient, over, under);
  }

  private Set<Integer> neighbors(int axis) {
    Set<Integer> neighbors = new LinkedHashSet<>();
    for (MatrixFactor piece : EntrywiseTerm.joined(over, under)) {
      if (piece.has(axis)) {
        neighbors.addAll(piece.axes());
      }
    }
    neighbors.remove(axis);
    return neighbors;
  }

  private void eliminate(int axis) {
    List<Integer> neighbors = List.copyOf(neighbors(axis));
    switch (neighbors.size()) {
      case 0 -> sumVector(axis);
      case 1 -> {
        int end = neighbors.get(0);
        if (summed.contains(end) && neighbors(end).size() == 1) {
          sumMatrix(end, axis);
        } else {
          sumRows(end, axis);
        }
      }
      case 2 -> multiply(neighbors.get(0), axis, neighbors.get(1));
      default -> throw new NoMatrixNotation("an index is shared by three matrices");
    }
  }

  /** Factors with exactly the given axes, removed from the lists. */
  private record Group(List<MatrixFactor> over, List<MatrixFactor> under) {
    boolean isEmpty() {
      return over.isEmpty() && under.isEmpty();
    }

    /** False for a named matrix or its transpose. */
    boolean isFormula() {
      return over.size() + under.size() != 1 || under.size() == 1 || !over.get(0).isName();
    }

    Group and(Group other) {
      return new Group(EntrywiseTerm.joined(over, other.over), EntrywiseTerm.joined(under, other.under));
    }
  }

  private Group take(Set<Integer> axes) {
    return new Group(take(over, axes), take(under, axes));
  }

  private static List<MatrixFactor> take(List<MatrixFactor> from, Set<Integer> axes) {
    List<MatrixFactor> taken = from.stream().filter(piece -> axes.equals(Set.copyOf(piece.axes()))).toList();
    from.removeAll(taken);
    return taken;
  }

  private Formula write(Group group, int row, int column) {
    return layout.entrywise(group.over(), group.under(), row, column);
  }

  private void sumVector(int axis) {
    Group vector = take(Set.of(axis));
    if (vector.isEmpty()) {
      multiplyByExtent(loops.get(axis));
      return;
    }
    Group rows = new Group(vector.over().stream().filter(ContractionNotation::isRow).toList(), List.of());
    Group columns = new Group(vector.over().stream().filter(piece -> !isRow(piece)).toList(), vector.under());
    if (!rows.over().isEmpty() && !columns.over().isEmpty()) {
      over.add(MatrixFactor.scalar(product(write(rows, MatrixFactor.NONE, axis), write(columns, axis, MatrixFactor.NONE))));
      return;
    }
    MatrixFactor best = MatrixFactor.of(axis, MatrixFactor.NONE, write(vector, axis, MatrixFactor.NONE), write(vector, MatrixFactor.NONE, axis));
    over.add(MatrixFactor.scalar(layout.sumOf(best)));
  }

  private static boolean isRow(MatrixFactor vector) {
    int axis = vector.only();
    return TransposeCount.count(vector.as(MatrixFactor.NONE, axis)) < TransposeCount.count(vector.as(axis, MatrixFactor.NONE));
  }

  private void multiplyByExtent(Extent extent) {
    if (extent instanceof Extent.Fixed fixed) {
      coefficient = coefficient.times(Rational.of(fixed.size()));
    } else {
      over.add(MatrixFactor.scalar(new Formula.Name(extent.toString())));
    }
  }

  private void sumMatrix(int row, int column) {
    Group all = take(Set.of(row, column)).and(take(Set.of(row))).and(take(Set.of(column)));
    MatrixFactor best = MatrixFactor.of(row, column, write(all, row, column), write(all, column, row));
    boolean turned = TransposeCount.count(best.flipped()) < TransposeCount.count(best.straight());
    over.add(MatrixFactor.scalar(FormulaFactory.call("sum", turned ? best.flipped() : best.straight())));
    summed.remove(row);
  }

  private void sumRows(int end, int axis) {
    Group matrix = take(Set.of(end, axis));
    Group vector = take(Set.of(axis));
    if (vector.over().isEmpty()) {
      matrix = matrix.and(vector);
      vector = new Group(List.of(), List.of());
    }
    Formula tall = write(matrix, end, axis);
    Formula wide = write(matrix, axis, end);
    if (vector.isEmpty()) {
      over.add(MatrixFactor.of(end, MatrixFactor.NONE, FormulaFactory.call("rowsum", tall), FormulaFactory.call("colsum", wide)));
    } else {
      over.add(MatrixFactor.of(end, MatrixFactor.NONE,
          product(tall, write(vector, axis, MatrixFactor.NONE)), product(write(vector, MatrixFactor.NONE, axis), wide)));
    }
  }

  /** Puts factors that scale rows at the longer operand, which is a formula anyway: (N ./ S) * X', not N * (X' ./ S'). */
  private void multiply(int left, int axis, int right) {
    Group scale = take(Set.of(axis));
    Group first = take(Set.of(left, axis));
    Group second = take(Set.of(axis, right));
    boolean scalesFirst = first.isFormula() || !second.isFormula();
    first = scalesFirst ? first.and(scale) : first;
    second = scalesFirst ? second : second.and(scale);
    over.add(MatrixFactor.of(left, right, product(write(first, left, axis), write(second, axis, right)),
        product(write(second, right, axis), write(first, axis, left))));
  }

  private static Formula product(Formula left, Formula right) {
    return FormulaFactory.product(Kind.PLAIN, List.of(left, right));
  }
}
