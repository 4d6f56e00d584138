package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Writes a rational function of atoms as nodes. Parts of a function are classes of their own and written through the
 * extraction, which may know a better form for them; so every part is written once.
 */
final class FormWriter {

  private final Universe universe;
  private final Ring ring;
  private final Scales scales;
  private final Exponentials exponentials;
  private final Factoring factoring;
  private final Terms order;
  private final Choices choices;
  private final Saturation saturation;
  private final Assembly target;
  private final IntUnaryOperator writeClass;
  private final IntFunction<Rational> scaleOf;
  private final IntPredicate isWritten;
  private final IntPredicate isOpen;

  /**
   * @param writeClass writes a class and gives its node
   * @param isWritten tells of a class that it is written
   * @param isOpen tells of a class that it is being written
   * @param scaleOf tells by which number a class is best multiplied as an operand of a product
   */
  FormWriter(Meanings meanings, Stability stability, Assembly target, IntUnaryOperator writeClass,
      IntFunction<Rational> scaleOf, IntPredicate isWritten, IntPredicate isOpen) {
    this.scaleOf = scaleOf;
    this.isWritten = isWritten;
    this.isOpen = isOpen;
    this.universe = meanings.universe;
    this.ring = meanings.ring;
    this.scales = ring.scales;
    this.exponentials = new Exponentials(universe, ring, stability, target, this::part);
    this.factoring = new Factoring(universe, scales, exponentials);
    this.order = new Terms(universe, meanings.domains);
    this.target = target;
    this.writeClass = writeClass;
    this.saturation = new Saturation(meanings, factoring, target, this::part);
    this.choices = new Choices(ring, target, this::part, this::term, this::isWritten);
  }

  /** The node of the function over axes {@code 0 .. shape.size() - 1}. */
  int write(RationalFunction f, List<Extent> shape) {
    if (f.isConstant()) {
      return target.number(f.coefficient());
    }
    Polynomial first = f.factors().keySet().iterator().next();
    if (f.factors().size() == 1 && first.size() > 1 && f.factors().get(first) == 1) {
      return sum(f, first, shape);
    }
    Polynomial sum = factoring.scaledSum(f);
    if (sum != null) {
      return distributed(f, sum, shape);
    }
    Optional<Factoring.Divided> divided = factoring.divided(f);
    if (divided.isPresent()) {
      return divided(f, divided.get(), shape);
    }
    OptionalInt summed = insideSum(f, shape);
    if (summed.isPresent()) {
      return summed.getAsInt();
    }
    Rational rest = f.coefficient().over(scale(f));
    if (!rest.isOne()) {
      return target.scaled(rest, unscaled(f.times(rest.reciprocal()), shape), shape);
    }
    if (exponentials.isPure(f)) {
      return exponentials.exponential(f, shape);
    }
    if (exponentials.isSigmoid(f)) {
      return exponentials.sigmoid(f, shape);
    }
    return f.factors().size() == 1 ? single(f, shape) : product(f, shape);
  }

  /**
   * The function as an operand; in place where its class is being written, since which of f and -f reads better may depend on
   * the order of the axes.
   */
  private View unscaled(RationalFunction f, List<Extent> shape) {
    return isOpen.test(universe.classOf(f).node()) ? View.identity(write(f, shape), shape.size()) : part(f);
  }

  /** A sum of terms with its coefficient inside where that reads better. */
  private int sum(RationalFunction f, Polynomial terms, List<Extent> shape) {
    Rational c = f.coefficient();
    Rational best = scales.of(terms);
    Rational scale = Scales.digits(terms, c) <= Scales.digits(terms, best) || isChoice(terms) ? c : best;
    return scale.equals(c) ? polynomial(terms.times(c), shape)
        : target.scaled(c.over(scale), part(RationalFunction.of(terms).times(scale)), shape);
  }

  private boolean isChoice(Polynomial terms) {
    return terms.variables().stream().anyMatch(ring::isIndicator);
  }

  /** What writes the exponentials of a function. */
  Exponentials exponentials() {
    return exponentials;
  }

  /** The number by which all sums among the factors are best multiplied, so that they read well: 1 - A for A - 1. */
  Rational scale(RationalFunction f) {
    return scales.of(f);
  }

  /** A part of a function as an operand. */
  private View part(RationalFunction f) {
    if (f.isConstant()) {
      return new View(target.number(f.coefficient()), List.of());
    }
    View view = universe.classOf(f);
    return new View(writeClass.applyAsInt(view.node()), view.axes());
  }

  /** A part as a term of a sum, its number as the coefficient. */
  private Node.Term term(RationalFunction f) {
    return new Node.Term(f.coefficient(), part(f.times(f.coefficient().reciprocal())));
  }

  /** A multiple of a part, whose coefficient then leaves the product that it stands in. */
  private View scaled(Rational coefficient, View part) {
    List<Extent> shape = target.graph().node(part.node()).shape();
    Node.Term term = new Node.Term(coefficient, View.identity(part.node(), shape.size()));
    return new View(target.graph().add(new Node.Sum(shape, Rational.ZERO, List.of(term))), part.axes());
  }

  // ---- products ----

  /** One factor to some power. */
  private int single(RationalFunction f, List<Extent> shape) {
    Polynomial factor = f.factors().keySet().iterator().next();
    int exponent = f.factors().get(factor);
    if (exponent != 1) {
      boolean flips = exponent % 2 == 0 && factor.size() > 1 && scales.of(factor).signum() < 0;
      Rational scale = flips ? Rational.MINUS_ONE : scales.of(factor, exponent).power(exponent);
      RationalFunction base = RationalFunction.of(factor).times(scale);
      return target.power(part(base), Rational.of(exponent), shape);
    }
    return atom(factor.asVariable(), shape);
  }

  private int product(RationalFunction f, List<Extent> shape) {
    if (f.factors().values().stream().allMatch(exponent -> exponent < 0)) {
      return target.power(part(f.inverse()), Rational.MINUS_ONE, shape);
    }
    RationalFunction scalar = factoring.scalar(f);
    if (!scalar.isOne() && !universe.axes(f).isEmpty()) {
      RationalFunction tensor = f.times(scalar.inverse());
      return target.product(shape, shape.size(), List.of(part(scalar), part(tensor)));
    }
    Optional<Factoring.Quotient> quotient = factoring.quotient(f);
    if (quotient.isPresent()) {
      return quotient(f, quotient.get(), shape);
    }
    OptionalInt powers = saturation.product(f, shape);
    if (powers.isPresent()) {
      return powers.getAsInt();
    }
    OptionalInt chosen = choices.product(f, shape);
    return chosen.isPresent() ? chosen.getAsInt()
        : target.product(shape, shape.size(), factoring.pieces(f).stream().map(this::part).toList());
  }

  /** The scale put on each term. */
  private int distributed(RationalFunction f, Polynomial sum, List<Extent> shape) {
    RationalFunction scale = f.times(RationalFunction.of(sum).inverse());
    List<Node.Term> terms = new ArrayList<>();
    for (Map.Entry<Monomial, Rational> term : order.readable(sum)) {
      RationalFunction scaled = scale.times(RationalFunction.of(Polynomial.term(term.getValue(), term.getKey())));
      terms.add(term(scaled));
    }
    return target.sum(Rational.ZERO, terms, shape);
  }

  /** rest (1 + E^-n p) for rest E^-n (E^n + p), so that no exponential is multiplied by its reciprocal. */
  private int divided(RationalFunction f, Factoring.Divided divided, List<Extent> shape) {
    RationalFunction rest = f.times(divided.quotient().inverse());
    if (!rest.isConstant()) {
      return target.product(shape, shape.size(), List.of(part(rest), part(divided.quotient())));
    }
    Rational constant = Rational.ZERO;
    List<Node.Term> terms = new ArrayList<>();
    for (Map.Entry<Integer, Polynomial> power : divided.sum().coefficients(divided.exponential()).descendingMap().entrySet()) {
      RationalFunction term = f.times(RationalFunction.of(divided.sum()).inverse()).times(RationalFunction.of(power.getValue()))
          .times(RationalFunction.variable(divided.exponential()).power(power.getKey()));
      constant = term.isConstant() ? term.coefficient() : constant;
      if (!term.isConstant()) {
        terms.add(term(term));
      }
    }
    return target.sum(constant, terms, shape);
  }

  /** r / d + q for (r + q d) / d: shorter, and where d is nearly zero r keeps digits that it loses in the sum. */
  private int quotient(RationalFunction f, Factoring.Quotient quotient, List<Extent> shape) {
    RationalFunction rest = f.times(quotient.whole().inverse());
    if (!rest.isConstant()) {
      return target.product(shape, shape.size(), List.of(part(rest), part(quotient.whole())));
    }
    RationalFunction whole = RationalFunction.of(quotient.quotient());
    return target.sum(Rational.ZERO, List.of(term(quotient.fraction().times(rest)), term(whole.times(rest))), shape);
  }

  /** f[i] sum_c g[i, c] as the sum of f g, where that product is there already. */
  private OptionalInt insideSum(RationalFunction f, List<Extent> shape) {
    for (Polynomial factor : f.factors().keySet()) {
      boolean plain = factor.isVariable() && f.factors().get(factor) == 1;
      if (plain && universe.definitionOf(factor.asVariable()) instanceof Node.Product sum && sum.factors().size() == 1) {
        RationalFunction.Product scalar = new RationalFunction.Product();
        RationalFunction.Product inner = new RationalFunction.Product();
        f.factors().forEach((other, exponent) -> {
          if (!other.equals(factor)) {
            (universe.axes(other).isEmpty() ? scalar : inner).times(other, exponent);
          }
        });
        List<Extent> loops = new ArrayList<>(shape);
        List<Integer> moved = new ArrayList<>(universe.view(factor.asVariable()).axes());
        for (int axis = sum.rank(); axis < sum.loops().size(); axis++) {
          moved.add(loops.size());
          loops.add(sum.loops().get(axis));
        }
        RationalFunction product = universe.meaning(sum.factors().get(0).through(moved)).times(inner.build());
        Rational scale = scaleOf.apply(universe.classOf(product).node());
        RationalFunction scaled = product.times(scale);
        if (moved.size() == loops.size() && isWritten(scaled)) {
          int node = target.product(loops, shape.size(), List.of(part(scaled)));
          RationalFunction rest = scalar.build().times(f.coefficient()).times(scale.reciprocal());
          return OptionalInt.of(target.product(shape, shape.size(), List.of(part(rest), View.identity(node, shape.size()))));
        }
      }
    }
    return OptionalInt.empty();
  }

  private boolean isWritten(RationalFunction f) {
    return isWritten.test(universe.classOf(f).node());
  }

  // ---- sums ----

  private int polynomial(Polynomial p, List<Extent> shape) {
    OptionalInt chosen = choices.sum(p, shape);
    if (chosen.isPresent()) {
      return chosen.getAsInt();
    }
    int common = order.common(p);
    return common >= 0 ? nested(p, common, shape) : flat(p, shape);
  }

  private int flat(Polynomial p, List<Extent> shape) {
    List<Node.Term> terms = new ArrayList<>();
    for (Map.Entry<Monomial, Rational> term : order.readable(p)) {
      if (term.getKey().size() > 0) {
        terms.add(new Node.Term(term.getValue(), part(RationalFunction.of(Polynomial.term(Rational.ONE, term.getKey())))));
      }
    }
    return target.sum(p.constantTerm(), terms, shape);
  }

  /** v q + r (Horner's rule), where v stands in most terms. */
  private int nested(Polynomial p, int variable, List<Extent> shape) {
    Polynomial with = Polynomial.ZERO;
    Polynomial without = Polynomial.ZERO;
    for (Map.Entry<Monomial, Rational> term : p.terms().entrySet()) {
      Polynomial single = Polynomial.term(term.getValue(), term.getKey());
      with = term.getKey().degree(variable) > 0 ? with.plus(single) : with;
      without = term.getKey().degree(variable) > 0 ? without : without.plus(single);
    }
    List<Node.Term> terms = new ArrayList<>();
    RationalFunction product = RationalFunction.of(with);
    terms.add(term(product));
    for (Map.Entry<Monomial, Rational> term : order.readable(without)) {
      if (term.getKey().size() > 0) {
        terms.add(new Node.Term(term.getValue(), part(RationalFunction.of(Polynomial.term(Rational.ONE, term.getKey())))));
      }
    }
    return target.sum(without.constantTerm(), terms, shape);
  }

  // ---- atoms ----

  private int atom(int variable, List<Extent> shape) {
    Node definition = universe.definitionOf(variable);
    View view = universe.view(variable);
    if (definition instanceof Node.Leaf) {
      return target.scaled(Rational.ONE, new View(target.graph().add(definition), view.axes()), shape);
    }
    if (definition instanceof Node.Sum whole) {
      int inner = writeClass.applyAsInt(whole.terms().get(0).view().node());
      return target.scaled(Rational.ONE, new View(inner, view.axes()), shape);
    }
    List<View> operands = new ArrayList<>();
    for (View operand : definition.operands()) {
      RationalFunction meaning = universe.meaning(operand);
      Rational scale = definition instanceof Node.Product ? scaleOf.apply(operand.node()) : Rational.ONE;
      operands.add(scale.isOne() ? part(meaning) : scaled(scale.reciprocal(), part(meaning.times(scale))));
    }
    List<Integer> moved = new ArrayList<>(view.axes());
    for (int axis = definition.rank(); axis < definition.loops().size(); axis++) {
      moved.add(axis);
    }
    return target.add(definition, moved, operands);
  }
}
