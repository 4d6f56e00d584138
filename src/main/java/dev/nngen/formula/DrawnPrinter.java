package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Rational;
import java.util.Arrays;
import java.util.List;

/** Base of printers of two-dimensional formulas: fractions with a line, indices below and exponents above. */
abstract class DrawnPrinter extends DocumentPrinter {

  private final boolean inSentence;

  /** @param inSentence true for formulas between words, where derivatives are written with a slash */
  DrawnPrinter(boolean inSentence) {
    this.inSentence = inSentence;
  }

  abstract String slash();

  abstract String infinity();

  abstract String matrix(List<List<String>> rows);

  abstract String fraction(String above, String below);

  abstract String superscript(String base, String exponent);

  abstract String subscript(String base, String index);

  /** Returns a base with an index and an exponent. */
  abstract String scripts(String base, String index, String exponent);

  /** Returns the digits of a number without sign or exponent. */
  abstract String digits(String digits);

  /** Returns a name's base: a letter, a Greek letter or a word. */
  abstract String base(Symbol symbol);

  /** Returns a name's subscript. */
  abstract String subscript(Symbol symbol);

  /** Returns a name's subscript as a superscript in brackets, if the name also has indices. */
  abstract String movedUp(String subscript);

  abstract String indices(List<String> indices);

  abstract String partial(String variable);

  /** Returns an entrywise exponent. */
  abstract String entrywise(String exponent);

  abstract String transposeMark();

  abstract String root(String inside);

  /** Returns the text between two delimiters of its height. */
  abstract String fenced(String left, String inside, String right);

  abstract String cases(String value, String condition, String otherwise);

  /** Returns the name of a function with a number of primes. */
  abstract String function(String name, int primes);

  abstract String list(List<String> parts);

  abstract String indicator(String relation);

  /** Returns an operation over indices, before its body. */
  abstract String operation(Formula.Operation operation, String indices);

  /** False for two adjacent numbers, which would look like one. */
  @Override
  final boolean isSideBySide(Kind kind, Formula left, Formula right) {
    return kind == Kind.PLAIN && !(right instanceof Formula.Number);
  }

  @Override
  final int quotientLevel(Formula.Quotient quotient) {
    return FRACTION;
  }

  @Override
  public final String number(Formula.Number number) {
    boolean negative = number.value().signum() < 0;
    String size = size(number);
    return negative ? joined(List.of(sign(true, true), size)) : size;
  }

  private String size(Formula.Number number) {
    if (NumberText.isInfinite(number.value())) {
      return infinity();
    }
    if (NumberText.isFraction(number.value())) {
      return fraction(digits(number.value().numerator().abs().toString()), digits(number.value().denominator().toString()));
    }
    String text = NumberText.text(number.value()).replace("-", "");
    int e = text.indexOf('e');
    if (e < 0) {
      return digits(text);
    }
    String exponent = digits(text.substring(e + 1));
    boolean small = NumberText.text(number.value()).indexOf('-', 1) > 0;
    String power = superscript(digits("10"), small ? joined(List.of(sign(true, true), exponent)) : exponent);
    return text.substring(0, e).equals("1") ? power : joined(List.of(digits(text.substring(0, e)), operator(Kind.PLAIN), power));
  }

  @Override
  public final String name(Formula.Name name) {
    if (name.name().startsWith("[")) {
      String text = name.name().substring(1, name.name().length() - 1);
      return matrix(Arrays.stream(text.split("; ")).map(row -> Arrays.stream(row.split(", ")).map(this::entry).toList()).toList());
    }
    Symbol symbol = Symbol.of(name.name());
    return symbol.subscript().isEmpty() ? base(symbol) : subscript(base(symbol), subscript(symbol));
  }

  private String entry(String number) {
    String[] parts = (number.startsWith("-") ? number.substring(1) : number).split("/");
    Rational top = Rational.parse(parts[0]);
    Rational value = parts.length == 1 ? top : top.over(Rational.parse(parts[1]));
    return number(new Formula.Number(number.startsWith("-") ? value.negate() : value));
  }

  @Override
  public final String gradient(Formula.Gradient gradient) {
    return derivative(partial(name(new Formula.Name(gradient.of()))), partial(name(new Formula.Name(gradient.by()))));
  }

  private String derivative(String above, String below) {
    return inSentence ? joined(List.of(above, slash(), below)) : fraction(above, below);
  }

  /** Draws quotients with a line, entrywise ones too. */
  @Override
  public final String quotient(Formula.Quotient quotient) {
    return fraction(print(quotient.numerator()), print(quotient.denominator()));
  }

  @Override
  public final String power(Formula.Power power) {
    boolean occupied = power.base() instanceof Formula.Entry || power.base() instanceof Formula.Transpose;
    String base = occupied ? brackets(print(power.base())) : at(POSTFIX, power.base());
    String exponent = print(power.exponent());
    return superscript(base, power.kind() == Kind.PLAIN ? exponent : entrywise(exponent));
  }

  @Override
  public final String transpose(Formula.Transpose transpose) {
    return superscript(at(ATOM, transpose.operand()), transposeMark());
  }

  @Override
  final String transposed() {
    return superscript(joined(List.of()), transposeMark());
  }

  /** Returns parts of a matrix, one above the other. */
  abstract String stacked(List<String> parts);

  @Override
  public final String call(Formula.Call call) {
    List<Formula> arguments = call.arguments();
    return switch (call.function()) {
      case "sqrt" -> root(print(arguments.get(0)));
      case "abs" -> fenced("|", print(arguments.get(0)), "|");
      case "floor" -> fenced("⌊", print(arguments.get(0)), "⌋");
      case Formula.Call.STACK -> stacked(arguments.stream().map(this::print).toList());
      case "where" -> cases(print(arguments.get(1)), condition(arguments.get(0)), print(arguments.get(2)));
      default -> joined(List.of(applied(call), brackets(list(arguments(call)))));
    };
  }

  @Override
  final String applied(Formula.Call call) {
    return function(call.function(), call.primes());
  }

  @Override
  public final String compare(Formula.Compare compare) {
    return indicator(relation(compare));
  }

  /** Returns the indices of both values of a derivative. A subscript of the name becomes a superscript, as in W^(1)_ij. */
  @Override
  public final String index(Formula.Index index) {
    return indices(List.of(index.text()));
  }

  @Override
  public final String entry(Formula.Entry entry) {
    if (entry.base() instanceof Formula.Gradient gradient) {
      Formula of = new Formula.Name(gradient.of());
      return derivative(partial(print(gradient.local() ? new Formula.Entry(of, entry.indices()) : of)),
          partial(print(new Formula.Entry(new Formula.Name(gradient.by()), entry.indices()))));
    }
    String indices = indices(entry.indices());
    if (entry.base() instanceof Formula.Name name) {
      Symbol symbol = Symbol.of(name.name());
      return symbol.subscript().isEmpty() ? subscript(base(symbol), indices)
          : scripts(base(symbol), indices, movedUp(subscript(symbol)));
    }
    return subscript(brackets(print(entry.base())), indices);
  }

  @Override
  public final String over(Formula.Over over) {
    return joined(List.of(over(over.operation(), over.indices()), body(over.body())));
  }

  @Override
  final String over(Formula.Operation operation, List<String> indices) {
    return operation(operation, indices(indices));
  }

  @Override
  final int width(Formula formula) {
    return FormulaWidth.of(formula);
  }

  @Override
  final boolean isDrawn() {
    return true;
  }

  @Override
  final String comma() {
    return list(List.of("", ""));
  }

  @Override
  public final String array(Formula.Array array) {
    return subscript(fenced("[", print(array.body()), "]"), indices(array.indices()));
  }
}
