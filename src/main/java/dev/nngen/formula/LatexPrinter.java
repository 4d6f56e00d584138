package dev.nngen.formula;

import dev.nngen.ir.Fn;
import dev.nngen.formula.Formula.Kind;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.Set;

/** Prints formulas as LaTeX for math mode; needs amsmath. */
public final class LatexPrinter extends DrawnPrinter {

  private static final Set<String> COMMANDS = Set.of("max", "min");

  public LatexPrinter() {
    this(false);
  }

  /** @param inSentence true for formulas between words, where derivatives are written with a slash */
  public LatexPrinter(boolean inSentence) {
    super(inSentence);
  }

  public String latex(Formula formula) {
    return print(formula);
  }

  @Override
  String brackets(String inside) {
    return "\\left(" + inside + "\\right)";
  }

  @Override
  String bracket(boolean opening) {
    return opening ? "\\Bigl(" : "\\Bigr)";
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
    return kind == Kind.PLAIN ? " \\cdot " : " \\odot ";
  }

  @Override
  String gap() {
    return " \\, ";
  }

  @Override
  String words(String words) {
    return "\\text{" + words + "}";
  }

  @Override
  String relation(String operator) {
    return switch (operator) {
      case ">=" -> " \\ge ";
      case "<=" -> " \\le ";
      case "==" -> " = ";
      default -> " " + operator + " ";
    };
  }

  @Override
  String matrix(List<List<String>> rows) {
    return "\\begin{bmatrix}" + rows.stream().map(row -> String.join(" & ", row)).collect(Collectors.joining(" \\\\ ")) + "\\end{bmatrix}";
  }

  @Override
  String infinity() {
    return "\\infty ";
  }

  @Override
  String slash() {
    return "/";
  }

  @Override
  String fraction(String above, String below) {
    return "\\frac{" + above + "}{" + below + "}";
  }

  @Override
  String superscript(String base, String exponent) {
    return "{" + base + "}^{" + exponent + "}";
  }

  @Override
  String subscript(String base, String index) {
    return base + "_{" + index + "}";
  }

  @Override
  String scripts(String base, String index, String exponent) {
    return base + "^{" + exponent + "}_{" + index + "}";
  }

  @Override
  String digits(String digits) {
    return digits;
  }

  @Override
  String base(Symbol symbol) {
    if (symbol.hasHat()) {
      return "\\hat{" + symbol.hatless() + "}";
    }
    if (symbol.isGreek()) {
      return "\\" + symbol.base() + " ";
    }
    return symbol.isLetter() ? symbol.base() : "\\mathit{" + escape(symbol.base()) + "}";
  }

  @Override
  String subscript(Symbol symbol) {
    return symbol.subscripts().stream().map(part -> {
      boolean number = part.base().chars().allMatch(Character::isDigit);
      return (number ? part.base() : base(part).strip()) + part.subscript();
    }).collect(Collectors.joining(","));
  }

  @Override
  String movedUp(String subscript) {
    return "(" + subscript + ")";
  }

  private static String escape(String text) {
    return text.replace("_", "\\_");
  }

  @Override
  String indices(List<String> indices) {
    return indices.stream().map(index -> data(SubscriptText.drawn(index, "\\lfloor ", " \\rfloor", " \\bmod ").replace("…", "\\dots ")))
        .collect(Collectors.joining(indices.stream().allMatch(index -> index.length() == 1) ? " " : ", "));
  }

  /** Draws data among subscripts with their own. */
  private String data(String index) {
    return SubscriptText.DATA.matcher(index).replaceAll(data -> Matcher.quoteReplacement(print(new Formula.Entry(new Formula.Name(data.group(1)), List.of(data.group(2).split(", "))))));
  }

  @Override
  String partial(String variable) {
    return "\\partial " + variable;
  }

  @Override
  String entrywise(String exponent) {
    return "\\circ " + exponent;
  }

  @Override
  String transposeMark() {
    return "\\mathsf{T}";
  }

  @Override
  String root(String inside) {
    return "\\sqrt{" + inside + "}";
  }

  @Override
  String fenced(String left, String inside, String right) {
    return "\\left" + fence(left) + inside + "\\right" + fence(right);
  }

  private static String fence(String mark) {
    return switch (mark) {
      case "⌊" -> "\\lfloor ";
      case "⌋" -> "\\rfloor ";
      default -> mark;
    };
  }

  @Override
  String stacked(List<String> parts) {
    return "\\begin{bmatrix}" + String.join(" \\\\ ", parts) + "\\end{bmatrix}";
  }

  @Override
  String cases(String value, String condition, String otherwise) {
    return "\\begin{cases}" + value + " & \\text{if } " + condition + " \\\\ " + otherwise + " & \\text{otherwise}\\end{cases}";
  }

  @Override
  String function(String name, int primes) {
    String printed = Fn.named(name).flatMap(Fn::latex)
        .orElse(COMMANDS.contains(name) ? "\\" + name : "\\operatorname{" + escape(name) + "}");
    return primes == 0 ? printed : printed + "^{" + "\\prime".repeat(primes) + "}";
  }

  @Override
  String list(List<String> parts) {
    return String.join(", ", parts);
  }

  @Override
  String indicator(String relation) {
    return "\\mathbf{1}\\{" + relation + "\\}";
  }

  @Override
  String operation(Formula.Operation operation, String indices) {
    return (operation == Formula.Operation.SUM ? "\\sum" : "\\max") + "_{" + indices + "} ";
  }
}
