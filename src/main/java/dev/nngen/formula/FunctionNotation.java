package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Fn;
import java.util.List;

/** Writes the graph's entrywise functions in the notation of the language. */
final class FunctionNotation {

  private FunctionNotation() {}

  static Formula apply(Fn fn, Kind kind, List<Formula> arguments) {
    return switch (fn) {
      case POW -> new Formula.Power(kind, arguments.get(0), arguments.get(1));
      case GREATER -> compare(">", arguments.get(0), arguments.get(1));
      case AT_LEAST -> compare(">=", arguments.get(0), arguments.get(1));
      case EQUAL -> compare("==", arguments.get(0), arguments.get(1));
      case MAXIMUM -> new Formula.Call("max", 0, arguments);
      case MINIMUM -> new Formula.Call("min", 0, arguments);
      case PI -> new Formula.Name("pi");
      default -> new Formula.Call(fn.label(), 0, arguments);
    };
  }

  /** Returns a comparison, with a number on the right: {@code abs(r) <= 1}. */
  static Formula compare(String operator, Formula left, Formula right) {
    boolean turned = isNumber(left) && !isNumber(right);
    return turned ? new Formula.Compare(operator.replace('>', '<'), right, left) : new Formula.Compare(operator, left, right);
  }

  private static boolean isNumber(Formula formula) {
    return formula instanceof Formula.Number || formula instanceof Formula.Index index && index.text().matches("-?\\d+");
  }
}
