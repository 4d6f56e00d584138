package dev.nngen.codegen;

import com.palantir.javapoet.ClassName;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.plan.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Writes an expression as calls on vectors. Values that are equal in all lanes stay plain numbers until a vector meets them. Exponentials, logarithms
 * and the like are those of {@code VectorOperators}: within 1 ulp on Linux and Windows on x86-64, where the JDK has machine code for them, and as
 * exact as {@code Math} elsewhere, but slower.
 */
final class VectorExpressionWriter implements Scalar.Visitor<String> {

  private static final Map<Fn, String> COMPARISONS =
      new EnumMap<>(Map.of(Fn.GREATER, "GT", Fn.AT_LEAST, "GE", Fn.EQUAL, "EQ"));

  private final String vector;
  private final ExpressionWriter numbers;
  private final Predicate<Scalar> varies;
  private final Predicate<Scalar> isCarried;
  private final Function<Scalar, String> leaves;

  /**
   * @param vector the class of vectors
   * @param numbers writes values that are equal in all lanes
   * @param varies true for an expression that may differ from lane to lane
   * @param isCarried true for a loop-carried value, whose class HotSpot knows only from a profile: it is an argument, not a receiver, if the order
   *     does not matter, because without a profile its vectors become objects
   * @param leaves loads and locals as vectors
   */
  VectorExpressionWriter(ClassName vector, ExpressionWriter numbers, Predicate<Scalar> varies, Predicate<Scalar> isCarried,
      Function<Scalar, String> leaves) {
    this.vector = vector.simpleName();
    this.numbers = numbers;
    this.varies = varies;
    this.isCarried = isCarried;
    this.leaves = leaves;
  }

  /** Returns the expression as a vector. */
  String write(Scalar scalar) {
    return varies.test(scalar) ? scalar.accept(this) : broadcast(numbers.write(scalar));
  }

  /** Returns the expression as an argument: a vector or a number. */
  private String argument(Scalar scalar) {
    return varies.test(scalar) ? scalar.accept(this) : numbers.write(scalar);
  }

  private String broadcast(String number) {
    return vector + ".broadcast(SPECIES, " + number + ")";
  }

  @Override
  public String number(Scalar.Number number) {
    return broadcast(numbers.write(number));
  }

  @Override
  public String size(Scalar.Size size) {
    return broadcast(numbers.write(size));
  }

  @Override
  public String time(Scalar.Time time) {
    return broadcast(numbers.write(time));
  }

  @Override
  public String rate(Scalar.Rate rate) {
    return broadcast(numbers.write(rate));
  }

  @Override
  public String load(Scalar.Load load) {
    return leaves.apply(load);
  }

  @Override
  public String address(Scalar.Address address) {
    return leaves.apply(address);
  }

  @Override
  public String position(Scalar.Position position) {
    throw new IllegalStateException("a position is not lowered");
  }

  @Override
  public String count(Scalar.Count count) {
    throw new IllegalStateException("a loop whose counter is a number does not run over vectors");
  }

  @Override
  public String local(Scalar.Local local) {
    return leaves.apply(local);
  }

  /** Writes vectors in order, a positive one first if there is one, then values that are equal in all lanes. */
  @Override
  public String sum(Scalar.Sum sum) {
    List<Scalar.Term> vectors = new ArrayList<>(sum.terms().stream().filter(term -> varies.test(term.value())).toList());
    List<Scalar.Term> rest = sum.terms().stream().filter(term -> !varies.test(term.value())).toList();
    boolean hasNumber = !rest.isEmpty() || !sum.constant().isZero();
    String number = numbers.write(new Scalar.Sum(sum.constant(), rest));
    vectors.stream().filter(term -> term.coefficient().signum() > 0).min(Comparator.comparing(term -> isCarried.test(term.value())))
        .ifPresent(positive -> Collections.swap(vectors, 0, vectors.indexOf(positive)));
    Scalar.Term first = vectors.get(0);
    StringBuilder code = new StringBuilder();
    boolean negative = first.coefficient().signum() < 0;
    boolean numberFirst = hasNumber && (negative || isCarried.test(first.value()));
    if (numberFirst) {
      code.append(broadcast(number)).append(negative ? ".sub(" : ".add(").append(scaled(first)).append(")");
    } else {
      code.append(scaled(first)).append(negative ? ".neg()" : "");
    }
    for (Scalar.Term term : vectors.subList(1, vectors.size())) {
      code.append(term.coefficient().signum() < 0 ? ".sub(" : ".add(").append(scaled(term)).append(")");
    }
    return code + (hasNumber && !numberFirst ? ".add(" + number + ")" : "");
  }

  /** Returns the absolute value of the coefficient times the term, which is a vector. */
  private String scaled(Scalar.Term term) {
    Rational size = term.coefficient().signum() < 0 ? term.coefficient().negate() : term.coefficient();
    String value = term.value().accept(this);
    String number = numbers.write(new Scalar.Number(size));
    return size.isOne() ? value : isCarried.test(term.value()) ? broadcast(number) + ".mul(" + value + ")" : value + ".mul(" + number + ")";
  }

  @Override
  public String product(Scalar.Product product) {
    List<Scalar> numbersAbove = new ArrayList<>();
    List<Scalar> above = new ArrayList<>();
    List<Scalar> below = new ArrayList<>();
    for (Scalar factor : product.factors()) {
      boolean divides = factor instanceof Scalar.Power power && power.exponent().signum() < 0;
      if (!varies.test(factor)) {
        numbersAbove.add(factor);
      } else if (divides) {
        below.add(inverse((Scalar.Power) factor));
      } else {
        above.add(factor);
      }
    }
    boolean negated = numbersAbove.equals(List.of(new Scalar.Number(Rational.MINUS_ONE)));
    String number = numbersAbove.isEmpty() ? "" : numbers.write(new Scalar.Product(numbersAbove));
    above.sort(Comparator.comparing(isCarried::test));
    boolean numberFirst = above.isEmpty() || !numbersAbove.isEmpty() && isCarried.test(above.get(0));
    StringBuilder code = new StringBuilder(numberFirst ? broadcast(number.isEmpty() ? "1" : number) : above.get(0).accept(this));
    above.stream().skip(numberFirst ? 0 : 1).forEach(factor -> code.append(".mul(").append(factor.accept(this)).append(")"));
    if (!numberFirst && !numbersAbove.isEmpty()) {
      code.append(negated ? ".neg()" : ".mul(" + number + ")");
    }
    below.forEach(factor -> code.append(".div(").append(factor.accept(this)).append(")"));
    return code.toString();
  }

  private static Scalar inverse(Scalar.Power power) {
    Rational exponent = power.exponent().negate();
    return exponent.isOne() ? power.base() : new Scalar.Power(power.base(), exponent);
  }

  @Override
  public String power(Scalar.Power power) {
    if (power.exponent().signum() < 0) {
      return broadcast("1") + ".div(" + inverse(power).accept(this) + ")";
    }
    String base = power.base().accept(this);
    return power.exponent().equals(Rational.HALF) ? base + ".sqrt()"
        : base + (".mul(" + base + ")").repeat(power.exponent().intValueExact() - 1);
  }

  @Override
  public String apply(Scalar.Apply apply) {
    List<Scalar> x = apply.arguments();
    if (apply.fn().vectorOperator().isPresent()) {
      String second = x.size() == 1 ? "" : ", " + argument(x.get(1));
      return write(x.get(0)) + ".lanewise(VectorOperators." + apply.fn().vectorOperator().get() + second + ")";
    }
    if (apply.fn().hasOwnVectors()) {
      return NumberFunctions.call(apply.fn()) + "(" + x.stream().map(this::write).collect(Collectors.joining(", ")) + ")";
    }
    return switch (apply.fn()) {
      case ABS -> write(x.get(0)) + ".abs()";
      case SIGN -> sign(write(x.get(0)));
      case MAXIMUM -> write(x.get(0)) + ".max(" + argument(x.get(1)) + ")";
      case MINIMUM -> write(x.get(0)) + ".min(" + argument(x.get(1)) + ")";
      case GREATER, AT_LEAST, EQUAL -> broadcast("0") + ".blend(1, " + comparison(apply) + ")";
      case WHERE -> varies.test(x.get(0)) ? write(x.get(2)) + ".blend(" + argument(x.get(1)) + ", " + condition(x.get(0)) + ")"
          : "(" + numbers.condition(x.get(0)) + " ? " + write(x.get(1)) + " : " + write(x.get(2)) + ")";
      case STOP -> write(x.get(0));
      default -> throw new IllegalStateException(apply.fn() + " has no vectors");
    };
  }

  /** Computes the sign; zeros keep their sign, and NaN stays NaN. */
  private static String sign(String x) {
    return x + ".blend(1, " + x + ".compare(VectorOperators.GT, 0)).blend(-1, " + x + ".compare(VectorOperators.LT, 0))";
  }

  private String condition(Scalar scalar) {
    return scalar instanceof Scalar.Apply apply && apply.fn().isIndicator() ? comparison(apply)
        : write(scalar) + ".compare(VectorOperators.NE, 0)";
  }

  private String comparison(Scalar.Apply apply) {
    return write(apply.arguments().get(0)) + ".compare(VectorOperators." + COMPARISONS.get(apply.fn()) + ", "
        + argument(apply.arguments().get(1)) + ")";
  }
}
