package dev.nngen.formula;

import java.util.ArrayList;
import java.util.List;

/** Breaks a formula that is too wide for a line: before terms and factors, and inside the brackets of a term or factor that is too wide alone. */
final class LineBreaker {

  private final DocumentPrinter printer;
  private final int widest;
  private final List<String> lines = new ArrayList<>();
  private final List<String> open = new ArrayList<>();
  private int width;

  LineBreaker(DocumentPrinter printer, int widest) {
    this.printer = printer;
    this.widest = widest;
  }

  List<String> lines(Formula formula) {
    write(formula, false);
    flush();
    return lines;
  }

  private void flush() {
    if (!open.isEmpty()) {
      lines.add(printer.joined(open));
      open.clear();
      width = 0;
    }
  }

  private void put(String text, int added) {
    open.add(text);
    width += added;
  }

  private void write(Formula formula, boolean bracketed) {
    if (width + printer.width(formula) <= widest || !isBreakable(formula)) {
      put(bracketed ? printer.brackets(printer.print(formula)) : printer.print(formula), printer.width(formula));
      return;
    }
    if (bracketed) {
      put(printer.bracket(true), 1);
    }
    breakUp(formula);
    if (bracketed) {
      put(printer.bracket(false), 1);
    }
  }

  private boolean isBreakable(Formula formula) {
    return formula instanceof Formula.Sum || formula instanceof Formula.Product || formula instanceof Formula.Negate || formula instanceof Formula.Over
        || formula instanceof Formula.Transpose transpose && isBreakable(transpose.operand())
        || formula instanceof Formula.Call call && isBreakable(call) || formula instanceof Formula.Quotient && !printer.isDrawn();
  }

  /** True for calls that are drawn as a name before brackets. Others do not break. */
  private boolean isBreakable(Formula.Call call) {
    return switch (call.function()) {
      case "sqrt", "abs" -> false;
      case "floor", "where", Formula.Call.STACK -> !printer.isDrawn();
      default -> true;
    };
  }

  private void breakUp(Formula formula) {
    if (formula instanceof Formula.Sum sum) {
      terms(sum);
    } else if (formula instanceof Formula.Product product) {
      factors(product);
    } else if (formula instanceof Formula.Negate negate) {
      put(printer.sign(true, true), 1);
      write(negate.operand(), printer.level(negate.operand()) < DocumentPrinter.ENTRYWISE);
    } else if (formula instanceof Formula.Over over) {
      put(printer.over(over.operation(), over.indices()), 4);
      write(over.body(), printer.level(over.body()) < DocumentPrinter.PLAIN);
    } else if (formula instanceof Formula.Transpose transpose) {
      write(transpose.operand(), printer.level(transpose.operand()) < DocumentPrinter.ATOM);
      put(printer.transposed(), 1);
    } else if (formula instanceof Formula.Quotient quotient) {
      boolean product = quotient.numerator() instanceof Formula.Product;
      write(quotient.numerator(), !product && printer.level(quotient.numerator()) < DocumentPrinter.FRACTION || quotient.numerator() instanceof Formula.Over);
      breakBefore(quotient.denominator(), false);
      put(printer.over(quotient.kind()), 3);
      write(quotient.denominator(), printer.level(quotient.denominator()) < DocumentPrinter.POWER);
    } else {
      arguments((Formula.Call) formula);
    }
  }

  private void arguments(Formula.Call call) {
    boolean stack = call.function().equals(Formula.Call.STACK);
    put(stack ? "[" : printer.applied(call) + printer.bracket(true), call.function().length() + 1);
    List<Formula> arguments = call.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      breakBefore(arguments.get(i), i == 0);
      write(arguments.get(i), false);
      put(i < arguments.size() - 1 ? stack ? "; " : printer.comma() : stack ? "]" : printer.bracket(false), 2);
    }
  }

  private void terms(Formula.Sum sum) {
    boolean first = true;
    for (Formula.Term term : sum.terms()) {
      breakBefore(term.formula(), first);
      if (term.negative() || !first) {
        put(printer.sign(term.negative(), first), 3);
      }
      write(term.formula(), printer.level(term.formula()) < DocumentPrinter.ENTRYWISE);
      first = false;
    }
  }

  private void factors(Formula.Product product) {
    List<Formula> factors = product.factors();
    for (int i = 0; i < factors.size(); i++) {
      breakBefore(factors.get(i), i == 0 || i == 1 && hasCoefficient(product));
      if (i > 0) {
        put(printer.between(product.kind(), factors.get(i - 1), factors.get(i)), 3);
      }
      write(factors.get(i), printer.needsBrackets(product.kind(), factors.get(i), i == factors.size() - 1));
    }
  }

  /** Begins a new line if the formula does not fit on this one but would fit on the next. */
  private void breakBefore(Formula next, boolean first) {
    if (!first && width + neededWidth(next) > widest) {
      flush();
    }
  }

  /** Returns the width that a formula needs on its first line. A number stays with the next factor. */
  private int neededWidth(Formula formula) {
    if (formula instanceof Formula.Product product && hasCoefficient(product)) {
      return Math.min(printer.width(product), printer.width(product.factors().get(0)) + 3 + neededWidth(product.factors().get(1)));
    }
    int whole = printer.width(formula);
    return isBreakable(formula) && whole > widest ? widest / 2 : whole;
  }

  private static boolean hasCoefficient(Formula.Product product) {
    return product.factors().get(0) instanceof Formula.Number;
  }
}
