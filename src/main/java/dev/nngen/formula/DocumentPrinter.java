package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Base of printers for readers: brackets and signs between factors. A matrix product binds tighter than an entrywise product, as in print. In the
 * language both associate from left to right.
 */
abstract class DocumentPrinter implements Formula.Visitor<String> {

  /** Levels of precedence, loosest first. */
  static final int SUM = 1;
  static final int SIGN = 2;
  static final int ENTRYWISE = 3;
  static final int PLAIN = 4;
  static final int FRACTION = 5;
  static final int POWER = 6;
  static final int POSTFIX = 7;
  static final int ATOM = 8;

  /** Text in brackets. */
  abstract String brackets(String inside);

  /** Returns one bracket, for formulas over several lines. */
  abstract String bracket(boolean opening);

  /** Returns consecutive parts as one formula. */
  abstract String joined(List<String> parts);

  /** Returns the sign before a term. It is not called for a plus before the first term. */
  abstract String sign(boolean negative, boolean first);

  abstract String operator(Kind kind);

  /** Returns the separator of factors without a sign. */
  abstract String gap();

  /** Returns the level of a quotient, which depends on whether it is drawn with a line. */
  abstract int quotientLevel(Formula.Quotient quotient);

  final String print(Formula formula) {
    return formula.accept(this);
  }

  final int level(Formula formula) {
    if (formula instanceof Formula.Sum) {
      return SUM;
    }
    if (formula instanceof Formula.Negate || formula instanceof Formula.Number number && number.value().signum() < 0) {
      return SIGN;
    }
    if (formula instanceof Formula.Product product) {
      return product.kind() == Kind.PLAIN ? PLAIN : ENTRYWISE;
    }
    if (formula instanceof Formula.Quotient quotient) {
      return quotientLevel(quotient);
    }
    if (formula instanceof Formula.Number number && NumberText.isFraction(number.value())) {
      return quotientLevel(null);
    }
    if (formula instanceof Formula.Over) {
      return PLAIN;
    }
    if (formula instanceof Formula.Gradient) {
      return FRACTION;
    }
    if (formula instanceof Formula.Power) {
      return POWER;
    }
    return formula instanceof Formula.Transpose ? POSTFIX : ATOM;
  }

  final String at(int least, Formula formula) {
    return level(formula) < least ? brackets(print(formula)) : print(formula);
  }

  @Override
  public String sum(Formula.Sum sum) {
    List<String> parts = new ArrayList<>();
    for (Formula.Term term : sum.terms()) {
      boolean first = parts.isEmpty();
      if (term.negative() || !first) {
        parts.add(sign(term.negative(), first));
      }
      parts.add(at(ENTRYWISE, term.formula()));
    }
    return joined(parts);
  }

  @Override
  public String negate(Formula.Negate negate) {
    return joined(List.of(sign(true, true), at(ENTRYWISE, negate.operand())));
  }

  @Override
  public String product(Formula.Product product) {
    List<String> parts = new ArrayList<>();
    List<Formula> factors = product.factors();
    for (int i = 0; i < factors.size(); i++) {
      Formula factor = factors.get(i);
      if (i > 0) {
        parts.add(between(product.kind(), factors.get(i - 1), factor));
      }
      parts.add(factor(product.kind(), factor, i == factors.size() - 1));
    }
    return joined(parts);
  }

  /** A sum over an index extends to the right end, so it needs brackets except as the last factor. */
  private String factor(Kind kind, Formula factor, boolean last) {
    return needsBrackets(kind, factor, last) ? brackets(print(factor)) : print(factor);
  }

  final boolean needsBrackets(Kind kind, Formula factor, boolean last) {
    return factor instanceof Formula.Over ? !last : level(factor) < (kind == Kind.PLAIN ? FRACTION : PLAIN);
  }

  /** Returns the separator of two consecutive factors. */
  final String between(Kind kind, Formula left, Formula right) {
    return isSideBySide(kind, left, right) ? gap() : operator(kind);
  }

  boolean isSideBySide(Kind kind, Formula left, Formula right) {
    return kind == Kind.PLAIN && (right instanceof Formula.Over || hasEntries(left) && hasEntries(right));
  }

  private static boolean hasEntries(Formula formula) {
    return formula instanceof Formula.Entry entry && !entry.matrix()
        || formula.parts().stream().anyMatch(DocumentPrinter::hasEntries);
  }

  /** Prints the body of a sum over an index. */
  final String body(Formula body) {
    return at(PLAIN, body);
  }

  /** Prints the arguments of a call, one by one. */
  final List<String> arguments(Formula.Call call) {
    List<String> printed = new ArrayList<>();
    for (Formula argument : call.arguments()) {
      boolean condition = call.function().equals("where") && printed.isEmpty();
      printed.add(condition ? condition(argument) : print(argument));
    }
    return printed;
  }

  /** Prints the condition of {@code where}, in which a comparison is not an indicator. */
  final String condition(Formula condition) {
    return condition instanceof Formula.Compare compare ? relation(compare) : print(condition);
  }

  final String relation(Formula.Compare compare) {
    boolean first = compare.isFirst();
    List<String> sides = List.of(print(compare.left()), relation(first ? "==" : compare.operator()), print(compare.right()));
    return first ? joined(List.of(joined(sides), words(", first"))) : joined(sides);
  }

  /** True if fractions and stacks are drawn over several lines. */
  abstract boolean isDrawn();

  /** Returns the sign of a sum or maximum over indices, before its body. */
  abstract String over(Formula.Operation operation, List<String> indices);

  /** Returns the sign of a quotient that is not drawn with a line. */
  String over(Kind kind) {
    throw new UnsupportedOperationException("quotients are drawn with a line");
  }

  /** Returns the separator of arguments. */
  abstract String comma();

  /** Returns words in a formula. */
  abstract String words(String words);

  /** Returns the mark of a transpose after a bracket. */
  abstract String transposed();

  /** Returns the operator of a comparison. */
  abstract String relation(String operator);

  /** Returns the function's name, before its arguments in brackets. */
  abstract String applied(Formula.Call call);

  /** Returns the width of a formula in characters. */
  abstract int width(Formula formula);

  /** Returns the formula, broken to lines of at most a width in characters if there are enough places to break. */
  public final List<String> lines(Formula formula, int widest) {
    return new LineBreaker(this, widest).lines(formula);
  }
}
