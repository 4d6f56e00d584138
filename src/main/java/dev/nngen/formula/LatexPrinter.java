package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import java.util.List;
import java.util.Set;

/** Prints formulas as LaTeX for math mode; needs amsmath. */
public final class LatexPrinter extends DocumentPrinter {

  private static final Set<String> COMMANDS = Set.of("exp", "log", "sin", "cos", "tanh", "max", "min");

  public String latex(Formula formula) {
    return print(formula);
  }

  @Override
  String brackets(String inside) {
    return "\\left(" + inside + "\\right)";
  }

  @Override
  String joined(List<String> parts) {
    return String.join("", parts);
  }

  @Override
  String sign(boolean negative, boolean first) {
    return first ? "-" : negative ? " - " : " + ";
  }

  @Override
  String operator(Kind kind) {
    return kind == Kind.PLAIN ? gap() : " \\odot ";
  }

  @Override
  String gap() {
    return " \\, ";
  }

  /** Two numbers side by side would read as one. */
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
      String sign = number.value().signum() < 0 ? "-" : "";
      return sign + "\\frac{" + number.value().numerator().abs() + "}{" + number.value().denominator() + "}";
    }
    String text = Numbers.text(number.value());
    int e = text.indexOf('e');
    return e < 0 ? text : text.substring(0, e) + " \\cdot 10^{" + text.substring(e + 1) + "}";
  }

  @Override
  public String name(Formula.Name name) {
    Symbol symbol = Symbol.of(name.name());
    return base(symbol) + (symbol.subscript().isEmpty() ? "" : "_{" + subscript(symbol) + "}");
  }

  private static String base(Symbol symbol) {
    if (symbol.isGreek()) {
      return "\\" + symbol.base() + " ";
    }
    return symbol.isLetter() ? symbol.base() : "\\mathit{" + escape(symbol.base()) + "}";
  }

  private static String subscript(Symbol symbol) {
    return symbol.subscript().chars().allMatch(c -> Character.isDigit(c) || c == ',') || symbol.subscript().length() == 1
        ? symbol.subscript() : "\\mathit{" + escape(symbol.subscript()) + "}";
  }

  private static String escape(String text) {
    return text.replace("_", "\\_");
  }

  @Override
  public String gradient(Formula.Gradient gradient) {
    return fraction("\\partial " + name(new Formula.Name(gradient.of())), "\\partial " + name(new Formula.Name(gradient.by())));
  }

  private static String fraction(String above, String below) {
    return "\\frac{" + above + "}{" + below + "}";
  }

  /** Entrywise quotients are drawn with a line too. */
  @Override
  public String quotient(Formula.Quotient quotient) {
    return fraction(print(quotient.numerator()), print(quotient.denominator()));
  }

  @Override
  public String power(Formula.Power power) {
    boolean superscript = power.base() instanceof Formula.Entry || power.base() instanceof Formula.Transpose;
    String base = superscript ? brackets(print(power.base())) : at(POSTFIX, power.base());
    return "{" + base + "}^{" + (power.kind() == Kind.PLAIN ? "" : "\\circ ") + print(power.exponent()) + "}";
  }

  @Override
  public String transpose(Formula.Transpose transpose) {
    return "{" + at(ATOM, transpose.operand()) + "}^{\\mathsf{T}}";
  }

  @Override
  public String call(Formula.Call call) {
    List<Formula> arguments = call.arguments();
    return switch (call.function()) {
      case "sqrt" -> "\\sqrt{" + print(arguments.get(0)) + "}";
      case "abs" -> "\\left|" + print(arguments.get(0)) + "\\right|";
      case "floor" -> "\\left\\lfloor " + print(arguments.get(0)) + "\\right\\rfloor";
      case "where" -> "\\begin{cases}" + print(arguments.get(1)) + " & \\text{if } " + condition(arguments.get(0))
          + " \\\\ " + print(arguments.get(2)) + " & \\text{otherwise}\\end{cases}";
      default -> function(call.function()) + (call.primes() > 0 ? "^{" + "\\prime".repeat(call.primes()) + "}" : "")
          + brackets(String.join(", ", arguments(call)));
    };
  }

  private static String function(String name) {
    return COMMANDS.contains(name) ? "\\" + name : "\\operatorname{" + escape(name) + "}";
  }

  @Override
  public String compare(Formula.Compare compare) {
    return "\\mathbf{1}\\{" + relation(compare) + "\\}";
  }

  @Override
  String relation(Formula.Compare compare) {
    String operator = switch (compare.operator()) {
      case ">=" -> "\\ge";
      case "==" -> "=";
      default -> compare.operator();
    };
    return print(compare.left()) + " " + operator + " " + print(compare.right());
  }

  /** A subscript that belongs to the name moves up, as in W^(1)_ij. */
  @Override
  public String entry(Formula.Entry entry) {
    String indices = "_{" + String.join(" ", entry.indices()) + "}";
    if (entry.base() instanceof Formula.Gradient gradient) {
      Formula by = new Formula.Entry(new Formula.Name(gradient.by()), entry.indices());
      return fraction("\\partial " + name(new Formula.Name(gradient.of())), "\\partial " + print(by));
    }
    if (entry.base() instanceof Formula.Name name) {
      Symbol symbol = Symbol.of(name.name());
      return base(symbol) + (symbol.subscript().isEmpty() ? "" : "^{(" + subscript(symbol) + ")}") + indices;
    }
    return brackets(print(entry.base())) + indices;
  }

  @Override
  public String over(Formula.Over over) {
    String operation = over.operation() == Formula.Operation.SUM ? "\\sum" : "\\max";
    return operation + "_{" + String.join(" ", over.indices()) + "} " + body(over.body());
  }

  @Override
  public String array(Formula.Array array) {
    return "\\left[" + print(array.body()) + "\\right]_{" + String.join(" ", array.indices()) + "}";
  }
}
