package dev.nngen.codegen;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.plan.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes an expression as Java. Java promotes integers that meet a real number. If only integers meet, the first is written as a real, so that
 * nothing is divided or overflows as an int.
 */
final class ExpressionWriter implements Scalar.Visitor<ExpressionWriter.Text> {

  /** Operator precedence in Java. */
  private enum Level { CONDITIONAL, COMPARISON, SUM, PRODUCT, UNARY, ATOM }

  /** Java text, its precedence, and whether it is an int. */
  record Text(String code, Level level, boolean integral) {
    String at(Level required) {
      return level.compareTo(required) < 0 ? "(" + code + ")" : code;
    }
  }

  private final MethodScope scope;
  private final Types types;
  private final Literals literals;
  private final NumberFunctions functions;
  private final RunningPowers powers;
  private final Function<Scalar, String> leaves;

  /**
   * @param leaves writes entries and locals
   */
  ExpressionWriter(MethodScope scope, NumberFunctions functions, Function<Scalar, String> leaves) {
    this.scope = scope;
    this.types = scope.types();
    this.powers = scope.powers();
    this.functions = functions;
    this.literals = new Literals(types.single());
    this.leaves = leaves;
  }

  String write(Scalar scalar) {
    return scalar.accept(this).code();
  }

  /** Returns the expression as an operand of {@code +=} or a product. */
  String factor(Scalar scalar) {
    return scalar.accept(this).at(Level.PRODUCT);
  }

  private Text text(Scalar scalar) {
    return scalar.accept(this);
  }

  private Text real(Scalar scalar) {
    if (scalar instanceof Scalar.Number number) {
      return new Text(literals.real(number.value()), Level.ATOM, false);
    }
    Text text = text(scalar);
    return text.integral() ? new Text("(" + types.real() + ") " + text.at(Level.UNARY), Level.UNARY, false) : text;
  }

  @Override
  public Text number(Scalar.Number number) {
    return literal(number.value());
  }

  private Text literal(Rational value) {
    boolean integral = value.isSmallInteger(1_000_000);
    return new Text(literals.of(value), value.signum() < 0 ? Level.UNARY : Level.ATOM, integral);
  }

  @Override
  public Text size(Scalar.Size size) {
    return new Text(scope.extent(size.extent()), Level.ATOM, true);
  }

  @Override
  public Text time(Scalar.Time time) {
    return new Text(time.name(), Level.ATOM, true);
  }

  @Override
  public Text rate(Scalar.Rate rate) {
    return new Text(rate.name(), Level.ATOM, false);
  }

  @Override
  public Text load(Scalar.Load load) {
    return new Text(leaves.apply(load), Level.ATOM, false);
  }

  @Override
  public Text address(Scalar.Address address) {
    return new Text(leaves.apply(address), Level.ATOM, false);
  }

  @Override
  public Text position(Scalar.Position position) {
    throw new IllegalStateException("a position is not lowered");
  }

  @Override
  public Text count(Scalar.Count count) {
    String code = leaves.apply(count);
    return new Text(code, code.contains(" ") ? Level.SUM : Level.ATOM, true);
  }

  @Override
  public Text local(Scalar.Local local) {
    return new Text(leaves.apply(local), Level.ATOM, false);
  }

  @Override
  public Text sum(Scalar.Sum sum) {
    List<Scalar.Term> terms = SumTerms.of(sum);
    // Each is written once; twice at every level would be exponential in the depth.
    List<Text> texts = new ArrayList<>(terms.stream().map(this::text).toList());
    if (texts.stream().allMatch(Text::integral)) {
      texts.set(0, realTerm(terms.get(0)));
    }
    StringBuilder code = new StringBuilder();
    for (int k = 0; k < terms.size(); k++) {
      Scalar.Term term = terms.get(k);
      boolean negative = term.coefficient().signum() < 0;
      Text value = texts.get(k);
      if (terms.size() == 1 && !negative) {
        return value;
      }
      if (k == 0) {
        code.append(negative ? minus(value.at(Level.PRODUCT)) : value.at(Level.SUM));
      } else {
        code.append(negative ? " - " : " + ").append(value.at(Level.PRODUCT));
      }
    }
    return new Text(code.toString(), terms.size() == 1 ? Level.PRODUCT : Level.SUM, false);
  }

  /** Negates the text; two consecutive minus signs would be Java's decrement. */
  private static String minus(String code) {
    return code.startsWith("-") ? "-(" + code + ")" : "-" + code;
  }

  /** Returns the absolute value of the coefficient times the term. */
  private Text text(Scalar.Term term) {
    Rational size = term.coefficient().abs();
    if (term.value() instanceof Scalar.Number number) {
      return literal(size.times(number.value()));
    }
    if (size.isOne()) {
      return text(term.value());
    }
    if (term.value() instanceof Scalar.Power power && power.exponent().signum() < 0) {
      return product(new Scalar.Product(List.of(new Scalar.Number(size), power)));
    }
    Text value = text(term.value());
    if (isExactOnlyAsQuotient(size)) {
      String over = value.integral() ? real(term.value()).at(Level.PRODUCT) : value.at(Level.PRODUCT);
      return new Text(over + " / " + size.denominator(), Level.PRODUCT, false);
    }
    String scale = value.integral() ? literals.real(size) : literals.of(size);
    return new Text(scale + " * " + value.at(Level.PRODUCT), Level.PRODUCT, false);
  }

  /** Whether the value, such as 1/3, has no exact decimal; 1/4 is written as 0.25. */
  private static boolean isExactOnlyAsQuotient(Rational value) {
    if (value.isZero() || !value.reciprocal().isSmallInteger(1_000_000)) {
      return false;
    }
    int rest = value.reciprocal().intValueExact();
    while (rest % 2 == 0 || rest % 5 == 0) {
      rest /= rest % 2 == 0 ? 2 : 5;
    }
    return rest != 1;
  }

  private Text realTerm(Scalar.Term term) {
    Rational size = term.coefficient().abs();
    if (term.value() instanceof Scalar.Number number) {
      return new Text(literals.real(size.times(number.value())), Level.ATOM, false);
    }
    return size.isOne() ? real(term.value()) : text(term);
  }

  @Override
  public Text product(Scalar.Product product) {
    Rational coefficient = Rational.ONE;
    List<Scalar> above = new ArrayList<>();
    List<Scalar> below = new ArrayList<>();
    for (Scalar factor : product.factors()) {
      if (factor instanceof Scalar.Number number) {
        coefficient = coefficient.times(number.value());
      } else if (factor instanceof Scalar.Power power && power.exponent().signum() < 0) {
        Rational positive = power.exponent().negate();
        below.add(positive.isOne() ? power.base() : new Scalar.Power(power.base(), positive));
      } else {
        above.add(factor);
      }
    }
    return quotient(coefficient, above, below);
  }

  private Text quotient(Rational coefficient, List<Scalar> above, List<Scalar> below) {
    boolean negative = coefficient.signum() < 0;
    if (!coefficient.abs().isOne() || above.isEmpty()) {
      above.add(0, new Scalar.Number(coefficient.abs()));
    }
    if (above.size() == 1 && below.isEmpty() && !negative) {
      return text(above.get(0));
    }
    String factors = above.size() == 1 && below.isEmpty() ? text(above.get(0)).at(Level.UNARY) : factors(above);
    String code = negative ? minus(factors) : factors;
    if (below.isEmpty()) {
      return new Text(code, above.size() == 1 ? Level.UNARY : Level.PRODUCT, false);
    }
    String divisor = below.size() == 1 ? text(below.get(0)).at(Level.UNARY) : "(" + factors(below) + ")";
    return new Text(code + " / " + divisor, Level.PRODUCT, false);
  }

  /** Writes factors in order; if the first two are ints, the first is written as a real. */
  private String factors(List<Scalar> factors) {
    List<Text> texts = new ArrayList<>(factors.stream().map(this::text).toList());
    if (texts.stream().limit(2).allMatch(Text::integral)) {
      texts.set(0, real(factors.get(0)));
    }
    StringBuilder code = new StringBuilder(texts.get(0).at(Level.PRODUCT));
    texts.subList(1, texts.size()).forEach(text -> code.append(" * ").append(text.at(Level.UNARY)));
    return code.toString();
  }

  @Override
  public Text power(Scalar.Power power) {
    Rational exponent = power.exponent();
    if (exponent.signum() < 0) {
      Rational positive = exponent.negate();
      Scalar below = positive.isOne() ? power.base() : new Scalar.Power(power.base(), positive);
      return new Text(literals.real(1) + " / " + text(below).at(Level.UNARY), Level.PRODUCT, false);
    }
    Text base = real(power.base());
    if (exponent.isOne()) {
      return base;
    }
    if (Scalar.Power.isProduct(exponent)) {
      String factor = base.at(Level.UNARY);
      return new Text(factor + (" * " + factor).repeat(exponent.intValueExact() - 1), Level.PRODUCT, false);
    }
    return exponent.equals(Rational.HALF) ? call("Math.sqrt", base.code())
        : call(Fn.POW, "Math.pow", base.code() + ", " + (functions.has(Fn.POW) ? literals : new Literals(false)).real(exponent));
  }

  /** Returns a call of the class's own function if it has one, otherwise of a method of doubles. */
  private Text call(Fn fn, String method, String arguments) {
    return functions.has(fn) ? new Text(NumberFunctions.call(fn) + "(" + arguments + ")", Level.ATOM, false) : call(method, arguments);
  }

  /** Returns a call of a method of doubles. */
  private Text call(String method, String arguments) {
    return cast(method + "(" + arguments + ")");
  }

  /** Returns a double as a real. */
  private Text cast(String code) {
    return types.single() ? new Text("(float) " + code, Level.UNARY, false) : new Text(code, Level.ATOM, false);
  }

  @Override
  public Text apply(Scalar.Apply apply) {
    List<Scalar> x = apply.arguments();
    return switch (apply.fn()) {
      case POW -> powers.has(apply) ? cast(powers.call(apply)) : called(apply);
      case ABS -> new Text("Math.abs(" + real(x.get(0)).code() + ")", Level.ATOM, false);
      case SIGN -> new Text("Math.signum(" + real(x.get(0)).code() + ")", Level.ATOM, false);
      case MAXIMUM -> new Text("Math.max(" + real(x.get(0)).code() + ", " + write(x.get(1)) + ")", Level.ATOM, false);
      case MINIMUM -> new Text("Math.min(" + real(x.get(0)).code() + ", " + write(x.get(1)) + ")", Level.ATOM, false);
      case GREATER, AT_LEAST, EQUAL -> new Text(comparison(apply) + " ? 1 : 0", Level.CONDITIONAL, true);
      case WHERE -> new Text(condition(x.get(0)) + " ? " + real(x.get(1)).at(Level.COMPARISON) + " : " + text(x.get(2)).at(Level.COMPARISON),
          Level.CONDITIONAL, false);
      case STOP -> text(x.get(0));
      case PI -> new Text(types.single() ? "(float) Math.PI" : "Math.PI", types.single() ? Level.UNARY : Level.ATOM, false);
      default -> called(apply);
    };
  }

  /** Returns a call of the method that the function's descriptor names. */
  private Text called(Scalar.Apply apply) {
    String arguments = apply.arguments().stream().map(this::write).collect(Collectors.joining(", "));
    return call(apply.fn(), apply.fn().method().orElseThrow(), arguments);
  }

  /** Returns the expression as a boolean: a comparison, or a test for nonzero. */
  String condition(Scalar scalar) {
    return scalar instanceof Scalar.Apply apply && apply.fn().isIndicator() ? comparison(apply)
        : text(scalar).at(Level.SUM) + " != 0";
  }

  private String comparison(Scalar.Apply apply) {
    String operator = apply.fn() == Fn.GREATER ? " > " : apply.fn() == Fn.AT_LEAST ? " >= " : " == ";
    return text(apply.arguments().get(0)).at(Level.SUM) + operator + text(apply.arguments().get(1)).at(Level.SUM);
  }
}
