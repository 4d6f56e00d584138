package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import java.util.ArrayList;
import java.util.List;

/** Prints formulas as presentation MathML, the part of it that every browser draws (MathML Core). */
public final class MathMlPrinter extends DocumentPrinter {

  private static final String INVISIBLE_TIMES = "&#x2062;";

  /** A whole {@code math} element. */
  public String math(Formula formula, boolean block) {
    return "<math" + (block ? " display=\"block\"" : "") + ">" + print(formula) + "</math>";
  }

  /** The formula's element, to stand inside a {@code math} element. */
  public String element(Formula formula) {
    return print(formula);
  }

  private static String mo(String operator) {
    return "<mo>" + operator + "</mo>";
  }

  private static String mi(String identifier) {
    return "<mi>" + escape(identifier) + "</mi>";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }

  private static String row(String... parts) {
    return parts.length == 1 ? parts[0] : "<mrow>" + String.join("", parts) + "</mrow>";
  }

  @Override
  String brackets(String inside) {
    return row(mo("("), inside, mo(")"));
  }

  @Override
  String joined(List<String> parts) {
    return row(parts.toArray(String[]::new));
  }

  @Override
  String sign(boolean negative, boolean first) {
    return first ? "<mo form=\"prefix\">−</mo>" : mo(negative ? "−" : "+");
  }

  @Override
  String operator(Kind kind) {
    return kind == Kind.PLAIN ? mo("·") : mo("⊙");
  }

  @Override
  String gap() {
    return mo(INVISIBLE_TIMES) + "<mspace width=\"0.17em\"></mspace>";
  }

  @Override
  boolean isSideBySide(Kind kind, Formula left, Formula right) {
    return kind == Kind.PLAIN && !(right instanceof Formula.Number);
  }

  @Override
  int quotientLevel(Formula.Quotient quotient) {
    return FRACTION;
  }

  @Override
  public String number(Formula.Number number) {
    if (Numbers.isFraction(number.value())) {
      String fraction = "<mfrac><mn>" + number.value().numerator().abs() + "</mn><mn>" + number.value().denominator() + "</mn></mfrac>";
      return number.value().signum() < 0 ? row(sign(true, true), fraction) : fraction;
    }
    String text = Numbers.text(number.value());
    int e = text.indexOf('e');
    return e < 0 ? "<mn>" + text.replace('-', '−') + "</mn>" : row("<mn>" + text.substring(0, e).replace('-', '−') + "</mn>", mo("·"),
        "<msup><mn>10</mn><mn>" + text.substring(e + 1).replace('-', '−') + "</mn></msup>");
  }

  @Override
  public String name(Formula.Name name) {
    Symbol symbol = Symbol.of(name.name());
    return symbol.subscript().isEmpty() ? base(symbol) : "<msub>" + base(symbol) + subscript(symbol) + "</msub>";
  }

  private static String base(Symbol symbol) {
    return symbol.isGreek() ? mi(symbol.greek()) : mi(symbol.base());
  }

  private static String subscript(Symbol symbol) {
    boolean digits = symbol.subscript().chars().allMatch(Character::isDigit);
    return digits ? "<mn>" + symbol.subscript() + "</mn>" : mi(symbol.subscript());
  }

  private String partial(String element) {
    return row("<mo form=\"prefix\" rspace=\"0\">∂</mo>", element);
  }

  @Override
  public String gradient(Formula.Gradient gradient) {
    return fraction(partial(name(new Formula.Name(gradient.of()))), partial(name(new Formula.Name(gradient.by()))));
  }

  private static String fraction(String above, String below) {
    return "<mfrac>" + above + below + "</mfrac>";
  }

  @Override
  public String quotient(Formula.Quotient quotient) {
    return fraction(print(quotient.numerator()), print(quotient.denominator()));
  }

  @Override
  public String power(Formula.Power power) {
    boolean superscript = power.base() instanceof Formula.Entry || power.base() instanceof Formula.Transpose;
    String base = superscript ? brackets(print(power.base())) : at(POSTFIX, power.base());
    String exponent = power.kind() == Kind.PLAIN ? print(power.exponent()) : row(mo("∘"), print(power.exponent()));
    return "<msup>" + base + exponent + "</msup>";
  }

  @Override
  public String transpose(Formula.Transpose transpose) {
    return "<msup>" + at(ATOM, transpose.operand()) + "<mi mathvariant=\"normal\">T</mi></msup>";
  }

  @Override
  public String call(Formula.Call call) {
    List<Formula> arguments = call.arguments();
    return switch (call.function()) {
      case "sqrt" -> "<msqrt>" + print(arguments.get(0)) + "</msqrt>";
      case "abs" -> row(mo("|"), print(arguments.get(0)), mo("|"));
      case "floor" -> row(mo("⌊"), print(arguments.get(0)), mo("⌋"));
      case "where" -> row(mo("{"), "<mtable columnalign=\"left left\">" + branch(print(arguments.get(1)), "if", condition(arguments.get(0)))
          + branch(print(arguments.get(2)), "otherwise", "") + "</mtable>");
      default -> row(function(call), mo("&#x2061;"), list(call));
    };
  }

  private static String branch(String value, String word, String condition) {
    return "<mtr><mtd>" + value + "</mtd><mtd><mtext>" + word + "&#xa0;</mtext>" + condition + "</mtd></mtr>";
  }

  private static String function(Formula.Call call) {
    return call.primes() == 0 ? mi(call.function()) : "<msup>" + mi(call.function()) + mo("′".repeat(call.primes())) + "</msup>";
  }

  private String list(Formula.Call call) {
    List<String> parts = new ArrayList<>();
    for (String argument : arguments(call)) {
      if (!parts.isEmpty()) {
        parts.add(mo(","));
      }
      parts.add(argument);
    }
    return brackets(joined(parts));
  }

  @Override
  public String compare(Formula.Compare compare) {
    return row("<mn>1</mn>", mo("{"), relation(compare), mo("}"));
  }

  @Override
  String relation(Formula.Compare compare) {
    String operator = switch (compare.operator()) {
      case ">=" -> "≥";
      case "==" -> "=";
      default -> escape(compare.operator());
    };
    return row(print(compare.left()), mo(operator), print(compare.right()));
  }

  private static String indices(List<String> indices) {
    return row(indices.stream().map(MathMlPrinter::mi).toArray(String[]::new));
  }

  @Override
  public String entry(Formula.Entry entry) {
    if (entry.base() instanceof Formula.Gradient gradient) {
      Formula by = new Formula.Entry(new Formula.Name(gradient.by()), entry.indices());
      return fraction(partial(name(new Formula.Name(gradient.of()))), partial(print(by)));
    }
    if (entry.base() instanceof Formula.Name name) {
      Symbol symbol = Symbol.of(name.name());
      return symbol.subscript().isEmpty() ? "<msub>" + base(symbol) + indices(entry.indices()) + "</msub>"
          : "<msubsup>" + base(symbol) + indices(entry.indices()) + row(mo("("), subscript(symbol), mo(")")) + "</msubsup>";
    }
    return "<msub>" + brackets(print(entry.base())) + indices(entry.indices()) + "</msub>";
  }

  @Override
  public String over(Formula.Over over) {
    String operation = over.operation() == Formula.Operation.SUM ? mo("∑") : mo("max");
    return row("<munder>" + operation + indices(over.indices()) + "</munder>", body(over.body()));
  }

  @Override
  public String array(Formula.Array array) {
    return "<msub>" + row(mo("["), print(array.body()), mo("]")) + indices(array.indices()) + "</msub>";
  }
}
