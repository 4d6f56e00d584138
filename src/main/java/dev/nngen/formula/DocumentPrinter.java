package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * What printing for readers has in common: which brackets are needed, and what stands between factors. A matrix product
 * binds tighter than an entrywise product, as in print; in the language both are read from left to right.
 */
abstract class DocumentPrinter implements Formula.Visitor<String> {

  /** How tightly a formula holds together, loosest first. */
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

  /** A bracket that stands on a line of its own kind, far from its partner. */
  abstract String bracket(boolean opening);

  /** Parts one after the other, as one whole. */
  abstract String joined(List<String> parts);

  /** A sign before a term: a plus before the first one is not asked for. */
  abstract String sign(boolean negative, boolean first);

  abstract String operator(Kind kind);

  /** What stands between factors that are simply written side by side. */
  abstract String gap();

  /** How tightly a quotient holds together, which depends on whether it is drawn with a line. */
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
    if (formula instanceof Formula.Number number && Numbers.isFraction(number.value())) {
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

  /** A sum over an index takes in all that follows, so it is put in brackets anywhere but at the end. */
  private String factor(Kind kind, Formula factor, boolean last) {
    return needsBrackets(kind, factor, last) ? brackets(print(factor)) : print(factor);
  }

  final boolean needsBrackets(Kind kind, Formula factor, boolean last) {
    return factor instanceof Formula.Over ? !last : level(factor) < (kind == Kind.PLAIN ? FRACTION : PLAIN);
  }

  /** What stands between two factors that follow one another. */
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

  /** The body of a sum over an index. */
  final String body(Formula body) {
    return at(PLAIN, body);
  }

  /** The arguments of a call one by one. */
  final List<String> arguments(Formula.Call call) {
    List<String> printed = new ArrayList<>();
    for (Formula argument : call.arguments()) {
      boolean condition = call.function().equals("where") && printed.isEmpty();
      printed.add(condition ? condition(argument) : print(argument));
    }
    return printed;
  }

  /** The condition of {@code where}, for which a comparison stands as such and not as an indicator. */
  final String condition(Formula condition) {
    return condition instanceof Formula.Compare compare ? relation(compare) : print(condition);
  }

  final String relation(Formula.Compare compare) {
    boolean first = compare.isFirst();
    List<String> sides = List.of(print(compare.left()), relation(first ? "==" : compare.operator()), print(compare.right()));
    return first ? joined(List.of(joined(sides), words(", first"))) : joined(sides);
  }

  /** Whether fractions and stacks are drawn over several lines. */
  abstract boolean isDrawn();

  /** What stands before the body of a sum or maximum over indices. */
  abstract String over(Formula.Operation operation, List<String> indices);

  /** The sign of a quotient that is not drawn. */
  String over(Kind kind) {
    throw new UnsupportedOperationException("quotients are drawn with a line");
  }

  /** Between arguments. */
  abstract String comma();

  /** Words in a formula. */
  abstract String words(String words);

  /** An operator between the sides of a comparison. */
  abstract String relation(String operator);

  /** The function's name, to stand before its arguments in brackets. */
  abstract String applied(Formula.Call call);

  /** The formula on as many lines as it takes to keep each below a width in characters, as far as there are places to break. */
  public final List<String> lines(Formula formula, int widest) {
    return new LineBreaker(this, widest).lines(formula);
  }
}
