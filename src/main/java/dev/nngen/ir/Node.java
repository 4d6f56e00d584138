package dev.nngen.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A value of the graph. Nodes of the same structure are equal, so that {@link Graph} has each once. A node has structure alone; the stages hold the
 * rules for printing, differentiation, simplification and code.
 */
public sealed interface Node {

  /** The extents of the value's own axes. */
  List<Extent> shape();

  /** The operands in order; each has a smaller id than this node. */
  List<View> operands();

  /** Returns the same node over other operands, one for one. */
  Node withOperands(List<View> operands);

  /** Returns the same node over other loops, of which the first {@code rank} are its shape. Its operands must be wired to these. */
  Node withLoops(List<Extent> loops, int rank);

  /** Calls the visitor's method for this primitive. Java 17 has an exhaustive switch only in this form. */
  <R> R accept(Visitor<R> visitor);

  /** One case per primitive. */
  interface Visitor<R> {
    R leaf(Leaf leaf);

    R sum(Sum sum);

    R product(Product product);

    R power(Power power);

    R apply(Apply apply);

    R max(Max max);

    /** Derivatives exist in lowered programs only. */
    default R derivative(Derivative derivative) {
      throw new IllegalStateException("a derivative is permitted in a lowered program only");
    }

    /** Windows exist in plans only. */
    default R window(Window window) {
      throw new IllegalStateException("a window is permitted in a plan's graph only");
    }

    /** Scatters exist in plans only, and equal their sums. */
    default R scatter(Scatter scatter) {
      return product(scatter.sum());
    }
  }

  /** True for a value through which no gradient flows. */
  default boolean isStop() {
    return this instanceof Apply apply && apply.fn() == Fn.STOP;
  }

  /** True for a leaf whose entries are known without data. */
  default boolean isConstantLeaf() {
    return this instanceof Leaf leaf && leaf.isConstant();
  }

  /** True for a leaf whose entries are a function of their subscripts. */
  default boolean isPositionalLeaf() {
    return this instanceof Leaf leaf && leaf.isPositional();
  }

  default int rank() {
    return shape().size();
  }

  /** The extents of the loops: the shape, then the axes that are reduced. */
  default List<Extent> loops() {
    return shape();
  }

  /** The kind of a leaf. */
  enum Role {
    INPUT, TARGET, PARAMETER,
    /** A parameter's gradient, as an input of the optimizer's update. */
    GRADIENT,
    /** An optimizer's memory, one per parameter. */
    STATE,
    /** Drawn in each training step. It has no gradient. */
    NOISE,
    /** The number of the training step, 1, 2, ... */
    STEP,
    /** The rate of an optimizer, which may change between steps. */
    RATE,
    /** A symbolic extent as a number, such as the number of samples m. */
    EXTENT,
    /** The subscripts of its only axis as numbers: 0, 1, 2, ... */
    COUNTER,
    /** Zeros and ones, by a {@link Relation}. */
    RELATION,
    /** A matrix of numbers that are written in the text. */
    CONSTANT,
    /**
     * The value of the leaf's name, whose definition reads this leaf: a recurrence. Entry k along the leaf's axis {@code steps} is entry k of that
     * value. The value at k depends on other entries of that axis only, all before k or all after it.
     */
    CARRIED
  }

  /**
   * A value without operands: an input of the graph, or a constant.
   *
   * @param relation present for role RELATION
   * @param entries for role CONSTANT, row by row, else empty
   * @param steps for role CARRIED the axis along which it is carried, else -1. The leaf's axes are those of the named value in their order.
   */
  record Leaf(String name, Role role, List<Extent> shape, Optional<Relation> relation, List<Rational> entries, int steps) implements Node {
    public Leaf {
      shape = List.copyOf(shape);
      entries = List.copyOf(entries);
    }

    public Leaf(String name, Role role, List<Extent> shape) {
      this(name, role, shape, Optional.empty(), List.of(), -1);
    }

    /** Returns a leaf for a recurrent value of that name. */
    public static Leaf carried(String name, List<Extent> shape, int steps) {
      return new Leaf(name, Role.CARRIED, shape, Optional.empty(), List.of(), steps);
    }

    public boolean isCarried() {
      return role == Role.CARRIED;
    }

    /** Returns a leaf with the subscripts of an axis as numbers. */
    public static Leaf counter(Extent extent) {
      return new Leaf("0.." + extent, Role.COUNTER, List.of(extent));
    }

    /** Returns a constant matrix, or a column if it has one axis. Its name is its text. */
    public static Leaf constant(List<Rational> entries, List<Extent> shape) {
      int columns = shape.size() == 2 ? ((Extent.Fixed) shape.get(1)).size() : 1;
      String text = IntStream.range(0, entries.size()).mapToObj(k -> (k == 0 ? "" : k % columns == 0 ? "; " : ", ") + entries.get(k).decimal()).collect(Collectors.joining());
      return new Leaf("[" + text + "]", Role.CONSTANT, shape, Optional.empty(), entries, -1);
    }

    /** True if the entries are known without data. */
    public boolean isConstant() {
      return role == Role.CONSTANT || isPositional();
    }

    /** True if the entries are a function of their subscripts, so that they need no memory. */
    public boolean isPositional() {
      return role == Role.COUNTER || role == Role.RELATION;
    }

    /** An interval that contains all entries: extents and steps are at least 1, relations 0 or 1, and counters within their axis. */
    public Interval range() {
      return switch (role) {
        case EXTENT, STEP -> new Interval(1, false, Double.POSITIVE_INFINITY, true);
        case RELATION -> new Interval(0, false, 1, false);
        case CONSTANT -> Interval.closed(entries.stream().mapToDouble(Rational::doubleValue).min().orElseThrow(), entries.stream().mapToDouble(Rational::doubleValue).max().orElseThrow());
        case COUNTER -> new Interval(0, false, shape.get(0) instanceof Extent.Fixed fixed ? fixed.size() - 1 : Double.POSITIVE_INFINITY, !(shape.get(0) instanceof Extent.Fixed));
        default -> Interval.REALS;
      };
    }

    static Leaf of(Relation relation, List<Extent> shape) {
      return new Leaf(relation.toString(), Role.RELATION, shape, Optional.of(relation), List.of(), -1);
    }

    @Override
    public List<View> operands() {
      return List.of();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.leaf(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return this;
    }

    @Override
    public Node withOperands(List<View> operands) {
      return this;
    }
  }

  /** A term {@code coefficient * view} of a sum. */
  record Term(Rational coefficient, View view) {}

  /** {@code constant + coefficient_1 * view_1 + ...}; a number if it has no terms. */
  record Sum(List<Extent> shape, Rational constant, List<Term> terms) implements Node {
    public Sum {
      shape = List.copyOf(shape);
      terms = List.copyOf(terms);
    }

    @Override
    public List<View> operands() {
      View[] operands = new View[terms.size()];
      for (int k = 0; k < operands.length; k++) {
        operands[k] = terms.get(k).view();
      }
      return List.of(operands);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sum(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return new Sum(loops, constant, terms);
    }

    @Override
    public Node withOperands(List<View> operands) {
      List<Term> replaced = new ArrayList<>();
      for (int i = 0; i < terms.size(); i++) {
        replaced.add(new Term(terms.get(i).coefficient(), operands.get(i)));
      }
      return new Sum(shape, constant, replaced);
    }

    public boolean isNumber() {
      return terms.isEmpty();
    }
  }

  /**
   * The product of the factors, summed over the loop axes from {@code rank} on: a matrix product, outer product, entrywise product, scaling, or row
   * or column sum. A summed axis that no factor uses multiplies by its extent.
   */
  record Product(List<Extent> loops, int rank, List<View> factors) implements Node {
    public Product {
      loops = List.copyOf(loops);
      factors = List.copyOf(factors);
    }

    @Override
    public List<Extent> shape() {
      return loops.subList(0, rank);
    }

    @Override
    public List<View> operands() {
      return factors;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.product(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return new Product(loops, rank, factors);
    }

    @Override
    public Node withOperands(List<View> operands) {
      return new Product(loops, rank, operands);
    }

    public boolean isSumming() {
      return loops.size() > rank;
    }
  }

  /** {@code base} to a constant power: -1 is the reciprocal, 1/2 the square root. */
  record Power(List<Extent> shape, View base, Rational exponent) implements Node {
    public Power {
      shape = List.copyOf(shape);
    }

    @Override
    public List<View> operands() {
      return List.of(base);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.power(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return new Power(loops, base, exponent);
    }

    @Override
    public Node withOperands(List<View> operands) {
      return new Power(shape, operands.get(0), exponent);
    }
  }

  /** An entrywise function of its arguments. */
  record Apply(Fn fn, List<Extent> shape, List<View> arguments) implements Node {
    public Apply {
      shape = List.copyOf(shape);
      arguments = List.copyOf(arguments);
    }

    @Override
    public List<View> operands() {
      return arguments;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.apply(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return new Apply(fn, loops, arguments);
    }

    @Override
    public Node withOperands(List<View> operands) {
      return new Apply(fn, shape, operands);
    }
  }

  /**
   * The maximum of {@code argument} over the loop axes from {@code rank} on.
   *
   * @param isOfFirst true if the gradient goes to the first of several largest entries, in the order of the loops; false if all get equal shares.
   *     Only differentiation uses it.
   */
  record Max(List<Extent> loops, int rank, View argument, boolean isOfFirst) implements Node {
    public Max {
      loops = List.copyOf(loops);
    }

    public Max(List<Extent> loops, int rank, View argument) {
      this(loops, rank, argument, false);
    }

    @Override
    public List<Extent> shape() {
      return loops.subList(0, rank);
    }

    @Override
    public List<View> operands() {
      return List.of(argument);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.max(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return new Max(loops, rank, argument, isOfFirst);
    }

    @Override
    public Node withOperands(List<View> operands) {
      return new Max(loops, rank, operands.get(0), isOfFirst);
    }
  }

  /**
   * The derivative of a scalar with respect to a value, with the shape of that value. Lowering adds it for {@code grad(J, W)}, and autodiff replaces
   * it by its graph. Later stages do not see it.
   */
  record Derivative(List<Extent> shape, View scalar, View variable) implements Node {
    public Derivative {
      shape = List.copyOf(shape);
    }

    @Override
    public List<View> operands() {
      return List.of(scalar, variable);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.derivative(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return new Derivative(loops, scalar, variable);
    }

    @Override
    public Node withOperands(List<View> operands) {
      return new Derivative(shape, operands.get(0), operands.get(1));
    }
  }

  /**
   * The source at positions that are computed from the loops, and 0 where a position is out of range. A {@link Resolution} turns factors into
   * windows. They exist in plans only; before planning, a read is a sum with a {@link Relation}.
   *
   * @param positions one for each axis of the source
   * @param numbers integer data that some positions refer to
   */
  record Window(List<Extent> shape, int source, List<Position> positions, List<View> numbers) implements Node {
    public Window {
      shape = List.copyOf(shape);
      positions = List.copyOf(positions);
      numbers = List.copyOf(numbers);
    }

    /** The position at which an axis of the source is read. */
    public sealed interface Position {}

    /** A number that is computed from the loops. */
    public record At(Resolution.Solved number) implements Position {}

    /** An integer of the data, by its index in {@link #numbers}. */
    public record Data(int number) implements Position {}

    @Override
    public List<View> operands() {
      List<View> operands = new ArrayList<>(List.of(new View(source, Collections.nCopies(positions.size(), View.COMPUTED))));
      operands.addAll(numbers);
      return operands;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.window(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return new Window(loops, source, positions, numbers);
    }

    @Override
    public Node withOperands(List<View> operands) {
      return new Window(shape, operands.get(0).node(), positions, operands.subList(1, operands.size()));
    }
  }

  /**
   * A sum that adds each of its terms to the entry whose subscripts are integer data. It exists in plans only.
   *
   * @param sum has for each of these axes an indicator among its factors; no other factor has the axis
   */
  record Scatter(Product sum, List<Place> places) implements Node {
    public Scatter {
      places = List.copyOf(places);
    }

    /**
     * The subscript along an axis of the result to which a term is added.
     *
     * @param indicator its index among the factors of the sum
     * @param number the subscript, seen from the loops of the sum
     */
    public record Place(int axis, int indicator, View number) {}

    /** The factors of a term. */
    public List<View> factors() {
      return IntStream.range(0, sum.factors().size()).filter(k -> places.stream().noneMatch(place -> place.indicator == k)).mapToObj(sum.factors()::get).toList();
    }

    public List<View> numbers() {
      return places.stream().map(Place::number).toList();
    }

    /** Returns the same sum with further factors in each term. */
    public Scatter times(List<View> others) {
      List<View> all = new ArrayList<>(sum.factors());
      all.addAll(others);
      return new Scatter(new Product(sum.loops(), sum.rank(), all), places);
    }

    /** The index of an axis in {@link #places}; -1 for an axis that has a loop. */
    public int place(int axis) {
      return IntStream.range(0, places.size()).filter(k -> places.get(k).axis == axis).findFirst().orElse(-1);
    }

    @Override
    public List<Extent> shape() {
      return sum.shape();
    }

    @Override
    public List<Extent> loops() {
      return sum.loops();
    }

    @Override
    public List<View> operands() {
      List<View> operands = new ArrayList<>(sum.factors());
      operands.addAll(numbers());
      return operands;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.scatter(this);
    }

    @Override
    public Node withLoops(List<Extent> loops, int rank) {
      return new Scatter(new Product(loops, rank, sum.factors()), places);
    }

    @Override
    public Node withOperands(List<View> operands) {
      int factors = sum.factors().size();
      return new Scatter(new Product(sum.loops(), sum.rank(), operands.subList(0, factors)), IntStream.range(0, places.size())
          .mapToObj(k -> new Place(places.get(k).axis, places.get(k).indicator, operands.get(factors + k))).toList());
    }
  }
}
