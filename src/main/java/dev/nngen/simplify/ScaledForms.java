package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Represents values as e^u m with a mantissa m of moderate magnitude. Products add exponents. Sums, over terms and over axes, shift them by the
 * largest one. So e^u is computed last, after exponents have cancelled (Blanchard, Higham and Higham, Accurately computing the log-sum-exp and
 * softmax functions, 2021).
 */
final class ScaledForms {

  /** Writes a product summed over the loop axes from a rank on. */
  interface SumWriter {

    View write(List<Extent> loops, int rank, List<FactoredTerm> factors);
  }

  private final FormBuilder builder;
  private final Exponentials exponentials;
  private final SumWriter sums;
  /** True for values that are not expanded. */
  private final IntPredicate isOpaque;
  /** True if sums are also shifted whose exponents are never positive, so that no sum underflows to 0. */
  private final boolean isDivisor;
  private final Map<Integer, Scaled> read = new HashMap<>();

  ScaledForms(FormBuilder builder, Exponentials exponentials, SumWriter sums, IntPredicate isOpaque, boolean isDivisor) {
    this.builder = builder;
    this.exponentials = exponentials;
    this.sums = sums;
    this.isOpaque = isOpaque;
    this.isDivisor = isDivisor;
  }

  /** Clears the cache, because other values may be opaque. */
  void forget() {
    read.clear();
  }

  /**
   * @param exponent the terms of u; none for a value without exponentials
   */
  private record Scaled(List<FactoredTerm> exponent, FactoredTerm mantissa) {

    static Scaled of(FactoredTerm value) {
      return new Scaled(List.of(), value);
    }

    Set<Integer> axes() {
      return Stream.concat(exponent.stream(), Stream.of(mantissa)).flatMap(term -> term.axes().stream()).collect(Collectors.toSet());
    }

    /** True if nothing in the value has changed. */
    boolean is(View value) {
      return exponent.isEmpty() && mantissa.equals(FactoredTerm.of(value));
    }

    Scaled rewire(List<Integer> axes) {
      return new Scaled(exponent.stream().map(term -> term.rewire(axes)).toList(), mantissa.rewire(axes));
    }
  }

  /** Returns the value with its exponents added first, or the value itself if it has no exponential. */
  View of(View view) {
    Scaled scaled = scaled(view);
    return scaled.is(view) ? view : builder.product(scaled.mantissa.times(exp(scaled.exponent)));
  }

  private Scaled product(Scaled a, Scaled b) {
    return new Scaled(plus(a.exponent, b.exponent), a.mantissa.times(b.mantissa));
  }

  private List<FactoredTerm> plus(List<FactoredTerm> a, List<FactoredTerm> b) {
    List<FactoredTerm> terms = FormSums.merged(Stream.concat(a.stream(), b.stream()).toList());
    return terms.size() > 1 && builder.isNumber(sum(terms), Rational.ZERO) ? List.of() : terms;
  }

  private static List<FactoredTerm> times(List<FactoredTerm> terms, Rational number) {
    return terms.stream().map(term -> term.times(number)).toList();
  }

  private View sum(List<FactoredTerm> terms) {
    return builder.sum(Rational.ZERO, terms, true);
  }

  private FactoredTerm exp(List<FactoredTerm> exponent) {
    return exponentials.exp(sum(exponent));
  }

  private FactoredTerm exp(List<FactoredTerm> exponent, List<FactoredTerm> lowered) {
    return exp(plus(exponent, times(lowered, Rational.MINUS_ONE)));
  }

  private Scaled scaled(View view) {
    if (!read.containsKey(view.node())) {
      read(view.node());
    }
    return read.get(view.node()).rewire(view.axes());
  }

  /** Reads the value and its operands, with an explicit stack: a network may have thousands of layers. */
  private void read(int root) {
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      int id = open.peek();
      View view = View.identity(id, builder.graph().node(id).rank());
      boolean isLeaf = isOpaque.test(id);
      List<Integer> unknown = isLeaf ? List.of() : builder.node(view).operands().stream().map(View::node).filter(operand -> !read.containsKey(operand)).toList();
      unknown.forEach(open::push);
      if (unknown.isEmpty()) {
        open.pop();
        read.put(id, isLeaf ? Scaled.of(FactoredTerm.of(view)) : scaled(view, builder.node(view)));
      }
    }
  }

  private Scaled scaled(View view, Node node) {
    boolean isPlain = node.operands().stream().allMatch(operand -> scaled(operand).is(operand));
    if (isPlain && !(node instanceof Node.Apply)) {
      return Scaled.of(FactoredTerm.of(view));
    }
    if (node instanceof Node.Sum sum) {
      List<Scaled> terms = new ArrayList<>(sum.constant().isZero() ? List.of() : List.of(Scaled.of(FactoredTerm.number(sum.constant()))));
      sum.terms().forEach(term -> terms.add(product(scaled(term.view()), Scaled.of(FactoredTerm.number(term.coefficient())))));
      return sumOf(terms);
    }
    if (node instanceof Node.Product product) {
      List<Scaled> factors = product.factors().stream().map(this::scaled).toList();
      return product.isSumming() ? overAxes(view, product, factors) : factors.stream().reduce(Scaled.of(FactoredTerm.ONE), this::product);
    }
    if (node instanceof Node.Power power) {
      Scaled base = scaled(power.base());
      return new Scaled(times(base.exponent, power.exponent()),
          base.mantissa.equals(FactoredTerm.ONE) ? FactoredTerm.ONE : builder.factored(builder.product(base.mantissa), power.exponent()));
    }
    return node instanceof Node.Apply apply ? function(view, apply) : Scaled.of(FactoredTerm.of(view));
  }

  private Scaled function(View view, Node.Apply apply) {
    return switch (apply.fn()) {
      case EXP -> new Scaled(plus(List.of(), exponentials.terms(apply.arguments())), FactoredTerm.ONE);
      case WHERE -> choice(view, apply.arguments());
      default -> Scaled.of(FactoredTerm.of(view));
    };
  }

  /** Reads {@code where(c, v, 0)} as v times an indicator. */
  private Scaled choice(View view, List<View> arguments) {
    for (int branch = 1; branch < arguments.size(); branch++) {
      Scaled value = scaled(arguments.get(branch));
      if (builder.isNumber(arguments.get(arguments.size() - branch), Rational.ZERO) && !value.exponent.isEmpty()) {
        return product(value, Scaled.of(FactoredTerm.of(builder.indicator(arguments.get(0), branch == 1))));
      }
    }
    return Scaled.of(FactoredTerm.of(view));
  }

  private Scaled sumOf(List<Scaled> terms) {
    List<FactoredTerm> largest = largest(terms);
    return new Scaled(largest, builder.factored(sum(terms.stream().map(term -> term.mantissa.times(exp(term.exponent, largest))).toList())));
  }

  /** Returns the largest exponent of terms: their common terms plus the maximum of the rest. */
  private List<FactoredTerm> largest(List<Scaled> terms) {
    boolean hasNumber = terms.stream().anyMatch(term -> term.exponent.isEmpty());
    List<List<FactoredTerm>> exponents = terms.stream().map(this::compared)
        .filter(exponent -> !hasNumber || !exponent.isEmpty() && !isNeverNegative(sum(times(exponent, Rational.MINUS_ONE)))).distinct().toList();
    if (exponents.isEmpty() || exponents.size() == 1 && !hasNumber) {
      return exponents.isEmpty() ? List.of() : exponents.get(0);
    }
    if (hasNumber && exponents.size() == 1) {
      return positivePart(exponents.get(0));
    }
    List<FactoredTerm> common = hasNumber ? List.of() : exponents.get(0).stream().filter(term -> exponents.stream().allMatch(other -> other.contains(term))).toList();
    List<View> rest = new ArrayList<>(exponents.stream().map(exponent -> sum(plus(exponent, times(common, Rational.MINUS_ONE)))).toList());
    if (hasNumber) {
      rest.add(builder.number(Rational.ZERO));
    }
    View maximum = rest.stream().reduce(this::maximum).orElseThrow();
    return plus(common, List.of(FactoredTerm.of(maximum)));
  }

  /** Returns max(u, 0), with max(-u, 0) as max(u, 0) - u, so that only one of the two occurs. */
  private List<FactoredTerm> positivePart(List<FactoredTerm> exponent) {
    FactoredTerm term = builder.factored(sum(exponent));
    boolean isNegative = term.coefficient().signum() < 0;
    FactoredTerm positive = FactoredTerm.of(maximum(builder.product(isNegative ? term.times(Rational.MINUS_ONE) : term), builder.number(Rational.ZERO)));
    return isNegative ? plus(List.of(positive), exponent) : List.of(positive);
  }

  private View maximum(View a, View b) {
    return isAtLeast(b, a) ? b : isAtLeast(a, b) ? a : builder.apply(Fn.MAXIMUM, List.of(a, b));
  }

  private boolean isAtLeast(View a, View b) {
    return isNeverNegative(exponentials.difference(a, b));
  }

  private boolean isNeverNegative(View view) {
    FactoredTerm term = builder.factored(view);
    boolean isPositivePart = term.isSingle() && term.coefficient().signum() > 0 && builder.node(term.first()) instanceof Node.Apply apply
        && apply.fn() == Fn.MAXIMUM && apply.arguments().stream().anyMatch(argument -> builder.judge().isNonNegative(argument));
    return isPositivePart || builder.judge().isNonNegative(view) || builder.judge().isNeverPositive(builder.product(term.times(Rational.MINUS_ONE)));
  }

  /** Returns the exponent of a term for the maximum. It counts only if the term is nonzero. */
  private List<FactoredTerm> compared(Scaled term) {
    FactoredTerm indicators = term.mantissa.only(builder::isIndicator);
    return term.exponent.isEmpty() || indicators.isNumber() ? term.exponent : List.of(FactoredTerm.of(exponentials.where(indicators, sum(term.exponent))));
  }

  /**
   * Returns a sum over axes, shifted by the largest exponent along these. One factor takes all exponents. If no factor has all of their axes, the sum does
   * not change: shifting each factor by its own largest exponent would lose entries that are small where the other's are large.
   */
  private Scaled overAxes(View view, Node.Product product, List<Scaled> factors) {
    Map<Boolean, List<FactoredTerm>> exponent = factors.stream().map(Scaled::exponent).reduce(List.of(), this::plus).stream()
        .collect(Collectors.partitioningBy(term -> term.axes().stream().anyMatch(axis -> axis >= product.rank())));
    Set<Integer> axes = exponent.get(true).stream().flatMap(term -> term.axes().stream()).collect(Collectors.toSet());
    Optional<Scaled> found = factors.stream().filter(factor -> factor.axes().containsAll(axes)).max(Comparator.comparingInt(factor -> factor.exponent.size()));
    if (found.isEmpty()) {
      return Scaled.of(FactoredTerm.of(view));
    }
    Scaled host = found.get();
    List<Scaled> others = new ArrayList<>(factors);
    others.remove(host);
    Map<Boolean, List<FactoredTerm>> mantissas = others.stream()
        .collect(Collectors.partitioningBy(factor -> host.axes().containsAll(factor.axes()) && (!factor.exponent.isEmpty() || hasIndicator(factor.mantissa)),
            Collectors.mapping(Scaled::mantissa, Collectors.toList())));
    Scaled scaled = new Scaled(exponent.get(true), mantissas.get(true).stream().reduce(host.mantissa, FactoredTerm::times));
    List<FactoredTerm> largest = largest(product, scaled);
    FactoredTerm entry = scaled.mantissa.times(exp(scaled.exponent, largest));
    List<FactoredTerm> summed = Stream.concat(Stream.of(hasIndicator(entry) ? FactoredTerm.of(builder.product(entry)) : entry), mantissas.get(false).stream()).toList();
    return new Scaled(plus(exponent.get(false), largest), builder.factored(sums.write(product.loops(), product.rank(), summed)));
  }

  private boolean hasIndicator(FactoredTerm term) {
    return term.powers().keySet().stream().anyMatch(builder::isIndicator);
  }

  /** Returns the largest exponent along the axes of a sum; empty if it needs no shift. */
  private List<FactoredTerm> largest(Node.Product product, Scaled value) {
    return value.exponent.isEmpty() || !isDivisor && builder.judge().isNeverPositive(sum(value.exponent)) ? List.of()
        : List.of(FactoredTerm.of(builder.max(product.loops(), product.rank(), sum(compared(value)))));
  }
}
