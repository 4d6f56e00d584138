package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Prints formulas in the language: text that parses back to the same value. Entries, sums over an index and derivatives of functions have no such
 * text. They are printed for readers, and {@link #isLanguage} is false.
 */
public final class LanguagePrinter implements Formula.Visitor<String> {

  /** Levels of precedence, loosest first. */
  private static final int COMPARE = 0;
  private static final int SUM = 1;
  private static final int PRODUCT = 2;
  private static final int SIGN = 3;
  private static final int POWER = 4;
  private static final int POSTFIX = 5;
  private static final int ATOM = 6;

  /** Subscripts that the language cannot express. */
  private static final Pattern NO_SUBSCRIPT = Pattern.compile(" mod |\\d\\*floor|floor.*floor|\\*\\(");

  private final boolean gradients;
  private final boolean equations;

  private LanguagePrinter(boolean gradients, boolean equations) {
    this.gradients = gradients;
    this.equations = equations;
  }

  /** Prints the formula as an expression of the language. */
  public static String print(Formula formula) {
    return formula.accept(new LanguagePrinter(true, false));
  }

  /** Prints the formula with gradients as {@code dJ/dW} in place of {@code grad(J, W)}, for documentation. */
  public static String javadoc(Formula formula) {
    return formula.accept(new LanguagePrinter(false, false));
  }

  /** True if the language can express the formula. */
  public static boolean isLanguage(Formula formula) {
    boolean self = !(formula instanceof Formula.Compare compare && compare.isFirst() || formula instanceof Formula.Index || formula instanceof Formula.Entry || formula instanceof Formula.Over || formula instanceof Formula.Array
        || formula instanceof Formula.Call call && (call.primes() > 0 || call.function().equals(Formula.Call.STACK)) || isForeign(formula));
    return self && formula.parts().stream().allMatch(LanguagePrinter::isLanguage);
  }

  /** True for a name that the text does not define, such as a carried adjoint of a second derivative. */
  private static boolean isForeign(Formula formula) {
    return formula instanceof Formula.Name name && !ValueNaming.isIdentifier(name.name());
  }

  /** Prints the right side of an index equation. */
  static String equation(Formula formula) {
    return formula.accept(new LanguagePrinter(true, true));
  }

  /** True if an index equation of the language can express the formula. */
  static boolean isEquation(Formula formula) {
    boolean self = !(formula instanceof Formula.Array || formula instanceof Formula.Transpose || formula instanceof Formula.Call call && call.primes() > 0
        || isForeign(formula) || formula instanceof Formula.Index index && NO_SUBSCRIPT.matcher(index.text()).find()
        || formula instanceof Formula.Entry entry && entry.indices().stream().anyMatch(index -> NO_SUBSCRIPT.matcher(index).find()));
    return self && formula.parts().stream().allMatch(LanguagePrinter::isEquation);
  }

  /** True if the letter alone is a subscript, so that its range is known. */
  static boolean subscripts(Formula formula, String letter) {
    return formula instanceof Formula.Entry entry && entry.indices().contains(letter) || formula.parts().stream().anyMatch(part -> subscripts(part, letter));
  }

  private int level(Formula formula) {
    if (formula instanceof Formula.Compare) {
      return COMPARE;
    }
    if (formula instanceof Formula.Sum) {
      return SUM;
    }
    if (formula instanceof Formula.Product || formula instanceof Formula.Quotient || equations && formula instanceof Formula.Over
        || formula instanceof Formula.Number number && NumberText.isFraction(number.value())) {
      return PRODUCT;
    }
    if (formula instanceof Formula.Negate || formula instanceof Formula.Number number && number.value().signum() < 0) {
      return SIGN;
    }
    if (formula instanceof Formula.Power) {
      return POWER;
    }
    return formula instanceof Formula.Transpose ? POSTFIX : ATOM;
  }

  private String at(int least, Formula formula) {
    String text = formula.accept(this);
    boolean computed = equations && formula instanceof Formula.Index && least > SUM && text.indexOf(' ') >= 0;
    return computed || level(formula) < least ? "(" + text + ")" : text;
  }

  private String list(List<Formula> formulas) {
    return formulas.stream().map(formula -> formula.accept(this)).collect(Collectors.joining(", "));
  }

  @Override
  public String number(Formula.Number number) {
    return NumberText.text(number.value());
  }

  @Override
  public String name(Formula.Name name) {
    return name.name();
  }

  @Override
  public String gradient(Formula.Gradient gradient) {
    return gradients ? "grad(" + gradient.of() + ", " + gradient.by() + ")" : "d" + gradient.of() + "/d" + gradient.by();
  }

  @Override
  public String sum(Formula.Sum sum) {
    StringBuilder text = new StringBuilder();
    for (Formula.Term term : sum.terms()) {
      if (text.isEmpty()) {
        text.append(term.negative() ? "-" : "");
      } else {
        text.append(term.negative() ? " - " : " + ");
      }
      boolean signed = level(term.formula()) == SIGN;
      text.append(signed ? "(" + term.formula().accept(this) + ")" : at(PRODUCT, term.formula()));
    }
    return text.toString();
  }

  /**
   * Both kinds of product associate from left to right. For readability, a fraction in front and an entrywise product before a matrix product get
   * brackets.
   */
  @Override
  public String product(Formula.Product product) {
    Formula first = product.factors().get(0);
    boolean chain = product.kind() == Kind.ENTRYWISE && first instanceof Formula.Product;
    String operator = product.kind() == Kind.PLAIN ? " * " : " .* ";
    return at(chain ? PRODUCT : SIGN, first) + product.factors().stream().skip(1)
        .map(factor -> operator + at(POWER, factor)).collect(Collectors.joining());
  }

  @Override
  public String quotient(Formula.Quotient quotient) {
    Formula numerator = quotient.numerator();
    boolean chain = numerator instanceof Formula.Product;
    String above = at(chain ? PRODUCT : SIGN, numerator);
    String below = at(POWER, quotient.denominator());
    if (quotient.kind() == Kind.ENTRYWISE) {
      return above + " ./ " + below;
    }
    boolean tight = isShort(numerator) && isShort(quotient.denominator());
    return above + (tight ? "/" : " / ") + below;
  }

  private static boolean isShort(Formula formula) {
    return formula instanceof Formula.Number || formula instanceof Formula.Name
        || formula instanceof Formula.Product product && product.factors().stream().allMatch(LanguagePrinter::isShort);
  }

  @Override
  public String negate(Formula.Negate negate) {
    boolean signed = level(negate.operand()) == SIGN;
    return signed ? "-(" + negate.operand().accept(this) + ")" : "-" + at(PRODUCT, negate.operand());
  }

  @Override
  public String power(Formula.Power power) {
    boolean number = power.base() instanceof Formula.Number;
    String operator = power.kind() == Kind.PLAIN ? "^" : number ? " .^ " : ".^";
    return at(POSTFIX, power.base()) + operator + at(ATOM, power.exponent());
  }

  @Override
  public String transpose(Formula.Transpose transpose) {
    return at(POSTFIX, transpose.operand()) + "'";
  }

  @Override
  public String call(Formula.Call call) {
    return call.function() + "'".repeat(call.primes()) + "(" + list(call.arguments()) + ")";
  }

  @Override
  public String compare(Formula.Compare compare) {
    return at(SUM, compare.left()) + " " + compare.operator() + " " + at(SUM, compare.right());
  }

  @Override
  public String index(Formula.Index index) {
    return index.text();
  }

  @Override
  public String entry(Formula.Entry entry) {
    boolean letters = !equations && entry.indices().stream().allMatch(index -> index.length() == 1);
    return at(ATOM, entry.base()) + (letters ? "_" + String.join("", entry.indices()) : "[" + String.join(", ", entry.indices()) + "]");
  }

  @Override
  public String over(Formula.Over over) {
    if (equations) {
      return (over.operation() == Formula.Operation.SUM ? "sum[" : "max[") + String.join(", ", over.indices()) + "] " + at(SIGN, over.body());
    }
    String operation = over.operation() == Formula.Operation.SUM ? "sum_" : "max_";
    return operation + String.join("", over.indices()) + "(" + over.body().accept(this) + ")";
  }

  @Override
  public String array(Formula.Array array) {
    return "[" + array.body().accept(this) + "]_" + String.join("", array.indices());
  }
}
