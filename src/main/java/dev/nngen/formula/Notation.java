package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Base of matrix and index notation: sums, powers and functions of entries. */
abstract class Notation implements Node.Visitor<EntrywiseTerm> {

  /** The number of samples as a formula. */
  static final Formula BATCH_SIZE = new Formula.Name(Extent.BATCH.name());

  private static final Comparator<EntrywiseTerm> WIDEST_FIRST =
      Comparator.<EntrywiseTerm>comparingInt(term -> -term.axes().size()).thenComparing(term -> !FactorOrder.isContraction(term));

  final FactorOrder layout;

  Notation(FactorOrder layout) {
    this.layout = layout;
  }

  /** Returns the operand over the loop axes of the current node. */
  abstract EntrywiseTerm operand(View view);

  /** Returns a node of the graph. */
  abstract Node node(int id);

  /** Writes a formula with either of its axes along the rows. */
  interface Written {
    Formula as(int row, int column);
  }

  /** Returns a factor over the given axes. */
  static MatrixFactor piece(Set<Integer> axes, Written written) {
    List<Integer> sorted = List.copyOf(new TreeSet<>(axes));
    return switch (sorted.size()) {
      case 0 -> MatrixFactor.scalar(written.as(MatrixFactor.NONE, MatrixFactor.NONE));
      case 1 -> MatrixFactor.of(sorted.get(0), MatrixFactor.NONE, written.as(sorted.get(0), MatrixFactor.NONE), written.as(MatrixFactor.NONE, sorted.get(0)));
      case 2 -> MatrixFactor.of(sorted.get(0), sorted.get(1),
          written.as(sorted.get(0), sorted.get(1)), written.as(sorted.get(1), sorted.get(0)));
      default -> throw new NoMatrixNotation("a value has more than two axes");
    };
  }

  static Kind kind(Set<Integer> axes) {
    return axes.isEmpty() ? Kind.PLAIN : Kind.ENTRYWISE;
  }

  /** Writes the call of a function. A function of a matrix is not called with the transpose. */
  EntrywiseTerm called(CallPattern.Call call) {
    EntrywiseTerm argument = operand(call.argument());
    if (call.entrywise()) {
      return EntrywiseTerm.of(piece(argument.axes(), (row, column) -> call.formula(layout.formula(argument, row, column))));
    }
    List<Integer> axes = List.copyOf(new TreeSet<>(argument.axes()));
    Formula straight = call.formula(layout.formula(argument, axes.get(0), axes.size() > 1 ? axes.get(1) : MatrixFactor.NONE));
    return EntrywiseTerm.of(MatrixFactor.named(axes.get(0), axes.size() > 1 ? axes.get(1) : MatrixFactor.NONE, straight));
  }

  @Override
  public EntrywiseTerm sum(Node.Sum sum) {
    Rational constant = sum.constant();
    List<EntrywiseTerm> terms = new ArrayList<>();
    for (Node.Term term : sum.terms()) {
      EntrywiseTerm monomial = operand(term.view()).scaled(term.coefficient());
      if (monomial.isNumber()) {
        constant = constant.plus(monomial.coefficient());
      } else if (!monomial.coefficient().isZero()) {
        terms.add(monomial);
      }
    }
    boolean ofMeans = !layout.isGradient() && sum.shape().isEmpty() && sum.terms().stream().allMatch(term -> isOverSamples(term.view().node()));
    return terms.isEmpty() ? EntrywiseTerm.number(constant) : sum(constant, terms, ofMeans);
  }

  /**
   * @param ofMeans true for sums over samples, of which each is divided by their number
   */
  private EntrywiseTerm sum(Rational constant, List<EntrywiseTerm> terms, boolean ofMeans) {
    if (constant.isZero() && terms.size() == 1) {
      return terms.get(0);
    }
    EntrywiseTerm common = ofMeans ? CommonScalars.withoutBatchSize(CommonScalars.of(constant, terms)) : CommonScalars.of(constant, terms);
    Rational rest = constant.over(common.coefficient());
    List<EntrywiseTerm> reduced = terms.stream().map(term -> CommonScalars.without(term, common)).toList();
    Set<Integer> axes = new LinkedHashSet<>();
    reduced.forEach(term -> axes.addAll(term.axes()));
    return common.times(EntrywiseTerm.of(piece(axes, (row, column) -> written(rest, reduced, row, column))));
  }

  /** True for a multiple of a sum over samples. */
  private boolean isOverSamples(int id) {
    Node node = node(id);
    boolean sums = node instanceof Node.Product product && product.loops().subList(product.rank(), product.loops().size()).contains(Extent.BATCH);
    return sums || node.shape().isEmpty() && !(node instanceof Node.Leaf) && node.operands().stream().anyMatch(operand -> isOverSamples(operand.node()));
  }

  /**
   * Writes a sum. A number comes first, {@code 1 + exp(-Z)}, or last if it is negative or small, {@code v + 1e-5}. {@code b} comes after
   * {@code W * X}.
   */
  private Formula written(Rational constant, List<EntrywiseTerm> terms, int row, int column) {
    List<Formula.Term> written = new ArrayList<>();
    Formula.Term number = new Formula.Term(constant.signum() < 0, layout.number(constant.abs()));
    boolean first = constant.compareTo(Rational.HALF) >= 0;
    if (first) {
      written.add(number);
    }
    terms.stream().sorted(WIDEST_FIRST).forEach(term -> written.add(layout.term(term, row, column)));
    if (!first && !constant.isZero()) {
      written.add(number);
    }
    return FormulaFactory.sum(written);
  }

  @Override
  public EntrywiseTerm power(Node.Power power) {
    EntrywiseTerm base = operand(power.base());
    Rational exponent = power.exponent();
    if (exponent.equals(Rational.MINUS_ONE) && !base.coefficient().isZero()) {
      return base.reciprocal();
    }
    if (exponent.isInteger() && base.over().isEmpty() && base.coefficient().isOne() && !base.under().isEmpty()) {
      EntrywiseTerm divisor = base.reciprocal();
      MatrixFactor piece = piece(base.axes(), (row, column) -> raised(divisor, exponent.abs(), row, column));
      return exponent.signum() > 0 ? EntrywiseTerm.under(piece) : EntrywiseTerm.of(piece);
    }
    Rational size = exponent.signum() < 0 ? exponent.negate() : exponent;
    if (exponent.isOne()) {
      return base;
    }
    if (exponent.isZero()) {
      return EntrywiseTerm.number(Rational.ONE);
    }
    MatrixFactor piece = piece(base.axes(), (row, column) -> raised(base, size, row, column));
    return exponent.signum() < 0 ? EntrywiseTerm.under(piece) : EntrywiseTerm.of(piece);
  }

  private Formula raised(EntrywiseTerm base, Rational exponent, int row, int column) {
    Formula written = layout.formula(base, row, column);
    return exponent.equals(Rational.HALF)
        ? FormulaFactory.call("sqrt", written)
        : new Formula.Power(kind(base.axes()), written, new Formula.Number(exponent));
  }

  @Override
  public EntrywiseTerm apply(Node.Apply apply) {
    List<EntrywiseTerm> arguments = apply.arguments().stream().map(this::operand).toList();
    if (apply.fn() == Fn.WHERE && layout.isGradient() && arguments.get(2).coefficient().isZero() && isComparison(arguments.get(0))) {
      return arguments.get(1).times(arguments.get(0));
    }
    if (apply.fn() == Fn.WHERE && arguments.get(0).isNumber() && arguments.get(0).coefficient().isOne()) {
      return arguments.get(1);
    }
    if (apply.fn() == Fn.WEIGHTED) {
      return arguments.get(0).times(arguments.get(1));
    }
    Set<Integer> axes = new LinkedHashSet<>();
    arguments.forEach(argument -> axes.addAll(argument.axes()));
    return EntrywiseTerm.of(piece(axes, (row, column) -> FunctionNotation.apply(apply.fn(), kind(axes),
        arguments.stream().map(argument -> layout.formula(argument, row, column)).toList())));
  }

  /** True for a comparison c, which is 0 or 1: {@code where(c, a, 0)} is {@code a .* c}. */
  private static boolean isComparison(EntrywiseTerm condition) {
    return condition.coefficient().isOne() && condition.under().isEmpty() && condition.over().size() == 1
        && isIndicator(condition.over().get(0).straight());
  }

  private static boolean isIndicator(Formula formula) {
    return formula instanceof Formula.Compare || formula instanceof Formula.Array array && isIndicator(array.body());
  }

  /** True for {@code t >= 0}, to which (t + 1) - 1 comes: indices and sizes are never negative. */
  static boolean isAlwaysTrue(Relation.Kind kind, Relation.Affine affine, Function<Relation.Affine, String> text) {
    return kind == Relation.Kind.NOT_NEGATIVE && !affine.terms().isEmpty() && text.apply(affine).codePoints().allMatch(Character::isLetter);
  }

  /** Returns an affine comparison of indices, with subtracted terms on the other side. An equation has indices on the left. */
  static Formula condition(Relation.Kind kind, Relation.Affine affine, Function<Relation.Affine, String> text) {
    boolean turned = kind == Relation.Kind.ZERO && !affine.terms().isEmpty() && affine.terms().stream().noneMatch(term -> term.coefficient() > 0);
    if (turned) {
      return condition(kind, affine.times(-1), text);
    }
    Relation.Affine left = Relation.Affine.of(affine.terms().stream().filter(term -> term.coefficient() > 0).toList(), affine.constant().added());
    Relation.Affine right = left.minus(affine);
    return FunctionNotation.compare(kind == Relation.Kind.ZERO ? "==" : ">=", new Formula.Index(text.apply(left)), new Formula.Index(text.apply(right)));
  }

  /** Returns expressions that are nonnegative if a computed position is within its axis. */
  static List<Relation.Affine> bounds(Resolution.Solved solved, Extent extent) {
    Offset last = Offset.of(extent).times(solved.divisor()).plus(-1);
    return List.of(solved.value(), Relation.Affine.constant(last).minus(solved.value()));
  }

  /** True if formulas have a name for a value. */
  static boolean isNamed(Scope scope, int node) {
    return scope.naming().name(node).isPresent() || scope.graph().node(node) instanceof Node.Leaf leaf && !leaf.isPositional();
  }

  /** Expands the factors of unnamed sums that are read out of range: their named values are 0 there. */
  static Node.Product opened(Scope scope, Node.Product product) {
    Resolution resolution = Resolution.of(product, scope.graph()::node);
    Set<Node> unnamed = new HashSet<>();
    resolution.factors().stream().filter(factor -> !isNamed(scope, factor.node()) && factor.axes().stream().anyMatch(axis ->
        resolution.solved().containsKey(axis) && !resolution.solved().get(axis).isInside())).forEach(factor -> unnamed.add(scope.graph().node(factor.node())));
    return unnamed.isEmpty() ? product : Resolution.flattened(product, scope.graph()::node, unnamed::contains);
  }

  static EntrywiseTerm extent(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? EntrywiseTerm.number(Rational.of(fixed.size())) : EntrywiseTerm.of(MatrixFactor.scalar(new Formula.Name(extent.toString())));
  }

  static boolean mentions(EntrywiseTerm monomial, String letter) {
    return EntrywiseTerm.joined(monomial.over(), monomial.under()).stream().anyMatch(piece -> depends(piece, List.of(letter)));
  }

  static boolean depends(MatrixFactor piece, List<String> letters) {
    return mentions(piece.straight(), letters);
  }

  private static boolean mentions(Formula formula, List<String> letters) {
    if (formula instanceof Formula.Entry entry && entry.indices().stream().anyMatch(index -> mentions(index, letters))
        || formula instanceof Formula.Index position && mentions(position.text(), letters)) {
      return true;
    }
    return formula.parts().stream().anyMatch(part -> mentions(part, letters));
  }

  private static boolean mentions(String index, List<String> letters) {
    return letters.contains(index) || Arrays.stream(index.split("[^A-Za-z0-9]+")).anyMatch(letters::contains);
  }

  /** Returns the product of operands over all loop axes, before summation. */
  EntrywiseTerm factors(List<View> factors) {
    EntrywiseTerm all = EntrywiseTerm.number(Rational.ONE);
    for (View factor : factors) {
      all = all.times(operand(factor));
    }
    return all;
  }
}
