package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Rational;
import java.util.List;
import java.util.stream.Collectors;

/** Prints formulas for terminals and plain text files, in Unicode or in ASCII only. */
public final class TextPrinter extends DocumentPrinter {

  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private final boolean ascii;

  /**
   * @param ascii true for ASCII characters only: {@code A' * B .* C} instead of {@code Aᵀ · B ⊙ C}
   */
  public TextPrinter(boolean ascii) {
    this.ascii = ascii;
  }

  public String text(Formula formula) {
    return print(formula);
  }

  private String either(String unicode, String plain) {
    return ascii ? plain : unicode;
  }

  @Override
  String brackets(String inside) {
    return "(" + inside + ")";
  }

  @Override
  String bracket(boolean opening) {
    return opening ? "(" : ")";
  }

  @Override
  String joined(List<String> parts) {
    return String.join("", parts);
  }

  @Override
  String sign(boolean negative, boolean first) {
    if (first) {
      return either("−", "-");
    }
    return negative ? either(" − ", " - ") : " + ";
  }

  @Override
  String operator(Kind kind) {
    return kind == Kind.PLAIN ? either(" · ", " * ") : either(" ⊙ ", " .* ");
  }

  @Override
  String gap() {
    return " ";
  }

  /** False after {@code ∂J/∂Z}: a factor without a dot would seem to belong to the denominator. */
  @Override
  boolean isSideBySide(Kind kind, Formula left, Formula right) {
    return super.isSideBySide(kind, left, right)
        && !(left instanceof Formula.Entry entry && entry.base() instanceof Formula.Gradient);
  }

  @Override
  int quotientLevel(Formula.Quotient quotient) {
    return ENTRYWISE;
  }

  @Override
  public String number(Formula.Number number) {
    if (NumberText.isInfinite(number.value())) {
      return (number.value().signum() < 0 ? either("−", "-") : "") + either("∞", "inf");
    }
    String text = NumberText.text(number.value());
    return ascii ? text.replace("…", "..") : text.replace('-', '−');
  }

  @Override
  public String name(Formula.Name name) {
    return shown(name.name());
  }

  @Override
  public String gradient(Formula.Gradient gradient) {
    return derivative(shown(gradient.of()), shown(gradient.by()));
  }

  private String derivative(String of, String by) {
    String d = either("∂", "d");
    return d + of + "/" + d + by;
  }

  /** Returns a name with Greek letters and hats. */
  private String shown(String name) {
    return ascii ? name : Symbol.line(name);
  }

  /** A fraction inside a product has brackets, so the numerator may be a product but not a fraction. */
  @Override
  public String quotient(Formula.Quotient quotient) {
    boolean product = quotient.numerator() instanceof Formula.Product;
    String above = product && !endsInSum(quotient.numerator()) ? print(quotient.numerator())
        : quotient.numerator() instanceof Formula.Over ? brackets(print(quotient.numerator())) : at(FRACTION, quotient.numerator());
    String below = at(POWER, quotient.denominator());
    if (quotient.kind() == Kind.ENTRYWISE) {
      return above + either(" ⊘ ", " ./ ") + below;
    }
    return above + (isAtom(quotient.numerator()) && isAtom(quotient.denominator()) ? "/" : " / ") + below;
  }

  private static boolean endsInSum(Formula formula) {
    return formula instanceof Formula.Over
        || formula instanceof Formula.Product product && endsInSum(product.factors().get(product.factors().size() - 1));
  }

  private static boolean isAtom(Formula formula) {
    return formula instanceof Formula.Number || formula instanceof Formula.Name
        || formula instanceof Formula.Product product && product.factors().stream().allMatch(TextPrinter::isAtom);
  }

  @Override
  public String power(Formula.Power power) {
    String base = at(POSTFIX, power.base());
    String raised = power.exponent() instanceof Formula.Number number && !ascii ? superscript(number.value()) : "";
    if (!raised.isEmpty()) {
      return base + (power.kind() == Kind.PLAIN ? "" : "∘") + raised;
    }
    return base + (power.kind() == Kind.PLAIN ? "^" : either("^∘", ".^")) + at(ATOM, power.exponent());
  }

  private static String superscript(Rational exponent) {
    if (!exponent.isInteger() || exponent.signum() < 0) {
      return "";
    }
    return exponent.toString().chars().mapToObj(c -> SUPERSCRIPTS.substring(c - '0', c - '0' + 1)).collect(Collectors.joining());
  }

  @Override
  public String transpose(Formula.Transpose transpose) {
    return at(POSTFIX, transpose.operand()) + transposed();
  }

  @Override
  String transposed() {
    return either("ᵀ", "'");
  }

  @Override
  public String call(Formula.Call call) {
    if (!ascii && call.function().equals("abs")) {
      return "|" + print(call.arguments().get(0)) + "|";
    }
    if (!ascii && call.function().equals("sqrt")) {
      return "√" + at(ATOM, call.arguments().get(0));
    }
    return call.function().equals(Formula.Call.STACK) ? "[" + String.join("; ", arguments(call)) + "]" : applied(call) + "(" + String.join(", ", arguments(call)) + ")";
  }

  @Override
  String applied(Formula.Call call) {
    return call.function() + either("′", "'").repeat(call.primes());
  }

  @Override
  public String compare(Formula.Compare compare) {
    return "1{" + relation(compare) + "}";
  }

  @Override
  String words(String words) {
    return words;
  }

  @Override
  String relation(String operator) {
    return switch (operator) {
      case ">=" -> either(" ≥ ", " >= ");
      case "<=" -> either(" ≤ ", " <= ");
      case "==" -> either(" = ", " == ");
      default -> " " + operator + " ";
    };
  }

  @Override
  public String index(Formula.Index index) {
    return minus(index.text());
  }

  @Override
  public String entry(Formula.Entry entry) {
    if (entry.base() instanceof Formula.Gradient gradient) {
      return derivative(gradient.local() ? entry(gradient.of(), entry.indices()) : shown(gradient.of()), entry(gradient.by(), entry.indices()));
    }
    return entry.base() instanceof Formula.Name name ? entry(name.name(), entry.indices()) : at(ATOM, entry.base()) + "_" + indices(entry.indices());
  }

  /** Prints indices below a name, or in brackets if the name has a subscript. */
  private String entry(String name, List<String> indices) {
    return shown(name) + (name.indexOf('_', 1) < 0 ? "_" + indices(indices) : "[" + minus(String.join(", ", indices.stream().map(TextPrinter::subscript).toList())) + "]");
  }

  private static String subscript(String index) {
    return SubscriptText.DATA.matcher(SubscriptText.drawn(index, "floor(", ")", " mod ")).replaceAll(data -> data.group(1) + (data.group(2).matches("\\w(, \\w)*") ? "_" + data.group(2).replace(", ", "") : data.group(0).substring(data.group(1).length())));
  }

  private String indices(List<String> indices) {
    boolean single = indices.stream().allMatch(index -> index.length() == 1);
    return single ? String.join("", indices) : "{" + minus(indices.stream().map(TextPrinter::subscript).collect(Collectors.joining(","))) + "}";
  }

  private String minus(String text) {
    return ascii ? text.replace("…", "..") : text.replace('-', '−');
  }

  @Override
  public String over(Formula.Over over) {
    return over(over.operation(), over.indices()) + body(over.body());
  }

  @Override
  String over(Formula.Operation operation, List<String> indices) {
    return (operation == Formula.Operation.SUM ? either("Σ", "sum") : "max") + "_" + indices(indices) + " ";
  }

  @Override
  String over(Kind kind) {
    return kind == Kind.ENTRYWISE ? either(" ⊘ ", " ./ ") : " / ";
  }

  @Override
  int width(Formula formula) {
    return print(formula).length();
  }

  @Override
  boolean isDrawn() {
    return false;
  }

  @Override
  String comma() {
    return ", ";
  }

  @Override
  public String array(Formula.Array array) {
    return "[" + print(array.body()) + "]_" + indices(array.indices());
  }
}
