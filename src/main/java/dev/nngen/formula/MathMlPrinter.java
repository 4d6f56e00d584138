package dev.nngen.formula;

import dev.nngen.ir.Fn;
import dev.nngen.formula.Formula.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prints formulas as presentation MathML, the subset that all browsers support (MathML Core). */
public final class MathMlPrinter extends DrawnPrinter {

  private static final Pattern TOKEN = Pattern.compile("[0-9]+|[A-Za-z_]\\w*|\\S");

  private static final String SPACED = "<mo lspace=\"0.22em\" rspace=\"0.22em\">";
  private static final String INVISIBLE_TIMES = "&#x2062;";
  private static final String APPLICATION = "&#x2061;";

  public MathMlPrinter() {
    this(false);
  }

  /** @param inSentence true for formulas between words, where derivatives are written with a slash */
  public MathMlPrinter(boolean inSentence) {
    super(inSentence);
  }

  /** Returns a {@code math} element. */
  public String math(Formula formula, boolean block) {
    return "<math" + (block ? " display=\"block\"" : "") + ">" + print(formula) + "</math>";
  }

  /** Returns the formula's element, for use inside a {@code math} element. */
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
    return isTall(inside) ? fenced("(", inside, ")") : row(bracket(true), inside, bracket(false));
  }

  /** True if the content is higher than a letter, so that brackets must stretch. */
  private static boolean isTall(String inside) {
    return inside.contains("<mfrac") || inside.contains("<munder") || inside.contains("<mtable");
  }

  @Override
  String bracket(boolean opening) {
    return "<mo stretchy=\"false\" form=\"" + (opening ? "prefix\">(" : "postfix\">)") + "</mo>";
  }

  @Override
  String joined(List<String> parts) {
    return row(parts.toArray(String[]::new));
  }

  @Override
  String sign(boolean negative, boolean first) {
    return first ? "<mo form=\"prefix\">−</mo>" : "<mo form=\"infix\">" + (negative ? "−" : "+") + "</mo>";
  }

  @Override
  String operator(Kind kind) {
    return SPACED + (kind == Kind.PLAIN ? "·" : "⊙") + "</mo>";
  }

  @Override
  String gap() {
    return mo(INVISIBLE_TIMES) + "<mspace width=\"0.17em\"></mspace>";
  }

  @Override
  String words(String words) {
    return "<mtext>" + words.replace(" ", "\u00a0") + "</mtext>";
  }

  @Override
  String relation(String operator) {
    return mo(switch (operator) {
      case ">=" -> "≥";
      case "<=" -> "≤";
      case "==" -> "=";
      default -> escape(operator);
    });
  }

  @Override
  String matrix(List<List<String>> rows) {
    return fenced("[", "<mtable>" + rows.stream().map(row -> "<mtr><mtd>" + String.join("</mtd><mtd>", row) + "</mtd></mtr>").collect(Collectors.joining()) + "</mtable>", "]");
  }

  @Override
  String infinity() {
    return "<mi>∞</mi>";
  }

  @Override
  String slash() {
    return "<mo lspace=\"0\" rspace=\"0\">/</mo>";
  }

  @Override
  String fraction(String above, String below) {
    return "<mfrac>" + above + below + "</mfrac>";
  }

  @Override
  String superscript(String base, String exponent) {
    return "<msup>" + base + exponent + "</msup>";
  }

  @Override
  String subscript(String base, String index) {
    return "<msub>" + base + index + "</msub>";
  }

  @Override
  String scripts(String base, String index, String exponent) {
    return "<msubsup>" + base + index + exponent + "</msubsup>";
  }

  @Override
  String digits(String digits) {
    return "<mn>" + digits + "</mn>";
  }

  @Override
  String base(Symbol symbol) {
    if (symbol.hasHat()) {
      return "<mover accent=\"true\">" + mi(symbol.hatless()) + "<mo stretchy=\"false\">^</mo></mover>";
    }
    return mi(symbol.isGreek() ? symbol.greek() : symbol.base());
  }

  @Override
  String subscript(Symbol symbol) {
    List<String> parts = new ArrayList<>();
    for (Symbol part : symbol.subscripts()) {
      boolean number = part.base().chars().allMatch(Character::isDigit);
      parts.add(number ? digits(part.base() + part.subscript()) : part.subscript().isEmpty() ? base(part) : row(base(part), digits(part.subscript())));
    }
    return parts.size() == 1 ? parts.get(0) : "<mrow>" + String.join("<mo separator=\"true\">,</mo>", parts) + "</mrow>";
  }

  @Override
  String movedUp(String subscript) {
    return brackets(subscript);
  }

  @Override
  String indices(List<String> indices) {
    String comma = indices.stream().allMatch(index -> index.length() == 1) ? "" : "<mo separator=\"true\">,</mo>";
    return row(IntStream.range(0, indices.size()).mapToObj(k -> (k == 0 ? "" : comma) + index(indices.get(k))).toArray(String[]::new));
  }

  private String index(String index) {
    Matcher data = SubscriptText.DATA.matcher(index);
    return data.matches() ? print(new Formula.Entry(new Formula.Name(data.group(1)), List.of(data.group(2).split(", ")))) : tokens(SubscriptText.drawn(index, "⌊", "⌋", " mod "));
  }

  /** Returns a computed subscript, such as {@code 2j + l - 1}, as numbers, letters and operators. */
  private static String tokens(String subscript) {
    List<String> tokens = TOKEN.matcher(subscript).results().map(MatchResult::group).map(token -> Character.isDigit(token.charAt(0)) ? "<mn>" + token + "</mn>"
        : Character.isLetter(token.charAt(0)) && !token.equals("mod") ? mi(token) : "<mo>" + token.replace('-', '−') + "</mo>").toList();
    return tokens.size() == 1 ? tokens.get(0) : "<mrow>" + String.join("", tokens) + "</mrow>";
  }

  @Override
  String partial(String variable) {
    return row("<mo form=\"prefix\" rspace=\"0\">∂</mo>", variable);
  }

  @Override
  String entrywise(String exponent) {
    return row(mo("∘"), exponent);
  }

  @Override
  String transposeMark() {
    return "<mi mathvariant=\"normal\">T</mi>";
  }

  @Override
  String root(String inside) {
    return "<msqrt>" + inside + "</msqrt>";
  }

  @Override
  String fenced(String left, String inside, String right) {
    return row("<mo form=\"prefix\">" + left + "</mo>", inside, "<mo form=\"postfix\">" + right + "</mo>");
  }

  @Override
  String stacked(List<String> parts) {
    return fenced("[", "<mtable>" + parts.stream().map(part -> "<mtr><mtd>" + part + "</mtd></mtr>").collect(Collectors.joining()) + "</mtable>", "]");
  }

  @Override
  String cases(String value, String condition, String otherwise) {
    return row("<mo form=\"prefix\">{</mo>",
        "<mtable columnalign=\"left left\">" + branch(value, "if", condition) + branch(otherwise, "otherwise", "") + "</mtable>");
  }

  private static String branch(String value, String word, String condition) {
    return "<mtr><mtd>" + value + "</mtd><mtd><mtext>" + word + "&#xa0;</mtext>" + condition + "</mtd></mtr>";
  }

  @Override
  String function(String name, int primes) {
    String printed = Fn.named(name).flatMap(Fn::mathMl).orElse(mi(name));
    return (primes == 0 ? printed : "<msup>" + printed + mo("′".repeat(primes)) + "</msup>") + mo(APPLICATION);
  }

  @Override
  String list(List<String> parts) {
    List<String> separated = new ArrayList<>();
    for (String part : parts) {
      if (!separated.isEmpty()) {
        separated.add(mo(","));
      }
      separated.add(part);
    }
    return joined(separated);
  }

  @Override
  String indicator(String relation) {
    return row(digits("1"), fenced("{", relation, "}"));
  }

  @Override
  String operation(Formula.Operation operation, String indices) {
    return "<munder>" + mo(operation == Formula.Operation.SUM ? "∑" : "max") + indices + "</munder>";
  }
}
